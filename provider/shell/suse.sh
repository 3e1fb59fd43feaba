# What only SUSE's kdump needs (SUSE Linux Enterprise, Leap, Tumbleweed).

SUSE_KDUMP=/etc/sysconfig/kdump

# The capture kernel's initrd: one since 15 SP6, one for each kernel before. There is no glob that finds nothing here.
suse_images() { for image in /var/lib/kdump/initrd /boot/initrd-*-kdump; do [ ! -e "$image" ] || echo "$image"; done; }

# Whether there is an initrd that holds something and is newer than the configuration: what mkdumprd itself goes by,
# but for one that is empty. What counts is the newest.
suse_image_is_good() {
	newest=
	for image in $(suse_images); do
		if [ -z "$newest" ] || [ "$image" -nt "$newest" ]; then newest=$image; fi
	done
	[ -n "$newest" ] && [ -s "$newest" ] && { [ ! -e $SUSE_KDUMP ] || [ "$newest" -nt $SUSE_KDUMP ]; }
}

suse_build() { # ID
	command -v mkdumprd >/dev/null 2>&1 || return 0
	# Its own look at what changed leaves out the collector's keys, and a file that was put back with its old date.
	message=$(mkdumprd -f 2>&1 9>&-) ||
		fail "$1" "mkdumprd cannot build the capture kernel's initrd: $(printf '%s' "$message" | tail -c 1500)"
	# It may end well without having built anything (a directory that cannot be written).
	if ! suse_image_is_good; then
		fail "$1" "mkdumprd built no initrd for the capture kernel: $(printf '%s' "$message" | tail -c 1500)"
	fi
	SUSE_BUILT=1
}

suse_restart() { # ID: the unit is done when the capture kernel is loaded
	systemctl reset-failed kdump >/dev/null 2>&1 9>&-
	message=$(systemctl restart kdump 2>&1 9>&-)
	[ "$(crash_file loaded)" = 1 ] ||
		fail "$1" "the capture kernel is not loaded though memory is reserved: $(printf '%s' "$message" | tail -c 500) $(journalctl -u kdump -n 8 -o cat 2>/dev/null | tail -c 1000)"
}

a_suse_image() { # ID: build the initrd where there is none, an empty one, or one older than the configuration
	suse_image_is_good || suse_build "$1"
	answer_text "$1.done" built
}

a_suse_load() { # ID: nothing to do while no memory is reserved
	if [ "$(crash_file size)" -gt 0 ]; then
		if [ "$(crash_file loaded)" != 1 ] || [ "${SUSE_BUILT-}" = 1 ] || ! systemctl is-active kdump >/dev/null 2>&1; then
			suse_restart "$1"
		fi
	fi
	answer_text "$1.done" loaded
}

a_suse_unload() { # ID
	# Stopping a unit that is not there is no failure; what counts is the kernel's own word.
	message=$(systemctl stop kdump 2>&1 9>&-; systemctl stop kdump-early 2>&1 9>&-)
	[ "$(crash_file loaded)" != 1 ] || message=$message$(kexec -p -u 2>&1)
	[ "$(crash_file loaded)" != 1 ] || fail "$1" "the capture kernel cannot be unloaded: $message"
	answer_text "$1.done" unloaded
}

a_suse_reload() { # ID: a changed configuration goes into the initrd, and the capture kernel is loaded with it
	loaded=$(crash_file loaded)
	mark=$STORE/$KEY/notes/was-loaded
	if [ -e $SUSE_KDUMP ] && { [ "$loaded" = 1 ] || [ -n "$(suse_images)" ]; }; then suse_build "$1"; fi
	if [ "$(crash_file size)" -gt 0 ] && { [ "$loaded" = 1 ] || [ -e "$mark" ]; }; then
		# Restarting unloads first: whoever comes after a run that broke off must know that it was loaded.
		mkdir -p "${mark%/*}" && true >"$mark"
		suse_restart "$1"
	fi
	rm -f "$STORE/$KEY/notes/reload" "$mark"
	answer_text "$1.done" reloaded
}

a_suse_forget() { # ID: what the package's own tools made while there was nothing of it before us
	rm -f /var/lib/kdump/initrd /var/lib/kdump/kernel /var/lib/kdump/kernel-version /boot/initrd-*-kdump
	answer_text "$1.done" forgotten
}

a_suse_install() { # ID PACKAGE...: 102, 103 and 106 of zypper are remarks on an installation that was made
	id=$1; shift
	copy=$SUSE_KDUMP.pulumi-kdump.$$
	if [ -f $SUSE_KDUMP ]; then
		trap 'rm -f "$copy"' EXIT
		message=$(cp -a $SUSE_KDUMP "$copy" 2>&1) || fail "$id" "cannot keep a copy of $SUSE_KDUMP: $message"
	fi
	output=$(ZYPP_LOCK_TIMEOUT=300 zypper --non-interactive install --no-recommends "$@" </dev/null 2>&1 9>&-); code=$?
	case $code in
	0 | 102 | 103 | 106) ;;
	*) fail "$id" "zypper install failed (exit code $code): $(printf '%s' "$output" | tail -c 2000)" ;;
	esac
	# A package fills up a file that is there already with what the file leaves out.
	if [ -e "$copy" ]; then
		message=$(mv -f "$copy" $SUSE_KDUMP 2>&1) || fail "$id" "cannot put back $SUSE_KDUMP: $message"
		trap - EXIT
	fi
	answer_text "$id.done" installed
}

a_suse_erase() { # ID PACKAGE...
	id=$1; shift
	aside=$SUSE_KDUMP.rpmsave
	before=$(sum_of $aside)
	message=$(rpm -e "$@" 2>&1 9>&-) || fail "$id" "rpm cannot remove $*: $message"
	# What rpm moves aside is no longer the package's own text: it stays where it was, for whoever wrote it.
	if [ ! -e $SUSE_KDUMP ] && [ "$before" = absent ] && [ -e $aside ]; then mv $aside $SUSE_KDUMP; fi
	answer_text "$id.done" removed
}
