#!/bin/sh
# Runs in mount, uts and ipc namespaces of its own: makes the file system of a fleet host and boots it again and again.
# Usage: inside.sh WORK HOSTNAME LOWER CGROUP
# LOWER is overlayfs' lowerdir (layers of the release over the shared tree); WORK/seed is what this one host adds.
# What is written goes to a tmpfs that lasts over reboots and ends with the last process in here.
set -eu
work=$1 name=$2 lower=$3 cgroup=$4
here=${0%/*}

mount -t tmpfs -o size=256m,mode=755 fleet "$work/layers"
cd "$work/layers"
mkdir upper work root
mount -t overlay -o "lowerdir=$lower,upperdir=upper,workdir=work,index=off,metacopy=off" overlay root
# Copied through the overlay, so that folders of the layers keep their modes.
tar -C "$work/seed" -cf - . | tar -C root --keep-directory-symlink --no-overwrite-dir -xf -
hostname "$name"
mkdir "$cgroup"

while :; do
	code=0
	# The host is born in a cgroup of its own, which its cgroup namespace then takes for the top.
	sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' boot "$cgroup" \
		setpriv --pdeathsig KILL \
		unshare --pid --fork --kill-child=KILL --mount --cgroup --propagation private \
		sh "$here/one-boot.sh" "$work" || code=$?
	find "$cgroup" -mindepth 1 -depth -type d -exec rmdir {} \; 2>/dev/null || :
	# The kernel ends pid 1 with SIGINT on poweroff and with SIGHUP on reboot. All else never was a boot.
	case $code in
	0 | 129) ;;
	130) break ;;
	*) exit "$code" ;;
	esac
	# How long a reboot takes, for tests of those who wait for it.
	if [ -e root/fixture/down ]; then sleep "$(cat root/fixture/down)"; else sleep 0.1; fi
done
rmdir "$cgroup"
# Powered off: it stays off, and keeps its disk, until it is stopped.
exec sleep infinity
