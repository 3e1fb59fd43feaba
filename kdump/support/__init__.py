"""What each release supports besides its configuration file, and what to use where it does not support kdump.

``network`` and ``storage`` say what lies between a host and its dump; ``virtualisation`` which way of dumping a
machine has; ``packages`` which tools do it; ``early_kdump``, ``fadump`` and ``page_sizes`` what only some have.
"""
