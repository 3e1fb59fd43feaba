"""Rows about a dump's content and size. Source: Red Hat's how-to of kdump; beyond it, the releases' packages."""

from kdump.how_to.rows import Row

_CONF = "kdump.dialects.kdump_conf"
_LEVELS = "kdump.capacity.page_types"
_CAPACITY = "kdump.capacity"

CONTENT = (
    Row(
        "compression-and-filter",
        "rhel-5",
        "core_collector makedumpfile -c -d 31, which needs kernel-debuginfo; no line, no filter.",
        _CONF,
    ),
    Row(
        "compression-and-filter", "rhel-6", "core_collector makedumpfile -c --message-level 1 -d 31 by default.", _CONF
    ),
    Row(
        "compression-and-filter", "rhel-7", "core_collector makedumpfile -l --message-level 1 -d 31 by default.", _CONF
    ),
    Row(
        "dump-level",
        "rhel-5",
        "1 zero, 2 cache, 4 private cache, 8 user and 16 free pages are left out; 31 is all.",
        _LEVELS,
    ),
    Row(
        "dump-level",
        "rhel-6",
        "1 zero, 2 cache, 4 private cache, 8 user and 16 free pages are left out; 31 is all.",
        _LEVELS,
    ),
    Row(
        "dump-level",
        "rhel-7",
        "1 zero, 2 cache, 4 private cache, 8 user and 16 free pages are left out; 31 is all.",
        _LEVELS,
    ),
    Row(
        "best-estimate",
        "rhel-5",
        "The size of a real dump, after a crash through sysrq; until then a tenth of memory at level 31, else all.",
        _CAPACITY,
    ),
    Row(
        "best-estimate",
        "rhel-6",
        "The size of a real dump, after a crash through sysrq; until then a tenth of memory at level 31, else all.",
        _CAPACITY,
    ),
    Row("best-estimate", "rhel-7", "makedumpfile --mem-usage /proc/kcore, and better with a real dump.", _CAPACITY),
)
