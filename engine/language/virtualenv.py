"""Which Python runs a program: the runtime options `toolchain` and `virtualenv`."""

import os
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


class OptionProblem(Exception):
    """A runtime option that cannot be followed; the text says what to write instead."""


@dataclass(frozen=True)
class PythonEnvironment:
    """A Python and the packages it sees. `folder` is the virtual environment, None for the host's own."""

    folder: Path | None

    @property
    def python(self) -> str:
        return sys.executable if self.folder is None else str(self.folder / "bin" / "python")

    @property
    def site_packages(self) -> list[Path]:
        if self.folder is None:
            return [Path(sysconfig.get_path("purelib"))]
        return sorted(self.folder.glob("lib/python3*/site-packages"))

    def require(self) -> None:
        """Raise OptionProblem if the virtual environment is not there."""
        if not Path(self.python).exists():
            raise OptionProblem(
                f"The virtual environment {self.folder} (runtime option virtualenv) has no bin/python. "
                f"Run engine/setup, or `pulumi install` in the folder that names it."
            )

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` as an activated virtual environment would have it."""
        result = dict(base)
        if self.folder is not None:
            result["VIRTUAL_ENV"] = str(self.folder)
            result["PATH"] = os.pathsep.join(filter(None, [str(self.folder / "bin"), result.get("PATH", "")]))
            result.pop("PYTHONHOME", None)
        return result


def environment_for(options: Mapping[str, object], root: str) -> PythonEnvironment:
    """What the options ask for.

    `root` is the folder of the Pulumi.yaml, PulumiPlugin.yaml or PulumiPolicy.yaml that holds them; a
    relative virtualenv counts from there. Without one, the host's own Python is used: it has the SDK.
    """
    toolchain = options.get("toolchain") or "pip"
    if toolchain != "pip":
        raise OptionProblem(
            f"The runtime option toolchain is {toolchain!r} in {root}; the language host of engine/ knows "
            f"only 'pip'. Write `toolchain: pip`, or use the official Pulumi CLI."
        )
    virtualenv = options.get("virtualenv")
    if not virtualenv:
        return PythonEnvironment(folder=None)
    # normpath and not resolve(): a symlink to a virtual environment must stay that symlink.
    return PythonEnvironment(folder=Path(os.path.normpath(Path(root) / str(virtualenv))))


def variables(pairs: Iterable[str]) -> dict[str, str]:
    """`NAME=value` pairs as a mapping; the last of a name wins, as in an environment block."""
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)
