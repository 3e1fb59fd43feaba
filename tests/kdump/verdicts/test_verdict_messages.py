"""What the verdicts of release 7 and newer suggest for actions that they do not know by that name."""

import pytest

from kdump.platforms import platform_named
from kdump.verdicts.judge import verdict

NAMES = {
    "rhel-7.9": "default",
    "rhel-8.0": "default",
    "rhel-8.6": "failure_action",
    "rhel-9.4": "failure_action",
    "rhel-10.0": "failure_action",
}


@pytest.mark.parametrize(
    ("value", "meant"), [("mount_root_run_init", "dump_to_rootfs"), ("Halt", "halt"), ("restart", "reboot")]
)
@pytest.mark.parametrize("platform", NAMES)
def test_an_action_by_an_old_or_a_wrong_name_is_told_by_the_name_it_has_there(
    platform: str, value: str, meant: str
) -> None:
    (finding,) = verdict(f"default {value}\n", platform_named(platform)).refused
    assert finding.instead == f"Write '{NAMES[platform]} {meant}', and nothing behind it"


@pytest.mark.parametrize("platform", ["rhel-8.6", "rhel-9.4", "rhel-10.0"])
def test_a_final_action_keeps_its_name(platform: str) -> None:
    (finding,) = verdict("final_action Poweroff\n", platform_named(platform)).refused
    assert finding.instead == "Write 'final_action poweroff', and nothing behind it"
