# What runs on a host: POSIX sh, from RHEL 5 to today. Sent on stdin together with one main function that
# calls what stands here; a script that arrives cut off is a syntax error and does nothing.
# Every answer begins with a line of the nonce of this run, a key, and "=" with the value behind it; a value of more than
# one line, or with other characters, comes in hexadecimal on the lines that follow.

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
umask 022
STORE=/var/lib/pulumi-kdump

answer() { printf '\n%s %s\n' "$NONCE" "$1"; od -An -v -tx1; }
# Plain text goes as it is: a process less for each answer is what makes a look quick, on fleets as on slow hosts.
answer_text() {
	case $2 in
	*[![:print:]]*) printf '%s' "$2" | answer "$1" ;;
	*) printf '\n%s %s =%s\n' "$NONCE" "$1" "$2" ;;
	esac
}

for tool in od tr head tail stat cksum; do
	command -v $tool >/dev/null 2>&1 || { printf '%s missing =%s\n' "$NONCE" "$tool"; exit 0; }
done

# fail ID MESSAGE: nothing after the first failure runs.
fail() { answer_text "$1.failed" "$2"; answer_text end failed; exit 0; }

# What was written is on the disk, should the power fail now. Older ones know only the sync of everything, which takes
# long on a busy host.
settle() { sync "$@" 2>/dev/null || sync; }

sum_of() { if [ -e "$1" ]; then set -- $(exec cksum <"$1"); echo "$1 $2"; else echo absent; fi; }

# ---- questions
# "exec" in $( ): some shells would start a process for the brackets, and another for the command in them.

q_file() { # ID PATH
	if [ -d "$2" ]; then kind=directory
	elif [ -f "$2" ]; then kind=file
	elif [ -e "$2" ] || [ -L "$2" ]; then kind=other
	else kind=absent; fi
	answer_text "$1.kind" "$kind"
	case $kind in absent | other) return ;; esac
	answer_text "$1.stat" "$(exec stat -L -c '%a %U %G %Y' "$2" 2>&1)"
	[ $kind = file ] || return 0
	printf '\n%s %s\n' "$NONCE" "$1.content"
	od -An -v -tx1 -N 1048577 "$2"
}

q_text() { # ID PATH: its content, nothing where there is none
	if [ -r "$2" ] && [ ! -d "$2" ]; then
		printf '\n%s %s\n' "$NONCE" "$1.text"
		od -An -v -tx1 -N 1048577 "$2"
	else
		answer_text "$1.text" ''
	fi
}

q_line() { # ID PATH: its first line, "" where there is none; costs no process
	line=
	if [ -r "$2" ] && [ ! -d "$2" ]; then IFS= read -r line <"$2"; fi
	answer_text "$1.line" "$line"
}

q_names() { # ID DIRECTORY: the names in it, one a line
	if [ -d "$2" ]; then ls -1A "$2" 2>/dev/null | head -c 65536 | answer "$1.names"; else answer_text "$1.names" ''; fi
}

q_run() { # ID COMMAND...: merged output and the exit code
	id=$1; shift
	output=$(exec "$@" </dev/null 2>&1 9>&-); code=$?
	answer_text "$id.code" $code
	answer_text "$id.output" "$output"
}

q_space() { # ID PATH: the file system that holds it, or will hold it once it is made
	path=$2
	while [ ! -d "$path" ] && [ "$path" != / ] && [ -n "$path" ]; do
		path=${path%/}; path=${path%/*}; path=${path:-/}
	done
	lines=$(exec df -PkT "$path" 2>&1)
	answer_text "$1.df" "${lines##*"
"}"
}

# ---- what was there before us, kept once under $STORE/$KEY

# What is done for every file and every note starts as few processes as can be: they are what takes the time.

flatten() { # PATH: sets flat to it as one name, with % for each /
	flat='' rest=$1
	while :; do
		case $rest in
		*/*) flat=$flat${rest%%/*}% rest=${rest#*/} ;;
		*) flat=$flat$rest; return ;;
		esac
	done
}

stored() { # FOLDER PATH: sets place to where it is kept
	flatten "$2"
	place=$STORE/$KEY/$1/$flat
}

