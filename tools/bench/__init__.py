"""How long a fleet takes, against what plain ssh and the engine alone take for the same: `make bench`."""
