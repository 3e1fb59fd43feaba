"""All rules of the pack."""

from policies.empty_range import EMPTY_RANGE
from policies.encrypted_dumps import ENCRYPTED_DUMPS
from policies.erases import ERASES
from policies.free_space import FREE_SPACE
from policies.nfs_version import NFS_VERSION
from policies.not_on_root import NOT_ON_ROOT
from policies.refused_target import REFUSED_TARGET
from policies.reservation import RESERVATION
from policies.rule import Rule

RULES: tuple[Rule, ...] = (
    FREE_SPACE,
    RESERVATION,
    EMPTY_RANGE,
    REFUSED_TARGET,
    ERASES,
    NFS_VERSION,
    NOT_ON_ROOT,
    ENCRYPTED_DUMPS,
)
