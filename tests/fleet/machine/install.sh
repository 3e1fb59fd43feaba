#!/bin/sh
# Installs packages with the release's own installer. Usage: install.sh NAME...
if command -v zypper >/dev/null; then exec zypper --non-interactive --no-refresh install --no-recommends "$@"; fi
tool=yum
if command -v dnf >/dev/null; then tool=dnf; fi
exec $tool -y -q install "$@"
