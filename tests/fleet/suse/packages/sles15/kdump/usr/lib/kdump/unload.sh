#!/bin/sh
# Unloads the capture kernel.
. /usr/lib/kdump/kdump-read-config.sh
if [ "$KDUMP_FADUMP" != true ]; then kexec -a -p -u || exit 1; fi
rm -f /run/udev/rules.d/70-kdump.rules
