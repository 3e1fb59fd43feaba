# The files of a boot loader, which its own tools write: what they were is kept once, and comes back byte for byte
# where nothing else has changed in them.

a_keep_all() { # ID PATH...
	id=$1; shift
	keep "$id" "$@"
	answer_text "$id.done" kept
}

a_left() { # ID PATH...: what our first writing left, kept once
	id=$1; shift
	message=$( {
		need_folder "$STORE/$KEY/left" || exit 1
		for path in "$@"; do
			stored left "$path"
			if [ -f "$path" ] && [ ! -e "$place" ]; then
				cp "$path" "$place.new" && mv -f "$place.new" "$place" || exit 1
			fi
		done
	} 2>&1) || fail "$id" "cannot write to $STORE: $message"
	answer_text "$id.done" remembered
}

a_back() { # ID PATH SUM: what was kept comes back, if the file still is what it was when that was decided
	[ "$(sum_of "$2")" = "$3" ] || fail "$1" "$2 was changed by someone else at this very moment; run again"
	stored original "$2"; copy=$place
	if [ -e "$copy" ]; then
		real=$2
		if [ -L "$2" ]; then real=$(readlink -f "$2"); fi
		new=$real.pulumi-kdump.$$
		# /boot/efi knows no owners, and cp complains that it cannot set them.
		message=$( { { cp -a "$copy" "$new" 2>/dev/null || cp -p "$copy" "$new"; } && mv -f "$new" "$real"; } 2>&1) ||
			{ rm -f "$new"; fail "$1" "cannot put back $2: $message"; }
	elif [ -e "$copy.absent" ]; then
		message=$(rm -f "$2" 2>&1) || fail "$1" "cannot remove $2: $message"
	fi
	settle "${2%/*}"
	answer_text "$1.done" "put back"
}

a_forget_note() { # ID NAME
	stored notes "$2"; rm -f "$place"
	answer_text "$1.done" forgotten
}
