# Trying the way to a collector, and what a collector has for its hosts: keys and users.

# The coreutils of RHEL 5 has no timeout; there a mount gives up by itself, later.
limited() { # SECONDS COMMAND...
	if command -v timeout >/dev/null 2>&1; then timeout "$@"; else shift; "$@"; fi
}

q_try_nfs() { # ID SERVER:EXPORT: mount, write, unmount, as the capture kernel will
	for directory in /run /var/run; do [ -d $directory ] && break; done
	directory=$directory/pulumi-kdump-nfs.$$
	message=$( {
		mkdir "$directory" &&
		limited 90 mount -t nfs -o nolock,tcp,soft,timeo=100,retrans=2 "$2" "$directory" && {
			true >"$directory/.pulumi-kdump" && rm -f "$directory/.pulumi-kdump"; code=$?
			umount "$directory" || umount -l "$directory"
			[ $code -eq 0 ]
		}
	} 2>&1)
	code=$?
	rmdir "$directory" 2>/dev/null
	answer_text "$1.code" $code
	answer_text "$1.output" "$message"
}

a_identity() { # ID PATH TYPE COMMENT: a new key pair, made on this host, for this host
	keep "$1" "$2"; keep "$1" "$2.pub"
	rm -f "$2.pulumi-kdump" "$2.pulumi-kdump.pub"
	bits=; [ "$3" != rsa ] || bits='-b 3072'
	message=$( {
		mkdir -p "${2%/*}" &&
		ssh-keygen -q -t "$3" $bits -N '' -C "$4" -f "$2.pulumi-kdump" </dev/null
	} 2>&1) || fail "$1" "cannot make the key $2: $message"
	remember_ours "$1" "$2" "$2.pulumi-kdump"
	remember_ours "$1" "$2.pub" "$2.pulumi-kdump.pub"
	message=$( { settle "$2.pulumi-kdump" "$2.pulumi-kdump.pub" && mv -f "$2.pulumi-kdump.pub" "$2.pub" && mv -f "$2.pulumi-kdump" "$2"; } 2>&1) ||
		fail "$1" "cannot make the key $2: $message"
	settle "${2%/*}"
	answer_text "$1.done" made
}

a_remove_user() { # ID USER
	if getent passwd "$2" >/dev/null 2>&1; then
		message=$(userdel "$2" 2>&1) || fail "$1" "cannot remove the user $2: $message"
	fi
	answer_text "$1.done" removed
}
