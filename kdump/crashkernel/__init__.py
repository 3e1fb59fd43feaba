"""The ``crashkernel=`` argument: its grammar, what a value sets aside, what each platform understands and needs.

``parse`` and ``reserved_bytes`` know no platform and follow the current kernel on x86_64; ``check`` and
``for_host`` follow the kernel and the tools of one platform.
"""

from __future__ import annotations

from kdump.crashkernel.advice import Advice, for_host
from kdump.crashkernel.check import check
from kdump.crashkernel.defaults import Hardware, default_value
from kdump.crashkernel.grammar import Crashkernel, Range, parse, read, written
from kdump.crashkernel.minimum import least_problem, minimum_bytes, minimum_problem
from kdump.crashkernel.pinning import Pin, pinning
from kdump.crashkernel.reservation import reserved_bytes, reserved_on

__all__ = [
    "Advice",
    "Crashkernel",
    "Hardware",
    "Pin",
    "Range",
    "check",
    "default_value",
    "for_host",
    "least_problem",
    "minimum_bytes",
    "minimum_problem",
    "parse",
    "pinning",
    "read",
    "reserved_bytes",
    "reserved_on",
    "written",
]
