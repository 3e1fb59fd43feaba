#!/bin/sh
# Loads the capture kernel, as load.sh of SLES 15 SP7 does. Usage: load.sh [--update] [--shrink]
# Ends with 6 where there is no image or kernel, which is no failure to kdump-early.service.
initrd=/var/lib/kdump/initrd
kernel=/var/lib/kdump/kernel

update='' shrink=''
for word in "$@"; do
	case $word in
	--update) update=yes ;;
	--shrink) shrink=yes ;;
	*) echo "Unknown option: $word" >&2; exit 1 ;;
	esac
done
set --
. /usr/lib/kdump/kdump-read-config.sh

# The running kernel's words without those that mean nothing to a capture kernel, and with what it needs.
command_line() {
	line=$KDUMP_COMMANDLINE
	if [ -z "$line" ]; then
		for word in $(cat /proc/cmdline); do
			case ${word%%=*} in
			root | resume | crashkernel | splash | mem | BOOT_IMAGE | showopts | zfcp.allow_lun_scan | hugepages) ;;
			acpi_no_memhotplug | cgroup_disable | unknown_nmi_panic | rd.udev.children-max | notsc) ;;
			*) line="$line${line:+ }$word" ;;
			esac
		done
		line="$line sysrq=yes reset_devices acpi_no_memhotplug cgroup_disable=memory nokaslr numa=off irqpoll"
		[ "$KDUMP_CPUS" = 0 ] || line="$line nr_cpus=$KDUMP_CPUS"
		line="$line root=kdump rootflags=bind rd.udev.children-max=8"
	fi
	line="$line $KDUMP_COMMANDLINE_APPEND"
	case " $line " in
	*' panic='* | *' panic '*) ;;
	*) line="$line panic=1" ;;
	esac
	echo "$line"
}

if [ "$update" = yes ]; then
	if ! message=$(mkdumprd 2>&1); then
		echo "$message"
		exit 1
	fi
fi
if [ "$shrink" = yes ] && [ "$KDUMP_AUTO_RESIZE" = true ]; then
	kdumptool calibrate --shrink >/dev/null
fi
if [ "$KDUMP_FADUMP" = true ]; then
	echo 'fadump is not enabled in the kernel.'
	exit 5
fi
[ -f $initrd ] || exit 6
[ -f $kernel ] || exit 6
# Through eval, as the real one does it: a quote that does not close in the configuration is an error here.
eval "kexec -p $kernel --append=\"$(command_line)\" --initrd=$initrd $KEXEC_OPTIONS -a"
code=$?
if [ $code != 0 ]; then
	echo 'kexec failed.' >&2
	exit $code
fi
echo 1 >/proc/sys/kernel/panic_on_oops
mkdir -p /run/udev/rules.d
cp /usr/lib/kdump/70-kdump.rules /run/udev/rules.d/70-kdump.rules
