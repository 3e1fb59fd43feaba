"""`launch.py MODULE ARGUMENT...` runs a module of this checkout, whatever the working directory is.

An environment variable would do the same, but the programs and commands started later would inherit it.
"""

import runpy
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
