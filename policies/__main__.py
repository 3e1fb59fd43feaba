"""The policy pack's process. Building the pack serves it and blocks, so this is run and never imported."""

import sys
from pathlib import Path

# Packs run in their own folder; rules import the project's packages from the one above.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi_policy import PolicyPack

from policies.pack import RULES, STACK_RULES

PolicyPack(name="pulumi-kdump", policies=[*(rule.policy() for rule in RULES), *STACK_RULES])
