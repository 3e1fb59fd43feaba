"""`python -m kdump crashkernel`: a value for a memory, or what a value does."""

import json

import pytest
from command_line import Ask

from kdump.errors import shown


def test_a_crashkernel_value_is_proposed_with_its_reasons(ask: Ask) -> None:
    answer = ask("crashkernel", "--platform", "rhel-9.4", "--memory", "64G")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith(
        "crashkernel=1G-4G:192M,4G-64G:256M,64G-:512M\nsets 512 MiB aside of 64 GiB on rhel 9.4 on x86_64\n"
    )


def test_a_value_of_two_words_is_shown_as_it_stands_on_the_boot_line(ask: Ask) -> None:
    answer = ask("crashkernel", "--platform", "rhel-9.4", "--memory", "64G", "--value", "512M,high 128M,low")
    assert answer.out.startswith("crashkernel=512M,high crashkernel=128M,low\n")


@pytest.mark.parametrize(
    ("platform", "memory", "value"),
    [
        ("rhel-9.4", "64G", "auto"),
        ("rhel-9.7", "1.8G", "2G-64G:256M"),
    ],
)
def test_a_value_that_would_not_do_is_refused_with_the_one_to_write(
    ask: Ask, platform: str, memory: str, value: str
) -> None:
    answer = ask("crashkernel", "--platform", platform, "--memory", memory, "--value", value)
    assert (answer.status, answer.err) == (1, "")
    assert "sets 0 bytes aside" in answer.out
    assert "  crashkernel: found " in answer.out
    assert "Write '" in answer.out


def test_a_host_with_too_little_memory_gets_no_value(ask: Ask) -> None:
    answer = ask("crashkernel", "--platform", "rhel-9.4", "--memory", "100M")
    assert answer.status == 1
    assert answer.out.startswith("no crashkernel\n")
    assert "No value would do on a host with 100 MiB of memory." in answer.out


def test_a_crashkernel_value_as_json(ask: Ask) -> None:
    answer = ask("crashkernel", "--platform", "rhel-9.4", "--memory", "64G", "--json")
    (said,) = json.loads(answer.out)
    assert said["value"] == "1G-4G:192M,4G-64G:256M,64G-:512M"
    assert (said["memoryBytes"], said["reservedBytes"]) == (64 << 30, 512 << 20)
    assert said["explanation"]
    assert said["refused"] == []
    answer = ask("crashkernel", "--platform", "rhel-9.4", "--memory", "64G", "--json", "--value", "auto")
    assert answer.status == 1
    assert json.loads(answer.out)[0]["refused"][0].startswith("crashkernel: found 'auto'")
    answer = ask("crashkernel", "--platform", "rhel-9.4", "--memory", "100M", "--json")
    assert answer.status == 1
    assert json.loads(answer.out)[0]["refused"]


@pytest.mark.parametrize(
    "memory", ["64X", "", "0", "-1G", "lots", "1e9", "9" * 400 + "G", "64 G B", "\u212a64", "64\u212a"]
)
def test_memory_that_is_no_size_is_misuse(ask: Ask, memory: str) -> None:
    answer = ask("crashkernel", "--platform", "rhel-9.4", f"--memory={memory}")
    assert (answer.status, answer.out) == (2, "")
    assert "--memory: found " in answer.err
    assert "such as '64G'" in answer.err


@pytest.mark.parametrize(
    "value", ["much", "", "256M\n1", "256M crashkernel=512M", "9" * 5000, "256M\x1b[2J", "1G-:9" + "9" * 5000]
)
def test_a_value_that_nobody_reads_is_quoted_and_no_size_is_told(ask: Ask, value: str) -> None:
    answer = ask("crashkernel", "--platform", "rhel-9.4", "--memory", "8G", f"--value={value}")
    assert (answer.status, answer.err) == (1, "")
    first, second = answer.out.splitlines()
    assert first == f"{shown(value)} is no crashkernel value"
    assert second.startswith(f"  crashkernel: found {shown(value)}, needed ")
    assert "sets " not in first
    (said,) = json.loads(
        ask("crashkernel", "--platform", "rhel-9.4", "--memory", "8G", f"--value={value}", "--json").out
    )
    assert said["reservedBytes"] is None
    assert len(said["refused"]) == 1


