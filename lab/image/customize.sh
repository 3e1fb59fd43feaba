#!/bin/sh
# Turns the freshly unpacked Debian in $1 into the system every guest starts from. Called by mmdebstrap.
set -eu
root=$1
here=$(dirname "$0")
inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

# No package may start a service here: it would run on the machine that makes the image.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
cp -R --no-dereference --preserve=mode "$here/tree/." "$root/"

echo "== local apt repository"
# What apt would download to install kdump-tools is exactly what a guest without it could be missing.
rm -f "$root"/var/cache/apt/archives/*.deb
APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get --yes --download-only --no-install-recommends \
    install kdump-tools kexec-tools makedumpfile
mkdir -p "$root/srv/apt"
mv "$root"/var/cache/apt/archives/*.deb "$root/srv/apt/"
(
    cd "$root/srv/apt"
    for deb in *.deb; do
        dpkg-deb --field "$deb"
        echo "Filename: ./$deb"
        echo "Size: $(stat -c %s "$deb")"
        echo "SHA256: $(sha256sum "$deb" | cut -d' ' -f1)"
        echo
    done >Packages
)
rm -f "$root/etc/apt/sources.list" "$root"/etc/apt/sources.list.d/* "$root"/var/lib/apt/lists/*_*
rm -f "$root"/etc/apt/apt.conf.d/99mmdebstrap
echo "deb [trusted=yes] file:///srv/apt ./" >"$root/etc/apt/sources.list.d/lab.list"
inside apt-get update

echo "== kdump-tools, from that repository"
inside apt-get --yes --no-install-recommends install kdump-tools kexec-tools makedumpfile
# The package reserves 128 MB on its own account. The guests shall start without any reservation.
: >"$root/etc/default/grub.d/kdump-tools.cfg"

echo "== initrds"
kernel=$(basename "$root"/boot/vmlinuz-*)
kernel=${kernel#vmlinuz-}
inside update-initramfs -u -k "$kernel"
# In a guest this would take minutes.
inside /etc/kernel/postinst.d/kdump-tools "$kernel"
test -s "$root/var/lib/kdump/initrd.img-$kernel"
# kdump-config notes here which sysctls that initrd was made with, and makes it anew when it finds no note.
cp "$root/etc/kdump/sysctl.conf" "$root/var/lib/kdump/latest_sysctls-$kernel"
cp "$root/boot/vmlinuz-$kernel" "$root/vmlinuz.settle"
cp "$root/boot/initrd.img-$kernel" "$root/initrd.settle"

echo "== users and services"
inside useradd --create-home --shell /bin/bash ops
inside useradd --create-home --shell /bin/bash pat
echo "ops ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/ops"
echo "pat ALL=(ALL) ALL" >"$root/etc/sudoers.d/pat"
chmod 0440 "$root/etc/sudoers.d/ops" "$root/etc/sudoers.d/pat"
# sshd refuses accounts whose password is locked with "!"; "*" means no password, keys only.
inside usermod -p '*' root
inside usermod -p '*' ops
inside usermod -p '*' pat

echo "/dev/vda1 / ext4 errors=remount-ro 0 1" >"$root/etc/fstab"
rm -f "$root/etc/hostname" "$root"/etc/ssh/ssh_host_* "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
: >"$root/etc/machine-id"
inside systemctl enable systemd-networkd.service ssh.service
inside systemctl mask \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer man-db.timer logrotate.timer systemd-tmpfiles-clean.timer \
    systemd-resolved.service systemd-timesyncd.service systemd-networkd-wait-online@.service \
    getty@tty1.service serial-getty@ttyS0.service systemd-hwdb-update.service \
    systemd-journal-catalog-update.service systemd-binfmt.service proc-sys-fs-binfmt_misc.automount \
    modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service modprobe@dm_mod.service \
    modprobe@loop.service dev-hugepages.mount dev-mqueue.mount sys-kernel-tracing.mount \
    sys-kernel-debug.mount sys-fs-fuse-connections.mount
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/cache/debconf/*-old "$root"/usr/share/doc/*/changelog*
rm -f "$root/usr/sbin/policy-rc.d"
