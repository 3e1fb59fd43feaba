"""`python -m kdump`: the rules of every release, asked on the command line."""

import io
import sys

from kdump.command.arguments import main

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A file's name may hold what the terminal's encoding has no bytes for.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
