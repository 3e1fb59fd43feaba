"""All rules of the pack."""

from policies.free_space import FREE_SPACE
from policies.rule import Rule

RULES: tuple[Rule, ...] = (FREE_SPACE,)
