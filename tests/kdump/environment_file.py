"""How systemd reads an EnvironmentFile, written down after systemd.exec(5), to hold rendered files against.

Tests cannot start services, so the real reader is not at hand; this one was held against systemd 252's own.
"""


def read_environment_file(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] in "#;":
            at = _end_of_comment(text, at)
        else:
            end_of_key = next((i for i in range(at, len(text)) if text[i] in "=\n"), len(text))
            key = text[at:end_of_key].strip()
            at = end_of_key + 1
            if text[end_of_key : end_of_key + 1] == "=":
                values[key], at = _value(text, at)
    return values


def _end_of_comment(text: str, at: int) -> int:
    while at < len(text) and text[at] != "\n":
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _value(text: str, at: int) -> tuple[str, int]:
    """The value from *at* on, and where the next line begins."""
    value, blanks, begun = "", "", False
    while at < len(text) and text[at] != "\n":
        char = text[at]
        if char == "\\":
            value, blanks, begun = value + blanks + text[at + 1 : at + 2].replace("\n", ""), "", True
            at += 2
        elif char in "'\"" and not begun:
            part, at = _quoted(text, at)
            value, blanks = value + blanks + part, ""
        elif char.isspace():
            blanks += char if begun else ""
            at += 1
        else:
            value, blanks, begun = value + blanks + char, "", True
            at += 1
    return value, at + 1


def _quoted(text: str, at: int) -> tuple[str, int]:
    quote, part = text[at], ""
    at += 1
    while at < len(text) and text[at] != quote:
        if quote == '"' and text[at] == "\\":
            escaped = text[at + 1 : at + 2]
            part += escaped if escaped in '"\\`$' else "" if escaped == "\n" else "\\" + escaped
            at += 2
        else:
            part += text[at]
            at += 1
    return part, at + 1
