"""GRUB on Debian and Ubuntu: reading /boot/grub/grub.cfg, and our file in /etc/default/grub.d.

Source: GRUB manual ("Simple configuration handling", "Shell-like scripting"), Debian's grub-mkconfig, which
sources /etc/default/grub and then /etc/default/grub.d/*.cfg in the order of their names, under ``set -e``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from kdump import cmdline
from kdump.crashkernel import parse as parse_crashkernel
from kdump.errors import Refusal

# "zz": after kdump-tools.cfg and whatever else says crashkernel=, which we take off again.
DROPIN_PATH = "/etc/default/grub.d/zz-pulumi-kdump.cfg"

_MARK = "# Written by pulumi-kdump."
_LINUX = re.compile(r"\s*(?:linux|linux16|linuxefi)\s+(\S+)[ \t]*(.*)")
_MENU = re.compile(r"\s*(menuentry|submenu)\s+(.*)")
_APPENDED = re.compile(r"^pulumi_kdump_append='([^']*)'$", re.MULTILINE)

# What grub-mkconfig sources. Its functions and variables are gone at the end; only the two variables that
# GRUB's own scripts read are changed. dash is /bin/sh: no "+=", no arrays, no [[.
_DROPIN = """\
{mark} Changes made here are overwritten; `pulumi up` writes this file anew.
# Takes every crashkernel= (and whatever else is set here) off both of GRUB's command lines, and puts ours on.

pulumi_kdump_append='{append}'

# Prints the command line $1 without the arguments that are ours. An argument may hold blanks between double
# quotes. Called in a command substitution, so its variables end with it.
pulumi_kdump_strip() {{
    blanks=' \t
'
    rest=$1
    kept=
    while [ -n "$rest" ]; do
        word=${{rest%%["$blanks"]*}}
        rest=${{rest#"$word"}}
        while [ -n "$rest" ] && pulumi_kdump_open "$word"; do
            more=${{rest#?}}
            more=${{more%%["$blanks"]*}}
            word=$word${{rest%"${{rest#?}}"}}$more
            rest=${{rest#?}}
            rest=${{rest#"$more"}}
        done
        rest=${{rest#?}}
        case $word in
            '' | {patterns}) ;;
            *) kept="$kept${{kept:+ }}$word" ;;
        esac
    done
    printf '%s' "$kept"
}}

# Whether a double quote in $1 is still open.
pulumi_kdump_open() {{
    quotes=$1
    open=1
    while [ "$quotes" != "${{quotes#*\\"}}" ]; do
        quotes=${{quotes#*\\"}}
        open=$((1 - open))
    done
    return "$open"
}}

GRUB_CMDLINE_LINUX=$(pulumi_kdump_strip "${{GRUB_CMDLINE_LINUX-}}")
GRUB_CMDLINE_LINUX_DEFAULT=$(pulumi_kdump_strip "${{GRUB_CMDLINE_LINUX_DEFAULT-}}")
if [ -n "$pulumi_kdump_append" ]; then
    GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX${{GRUB_CMDLINE_LINUX:+ }}$pulumi_kdump_append"
fi

unset pulumi_kdump_append
unset -f pulumi_kdump_strip pulumi_kdump_open
"""


class BootEntry(BaseModel):
    """One way to boot Linux. ``title`` is GRUB's path to it, the titles of submenus in front with ">";
    ``kernel`` the image's path as GRUB sees it, ``cmdline`` what follows it, as written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    kernel: str
    cmdline: str


def entries(grub_cfg: str) -> list[BootEntry]:
    """Every ``linux``, ``linux16`` and ``linuxefi`` line of a grub.cfg, recovery entries included, in order.

    Passed over, because GRUB_CMDLINE_LINUX does not reach them: memory testers, and the systems of other
    partitions that 30_os-prober found. Xen's entries (``multiboot``) have no such line. Never raises.
    """
    found: list[BootEntry] = []
    # Titles of what is open; None for a brace that opens something else (a function, for instance).
    open_blocks: list[str | None] = []
    others = False
    for line in grub_cfg.splitlines():
        stripped = line.strip()
        menu = _MENU.match(line)
        linux = _LINUX.match(line)
        if stripped.startswith("### "):
            others = stripped.startswith("### BEGIN") and "os-prober" in stripped
        if stripped.startswith("#") or others:
            continue
        if menu:
            if stripped.endswith("{"):
                open_blocks.append(_first_word(menu[2]))
        elif linux and "memtest" not in linux[1]:
            title = ">".join(name for name in open_blocks if name is not None)
            found.append(BootEntry(title=title, kernel=linux[1], cmdline=linux[2].rstrip()))
        elif stripped.endswith("{") and not stripped.endswith("${"):
            open_blocks.append(None)
        elif stripped == "}" and open_blocks:
            open_blocks.pop()
    return found


def render_dropin(crashkernel: str, arguments: Mapping[str, str], remove: Sequence[str] = ()) -> str:
    """The body of :data:`DROPIN_PATH`: POSIX sh that leaves exactly our arguments on both command lines.

    * *crashkernel*: as in the settings, several values separated by one blank ("512M,high 128M,low");
      "" takes every ``crashkernel=`` off and puts none on
    * *arguments*: other boot arguments; "" makes a flag without a value. They replace arguments of their name
    * *remove*: names of arguments that shall be taken off and not put on

    Raises :class:`Refusal` for what :func:`kdump.crashkernel.parse` or :func:`kdump.cmdline.check_argument`
    refuse, and for a name that is both set and removed.
    """
    values = parse_crashkernel(crashkernel).text.split() if crashkernel else []
    ours = [f"crashkernel={value}" for value in values]
    ours += [cmdline.argument(name, value) for name, value in arguments.items()]
    cmdline.check_removals(remove, arguments)
    names = dict.fromkeys(["crashkernel", *arguments, *remove])
    return _DROPIN.format(mark=_MARK, append=cmdline.join(ours), patterns=_patterns(names))


def parse_dropin(text: str) -> tuple[str, dict[str, str]] | None:
    """What a file written by :func:`render_dropin` puts on: the crashkernel setting and the other arguments.

    None if the text is not one of ours, or what it puts on is no longer something we would write. Whether
    the rest of it is still as we wrote it, tells a comparison with what :func:`render_dropin` gives.
    """
    found = _APPENDED.search(text)
    if not text.startswith(_MARK) or found is None:
        return None
    values: list[str] = []
    arguments: dict[str, str] = {}
    for word in cmdline.split(found[1]):
        name, _, value = word.partition("=")
        if name == "crashkernel":
            values.append(value)
        else:
            arguments[name] = value
    try:
        render_dropin(" ".join(values), arguments)
    except Refusal:
        return None
    return " ".join(values), arguments


def _patterns(names: Iterable[str]) -> str:
    """sh patterns for arguments of these names: name, name=value, and quoted as a whole."""
    forms = [form for name in names for form in (f"{name}", f"{name}=*", f'\\"{name}=*')]
    return " | ".join(forms)


def _first_word(text: str) -> str:
    """The first word of a line of GRUB's script language, its quotes taken off."""
    word = ""
    for part in re.finditer(r"""'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\])|(\s)""", text):
        if part[5] is not None:
            break
        if part[2] is not None:
            word += re.sub(r'\\(["$\\])', r"\1", part[2])
        else:
            word += part[1] if part[1] is not None else part[3] or part[4]
    return word
