# Running values of sysctls. What each was before us, and what we made of it, is kept for whoever puts it back.

sysctl_file() { printf '/proc/sys/%s' "$(printf '%s' "$1" | tr . /)"; }
sysctl_note() { printf '%s/%s/notes/%s.%s' "$STORE" "$KEY" "$1" "$2"; }

set_sysctl() { # ID NAME VALUE: older sysctl commands succeed whatever the kernel says, so it is read back
	now=
	message=$(sysctl -w "$2=$3" 2>&1)
	IFS= read -r now <"$(sysctl_file "$2")"
	[ "$now" = "$3" ] || fail "$1" "sysctl -w $2=$3 leaves $2 at '$now': $(printf '%s' "$message" | tail -c 800)"
}

a_sysctl() { # ID NAME VALUE
	file=$(sysctl_file "$2") was=$(sysctl_note was "$2") now=
	[ -r "$file" ] || fail "$1" "$2 is not known to this kernel: there is no $file"
	IFS= read -r now <"$file"
	message=$( {
		mkdir -p "${was%/*}" &&
		if [ ! -e "$was" ]; then
			printf '%s\n' "$now" >"$(sysctl_note new "$2")" && mv -f "$(sysctl_note new "$2")" "$was"
		fi &&
		printf '%s\n' "$3" >"$(sysctl_note ours "$2")"
	} 2>&1) || fail "$1" "cannot write to $STORE: $message"
	[ "$now" = "$3" ] || set_sysctl "$1" "$2" "$3"
	answer_text "$1.done" set
}

a_sysctl_back() { # ID NAME: to what it was before us, unless someone else has changed it since
	file=$(sysctl_file "$2") now='' was='' ours=''
	if [ -r "$file" ] && [ -e "$(sysctl_note was "$2")" ]; then
		IFS= read -r now <"$file"
		IFS= read -r was <"$(sysctl_note was "$2")"
		IFS= read -r ours <"$(sysctl_note ours "$2")"
		if [ "$now" != "$was" ] && [ "$now" != "$ours" ]; then
			answer_text "$1.done" "left: $2 was set to $now since; before us it was $was"
			rm -f "$(sysctl_note was "$2")" "$(sysctl_note ours "$2")"
			return
		fi
		[ "$now" = "$was" ] || set_sysctl "$1" "$2" "$was"
	fi
	rm -f "$(sysctl_note was "$2")" "$(sysctl_note ours "$2")"
	answer_text "$1.done" restored
}
