"""Red Hat's how-to of kdump, item by item and release by release: what holds, which module knows it, what proves it.

`python -m kdump.how_to` writes it to docs/how-to.md.
"""

from kdump.how_to.page import document, name_of_test, proofs_in
from kdump.how_to.rows import Row
from kdump.how_to.table import ROWS

__all__ = ["ROWS", "Row", "document", "name_of_test", "proofs_in"]
