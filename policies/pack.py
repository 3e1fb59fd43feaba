"""All rules of the pack: what there is, in the order in which docs/policies.md has it."""

from pulumi_policy import StackValidationPolicy

from policies.cluster_waits import CLUSTER_WAITS
from policies.collector_key import COLLECTOR_KEY
from policies.collector_space import COLLECTOR_SPACE
from policies.deprecated_ways import DEPRECATED_WAYS
from policies.drill_age import DRILL_AGE
from policies.empty_range import EMPTY_RANGE
from policies.encrypted_dumps import ENCRYPTED_DUMPS
from policies.erases import ERASES
from policies.exemptions import EXEMPTIONS, exemption_sense
from policies.facts_age import FACTS_AGE
from policies.failure_domain import FAILURE_DOMAIN
from policies.fence_and_target import FENCE_AND_TARGET
from policies.fleet_triggers import FLEET_TRIGGERS
from policies.free_space import FREE_SPACE
from policies.nfs_version import NFS_VERSION
from policies.not_on_root import NOT_ON_ROOT
from policies.one_key_each import ONE_KEY_EACH
from policies.open_export import OPEN_EXPORT
from policies.refused_target import REFUSED_TARGET
from policies.reservation import RESERVATION
from policies.rule import Rule

_RULES: tuple[Rule, ...] = (
    FREE_SPACE,
    COLLECTOR_SPACE,
    RESERVATION,
    EMPTY_RANGE,
    REFUSED_TARGET,
    NFS_VERSION,
    ERASES,
    NOT_ON_ROOT,
    DEPRECATED_WAYS,
    CLUSTER_WAITS,
    FENCE_AND_TARGET,
    FAILURE_DOMAIN,
    FLEET_TRIGGERS,
    OPEN_EXPORT,
    COLLECTOR_KEY,
    ENCRYPTED_DUMPS,
    DRILL_AGE,
    FACTS_AGE,
    EXEMPTIONS,
)
STACK_RULES: tuple[StackValidationPolicy, ...] = (ONE_KEY_EACH,)
"""Rules that take all resources of a stack to judge. `up` knows what they say only when it has made the change."""
RULES: tuple[Rule, ...] = (
    *_RULES,
    exemption_sense([rule.name for rule in _RULES if rule is not EXEMPTIONS]),
)
"""Rules that judge a resource by itself, before it is changed."""
