"""How much space and time dumps take.

The certain rule (free space against memory) is here; the estimates are in modules of their own:
:mod:`~kdump.capacity.page_types` reads ``makedumpfile --mem-usage``, :mod:`~kdump.capacity.dump_size` makes the
size of one dump of it, :mod:`~kdump.capacity.local` and :mod:`~kdump.capacity.collector` what a place for
dumps needs, :mod:`~kdump.capacity.dump_time` how long a dump takes, :mod:`~kdump.capacity.pitfalls` what none
of these numbers sees.
"""

from kdump.capacity.space import SpaceVerdict, free_space, shared_space
from kdump.units import human

__all__ = ["SpaceVerdict", "free_space", "human", "shared_space"]
