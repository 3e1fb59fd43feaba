"""The whole table, in the how-to's order."""

from kdump.how_to.rows import Row
from kdump.how_to.rows_content import CONTENT
from kdump.how_to.rows_reservation import RESERVATION
from kdump.how_to.rows_targets import TARGETS
from kdump.how_to.rows_tools import TOOLS
from kdump.how_to.rows_troubles import TROUBLES

GROUPS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("Which tool, and how it is turned on", TOOLS),
    ("Memory for the capture kernel", RESERVATION),
    ("Where the dump goes", TARGETS),
    ("What is in it, and how large it is", CONTENT),
    ("What triggers a dump, and what goes wrong", TROUBLES),
)

ROWS: tuple[Row, ...] = tuple(row for _, rows in GROUPS for row in rows)
