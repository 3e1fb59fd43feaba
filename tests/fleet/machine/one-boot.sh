#!/bin/sh
# One boot of a fleet host, in pid, mount and cgroup namespaces of its own: a new /proc, /sys, /dev, /run and /tmp,
# the kernel's view of itself as files, and then the host's own pid 1.
# Usage: one-boot.sh WORK
set -eu
root=$1/layers/root
kernel=$root/fixture/kernel

mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755,size=1m sys "$root/sys"
mount -t tmpfs -o mode=755,size=32m run "$root/run"
mount -t tmpfs -o mode=1777,size=128m tmp "$root/tmp"
mount -t tmpfs -o mode=755,size=16m dev "$root/dev"
for node in null zero full random urandom tty; do
	: >"$root/dev/$node"
	mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,size=16m shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
# A console that nobody reads.
: >"$root/dev/console"
mount --bind /dev/null "$root/dev/console"

if [ -e "$root/lib/systemd/systemd" ]; then
	mkdir -p "$root/sys/fs/cgroup"
	mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
fi
if [ -d "$1/net" ]; then
	mkdir -p "$root/fixture/net"
	mount --bind "$1/net" "$root/fixture/net"
fi

# What may be written below /proc/sys is plain files of this host, which a boot makes anew; the rest is read-only.
# Nothing set in here reaches the machine.
rm -rf "$kernel/sys"
mkdir -p "$kernel/sys" "$root/sys/kernel"
for part in kernel vm; do
	mkdir "$kernel/sys/$part"
	cp -r "$root/proc/sys/$part/." "$kernel/sys/$part/" 2>/dev/null || :
	chmod -R u+w "$kernel/sys/$part"
done
cp -r "$root/fixture/sysctl-defaults/." "$kernel/sys/"
# This machine's kernel may know of more than the release's.
if [ -e "$root/fixture/sysctl-unknown" ]; then
	while read -r name; do rm -f "$kernel/sys/$name"; done <"$root/fixture/sysctl-unknown"
fi
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
for name in random/uuid hostname; do
	mount --bind "$root/proc/sys/kernel/$name" "$kernel/sys/kernel/$name"
done
for part in kernel vm; do
	mount --rbind "$kernel/sys/$part" "$root/proc/sys/$part"
done

for file in cmdline boot_id kexec_crash_size kexec_crash_loaded osrelease version meminfo sysrq-trigger; do
	[ -e "$kernel/$file" ] || echo 0 >"$kernel/$file"
done
[ -e "$kernel/modules" ] || : >"$kernel/modules"
# A key pressed here, a crash among them, is written down and does nothing.
: >"$kernel/sysrq-trigger"
for file in kexec_crash_size kexec_crash_loaded; do
	: >"$root/sys/kernel/$file"
	mount --bind "$kernel/$file" "$root/sys/kernel/$file"
done
for file in cmdline version meminfo modules sysrq-trigger; do
	# A kernel built without modules or these keys has no such file.
	if [ -e "$root/proc/$file" ]; then mount --bind "$kernel/$file" "$root/proc/$file"; fi
done
mount --bind "$kernel/boot_id" "$root/proc/sys/kernel/random/boot_id"
mount --bind "$kernel/osrelease" "$root/proc/sys/kernel/osrelease"

# A host may reboot itself (its pid namespace), but not load modules, set the clock or read the machine's kernel log.
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
	container=fleet TERM=linux \
	setpriv --bounding-set -sys_module,-sys_time,-syslog,-sys_rawio \
	chroot "$root" /bin/sh -c '/fixture/boot && exec /fixture/init' </dev/null
