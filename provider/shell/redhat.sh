# What only Red Hat's releases need: kdump's service, the capture image, and packages of rpm.

# RHEL 5 does not say in /sys what is reserved.
reserved() { [ "$(crash_file size)" -gt 0 ] 2>/dev/null || grep -q 'Crash kernel' /proc/iomem 2>/dev/null; }

images() { for image in /boot/init*kdump.img /var/lib/kdump/init*kdump.img; do [ ! -e "$image" ] || echo "$image"; done; }

# MANAGER is sysv, systemd, or kdumpctl: systemd with a kdumpctl that can make the image by itself.
# kdump MANAGER VERB: what it says goes to the caller; the lock of this run must not live on in a daemon.
kdump() {
	if [ "$1" != sysv ]; then
		systemctl reset-failed kdump.service >/dev/null 2>&1
		systemctl "$2" kdump.service </dev/null 2>&1 9>&-
	else
		service kdump "$2" </dev/null 2>&1 9>&-
	fi
}

# systemd takes a link to /dev/null for it, and a file without anything in it.
is_masked() {
	for unit in /etc/systemd/system/kdump.service /run/systemd/system/kdump.service; do
		if [ -e "$unit" ] && [ ! -s "$unit" ]; then return 0; fi
	done
	return 1
}

# Why kdump did not start, in its own words: with systemd these are in the journal.
kdump_said() { # MANAGER SINCE WORDS
	said=
	if [ "$1" != sysv ]; then
		# Of the unit's own processes: what systemd says of the unit, there and at the prompt, tells no reason.
		said=$(journalctl _SYSTEMD_UNIT=kdump.service --since "$2" -o cat --no-pager 2>/dev/null | tail -n 25)
	fi
	printf '%s' "${said:-$3}" | tail -c 1500 | tr '\n' ' '
}

# An image that is older than what it was made from is made anew by the next start. Made older, not removed: where
# a new one cannot be made, the old one is still there.
renew_images() {
	for old in /boot/init*kdump.img /var/lib/kdump/init*kdump.img; do
		[ ! -e "$old" ] || touch -c -t 200001010000 "$old"
	done
}

# Where kdumpctl can (8 and later), the image is made before what is loaded goes: should that fail, the host is still armed.
image_first() { # MANAGER
	if [ "$1" = kdumpctl ]; then kdumpctl rebuild </dev/null 2>&1 9>&-; fi
}

# Says why not, when it fails.
restart_kdump() { # MANAGER
	words=$(image_first "$1") || { printf '%s' "$words" | tail -c 1500 | tr '\n' ' '; return 1; }
	if [ "$1" != sysv ] && [ "$(crash_file loaded)" = 1 ] && ! systemctl is-active -q kdump.service; then
		# kdumpctl takes what someone has loaded by hand for its own, and leaves it.
		kexec -p -u >/dev/null 2>&1 9>&-
	fi
	since=$(date '+%Y-%m-%d %H:%M:%S')
	words=$(kdump "$1" restart) && [ "$(crash_file loaded)" = 1 ] || {
		kdump_said "$1" "$since" "$words"
		return 1
	}
}

# ID MANAGER [anyway]: the image is made anew and loaded, if one was loaded. What was there before us may be a
# configuration that nothing can be loaded with: with "anyway" that is told, and no failure.
a_reload_kdump() {
	result=reloaded
	if reserved && { [ "$(crash_file loaded)" = 1 ] || [ -e "$STORE/$KEY/notes/was-loaded" ]; }; then
		need_folder "$STORE/$KEY/notes" && true >"$STORE/$KEY/notes/was-loaded"
		renew_images
		if [ "$2" != sysv ] && is_masked; then
			# Whoever unmasks it finds the image too old. To fail here would keep the one who does from coming by.
			result='left: the capture kernel is not loaded anew, since kdump.service is masked'
		else
			message=$(restart_kdump "$2") || {
				[ "$3" = anyway ] || fail "$1" "kdump does not start with what is configured: $message"
				result="left: nothing is loaded, since kdump refuses what was there before: $message"
			}
		fi
	fi
	rm -f "$STORE/$KEY/notes/reload" "$STORE/$KEY/notes/was-loaded"
	answer_text "$1.done" "$result"
}

