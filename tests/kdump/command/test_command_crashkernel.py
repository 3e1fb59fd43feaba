"""`python -m kdump crashkernel`: a value for a memory, or what a value does."""

import json

import pytest
from command_line import Ask


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
        ("rhel-9.4", "64G", "much"),
        ("rhel-9.7", "1.8G", "2G-64G:256M"),
        ("rhel-9.4", "1G", ""),
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
