# shellcheck shell=bash
# Stand-ins for what needs a machine: sourced after the real functions of kdumpctl, and again inside mkdumprd.
# Everything here is an assumption ("the target is mounted", "the disk is there", "the peer answers"); what the
# real scripts say about the text of kdump.conf is never replaced.

# --- commands ---------------------------------------------------------------------------------------------------
hostname() {
	case "${1-}" in
	-I | -i | -A) printf '%s\n' "${JUDGED_ADDRESSES:+$JUDGED_ADDRESSES }" ;; # each address is followed by a blank
	*) printf '%s\n' "$JUDGED_HOST" ;;
	esac
}
ssh() { # `ssh -G` is the real client without any configuration file; every connection succeeds
	local argument
	for argument in "$@"; do
		if [ "$argument" = -G ]; then
			command ssh -F none "$@" 2> /dev/null
			return
		fi
	done
	return 0
}
makedumpfile() { # the real program, where there is one
	printf 'makedumpfile\n' >&3
	if type -P makedumpfile > /dev/null; then
		command makedumpfile "$@" || return
	fi
	printf 'mkdumprd\n' >&3
}
dd() { # the disk can be read, but dd's own grammar (name=value) holds
	local operand
	for operand in "$@"; do
		case "$operand" in
		if=* | of=* | count=* | bs=* | skip=* | seek=* | ibs=* | obs=* | cbs=* | conv=* | iflag=* | oflag=* | status=*) ;;
		*) return 1 ;;
		esac
	done
	return 0
}
findmnt() {
	case "$*" in
	*OPTIONS*) printf 'rw,relatime\n' ;;
	*FSTYPE*) printf 'xfs\n' ;;
	*TARGET*) printf '/mnt/dump\n' ;;
	*SOURCE*) printf '/dev/judged\n' ;;
	esac
	return 0
}
df() { printf 'Filesystem 1K-blocks Used Available Use%% Mounted on\n/dev/judged 9 1 8 9%% /mnt/dump\n'; }
blkid() { printf '/dev/judged\n'; }
lsblk() { return 0; }
mount() { return 0; }
umount() { return 0; }
mkdir() { return 0; }
udevadm() { return 1; }
lvm() { return 1; }
modprobe() { return 1; }
fips-mode-setup() { return 1; }
sestatus() { return 1; }
logger() { return 0; }
sync() { return 0; }
rm() { return 0; }
mktemp() { printf '%s\n' "$JUDGED_ROOT/temporary"; }
date() { printf '0\n'; }
dracut() { return 0; } # no initial ramdisk is built; RHEL 8 calls it through xargs, which finds the one on PATH
egrep() { grep -E "$@"; } # only to be spared its advice on standard error

# --- functions of the real scripts that look at the machine ------------------------------------------------------
check_dump_feasibility() { return 0; }
save_raw() { return 0; } # reads the raw disk
check_current_status() { return 1; }
check_current_kdump_status() { return 1; }
is_kernel_loaded() { return 1; }
is_fadump_capable() { return 1; }
is_squash_available() { return 1; }
is_zstd_command_available() { return 1; }
is_atomic() { return 1; }
is_wdt_active() { return 1; }
has_hpwdt() { return 1; }
has_command() { return 1; }
start_dump() { return 0; }
set_vmcore_creation_status() { return 0; }
check_and_generate_vconsole_conf() { return 0; }
check_earlykdump_is_enabled() { return 1; }
get_mntpoint_from_target() { printf '/mnt/dump\n'; }
get_mntpoint_from_path() { printf '/mnt/dump\n'; }
get_kdump_mntpoint_from_target() { printf '/kdumproot/mnt/dump\n'; }
get_target_from_path() { printf '/dev/judged\n'; }
get_fs_type_from_target() { printf 'xfs\n'; }
get_mntopt_from_target() { printf 'rw,relatime\n'; }
get_root_fs_device() { printf '/dev/judged\n'; }
get_persistent_dev() { printf '/dev/disk/judged\n'; } # of dracut-functions.sh
kdump_get_persistent_dev() { printf '/dev/disk/judged\n'; }
get_bind_mount_source() { printf '%s\n' "$1"; }
for_each_block_target() { return 0; }
check_block_and_slaves() { return 1; }
check_crypt() { return 0; }
check_size() { return 0; }
check_user_configured_target() { return 0; } # is it mounted, is it of that type, is there the directory
check_save_path_fs() { # the directory exists; a name that is not absolute can hardly, so that is noted
	case "${1-}" in
	/*) ;;
	*) printf 'note save path is not absolute: %s\n' "${1-}" >&3 ;;
	esac
	return 0
}
setup_initrd() { # a first start: no initial ramdisk yet, in a folder that can be written
	KDUMP_BOOTDIR="$JUDGED_ROOT/boot"
	KDUMP_KERNELVER=judged
	kdump_kver=judged
	TARGET_INITRD="$KDUMP_BOOTDIR/initramfs-judgedkdump.img"
}
