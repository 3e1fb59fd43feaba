"""Runs one Pulumi program. Started by the language host with the program's own Python.

It stands alone: that Python has the Pulumi SDK but need not see this checkout. What to run comes as JSON on
stdin. Exit codes: 0 done, 32 failed and the user has been told, anything else is the program's own.
"""

import asyncio
import json
import logging
import os
import runpy
import signal
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

_ERROR_WAS_SHOWN = 32
# The SDK says this when the engine closed the monitor, which it does after an error it has already shown.
_ENGINE_IS_GONE = "Resource monitor has terminated"


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    job: dict[str, Any] = json.load(sys.stdin)
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    sys.path.pop(0)  # the folder of this file; the program must not import from it

    try:
        import pulumi.runtime
    except ImportError as error:
        print(
            f"error: the Pulumi SDK cannot be imported by {sys.executable}: {error}\n"
            "Run engine/setup, or `pulumi install` in the folder of Pulumi.yaml.",
            file=sys.stderr,
        )
        return _ERROR_WAS_SHOWN

    pulumi.runtime.set_all_config(job["config"], job["secretKeys"])
    pulumi.runtime.configure(pulumi.runtime.Settings(**job["settings"]))
    # An error leaves resources unresolved, and asyncio would report each of them at exit.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    sys.argv = [job["program"], *job["arguments"]]
    return _run(job["program"], parallel=job["settings"]["parallel"])


def _run(program: str, parallel: int) -> int:
    import pulumi
    import pulumi.runtime
    from pulumi.runtime.stack import ResourceRegistrationFailed

    def start() -> None:
        if not _entry_point(program).is_file():
            raise pulumi.RunError(f"There is no Python program {_entry_point(program)}.")
        runpy.run_path(program, run_name="__main__")

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # Each registration waits in a thread until the engine is done with the resource.
    executor = ThreadPoolExecutor(max_workers=4 * max(parallel, 1))
    loop.set_default_executor(executor)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(start))
    except SystemExit as leaving:
        return _exit_code(leaving)
    except pulumi.RunError as error:
        if _ENGINE_IS_GONE not in str(error):
            _show(str(error))
        return _ERROR_WAS_SHOWN
    except ResourceRegistrationFailed:
        # With PULUMI_CONTINUE_ON_ERROR the SDK raises this in what depends on a failed resource. The engine
        # has told of the failure, and deletes nothing as long as the program does not end well.
        return _ERROR_WAS_SHOWN
    except Exception as error:  # the last place where an error of the program can be told
        trace = _from_program(error.__traceback__, program)
        text = "".join(traceback.format_exception(type(error), error, trace))
        _show(f"The program ended with an exception nobody handled:\n{text}")
        return _ERROR_WAS_SHOWN
    finally:
        executor.shutdown(wait=True)
        loop.close()
    return 0


def _entry_point(program: str) -> Path:
    path = Path(program)
    return path if path.suffix else path / "__main__.py"


def _from_program(trace: TracebackType | None, program: str) -> TracebackType | None:
    """The traceback from the program's first line on: what is above is this file and the SDK."""
    start = str(_entry_point(program))
    here = trace
    while here is not None:
        if os.path.normpath(here.tb_frame.f_code.co_filename) == start:
            return here
        here = here.tb_next
    return trace


def _exit_code(leaving: SystemExit) -> int:
    if isinstance(leaving.code, str):
        _show(leaving.code)
        return _ERROR_WAS_SHOWN
    return leaving.code or 0


def _show(text: str) -> None:
    """Tell the user, through the engine if it is still there."""
    import grpc
    import pulumi

    try:
        pulumi.log.error(text)
    except grpc.RpcError:
        print(text, file=sys.stderr)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """The engine is done with this program: threads that wait for it must not hold up the end."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_ERROR_WAS_SHOWN)


if __name__ == "__main__":
    sys.exit(main())
