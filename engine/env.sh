# To be sourced, from any folder:  . engine/env.sh
# Puts this checkout's Python environment and Pulumi to use in the present shell (bash, zsh, or sh).
# What you have set yourself is left as it is.
# shellcheck shell=sh

# Where this file lies. sh cannot tell, there it is looked for from the present folder upwards.
if [ -n "${BASH_SOURCE:-}" ]; then
    # shellcheck disable=SC3028,SC3054
    _kdump_root=$(cd "$(dirname "$BASH_SOURCE")/.." && pwd)
elif [ -n "${ZSH_VERSION:-}" ]; then
    _kdump_root=$(eval 'cd "${${(%):-%x}:A:h}/.." && pwd')
else
    _kdump_root=$PWD
    while [ "$_kdump_root" != / ] && [ ! -f "$_kdump_root/engine/env.sh" ]; do
        _kdump_root=$(dirname "$_kdump_root")
    done
fi

if [ ! -x "$_kdump_root/.venv/bin/python" ]; then
    echo "engine/env.sh: there is no $_kdump_root/.venv yet; run engine/setup first." >&2
    unset _kdump_root
    return 1
fi

# First on PATH, once, however often this is sourced.
_kdump_prepend() {
    case ":$PATH:" in
        *":$1:"*) ;;
        *) PATH=$1:$PATH ;;
    esac
}

# Our own Pulumi, if engine/setup had to build one.
if [ -x "$_kdump_root/.engine/bin/pulumi" ]; then
    _kdump_prepend "$_kdump_root/.engine/bin"
    # Its plugins, and its logins, apart from those of an official CLI (a home of another checkout is not kept).
    case ${PULUMI_HOME:-} in
        '' | */.engine/home) export PULUMI_HOME="$_kdump_root/.engine/home" ;;
    esac
fi
# The tools of requirements.txt: python, pytest, mypy, ruff.
_kdump_prepend "$_kdump_root/.venv/bin"
export PATH

# State in the checkout, unless you named a backend or are logged in to one.
if [ -z "${PULUMI_BACKEND_URL:-}" ] && [ -z "${PULUMI_ACCESS_TOKEN:-}" ] &&
    ! grep -Eq '"current": *"[^"]' "${PULUMI_HOME:-$HOME/.pulumi}/credentials.json" 2> /dev/null; then
    mkdir -p "$_kdump_root/.pulumi-state"
    export PULUMI_BACKEND_URL="file://$_kdump_root/.pulumi-state"
fi

# One host that cannot be reached must not keep the others from being configured (`up` and `destroy`).
export PULUMI_CONTINUE_ON_ERROR="${PULUMI_CONTINUE_ON_ERROR:-true}"
# Hosts are many and answer slowly: let more of them be worked on at once than the engine's four for each processor.
export PULUMI_PARALLEL="${PULUMI_PARALLEL:-64}"
# State is written once at the end instead of at every step, which is quadratic in the number of hosts. Should this
# machine die in the middle, what was made is not in the state, but on the hosts: the next up finds it and takes it
# over. Set PULUMI_SKIP_CHECKPOINTS=false to have every step written.
export PULUMI_SKIP_CHECKPOINTS="${PULUMI_SKIP_CHECKPOINTS:-true}"
export PULUMI_EXPERIMENTAL="${PULUMI_EXPERIMENTAL:-true}"
# The version is pinned by this project; do not ask the vendor's server for a newer one.
export PULUMI_SKIP_UPDATE_CHECK="${PULUMI_SKIP_UPDATE_CHECK:-true}"

unset _kdump_root
unset -f _kdump_prepend