@pytest.mark.parametrize(
    ("platform", "virtualisation", "instead"),
    [
        ("rhel-5.11", "xen-pv", "Use xendump"),
        ("rhel-6.9", "xen-pv", "Use xendump"),
        ("rhel-4.8", "none", "Use netdump"),
    ],
)
@pytest.mark.parametrize("value", [None, "128M", "nonsense"])
def test_where_kdump_does_not_work_that_is_all_there_is_to_say(
    ask: Ask, platform: str, virtualisation: str, instead: str, value: str | None
) -> None:
    arguments = ["crashkernel", "--platform", platform, "--virtualisation", virtualisation, "--memory", "8G"]
    arguments += [f"--value={value}"] if value else []
    answer = ask(*arguments)
    assert (answer.status, answer.err) == (1, "")
    first, second = answer.out.splitlines()
    assert first.startswith("kdump does not work on rhel ")
    assert instead in second
    (said,) = json.loads(ask(*arguments, "--json").out)
    assert said["reservedBytes"] is None
    assert instead in said["refused"][0]


def test_a_xen_host_is_told_what_its_boot_files_take(ask: Ask) -> None:
    where = ("--platform", "sles-15.7", "--virtualisation", "xen-dom0", "--memory", "64G")
    assert ask("crashkernel", *where).out.startswith("crashkernel=372M,below=4G\n")
    assert ask("crashkernel", *where, "--value", "372M,below=4G").status == 0


@pytest.mark.parametrize(
    ("platform", "architecture", "options", "expected"),
    [
        ("rhel-9.7", "aarch64", ["--page-size", "64k"], "2G-4G:356M,4G-64G:420M,64G-:676M"),
        ("rhel-9.7", "aarch64", ["--page-size", "64k", "--mlx5", "--smmu"], "2G-4G:940M,4G-64G:1004M,64G-:1260M"),
        ("rhel-9.7", "aarch64", ["--page-size", "4k", "--mlx5"], "2G-4G:406M,4G-64G:470M,64G-:726M"),
        ("rhel-9.7", "x86_64", ["--memory-encryption"], "2G-64G:320M,64G-:576M"),
        ("sles-15.7", "ppc64le", ["--fadump"], "410M"),
    ],
)
def test_hardware_that_needs_more_is_counted(
    ask: Ask, platform: str, architecture: str, options: list[str], expected: str
) -> None:
    answer = ask("crashkernel", "--platform", platform, "--architecture", architecture, "--memory", "8G", *options)
    assert (answer.status, answer.out.splitlines()[0]) == (0, f"crashkernel={expected}")


def test_a_value_is_judged_with_the_hardware_too(ask: Ask) -> None:
    where = ["crashkernel", "--platform", "rhel-9.4", "--architecture", "aarch64", "--memory", "2G", "--value", "128M"]
    assert ask(*where).status == 0
    answer = ask(*where, "--page-size", "64k", "--mlx5", "--smmu")
    assert answer.status == 1
    assert "at least 256 MiB" in answer.out
    assert "Write '1G-4G:940M" in answer.out


def test_a_kernel_that_only_has_pages_of_64k_is_counted_with_them(ask: Ask) -> None:
    where = ("--platform", "rhel-8.6", "--architecture", "aarch64", "--memory", "2G", "--value", "128M")
    assert "at least 256 MiB" in ask("crashkernel", *where).out


@pytest.mark.parametrize(
    "wrong", [["--page-size", "64k"], ["--page-size", "16k"], ["--fadump"], ["--page-size", "65536"]]
)
def test_hardware_that_a_platform_cannot_have_is_misuse(ask: Ask, wrong: list[str]) -> None:
    answer = ask("crashkernel", "--platform", "rhel-9.4", "--memory", "8G", *wrong)
    assert (answer.status, answer.out) == (2, "")
    assert wrong[0].lstrip("-") in answer.err


def test_far_too_little_for_the_hardware_is_told(ask: Ask) -> None:
    where = ("--platform", "rhel-9.4", "--architecture", "aarch64", "--memory", "1G")
    answer = ask("crashkernel", *where, "--page-size", "64k", "--mlx5", "--smmu")
    assert "far below the 940 MiB" in answer.out
    assert "prove it with a drill" in answer.out
