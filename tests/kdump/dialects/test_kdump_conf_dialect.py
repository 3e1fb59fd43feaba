"""/etc/kdump.conf of every release: what is written is read back the same, and accepted by that release."""

from collections import Counter

import pytest
from dump_models import PLATFORMS, configurations
from hypothesis import given, settings

from kdump.configuration import DumpConfiguration
from kdump.dialects.kdump_conf import PATH, parse, render
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform, platform_named
from kdump.rendering import RenderedFile, rendered
from kdump.targets import FilesystemTarget
from kdump.verdicts.judge import verdict


def given_settings(configuration: DumpConfiguration) -> set[str]:
    """The settings that *configuration* says something in, as refusals name them."""
    said = {"target", "dumpLevel", "compression"}
    said |= {f"target.{name}" for name, value in configuration.target if value is not None}
    said |= {f"options.{name}" for name in configuration.options}
    # Up to release 6 the one action decides about the other, so either may be named.
    if configuration.failure_action or configuration.final_action:
        said |= {"failureAction", "finalAction"}
    return said


def asked_for(configuration: DumpConfiguration) -> set[str]:
    """Directives about which a release may warn, because the user himself wrote just that."""
    target = configuration.target
    return set(configuration.options) | ({target.filesystem} if isinstance(target, FilesystemTarget) else set())


def files_or_refusal(configuration: DumpConfiguration, platform: Platform) -> tuple[RenderedFile, ...] | Refusal:
    try:
        return rendered(configuration, platform)
    except Refusal as refusal:
        return refusal


@pytest.mark.parametrize("generation", PLATFORMS, ids=lambda generation: generation.name)
def test_what_a_release_gets_it_accepts_and_it_is_read_back_the_same(generation: Generation) -> None:
    platform = platform_named(PLATFORMS[generation])
    assert generation_of(platform) is generation
    seen: Counter[str] = Counter()

    @settings(max_examples=300, derandomize=True)
    @given(configurations(generation))
    def check(configuration: DumpConfiguration) -> None:
        files = files_or_refusal(configuration, platform)
        if isinstance(files, Refusal):
            assert files.setting in given_settings(configuration)
            assert files.instead
            seen["refused"] += 1
            return
        seen["accepted"] += 1
        assert [file.path for file in files if file.whole] == [PATH]
        text = files[0].text
        directives = {name: value for name, value in configuration.options.items() if name.islower()}
        expected = configuration.model_copy(update={"options": directives})
        assert parse(text, generation) == (expected, directives, [])
        said = verdict(text, platform)
        assert said.accepted
        assert {finding.option for finding in said.warned} <= asked_for(configuration)
        assert rendered(configuration, platform) == files
        assert render(expected, generation) == text
        seen[configuration.target.kind] += 1

    check()
    assert seen["accepted"] + seen["refused"] >= 250
    assert seen["accepted"] >= 150
    assert seen["refused"] >= 20
    assert all(seen[kind] >= 5 for kind in ("local", "filesystem", "raw", "nfs", "ssh"))
