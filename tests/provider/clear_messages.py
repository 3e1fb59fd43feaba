"""What every message to a user must be: about a host, with a way out, and without anything internal."""

from __future__ import annotations

import re

# What a user could not have meant: names of our code, of libraries, and of Python's ways to print things.
INTERNAL = (
    "Traceback", 'File "', "object at 0x", "asyncssh.", "pydantic", "provider.", "Unexpected <", "Value error",
    "should match pattern", "(b'", ": b'", "=b'",
)  # fmt: skip


def assert_clear(message: str, *meaning: str, host: str = "") -> None:
    """One readable message that names the host and says each of `meaning` (regular expressions)."""
    assert host in message, message
    for pattern in meaning:
        assert re.search(pattern, message, re.IGNORECASE), f"{pattern!r} is not said in: {message}"
    for internal in INTERNAL:
        assert internal not in message, message
    assert len(message) < 2500, message
