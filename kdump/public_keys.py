"""Public keys of OpenSSH: what is one, and its bare form. Source: sshd(8) "AUTHORIZED_KEYS FILE FORMAT"."""

from __future__ import annotations

import base64
import binascii

from kdump.errors import Refusal

KEY_TYPES = (
    "ssh-rsa",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
)


def checked_public_key(value: str, setting: str = "publicKey") -> str:
    """The key in *value* ("type base64", perhaps with a comment), without its comment.

    Raises :class:`Refusal` unless it is one line, of a type that every supported OpenSSH takes, whose base64
    part is a key of that type.
    """
    words = value.split(" ") if value.isascii() and value.isprintable() else []
    words = [word for word in words if word]
    if len(words) < 2 or words[0] not in KEY_TYPES or not _is_of_type(words[1], words[0]):
        raise Refusal(
            setting,
            value,
            "one line with a public key, 'type base64', of type " + ", ".join(KEY_TYPES),
            "Write the content of the key's .pub file",
            "Anything else in a line of authorized_keys or known_hosts is an option, or ignored",
        )
    return f"{words[0]} {words[1]}"


def _is_of_type(encoded: str, key_type: str) -> bool:
    """Whether the base64 text begins as a key does: the length of its type, then its type."""
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return False
    name = key_type.encode()
    return blob.startswith(len(name).to_bytes(4, "big") + name) and len(blob) > len(name) + 8
