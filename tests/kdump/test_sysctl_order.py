"""Which file decides a sysctl at boot, on each generation."""

import pytest

from kdump.dialects.sysctl_order import BootSetting, in_boot_order, settings_at_boot
from kdump.platforms import platform_named

CONF = "/etc/sysctl.conf"
DROP_INS = ("/etc/sysctl.d/20-own", "/etc/sysctl.d/50-x.conf", "/etc/sysctl.d/99-z.conf")


@pytest.mark.parametrize(
    ("platform", "order"),
    [
        ("rhel-5.6", [CONF]),
        ("rhel-5.7", [CONF, *DROP_INS]),
        ("rhel-6.1", [CONF]),
        ("centos-6.2", [CONF, *DROP_INS]),
        ("rhel-6", [CONF, *DROP_INS]),
        ("rhel-7.9", ["/run/sysctl.d/10-a.conf", "/etc/sysctl.d/50-x.conf", "/lib/sysctl.d/60-l.conf",
                      "/etc/sysctl.d/99-z.conf"]),
    ],
)  # fmt: skip
def test_files_are_read_as_the_release_reads_them(platform: str, order: list[str]) -> None:
    files = (
        CONF, "/etc/sysctl.d/20-own", "/etc/sysctl.d/50-x.conf", "/etc/sysctl.d/50-x.conf.rpmsave",
        "/etc/sysctl.d/99-z.conf", "/run/sysctl.d/10-a.conf", "/usr/lib/sysctl.d/10-a.conf",
        "/usr/lib/sysctl.d/50-x.conf", "/lib/sysctl.d/60-l.conf", "/etc/sysctl.d/README~", "/srv/99-zz.conf",
    )  # fmt: skip
    assert in_boot_order(files, platform_named(platform)) == order


def test_the_last_file_wins_and_is_named() -> None:
    files = {
        "/etc/sysctl.d/99-z.conf": "kernel/panic = 5\nkernel.p* = 9\n",
        "/usr/lib/sysctl.d/10-a.conf": "kernel.panic = 1\nkernel.panic_on_oops = 1\n",
    }
    found = settings_at_boot(files, platform_named("sles-15.7"))
    assert found["kernel.panic"] == BootSetting("/etc/sysctl.d/99-z.conf", "5")
    assert found["kernel.panic_on_oops"] == BootSetting("/usr/lib/sysctl.d/10-a.conf", "1")


def test_a_file_of_the_same_name_stands_in_even_when_it_is_empty() -> None:
    files = {"/etc/sysctl.d/50-x.conf": "", "/usr/lib/sysctl.d/50-x.conf": "kernel.panic = 1\n"}
    assert settings_at_boot(files, platform_named("debian-12")) == {}
