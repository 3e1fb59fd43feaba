#!/bin/sh
# Makes the shared tree into one release, without what kdump needs. Runs in the tree (see build.sh) with, in the
# environment: FLEET_INIT, FLEET_INSTALLERS, FLEET_STANDINS and FLEET_PACKAGES (folders below /fixture/build),
# FLEET_SEED (a folder, copied over all), FLEET_RELEASE_PACKAGE (name version release), FLEET_KERNEL_PACKAGE,
# FLEET_BASE (lines: a name without files, and what it provides), FLEET_OFFERED (such names that are not installed),
# FLEET_INSTALL (names, as far as there is a package).
set -eu
build=/fixture/build
over() { tar -C "$1" -cf - . | tar -C / --keep-directory-symlink --no-overwrite-dir --no-same-owner -xf -; }
step() { echo "== $*"; }

step "the release's own names and ways"
case $FLEET_INIT in
systemd) rm -f /usr/sbin/telinit /usr/sbin/runlevel ;;
sysv)
	rm -rf /usr/bin/systemctl /usr/bin/journalctl /usr/bin/systemd* /usr/bin/loginctl /usr/bin/hostnamectl \
		/usr/bin/timedatectl /usr/bin/localectl /usr/bin/busctl /usr/bin/networkctl /usr/bin/bootctl \
		/usr/lib/systemd /etc/systemd /usr/lib/sysusers.d /usr/lib/tmpfiles.d /usr/lib/environment.d \
		/usr/lib/modules-load.d /usr/sbin/init /usr/sbin/halt /usr/sbin/poweroff /usr/sbin/reboot \
		/usr/sbin/shutdown /usr/sbin/telinit /usr/sbin/runlevel /etc/tmpfiles.d /etc/modules-load.d /etc/binfmt.d
	mkdir -p /etc/rc.d/init.d
	ln -s rc.d/init.d /etc/init.d
	for level in 0 1 2 3 4 5 6; do
		mkdir "/etc/rc.d/rc$level.d"
		ln -s "rc.d/rc$level.d" "/etc/rc$level.d"
	done
	for name in reboot poweroff halt shutdown; do cp $build/machine/reboot-sysv "/usr/sbin/$name"; done
	chmod 755 /usr/sbin/reboot /usr/sbin/poweroff /usr/sbin/halt /usr/sbin/shutdown
	;;
esac
mkdir -p /fixture/kernel /fixture/repo
cp $build/boot.sh /fixture/boot
cp "$build/machine/init-$FLEET_INIT" /fixture/init
cp "$build/machine/reboot-$FLEET_INIT" /fixture/reboot
cp $build/machine/uname /usr/bin/uname
chmod 755 /fixture/boot /fixture/init /fixture/reboot /usr/bin/uname
case " $FLEET_INSTALLERS " in
*" zypper "*) rm -rf /usr/bin/dnf /usr/bin/dnf-3 /etc/dnf /etc/yum.repos.d ;;
*)
	rm -rf /usr/bin/zypper /usr/sbin/zypp* /etc/zypp /usr/lib/zypper
	case " $FLEET_INSTALLERS " in
	*" dnf "*) ln -sf dnf-3 /usr/bin/yum ;;
	*) rm -f /usr/bin/dnf && mv /usr/bin/dnf-3 /usr/bin/yum ;;
	esac
	;;
esac
over "$FLEET_SEED"

step "stand-ins"
for folder in $FLEET_STANDINS; do
	if [ -d "$build/$folder" ]; then over "$build/$folder"; fi
done

step "packages"
top=/tmp/rpm
mkdir -p $top/own
rpmdb --initdb 2>/dev/null || rpm --initdb
make_all() { # FOLDER: its spec files, with the sources beside them
	set -- "$1" "$1"/*.spec
	[ -e "$2" ] || return 0
	sources=$1
	shift
	rpmbuild -bb --quiet --define "_topdir $top" --define "_sourcedir $sources" --define "_rpmdir /fixture/repo" \
		--define "debug_package %{nil}" --define "__os_install_post %{nil}" --define "_build_id_links none" \
		--define "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" --nodeps "$@" >$top/log 2>&1 ||
		{ cat $top/log; echo "spec files that cannot be built: $*"; exit 1; }
}
said=" "
for folder in $FLEET_PACKAGES; do
	make_all "$build/$folder"
	for spec in "$build/$folder"/*.spec; do
		name=${spec##*/}
		said="$said${name%.spec} "
	done
done
# The release's own package, its kernels and its base are names without files, unless the folders above have them.
plain() { # NAME VERSION RELEASE PROVIDES
	case $said in *" $1 "*) return ;; esac
	{
		printf 'Name: %s\nVersion: %s\nRelease: %s\nSummary: %s of a fleet host\nLicense: none\n' "$1" "$2" "$3" "$1"
		for provided in $4; do echo "Provides: $provided"; done
		printf '%%description\nA name, a version and no files.\n%%files\n'
	} >"$top/own/$1-$2-$3.spec"
}
set -- $FLEET_RELEASE_PACKAGE
plain "$1" "$2" "$3" "system-release redhat-release"
install=$1
printf '%s' "$FLEET_BASE" >$top/base
while read -r name provides; do
	plain "$name" 1.0 1 "$provides"
	install="$install $name"
done <$top/base
for name in $FLEET_OFFERED; do plain "$name" 1.0 1 ""; done
while read -r kernel; do
	version=${kernel%%-*} rest=${kernel#*-}
	rest=${rest%.x86_64}
	plain "$FLEET_KERNEL_PACKAGE" "$version" "${rest%-default}" "kernel"
done </fixture/kernels
make_all $top/own
createrepo_c -q /fixture/repo

for name in $FLEET_INSTALL; do
	case $said in *" $name "*) install="$install $name" ;; esac
done
# shellcheck disable=SC2086
sh /fixture/build/machine/install.sh $install
rpm -i --nodeps --oldpackage /fixture/repo/"$FLEET_KERNEL_PACKAGE"-[0-9]*.rpm

step "boot files"
if [ -x /fixture/make-boot ]; then
	/fixture/make-boot
else
	while read -r kernel; do echo kernel >"/boot/vmlinuz-$kernel"; done </fixture/kernels
fi