# ID MANAGER [anyway]: started, loaded, and with an image of today; nothing while no memory is reserved. With
# "anyway", that it does not start is told, and no failure.
a_load_kdump() {
	result=loaded
	if reserved; then
		due='' made=''
		[ "$(crash_file loaded)" = 1 ] || due=yes
		if [ "$2" != sysv ]; then systemctl is-active -q kdump.service || due=yes; fi
		for image in $(images); do
			case $image in *"$(uname -r | sed 's/+debug$//')"*) ;; *) continue ;; esac
			made=yes
			if [ ! -s "$image" ]; then renew_images; due=yes; fi
			for file in /etc/kdump.conf /etc/sysconfig/kdump; do
				if [ "$file" -nt "$image" ]; then renew_images; due=yes; fi
			done
		done
		[ -n "$made" ] || due=yes
		if [ -n "$due" ]; then
			message=$(restart_kdump "$2") || {
				[ "$3" = anyway ] || fail "$1" "kdump does not start with what is configured: $message"
				result="left: the capture kernel is not loaded anew, since kdump does not start with what is configured: $message"
			}
		fi
	fi
	answer_text "$1.done" "$result"
}

a_unload_kdump() { # ID MANAGER: stopped, also when it was loaded by hand
	kdump "$2" stop >/dev/null
	if [ "$(crash_file loaded)" = 1 ]; then
		message=$(kexec -p -u 2>&1 9>&-)
		[ "$(crash_file loaded)" != 1 ] || fail "$1" "the capture kernel cannot be unloaded: $message"
	fi
	answer_text "$1.done" unloaded
}

a_note_images() { # ID: those that are there already are not ours
	a_note "$1" images "$(images)"
}

a_drop_images() { # ID: those that came since
	stored notes images; file=$place
	if [ -e "$file" ]; then
		images | while IFS= read -r image; do
			grep -qxF "$image" "$file" || rm -f "$image"
		done
	fi
	answer_text "$1.done" dropped
}

a_note_absent() { # ID NAME PATH...: those that are not there yet
	id=$1 name=$2 absent=; shift 2
	for path in "$@"; do
		if [ ! -e "$path" ] && [ ! -L "$path" ]; then absent="$absent$path
"; fi
	done
	a_note "$id" "$name" "$absent"
}

# ID PATH: it came with a package that is gone, and so does what rpm has put aside; what others have written stays.
a_gone_with_package() {
	stored original "$2"; copy=$place
	stored ours "$2"; mine=$place result=gone
	for file in "$2" "$2.rpmsave"; do
		[ -e "$file" ] || continue
		if cmp -s "$file" "$mine" || cmp -s "$file" "$mine.before" || cmp -s "$file" "$copy"; then
			message=$(rm -f "$file" 2>&1) || fail "$1" "cannot remove $file: $message"
		else
			result="left: $file was changed since"
		fi
	done
	answer_text "$1.done" "$result"
}

a_adopt() { # ID PATH: as it should be already, and ours from now on
	keep "$1" "$2"
	remember_ours "$1" "$2" "$2"
	answer_text "$1.done" adopted
}