need_folder() { # FOLDER, in the store
	[ -d "$1" ] || { mkdir -p -m 700 "$STORE" && mkdir -p "$1"; }
}

is_kept() { [ -e "$place" ] || [ -e "$place.absent" ]; }

keep() { # ID PATH...
	keeper=$1; shift
	need_folder "$STORE/$KEY/original" || fail "$keeper" "cannot write to $STORE"
	message=$( {
		copied=
		for path in "$@"; do
			stored original "$path"
			if is_kept || [ -d "$path" ]; then continue; fi
			if [ -e "$path" ]; then
				# Of a link, what it leads to: that is what is about to be written.
				source=$path; if [ -L "$path" ]; then source=$(readlink -f "$path"); fi
				cp -a "$source" "$place.new" || exit 1
				copied=yes
			else
				true >"$place.absent" || exit 1
			fi
		done
		[ -n "$copied" ] || exit 0
		settle "$STORE/$KEY/original"/*.new
		for path in "$@"; do
			stored original "$path"
			# What an earlier run left half done and got done later is no copy any more.
			if [ -e "$place.new" ] && ! is_kept; then mv -f "$place.new" "$place" || exit 1; fi
		done
	} 2>&1) || fail "$keeper" "cannot keep a copy of $* in $STORE: $message"
}

a_keep() { # ID PATH
	keep "$1" "$2"
	answer_text "$1.done" kept
}

remember_ours() { # ID PATH FILE: FILE holds what PATH is about to become
	stored ours "$2"; mine=$place
	need_folder "${mine%/*}" || fail "$1" "cannot write to $STORE"
	if [ -e "$mine" ]; then mv -f "$mine" "$mine.before"; fi
	message=$(exec cp -a "$3" "$mine" 2>&1) || fail "$1" "cannot write to $STORE: $message"
}

is_ours() { # PATH
	stored ours "$1"; mine=$place
	cmp -s "$1" "$mine" || cmp -s "$1" "$mine.before"
}

# ---- actions; each keeps what it changes and is harmless when repeated

a_claim() { # ID STACK shared|exclusive
	claims=$STORE/$KEY/claims
	if [ "$3" = exclusive ]; then
		for other in "$claims"/*; do
			[ -e "$other" ] || continue
			[ "${other##*/}" = "$2" ] || fail "$1" "this is managed by the stack ${other##*/}; destroy it there first (or, if that stack is no more, remove $other)"
		done
	fi
	message=$( { need_folder "$claims" && true >"$claims/$2"; } 2>&1) ||
		fail "$1" "cannot write to $STORE: $message"
	answer_text "$1.done" claimed
}

a_guard() { # ID STACK SHARED: what only others keep is not ours to put back, and nothing after this is done
	# An empty folder is what a destroy leaves that broke off at its very end.
	[ -n "$(ls "$STORE/$KEY/claims" 2>/dev/null)" ] && [ ! -e "$STORE/$KEY/claims/$2" ] ||
		{ answer_text "$1.done" ours; return; }
	answer_text "$1.done" "left: it is kept by $(ls "$STORE/$KEY/claims" | tr '\n' ' ')"
	answer_text end ok
	exit 0
}

a_unclaim() { # ID STACK: the last one takes the store with it
	rm -f "$STORE/$KEY/claims/$2"
	stayed=
	if [ ! -d "$STORE/$KEY/claims" ] || rmdir "$STORE/$KEY/claims" 2>/dev/null; then
		stayed=$(leave_directories)
		rm -rf "${STORE:?}/${KEY:?}"
	fi
	rmdir "$STORE" 2>/dev/null
	answer_text "$1.done" "$stayed"
}

a_put() { # ID PATH MODE OWNER:GROUP EXPECTED-SUM CONTENT ("=" leaves mode or owner as it is)
	real=$2
	if [ -L "$2" ]; then real=$(readlink -f "$2") || fail "$1" "$2 is a link to nowhere"; fi
	[ "$5" = any ] || [ "$5" = "$(sum_of "$real")" ] || fail "$1" "$2 was changed by someone else at this very moment; run again"
	keep "$1" "$2"
	for half in "$real".pulumi-kdump.*; do [ ! -e "$half" ] || rm -f "$half"; done
	new=$real.pulumi-kdump.$$
	trap 'rm -f "$new"' EXIT
	message=$( {
		{ [ -d "${real%/*}" ] || mkdir -p "${real%/*}"; } &&
		if [ -e "$real" ]; then cp -a "$real" "$new"; else (umask 077; true >"$new"); fi
	} 2>&1) || fail "$1" "cannot write $2: $message"
	message=$(printf '%s' "$6" | dd of="$new" conv=fsync 2>&1) || fail "$1" "cannot write $2: $message"
	message=$( {
		if [ "$4" != = ]; then chown "$4" "$new"; fi &&
		if [ "$3" != = ]; then chmod "$3" "$new"; fi &&
		if [ ! -e "$real" ] && command -v restorecon >/dev/null 2>&1; then
			# A new file gets the label of its final name, not that of its temporary one.
			context=$(matchpathcon -n "$real" 2>/dev/null) && chcon "$context" "$new" 2>/dev/null; :
		fi
	} 2>&1) || fail "$1" "cannot set mode or owner of $2: $message"
	remember_ours "$1" "$2" "$new"
	message=$(exec mv -f "$new" "$real" 2>&1) || fail "$1" "cannot replace $2: $message"
	settle "${real%/*}"
	trap - EXIT
	answer_text "$1.done" written
}

# A directory may be used by several states: it is put back when the last of them lets go of its store.
a_directory() { # ID PATH MODE OWNER:GROUP LITTER...: made when absent; "=" keeps the mode or owner of one that is there
	id=$1 directory=$2 mode=$3 owner=$4; shift 4
	flatten "$directory"; users=$STORE/directories/$flat
	case $mode$owner${directory#/} in
	*/*) ;;
	# What is there right below the root, and was made by none of us, is the system's own.
	==*) if [ -d "$directory" ] && [ ! -d "$users" ]; then answer_text "$id.done" there; return; fi ;;
	esac
	message=$( {
		need_folder "$users" && echo test >"$users/.litter" || exit 3
		if [ ! -e "$users/.before" ]; then
			printf '%s\n' "$directory" >"$users/.path" &&
			if [ -d "$directory" ]; then stat -c '%a %u:%g' "$directory"; else echo absent; fi >"$users/.before.new" &&
			mv -f "$users/.before.new" "$users/.before"
		fi && true >"$users/$KEY" &&
		for name in "$@"; do printf '%s\n' "$name"; done >"$users/.litter" &&
		{ [ -d "$directory" ] || mkdir -p "$directory"; } &&
		if [ "$owner" != = ]; then chown "$owner" "$directory"; fi &&
		if [ "$mode" != = ]; then chmod "$mode" "$directory"; fi
	} 2>&1)
	case $? in
	0) ;;
	3) fail "$id" "cannot write to $STORE: $message $(df -P "$STORE" 2>/dev/null | tail -n 1)" ;;
	*) fail "$id" "cannot make the directory $directory: $message" ;;
	esac
	answer_text "$id.done" there
}

# Says which directories had to stay. What others put into them stays, and then they stay, too; litter is what
# the platform's own tools leave there without being asked.
leave_directories() {
	for users in "$STORE"/directories/*; do
		if [ -e "$users/$KEY" ]; then printf '%s\n' "$users"; fi
	done | sort -r | while IFS= read -r users; do
		rm -f "$users/$KEY"
		[ -z "$(ls "$users")" ] || continue
		read -r directory <"$users/.path"
		read -r mode owner <"$users/.before"
		if [ "$mode" != absent ]; then
			if [ -d "$directory" ]; then chown "$owner" "$directory" && chmod "$mode" "$directory"; fi
		elif [ -d "$directory" ]; then
			while IFS= read -r name; do rm -f "$directory/$name"; done <"$users/.litter"
			rmdir "$directory" 2>/dev/null || echo "left: $directory is not empty"
		fi
		rm -rf "$users"
	done
	rmdir "$STORE/directories" 2>/dev/null
}

a_restore() { # ID PATH: back to what was there before us, unless someone else has changed it since
	stored original "$2"; copy=$place
	if [ -e "$copy.absent" ]; then
		if [ -e "$2" ]; then
			is_ours "$2" || { answer_text "$1.done" "left: $2 was changed since"; return; }
			message=$(rm -f "$2" 2>&1) || fail "$1" "cannot remove $2: $message"
		fi
	elif [ -e "$copy" ]; then
		real=$2
		if [ -L "$2" ]; then real=$(readlink -f "$2"); fi
		if [ -e "$2" ] && ! cmp -s "$2" "$copy" && ! is_ours "$2"; then
			message=$(cp -a "$copy" "$real.before-pulumi-kdump" 2>&1) || fail "$1" "cannot keep a copy beside $2: $message"
			answer_text "$1.done" "left: $2 was changed since; what was there before is in $real.before-pulumi-kdump"
			return
		fi
		new=$real.pulumi-kdump.$$
		message=$( { cp -a "$copy" "$new" && mv -f "$new" "$real"; } 2>&1) ||
			{ rm -f "$new"; fail "$1" "cannot put back $2: $message"; }
		settle "${real%/*}"
	fi
	answer_text "$1.done" restored
}

a_note() { # ID NAME VALUE: kept once, for whoever reverts
	stored notes "$2"; file=$place
	if [ ! -e "$file" ]; then
		message=$( { need_folder "${file%/*}" && printf '%s' "$3" >"$file.new" && mv -f "$file.new" "$file"; } 2>&1) ||
			fail "$1" "cannot write to $STORE: $message"
	fi
	answer_text "$1.done" noted
}

a_run() { # ID EXPLANATION COMMAND...
	id=$1; why=$2; shift 2
	output=$("$@" </dev/null 2>&1 9>&-); code=$?
	[ $code -eq 0 ] || fail "$id" "$why failed (exit code $code): $(printf '%s' "$output" | tail -c 2000)"
}

# One run at a time changes a host. The lock goes with the process, however it ends.
take_lock() { # SECONDS
	command -v flock >/dev/null 2>&1 ||
		{ answer_text lock.failed "flock is missing (package util-linux)"; answer_text end failed; exit 0; }
	for directory in /run /var/run; do [ -d $directory ] && break; done
	lock=$directory/pulumi-kdump.lock
	# Tried first: a redirection of exec that fails would end the shell without an answer.
	true 2>/dev/null 9>>"$lock" && exec 9>>"$lock" || { answer_text lock.failed "cannot open $lock; whoever changes a host has to be root there, by login or by connection.sudo"; answer_text end failed; exit 0; }
	flock -w "$1" 9 2>/dev/null || {
		answer_text lock.failed "another run has been changing this host for more than $1 seconds ($lock)"
		answer_text end failed; exit 0
	}
}

# ---- the capture kernel

crash_file() {
	number=0
	if [ -r "/sys/kernel/kexec_crash_$1" ]; then read -r number <"/sys/kernel/kexec_crash_$1"; fi
	echo "${number:-0}"
}

# A changed configuration may change the capture kernel's arguments. That it must be loaded anew is noted before it
# is written, so that whoever comes after a run that broke off knows.
a_reload_is_due() { # ID
	message=$( { need_folder "$STORE/$KEY/notes" && true >"$STORE/$KEY/notes/reload"; } 2>&1) ||
		fail "$1" "cannot write to $STORE: $message"
	answer_text "$1.done" due
}

# ---- files that several resources share line by line

# A file that other resources edit, too: no copy of the whole is kept, whoever reverts takes out its lines.
a_edit() { KEY_OF=$KEY; KEY=$KEY/edits; a_put "$@"; rm -rf "${STORE:?}/${KEY:?}"; KEY=$KEY_OF; }
a_delete() { # ID PATH EXPECTED-SUM
	[ "$(sum_of "$2")" = "$3" ] || fail "$1" "$2 was changed by someone else at this very moment; run again"
	rm -f "$2"
	answer_text "$1.done" deleted
}

a_reboot() { # ID: in the background and a little later, so that this answer still arrives
	(
		exec 9>&- </dev/null >/dev/null 2>&1
		sleep 2
		systemctl reboot || reboot || shutdown -r now
	) &
	answer_text "$1.done" rebooting
}
