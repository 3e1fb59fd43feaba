#!/bin/sh
# Installs on a bare release what kdump needs, as the installer does: FLEET_INSTALL, as far as there is a package.
set -eu
install=
for name in $FLEET_INSTALL; do
	for file in /fixture/repo/"$name"-[0-9]*.rpm; do
		if [ -e "$file" ] && ! rpm -q "$name" >/dev/null; then install="$install $name"; fi
	done
done
# shellcheck disable=SC2086
[ -z "$install" ] || sh /fixture/build/machine/install.sh $install
