"""Reading /etc/kdump.conf, hand-written files of any release included.

Every release's file is read as that release's own tools read it: :mod:`kdump.verdicts`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from kdump.configuration import FAILURE_ACTIONS, FINAL_ACTIONS, DumpConfiguration, configuration_from
from kdump.dialects.kdump_conf import collector
from kdump.dialects.kdump_conf.options import RULES, SEPARATOR, check_option
from kdump.dialects.kdump_conf.target_lines import TARGETS, mounted, mounts, target_of
from kdump.errors import Refusal, shown
from kdump.generations import Generation
from kdump.targets import DEFAULT_IDENTITY, DEFAULT_PATH, normalised
from kdump.verdicts import reading
from kdump.verdicts.directives import ACTIONS_SINCE_7
from kdump.verdicts.el6_checks import plain
from kdump.verdicts.lines import Line

_ACTIONS = ("default", "failure_action", "final_action")
# Of these mkdumprd up to release 7 takes all lines together; newer releases refuse a second one. With what is put
# between them on the one line of the settings.
_ADDING = {**dict.fromkeys(("extra_bins", "extra_modules", "blacklist", "dracut_args"), " "), "options": SEPARATOR}
_NO_EFFECT = "it has no effect without a line that names the target"


class Parsed(NamedTuple):
    """What a file says.

    * ``configuration``: None where the file does not mean what a configuration can say (several targets, a target
      that we do not know)
    * ``options``: the further directives with safe values; also there when ``configuration`` is None
    * ``lost``: a sentence for each thing that writing the file anew from this would lose or change
    """

    configuration: DumpConfiguration | None
    options: dict[str, str]
    lost: list[str]


def parse(text: str, generation: Generation) -> Parsed:
    """What *text*, an /etc/kdump.conf of *generation*, says. Never raises.

    Of a directive given twice, the last counts, or the lines add up, as they do for releases up to 7; newer ones
    refuse such a file. Paths with doubled or trailing slashes get their usual form.
    """
    return _Reader(text, generation).read()


class _Reader:
    def __init__(self, text: str, generation: Generation) -> None:
        self._generation = generation
        self._lines = reading.read(text, generation)
        self._unread = reading.read(f"{text}\n", generation)[len(self._lines) :]
        self._lost: list[str] = []
        self._options: dict[str, Line] = {}
        self._targets: list[Line] = []
        self._values: dict[str, Line] = {}

    def read(self) -> Parsed:
        for line in self._lines:
            self._sort_in(self._without_comment(line))
        for line in self._unread:
            self._lose(line, "it has no line end, so the tools never read it")
        fields: dict[str, Any] = {"target": self._target(), **self._actions()}
        streams = bool(fields["target"]) and fields["target"]["kind"] in ("raw", "ssh")
        fields |= self._collector(streams)
        options = {name: line.value for name, line in self._options.items()}
        if fields["target"] is None:
            return Parsed(None, options, self._lost)
        try:
            return Parsed(configuration_from({**fields, "options": options}), options, self._lost)
        except Refusal as refusal:
            self._lost.append(self._placed(refusal))
            return Parsed(None, options, self._lost)

    def _without_comment(self, line: Line) -> Line:
        """*line* as it was meant: older tools keep a comment, or the blanks before it, as a part of the value."""
        value = plain(line.value)
        if value != line.value.strip():
            self._lose(line, "the comment is left out, which these tools take for a part of the value")
        return line._replace(value=value)

    def _sort_in(self, line: Line) -> None:
        if line.name in TARGETS or mounts(line):
            self._targets.append(line)
        elif line.name in ("path", "sshkey", "core_collector", *_ACTIONS):
            self._take(self._values, line)
        elif line.name in RULES:
            try:
                check_option(line.name, line.value)
            except Refusal as refusal:
                self._lost.append(f"line {line.number}: {refusal}")
            else:
                self._take(self._options, line)
        else:
            self._lose(line, "no setting says that")

    def _take(self, into: dict[str, Line], line: Line) -> None:
        earlier = into.get(line.name)
        if earlier is not None and line.name in _ADDING:
            line = line._replace(value=f"{earlier.value}{_ADDING[line.name]}{line.value}")
        elif earlier is not None:
            self._lose(earlier, f"line {line.number} says it again, and only that one counts")
        into[line.name] = line

    def _target(self) -> dict[str, Any] | None:
        path = self._values["path"].value if "path" in self._values else DEFAULT_PATH
        path = normalised(path) if path.startswith("/") else path
        identity = self._values["sshkey"].value if "sshkey" in self._values else DEFAULT_IDENTITY
        if len(self._targets) > 1:
            for line in self._targets[1:]:
                self._lose(line, f"line {self._targets[0].number} names a target already")
            return None
        if not self._targets and self._generation in collector.WITHOUT_TARGET:
            if path != collector.PATH_WITHOUT_TARGET:
                self._lose(self._values["path"], f"{_NO_EFFECT}; the dump goes into {collector.PATH_WITHOUT_TARGET}")
            path = collector.PATH_WITHOUT_TARGET
        target: dict[str, Any] | None = {"kind": "local", "path": path}
        for line in self._targets:
            if mounts(line):
                mount = mounted(line, path)
                target = mount.target
                if mount.changed:
                    self._lose(line, mount.changed)
                if mount.rest:
                    self._sort_in(line._replace(value=mount.rest))
            else:
                target = target_of(line, path, identity)
            if target is None:
                self._lose(line, "no target of the settings is like that")
        if target and target["kind"] != "ssh" and identity != DEFAULT_IDENTITY:
            self._lose(self._values["sshkey"], "the target needs no key")
        if target and target["kind"] == "raw" and "path" in self._values:
            self._lose(self._values["path"], "a raw target has no path")
        return target

    def _actions(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in _ACTIONS:
            line = self._values.get(name)
            if line is None:
                continue
            value = ACTIONS_SINCE_7.get(line.value, line.value)
            allowed: tuple[str, ...] = FINAL_ACTIONS if name == "final_action" else FAILURE_ACTIONS
            if not self._targets and self._generation in collector.WITHOUT_TARGET:
                self._lose(line, _NO_EFFECT)
            elif value in allowed:
                found["final_action" if name == "final_action" else "failure_action"] = value
                if value in ("halt", "poweroff") and not self._generation.has_kdumpctl:
                    found["final_action"] = value
            else:
                self._lose(line, "no setting says that")
        return found

    def _collector(self, streams: bool) -> dict[str, Any]:
        line = self._values.get("core_collector")
        if not self._targets and self._generation in collector.WITHOUT_TARGET:
            return self._collector_without_target(line)
        said = collector.parse(line.value if line else None, self._generation, streams)
        made = {"dump_level": said.dump_level, "compression": said.compression}
        if (line is None or not line.value) and said.dump_level == 0:
            self._lost.append(
                "there is no core_collector, so all memory is copied; makedumpfile would copy it all, too"
            )
        if line is not None and said.own is not None:
            try:
                check_option("core_collector", said.own)
            except Refusal as refusal:
                meant = collector.meant(said.own)
                made = {"dump_level": meant.dump_level, "compression": meant.compression}
                self._lost.append(
                    f"line {line.number}: {refusal} What comes nearest is makedumpfile with level {meant.dump_level} "
                    f"and compression {meant.compression!r}"
                )
            else:
                self._options["core_collector"] = line
        return made

    def _collector_without_target(self, line: Line | None) -> dict[str, Any]:
        always = collector.WITHOUT_TARGET[self._generation]
        made = (always.dump_level, always.compression)
        if line is not None and collector.parse(line.value, self._generation, False) != (*made, None):
            self._lose(line, f"{_NO_EFFECT}; {self._generation} {always.does} then")
        return {"dump_level": always.dump_level, "compression": always.compression}

    def _placed(self, refusal: Refusal) -> str:
        """*refusal*, with the line in front that said what was refused."""
        names = {"target.path": "path", "target.identity": "sshkey"}
        line = self._values.get(names.get(refusal.setting, "")) or next(iter(self._targets), None)
        return f"line {line.number}: {refusal}" if line and refusal.setting.startswith("target") else str(refusal)

    def _lose(self, line: Line, why: str) -> None:
        self._lost.append(f"line {line.number}: {shown(f'{line.name} {line.value}'.strip())}: {why}")
