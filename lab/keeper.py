"""Watches over one guest's QEMU, so that none runs on unseen.

It ends the guest when its pid file vanishes (somebody removed the lab's folder by hand), and, in an ephemeral
lab, when the process that asked for the lab is gone (a test run that was killed). Started by itself, with
nothing of the project imported: KEEPER GUEST_PID PID_FILE [OWNER_PID].
"""

from __future__ import annotations

import os
import select
import signal
import sys

LOOK_EVERY_MILLISECONDS = 3000


def watch(guest: int, pid_file: str, owner: int | None) -> None:
    """Return once the guest has ended. Both processes are file descriptors: a number used anew fools nobody."""
    events = select.poll()
    events.register(guest, select.POLLIN)
    if owner is not None:
        events.register(owner, select.POLLIN)
    while True:
        ended = {descriptor for descriptor, _ in events.poll(LOOK_EVERY_MILLISECONDS)}
        if guest in ended:
            return
        if owner in ended or not os.path.exists(pid_file):  # noqa: PTH110 - pathlib costs memory in each keeper
            signal.pidfd_send_signal(guest, signal.SIGTERM)
            if owner is not None and owner in ended:
                events.unregister(owner)
                owner = None


def main() -> None:
    guest_pid, pid_file, *rest = sys.argv[1:]
    try:
        guest = os.pidfd_open(int(guest_pid))
    except ProcessLookupError:
        return
    owner: int | None = None
    if rest:
        try:
            owner = os.pidfd_open(int(rest[0]))
        except ProcessLookupError:
            signal.pidfd_send_signal(guest, signal.SIGTERM)
            return
    watch(guest, pid_file, owner)


if __name__ == "__main__":
    main()
