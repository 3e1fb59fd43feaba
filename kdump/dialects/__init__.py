"""The files of each platform and of collectors: one module writes and reads back one format."""
