"""A running host as the stack file would declare it: read, put into settings, printed. Changes nothing."""
