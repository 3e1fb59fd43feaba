# Disks on a SAN, each known by its WWID: what is there, what it holds, who uses it; and file systems, made only on a
# disk that nobody uses and that does not hold the file system already.

# What a disk calls itself. The command is as for a disk called sd; another name takes the place of that.
lun_id() { # DISK COMMAND
	# Words of ours and a name of the kernel's: split at blanks, and nothing else is done to them.
	${2%sd}$1 2>/dev/null | head -n 1
}

# Major and minor number of a device, or of a name of the kernel's.
lun_number() { # PATH|NAME
	case $1 in
	/*)
		pair=$(stat -L -c '%t %T' "$1" 2>/dev/null) || return 1
		echo "$((0x${pair% *})):$((0x${pair#* }))"
		;;
	*) cat "/sys/class/block/$1/dev" 2>/dev/null || cat "/sys/block/$1/dev" 2>/dev/null ;;
	esac
}

# The kernel's name of a device: of device mapper's, older releases have nodes of their own.
lun_name() { # PATH
	case $1 in
	/dev/mapper/*) echo "dm-$((0x$(stat -L -c %T "$1")))" ;;
	*) echo "${1#/dev/}" ;;
	esac
}

# What is mounted or swapped on, a line each: MAJOR:MINOR mount|swap PLACE. The root's device is often named otherwise.
lun_in_use() {
	root=$(stat -c %d / 2>/dev/null)
	echo "$(((root >> 8) & 4095)):$(((root & 255) | ((root >> 12) & 1048320))) mount /"
	while read -r source place rest; do
		if [ -b "$source" ]; then echo "$(lun_number "$source") mount $place"; fi
	done </proc/mounts
	while read -r source rest; do
		if [ -b "$source" ]; then echo "$(lun_number "$source") swap swap"; fi
	done </proc/swaps
}

lun_holders() { # NAME
	for folder in "/sys/class/block/$1/holders" "/sys/block/$1/holders" /sys/block/*/"$1/holders"; do
		if [ -d "$folder" ]; then ls "$folder"; return 0; fi
	done
}

# Who uses a device, and who uses those that hold it: "use DEVICE held|mount|swap WHAT", a line each.
lun_uses() ( # DEVICE NAME-OR-PATH NAME IN-USE KNOWN
	number=$(lun_number "$2")
	printf '%s\n' "$4" | while read -r which how place; do
		if [ -n "$number" ] && [ "$which" = "$number" ]; then echo "use $1 $how $place"; fi
	done
	for holder in $(lun_holders "$3"); do
		case " $5 " in *" $holder "*) continue ;; esac
		echo "use $1 held $holder"
		lun_uses "$1/$holder" "$holder" "$holder" "$4" "$5"
	done
)

lun_map() { # WWID: the device that multipath made of it, if it did
	link=/dev/disk/by-id/dm-uuid-mpath-$1
	if [ -e "$link" ]; then readlink -f "$link"; return 0; fi
	command -v multipath >/dev/null 2>&1 || return 0
	for word in $(multipath -ll "$1" 2>/dev/null | head -n 1); do
		case $word in
		dm-[0-9]*)
			for node in "/dev/$word" /dev/mapper/*; do
				if [ -b "$node" ] && [ "$(lun_name "$(readlink -f "$node")")" = "$word" ]; then
					readlink -f "$node"
					return 0
				fi
			done
			;;
		esac
	done
}

lun_partitions() { # DEVICE WWID
	case $1 in
	/dev/sd*) set -- "$1"[0-9]* ;;
	/dev/mapper/*) set -- "$1"[0-9]* "$1"p[0-9]* ;;
	*) set -- /dev/disk/by-id/dm-uuid-part*-mpath-"$2" ;;
	esac
	for partition in "$@"; do
		if [ -b "$partition" ]; then readlink -f "$partition"; fi
	done
}

lun_content() { # DEVICE KIND
	type=$(blkid -o value -s TYPE "$1" 2>/dev/null | head -n 1)
	uuid=$(blkid -o value -s UUID "$1" 2>/dev/null | head -n 1)
	echo "dev $1 $2 ${type:--} ${uuid:--}"
}

# The disk with a WWID in lines: path DISK, other WWID, tool (multipath is installed), map DEVICE, size BYTES,
# dev DEVICE disk|part TYPE UUID, and what uses it (lun_uses).
lun_look() { # WWID COMMAND
	paths='' others=''
	for node in /dev/sd*; do
		case $node in *[0-9]) continue ;; esac
		[ -b "$node" ] || continue
		found=$(lun_id "${node##*/}" "$2")
		if [ "$found" = "$1" ]; then
			paths="$paths $node"
			echo "path ${node##*/}"
		else
			case " $others " in *" $found "*) ;; *) others="$others $found"; echo "other $found" ;; esac
		fi
	done
	if command -v multipath >/dev/null 2>&1; then echo tool; fi
	map=$(lun_map "$1")
	if [ -n "$map" ]; then echo "map $map"; fi
	if [ -z "$paths$map" ]; then return 0; fi
	# Of several paths, one may be passive and answer nothing: what is on the disk is read by one that is in use.
	main=$map
	if [ -z "$main" ] && [ -e "/dev/disk/by-id/scsi-$1" ]; then main=$(readlink -f "/dev/disk/by-id/scsi-$1"); fi
	if [ -z "$main" ]; then main=${paths# }; main=${main%% *}; fi
	echo "size $(blockdev --getsize64 "$main" 2>/dev/null)"
	lun_content "$main" disk
	known=${map:+$(lun_name "$map")}
	all="$paths $map"
	for device in $paths $map; do
		for partition in $(lun_partitions "$device" "$1"); do
			all="$all $partition"
			known="$known $(lun_name "$partition")"
			if [ "$device" = "$main" ]; then lun_content "$partition" part; fi
		done
	done
	table=$(lun_in_use)
	for device in $all; do lun_uses "$device" "$device" "$(lun_name "$device")" "$table" "$known"; done
}

q_lun() { # ID WWID COMMAND: answers like a command
	answer_text "$1.code" 0
	answer_text "$1.output" "$(lun_look "$2" "$3")"
}

# ---- any device, for those who only want to know

# The node that a name stands for; nothing for none.
device_node() { # /dev/...|UUID=...|LABEL=...
	node=$1
	case $1 in
	UUID=*) node=/dev/disk/by-uuid/${1#UUID=} ;;
	LABEL=*) node=/dev/disk/by-label/${1#LABEL=} ;;
	esac
	# udev's names are not on every release, and it writes some characters of a label otherwise.
	case $1 in *=*) if [ ! -b "$node" ]; then node=$(blkid -t "$1" -o device 2>/dev/null | head -n 1); fi ;; esac
	if [ -b "$node" ]; then readlink -f "$node"; fi
}

# A device, its partitions and the disk that it is part of, in lines as lun_look's.
device_look() { # NODE NAME, the kernel's
	echo "path $2"
	echo "size $(blockdev --getsize64 "$1" 2>/dev/null)"
	lun_content "$1" disk
	table=$(lun_in_use)
	lun_uses "$1" "$1" "$2" "$table" ''
	for part in /sys/block/"$2"/"$2"*/dev; do
		if [ ! -e "$part" ]; then continue; fi
		part=${part%/dev} part=${part##*/}
		partition=/dev/$(printf '%s' "$part" | tr '!' /)
		lun_content "$partition" part
		lun_uses "$partition" "$partition" "$part" "$table" ''
	done
	for folder in /sys/block/*/"$2"; do
		if [ ! -d "$folder" ]; then continue; fi
		whole=${folder%/*} whole=${whole##*/}
		lun_uses "/dev/$(printf '%s' "$whole" | tr '!' /)" "$whole" "$whole" "$table" ''
	done
}

# The first of the ways to ask for WWIDs that has an answer here.
lun_command() { # COMMAND...
	for command in "$@"; do
		for node in /dev/sd*; do
			if [ -n "$(lun_id "${node##*/}" "$command")" ]; then echo "$command"; return 0; fi
		done
	done
}

# What there is more to say of a device, by what was seen of it: mark DEVICE TYPE, what blkid made nothing of; dm HOLDER
# NAME UUID, who holds it; space PLACE FREE, bytes of what is mounted.
device_more() { # lines of lun_look on standard input
	sort -u | while read -r key device kind what rest; do
		case "$key $kind $what" in
		"dev disk -" | "dev part -")
			# Told by blkid are only devices that hold one thing beyond doubt. This looks, too: it is kept from more by -n.
			wipefs -n -p "$device" 2>/dev/null | sed -n "/^#/d; s|.*,|mark $device |p"
			;;
		"use held dm-"*)
			name=$(cat "/sys/block/$what/dm/name" 2>/dev/null) uuid=$(cat "/sys/block/$what/dm/uuid" 2>/dev/null)
			if [ -z "$name" ]; then
				number=$(lun_number "$what")
				name=$(dmsetup info -c --noheadings -o name -j "${number%:*}" -m "${number#*:}" 2>/dev/null)
				uuid=$(dmsetup info -c --noheadings -o uuid -j "${number%:*}" -m "${number#*:}" 2>/dev/null)
			fi
			echo "dm $what $name ${uuid:--}"
			;;
		"use mount "*)
			# Blanks in it are written \040; printf takes that with another 0 in front.
			df -Pk "$(printf '%b' "$(printf '%s' "$what" | sed 's/\\/\\0/g')")" 2>/dev/null | tail -n 1 |
				while read -r source total used free rest; do echo "space $what ${free}"; done
			;;
		esac
	done
}

device_all() { # NAME|wwid:WWID COMMAND...
	# A look leaves nothing behind, and blkid would write what it saw into a file of its own.
	BLKID_FILE=/dev/null
	export BLKID_FILE
	name=$1; shift
	case $name in
	wwid:*) seen=$(lun_look "${name#wwid:}" "$(lun_command "$@")") ;;
	*)
		node=$(device_node "$name")
		if [ -z "$node" ]; then return 0; fi
		seen=$(device_look "$node" "$(lun_name "$node" | tr / '!')")
		;;
	esac
	if ! command -v blkid >/dev/null 2>&1; then echo blind; fi
	printf '%s\n' "$seen"
	printf '%s\n' "$seen" | device_more
}

q_device_use() { # ID NAME|wwid:WWID COMMAND...: answers like a command
	id=$1; shift
	answer_text "$id.code" 0
	answer_text "$id.output" "$(device_all "$@")"
}

# The last look before something is lost, by the same run that loses it.
a_erase() { # ID WWID COMMAND-FOR-WWID UUID PURPOSE DEVICE COMMAND...
	id=$1 wwid=$2 uuid=$4 purpose=$5 device=$6
	seen=$(lun_look "$2" "$3")
	shift 6
	case "
$seen
" in
	*"
use "*) fail "$id" "nothing was erased: the disk $wwid is in use: $(printf '%s\n' "$seen" | sed -n 's/^use //p' | head -n 3 | tr '\n' ';')" ;;
	*" $uuid
"*) fail "$id" "nothing was erased: the disk $wwid holds the file system $uuid already" ;;
	*"
dev $(readlink -f "$device") "*) ;;
	*) fail "$id" "nothing was erased: $device is no part of the disk $wwid" ;;
	esac
	a_step "$id" "$purpose" '' '' "$@"
}

a_step() { # ID PURPOSE SHOWS HIDES COMMAND...: what its output must and must not hold, "" for nothing
	id=$1 purpose=$2 shows=$3 hides=$4 program=$5; shift 5
	command -v "$program" >/dev/null 2>&1 || program=${program##*/}
	output=$("$program" "$@" </dev/null 2>&1 9>&-); code=$?
	[ $code -eq 0 ] ||
		fail "$id" "$purpose: $program $* failed (exit code $code): $(printf '%s' "$output" | tail -c 1500)"
	case $output in
	*"$shows"*) ;;
	*) fail "$id" "$purpose: $program $* does not show $shows, but: $(printf '%s' "$output" | tail -c 800)" ;;
	esac
	if [ -n "$hides" ]; then
		case $output in
		*"$hides"*) fail "$id" "$purpose: $program $* still shows $hides: $(printf '%s' "$output" | tail -c 800)" ;;
		esac
	fi
	answer_text "$id.done" done
}

is_mounted() { # DIRECTORY
	while read -r source place rest; do
		if [ "$place" = "$1" ]; then return 0; fi
	done </proc/mounts
	return 1
}

a_mount() { # ID DIRECTORY: as /etc/fstab has it; other lines of that file are none of our business
	if ! is_mounted "$2"; then
		message=$(mount "$2" 2>&1 9>&-) || fail "$1" "cannot mount $2: $message"
	fi
	answer_text "$1.done" mounted
}

a_unmount() { # ID DIRECTORY
	if is_mounted "$2"; then
		message=$(umount "$2" 2>&1 9>&-) || fail "$1" "cannot unmount $2: $message"
	fi
	answer_text "$1.done" unmounted
}

a_drop_note() { # ID NAME
	stored notes "$2"; rm -f "$place"
	answer_text "$1.done" dropped
}
