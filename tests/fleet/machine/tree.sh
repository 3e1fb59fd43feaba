#!/bin/sh
# Runs once in the new tree (chroot), while Debian still is Debian: users, an sshd of ours, few units, and then
# Debian's own tools and names go. Usage: tree.sh MACHINE-FOLDER; pat's password and the key of all users on stdin.
set -eu
machine=$1
read -r key
read -r password

useradd --create-home --shell /bin/bash --password '*' ops
useradd --create-home --shell /bin/bash pat
printf 'pat:%s\n' "$password" | chpasswd
for user in ops pat root; do
	home=$(getent passwd "$user" | cut -d: -f6)
	mkdir -p -m 700 "$home/.ssh"
	printf '%s\n' "$key" >"$home/.ssh/authorized_keys"
	chmod 600 "$home/.ssh/authorized_keys"
	chown -R "$user": "$home/.ssh"
done
echo 'ops ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ops
echo 'pat ALL=(ALL) ALL' >/etc/sudoers.d/pat
chmod 440 /etc/sudoers.d/ops /etc/sudoers.d/pat

# Nothing but what these hosts are about runs: no devices, consoles, timers, port mappers, logins or networks.
cd /lib/systemd/system
rm -rf /etc/systemd/system/* ./*.timer ./*.timer.d apt-* dpkg-* e2scrub* fstrim* getty* autovt* console-getty* \
	container-getty* serial-getty* debug-shell* systemd-logind* dbus-org.freedesktop.* systemd-network* \
	systemd-resolved* systemd-timesyncd* systemd-time-wait* systemd-firstboot* systemd-pstore* systemd-binfmt* \
	systemd-update-utmp* systemd-user-sessions* user@* user-runtime-dir@* rpcbind* nfs-* rpc-* proc-fs-nfsd* \
	var-lib-nfs-* auth-rpcgss* ssh.s* ssh@* sshd.service rescue-ssh* proc-sys-fs-binfmt* sys-* dev-* \
	systemd-hwdb* systemd-boot-* systemd-machine-id-commit* systemd-pcr* systemd-ask-password* systemd-rfkill* \
	systemd-backlight* systemd-quota* systemd-journald-audit* quota* systemd-hibernate* systemd-suspend* systemd-modules-load* kmod* \
	systemd-remount-fs* systemd-random-seed* systemd-journal-flush* systemd-journal-catalog* systemd-update-done* \
	systemd-sysusers* systemd-tmpfiles-clean* systemd-sysext* x11-common* hwclock* procps* sudo* udev* \
	modprobe@* multi-user.target.wants/* sysinit.target.wants/* sockets.target.wants/* basic.target.wants/* \
	timers.target.wants local-fs.target.wants/* graphical.target.wants/* rc-local* rc.service rcS.service
for unit in systemd-journald.service systemd-tmpfiles-setup.service systemd-sysctl.service; do
	ln -s "../$unit" "sysinit.target.wants/$unit"
done
ln -s ../systemd-journald.socket ../systemd-journald-dev-log.socket sockets.target.wants/
ln -s ../dbus.socket sockets.target.wants/
ln -sf multi-user.target default.target
mkdir -p /etc/systemd/system/multi-user.target.wants /etc/systemd/journald.conf.d /etc/systemd/system.conf.d
cp "$machine/sshd.service" sshd.service
ln -s /usr/lib/systemd/system/sshd.service /etc/systemd/system/multi-user.target.wants/sshd.service
# What the firmware of a fleet host makes of /proc/sys is writable where it matters, though /proc/sys is not.
mkdir systemd-sysctl.service.d
printf '[Unit]\nConditionPathIsReadWrite=\n' >systemd-sysctl.service.d/fleet.conf
printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=4M\nRuntimeMaxFileSize=1M\nReadKMsg=no\nAudit=no\n' \
	>/etc/systemd/journald.conf.d/fleet.conf
printf '[Manager]\nDefaultTimeoutStopSec=5s\nStatusUnitFormatString=name\nShowStatus=no\n' \
	>/etc/systemd/system.conf.d/fleet.conf

rm -f /etc/ssh/ssh_host_* /etc/ssh/sshd_config.d/*
cp "$machine/sshd_config" /etc/ssh/sshd_config
mkdir -p /etc/ssh/sshd_config.d
ln -sf bash /bin/sh

# rpm of Debian keeps its database in the home of whoever calls it.
mkdir -p /etc/rpm /var/lib/rpm
printf '%%_dbpath /var/lib/rpm\n%%_install_langs C\n' >/etc/rpm/macros
# It also says at each installation that Debian has a better way, unless told.
mv /usr/bin/rpm /usr/lib/rpm/rpm
rm /usr/bin/rpmquery /usr/bin/rpmverify
for name in rpm 'rpmquery -q' 'rpmverify -V'; do
	# shellcheck disable=SC2086
	set -- $name
	printf '#!/bin/sh\nexec /usr/lib/rpm/rpm --force-debian%s "$@"\n' "${2:+ $2}" >"/usr/bin/$1"
	chmod 755 "/usr/bin/$1"
done

rm -rf /etc/apt /etc/dpkg /etc/alternatives/README /etc/debian_version /etc/issue /etc/issue.net /etc/motd \
	/etc/update-motd.d /etc/init.d /etc/rc?.d /etc/default /etc/cron.d /etc/cron.daily /etc/insserv.conf.d /etc/ufw \
	/etc/sv /etc/runit /etc/debconf.conf /etc/adduser.conf /etc/deluser.conf /etc/ucf.conf /etc/kernel \
	/etc/os-release /usr/lib/os-release /etc/machine-id /var/lib/dbus/machine-id /etc/hostname /etc/sysctl.d/* \
	/etc/sysctl.conf /usr/lib/sysctl.d/* /etc/modprobe.d/* /etc/modules /etc/modules-load.d/* /etc/nfs.conf \
	/etc/nfs.conf.d /var/lib/apt /var/lib/dpkg /var/cache/apt /var/cache/debconf /var/log/apt /var/log/dpkg.log \
	/usr/share/doc /usr/share/debconf /usr/lib/apt /usr/share/dpkg /usr/lib/tmpfiles.d/x11.conf /usr/share/bash-completion
for name in apt apt-cache apt-cdrom apt-config apt-get apt-key apt-mark dpkg dpkg-deb dpkg-divert dpkg-maintscript-helper \
	dpkg-query dpkg-realpath dpkg-split dpkg-statoverride dpkg-trigger update-alternatives update-rc.d invoke-rc.d \
	service dpkg-preconfigure dpkg-reconfigure dpkg-fsys-usrunmess deb-systemd-helper deb-systemd-invoke debconf \
	debconf-show adduser deluser addgroup delgroup installkernel rpcbind rpc.statd blkmapd; do
	rm -f "/usr/bin/$name" "/usr/sbin/$name"
done
mkdir -p /etc/sysctl.d /etc/modprobe.d /etc/sysconfig /boot /fixture /srv /var/crash
rm -rf /boot/* /var/log/journal
: >/etc/fstab
ldconfig