a_label() { # ID PATH...: as SELinux's policy has it
	id=$1; shift
	for path in "$@"; do
		shift
		if [ -e "$path" ]; then set -- "$@" "$path"; fi
	done
	if [ $# -gt 0 ] && command -v restorecon >/dev/null 2>&1; then restorecon "$@" >/dev/null 2>&1; fi
	answer_text "$id.done" labelled
}

# ---- devices

q_device() { # ID DEVICE|UUID=...|LABEL=...: answers like a command: "PATH TYPE USE", USE being what holds it
	device=$2
	case $2 in
	UUID=* | LABEL=*) device=$(blkid -t "$2" -o device 2>/dev/null | head -n 1) ;;
	esac
	if [ -z "$device" ] || [ ! -b "$device" ]; then
		answer_text "$1.code" 1
		answer_text "$1.output" "there is no block device $2"
		return
	fi
	real=$(readlink -f "$device")
	type=$(blkid -o value -s TYPE "$device" 2>/dev/null | head -n 1)
	use=
	while read -r source target rest; do
		case $source in
		/*) if [ "$(readlink -f "$source")" = "$real" ]; then use=$target; fi ;;
		esac
	done </proc/mounts
	if [ -z "$use" ]; then
		while read -r source rest; do
			case $source in /*) if [ "$(readlink -f "$source")" = "$real" ]; then use=swap; fi ;; esac
		done </proc/swaps
	fi
	if [ -z "$use" ]; then
		holder=$(ls "/sys/class/block/${real##*/}/holders" 2>/dev/null | head -n 1)
		use=${holder:+/dev/$holder}
	fi
	answer_text "$1.code" 0
	answer_text "$1.output" "$device ${type:--} ${use:--}"
}

# ---- packages

rpm_names() { rpm -qa --qf '%{NAME}\n' | sort -u; }

# COMMAND...: notes which process it is; the boot tells it from one of the same number.
rpm_run() {
	read -r boot </proc/sys/kernel/random/boot_id
	sh -c 'by=$1; shift; printf "%s %s\n" "$$" "$1" >"$by" && exec "$@"' sh "$STORE/$KEY/notes/packages-by-$boot" "$@" \
		</dev/null 2>&1 9>&-
}

# Whether what a run began that broke off is still at work: then others' packages cannot have come in between.
rpm_runs() {
	read -r boot </proc/sys/kernel/random/boot_id
	read -r pid command 2>/dev/null <"$STORE/$KEY/notes/packages-by-$boot" || return 1
	grep -qF "$command" "/proc/$pid/cmdline" 2>/dev/null
}

a_rpm_install() { # ID EXPLANATION COMMAND...: what comes with it is noted, also when it ends half way
	id=$1 why=$2; shift 2
	notes=$STORE/$KEY/notes
	before=$notes/packages-before
	if [ ! -e "$before" ] || ! rpm_runs; then
		message=$( { mkdir -p "$notes" && rpm_names >"$before.new" && mv -f "$before.new" "$before"; } 2>&1) ||
			fail "$id" "cannot write to $STORE: $message"
	fi
	output=$(rpm_run "$@"); code=$?
	rpm_names >"$notes/packages-after"
	touch "$notes/packages"
	{
		cat "$notes/packages"
		comm -13 "$before" "$notes/packages-after"
	} | sort -u >"$notes/packages.new" && mv -f "$notes/packages.new" "$notes/packages" ||
		fail "$id" "cannot write to $STORE"
	rm -f "$before" "$notes/packages-after" "$notes"/packages-by-*
	[ $code -eq 0 ] || fail "$id" "$why failed (exit code $code): $(printf '%s' "$output" | tail -c 1500)"
	answer_text "$id.done" installed
}

saved_files() { ls -1 /etc/*.rpmsave /etc/*.rpmnew /etc/sysconfig/*.rpmsave /etc/sysconfig/*.rpmnew 2>/dev/null; }

a_rpm_remove() { # ID EXPLANATION COMMAND...: what rpm puts aside and is ours is no one's any more
	id=$1 why=$2; shift 2
	before=$(saved_files)
	output=$("$@" </dev/null 2>&1 9>&-); code=$?
	[ $code -eq 0 ] || fail "$id" "$why failed (exit code $code): $(printf '%s' "$output" | tail -c 1500)"
	left=
	for file in $(saved_files); do
		case "
$before
" in *"
$file
"*) continue ;; esac
		path=${file%.rpm*}
		ours=
		flatten "$path"
		for mine in "$STORE"/*/ours/"$flat"; do
			if cmp -s "$file" "$mine"; then ours=yes; fi
		done
		if [ -n "$ours" ]; then rm -f "$file"; else left="$left
left: $file holds what was changed in it since"; fi
	done
	answer_text "$id.done" "removed$left"
}
