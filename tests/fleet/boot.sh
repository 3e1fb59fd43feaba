#!/bin/sh
# What the firmware and the kernel do before pid 1 (/fixture/boot of a fleet host): the default boot entry becomes
# the running kernel and its command line, memory is reserved as that says, and what was loaded is gone.
# Files of the kernel are written in place, since they are bound over the real ones. Sizes are in MiB.
kernel=/fixture/kernel
mkdir -p /run/lock
cat /proc/sys/kernel/random/uuid >$kernel/boot_id

line=
if [ -x /fixture/firmware ]; then
	line=$(/fixture/firmware 2>/run/firmware.log) || echo "firmware: no default entry to boot: $(cat /run/firmware.log)"
fi
printf '%s\n' "$line" >$kernel/cmdline

# The kernel that runs is the one the entry names, or else the newest.
release=
for word in $line; do
	case $word in BOOT_IMAGE=*vmlinuz-*) release=${word##*vmlinuz-} ;; esac
done
[ -n "$release" ] || release=$(head -n 1 /fixture/kernels)
printf '%s\n' "$release" >$kernel/osrelease
printf 'Linux version %s (builder@fixture) (gcc) #1 SMP\n' "$release" >$kernel/version

megabytes() {
	case $1 in
	*[Gg]) echo $((${1%?} * 1024)) ;;
	*[Mm]) echo "${1%?}" ;;
	*[Kk]) echo $((${1%?} / 1024)) ;;
	*) echo 0 ;;
	esac
}
memory=$(cat /fixture/memory-megabytes)

# What one crashkernel= value reserves on this host.
size_of() {
	value=${1%%@*}
	case $value in
	auto) cat /fixture/crashkernel-auto ;;
	*-*:*)
		IFS=,
		for range in $value; do
			bounds=${range%%:*} from=${range%%-*} to=${bounds#*-}
			[ "$memory" -ge "$(megabytes "$from")" ] || continue
			[ -z "$to" ] || [ "$memory" -lt "$(megabytes "$to")" ] || continue
			megabytes "${range#*:}"
			return
		done
		echo 0
		;;
	*) megabytes "${value%%,*}" ;;
	esac
}

# Of several values of one sort the kernel takes the last; what is ",low" comes on top of what is ",high".
main=0 low=0
for word in $line; do
	case $word in
	crashkernel=*,low) low=$(size_of "${word#crashkernel=}") ;;
	crashkernel=*) main=$(size_of "${word#crashkernel=}") ;;
	esac
done
reserved=$((main + low))
[ ! -e /fixture/no-room-for-crashkernel ] || reserved=0
echo $((reserved * 1024 * 1024)) >$kernel/kexec_crash_size
echo 0 >$kernel/kexec_crash_loaded

# What is reserved is not counted by the kernel as memory.
left=$(((memory - reserved) * 1024))
printf '%-16s%8d kB\n' MemTotal: $left MemFree: $((left * 3 / 4)) MemAvailable: $((left * 4 / 5)) \
	Buffers: 2048 Cached: 65536 SwapTotal: 0 SwapFree: 0 >$kernel/meminfo
:
