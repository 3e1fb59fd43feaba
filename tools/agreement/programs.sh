#!/usr/bin/env bash
# Fetch the real programs the scripts call and Debian lacks by default: gawk (RHEL's awk) and makedumpfile, each as the
# distribution's package, unpacked into a folder of their own. Nothing is installed.
#
#   programs.sh FOLDER
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$folder"
mkdir -p bin lib packages unpacked
(cd packages && apt-get download -qq gawk libsigsegv2 makedumpfile liblzo2-2)
for package in packages/*.deb; do
	dpkg -x "$package" unpacked
done
cp unpacked/usr/bin/gawk bin/awk
cp unpacked/usr/bin/makedumpfile bin/
find unpacked -name 'libsigsegv.so.*' -o -name 'liblzo2.so.*' | xargs -I{} cp -a {} lib/
LD_LIBRARY_PATH=lib bin/awk 'BEGIN { exit }'
LD_LIBRARY_PATH=lib bin/makedumpfile --check-params -d 31 vmcore dumpfile
