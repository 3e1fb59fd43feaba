#!/bin/sh
# Runs a script in the file system of a fleet host to be, in namespaces of its own (unshare), and leaves what that
# writes in UPPER. Usage: build.sh LOWER UPPER WORK FLEET SCRIPT
# FLEET (this folder's parent) is at /fixture/build meanwhile. The script's environment comes from the caller.
set -eu
lower=$1 upper=$2 work=$3 fleet=$4 script=$5
root=$work/root
mkdir -p "$root" "$work/work"
mount -t overlay -o "lowerdir=$lower,upperdir=$upper,workdir=$work/work,index=off,metacopy=off" overlay "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -t tmpfs -o mode=755 dev "$root/dev"
for node in null zero full random urandom tty; do
	: >"$root/dev/$node"
	mount --bind "/dev/$node" "$root/dev/$node"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir -p "$root/fixture/build"
mount --bind -o ro "$fleet" "$root/fixture/build"
hostname build
chroot "$root" sh "/fixture/build/machine/$script"
umount "$root/fixture/build"
rmdir "$root/fixture/build"
