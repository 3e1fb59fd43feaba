"""The small command over the rules. The only place of this package that reads files and prints."""
