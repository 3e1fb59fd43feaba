"""Options of an old host that the new platform has another way for: where to say them now, sentence by sentence."""

import pytest
from migrated_files import moved, settings_lines

from kdump.platforms import platform_named
from kdump.rendering import rendered

MODULES = "options bonding mode=1\noptions e1000 debug=1 x=2\nblacklist radeon nouveau\ndebug_mem_level 2\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("debug_mem_level 3", "add 'rd.memdebug=3' to KDUMP_COMMANDLINE_APPEND in /etc/sysconfig/kdump"),
        ("blacklist radeon nouveau", "add 'rd.driver.blacklist=radeon,nouveau' to KDUMP_COMMANDLINE_APPEND"),
        ("options qla2xxx a=1 b=2", "add 'qla2xxx.a=1 qla2xxx.b=2' to KDUMP_COMMANDLINE_APPEND"),
        ("options bonding mode=1", "the bond is made as on the running host"),
        ("link_delay 60", "the capture kernel waits by itself"),
        ("disk_timeout 180", "the capture kernel waits by itself"),
    ],
)
@pytest.mark.parametrize("new", ["rhel-7.9", "rhel-8.0", "rocky-9.4", "fedora-42"])
def test_a_deprecated_option_is_told_with_where_to_say_it_now(line: str, said: str, new: str) -> None:
    migration = moved(f"path /srv\n{line}\n", "rhel-6.9", new)
    assert migration.files
    assert line.split()[0] not in " ".join(settings_lines(migration))
    (sentence,) = migration.lost
    assert sentence.startswith(f"'{line}': ")
    assert said in sentence


def test_options_stay_between_releases_that_both_know_them() -> None:
    text = "net nas:/x\nlink_delay 60\noptions bonding mode=1\ncore_collector makedumpfile -c -d 31\n"
    migration = moved(text, "rhel-5.11", "rhel-6.9")
    assert migration.lost == ()
    assert settings_lines(migration)[1:] == [
        "nfs nas:/x",
        "core_collector makedumpfile -c --message-level 1 -d 31",
        "link_delay 60",
        "options bonding mode=1",
    ]


@pytest.mark.parametrize(
    ("new", "key", "words"),
    [
        (
            "rhel-9.4",
            "KDUMP_COMMANDLINE_APPEND in /etc/sysconfig/kdump",
            ["e1000.debug=1 e1000.x=2", "rd.driver.blacklist=radeon,nouveau", "rd.memdebug=2"],
        ),
        (
            "sles-15-sp6",
            "KDUMP_COMMANDLINE_APPEND in /etc/sysconfig/kdump",
            ["e1000.debug=1 e1000.x=2", "rd.driver.blacklist=radeon,nouveau", "rd.memdebug=2"],
        ),
        (
            "debian-12",
            "KDUMP_CMDLINE_APPEND in /etc/default/kdump-tools",
            ["e1000.debug=1 e1000.x=2", "module_blacklist=radeon,nouveau"],
        ),
    ],
)
def test_options_of_modules_become_words_on_the_command_line_of_the_capture_kernel(
    new: str, key: str, words: list[str]
) -> None:
    migration = moved(f"nfs nas:/srv\npath /\n{MODULES}", "rhel-6.9", new)
    told = "\n".join(migration.lost)
    assert "'options bonding mode=1': it is not needed any more, the bond is made as on the running host" in told
    for each in words:
        assert f"add '{each}' to {key}" in told
    assert told.count("KDUMP_C") == len(words)
    if new == "debian-12":
        assert "'debug_mem_level 2': nothing in /etc/default/kdump-tools does the same" in told


def test_suse_tells_the_cluster_after_the_dump() -> None:
    text = "nfs nas:/srv\npath /\nfence_kdump_nodes web2 web3\nfence_kdump_args -p 7410 -c 0 -i 5\n"
    migration = moved(text, "rhel-9.4", "sles-15-sp6")
    command = "/usr/lib/fence_kdump_send -p 7410 -i 5 -c 1 web2 web3"
    told = "\n".join(migration.lost)
    assert f"write '{command}' as KDUMP_POSTSCRIPT in /etc/sysconfig/kdump; it runs after the dump only" in told
    assert "'fence_kdump_args -p 7410 -c 0 -i 5': its words are in KDUMP_POSTSCRIPT" in told
    assert migration.configuration is not None
    suggested = migration.configuration.model_copy(update={"options": {"KDUMP_POSTSCRIPT": command}})
    assert f'KDUMP_POSTSCRIPT="{command}"' in rendered(suggested, platform_named("sles-15-sp6"))[0].text
    (sentence,) = moved("nfs nas:/srv\npath /\nfence_kdump_args -p 7410\n", "rhel-9.4", "sles-15-sp6").lost
    assert "no effect" in sentence
