"""The space a dump needs and the space there is, as inputs that policies see before anything is changed."""

from collections.abc import Mapping
from typing import Any


def space(
    host: Mapping[str, Any],
    there: Mapping[str, Any],
    directory: str,
    mount_point: str = "",
    device: str = "",
    *,
    raw: bool = False,
) -> dict[str, Any]:
    """Memory of a host and free space of its target, in bytes, from the facts of both ends.

    `there` are the facts of the machine that `directory` is on. What could not be measured is left out, and
    `problem` says why. `mount_point` is where a file system of its own holds `directory`: what is free there is told
    only once that is mounted, and until then `notYetMounted` says so. Without a `directory`, `device` is what the dump
    is written to: with as much free as its file system has where that is mounted, or, where it is `raw`, as large as it
    is. How large the device of a file system is that is not mounted yet, `deviceBytes` says.
    """
    found: dict[str, Any] = {}
    problems = [str(facts["problem"]) for facts in (host, there) if facts.get("problem")]
    if problems:
        found["problem"] = "; ".join(dict.fromkeys(problems))
    memory = int(host.get("memoryBytes", -1))
    measured = there.get("space", {}).get(directory, {})
    on_device = there.get("devices", {}).get(device, {})
    if device and not directory:
        measured = on_device
    free = int(measured.get("freeBytes", -1))
    size = int(on_device.get("sizeBytes", -1))
    if raw and free < 0:
        free = size
    mounted_at = measured.get("mountPoint") or mount_point
    if mount_point and free >= 0 and mounted_at != mount_point:
        found |= {"deviceBytes": size} if size > 0 else {}
        free, found["notYetMounted"], measured = -1, mount_point, {}
    if memory > 0 and free >= 0:
        memory, free = _steady(memory, free)
    if memory > 0:
        found["memoryBytes"] = memory
    if free >= 0:
        found["freeBytes"] = free
    if total := int(measured.get("totalBytes", -1)):
        found |= {"totalBytes": coarse(total, up=False)} if total > 0 else {}
    if measured.get("mountPoint"):
        found["mountPoint"] = str(measured["mountPoint"])
    # Of a device that is not there nobody knows what is on it.
    if on_device.get("found") and "use" in on_device:
        found["use"] = str(on_device["use"])
    return found


def _steady(memory: int, free: int) -> tuple[int, int]:
    """Both rounded to four leading bits, memory up and space down, where there is room even so.

    Free space is another number at every run; unrounded, no preview would ever say that nothing changes. Where
    room is short, it is short of the memory's exact number, too; only where it is just enough is every byte told.
    """
    rounded = coarse(memory, up=True), coarse(free, up=False)
    if rounded[1] > rounded[0]:
        return rounded
    return (memory, rounded[1]) if free <= memory else (memory, free)


def coarse(size: int, *, up: bool, bits: int = 4) -> int:
    """A size of so many leading bits, the next one up or down."""
    step = 1 << max(size.bit_length() - bits, 0)
    return -(-size // step) * step if up else size // step * step
