#!/bin/sh
# What the files of the stand-in for SUSE's kdump share: /etc/sysconfig/kdump (or $KDUMP_CONF) as kdump of SLES 15 SP7
# (2.0.18) reads it. A value that is none is told and replaced by the default. To be sourced; with --print the values
# are printed. KDUMP_PROTO says what kind of target KDUMP_SAVEDIR is, and is empty where it is none.

kdump_string() { eval "[ -n \"\$$1\" ] || $1=\$2"; }

kdump_bool() {
	eval "kdump_value=\$$1"
	case $kdump_value in
	'') eval "$1=\$2" ;;
	yes | 1 | true) eval "$1=true" ;;
	no | 0 | false) eval "$1=false" ;;
	*) echo "kdump: $1 is '$kdump_value', which is neither true nor false, and ignored" >&2; eval "$1=\$2" ;;
	esac
}

kdump_int() {
	eval "kdump_value=\$$1"
	case ${kdump_value#-} in
	'' | *[!0-9]*)
		[ -z "$kdump_value" ] || echo "kdump: $1 is '$kdump_value', which is no number, and ignored" >&2
		eval "$1=\$2"
		;;
	esac
}

kdump_gone() { eval "[ -z \"\$$1\" ] || echo 'kdump: $1 is deprecated, and ignored' >&2"; }

if [ -n "$KDUMP_CONF" ]; then
	. "$KDUMP_CONF" || return 1
elif [ -f /etc/sysconfig/kdump ]; then
	. /etc/sysconfig/kdump
fi

KDUMP_KEYS=
while read -r kdump_type kdump_key kdump_default; do
	[ "$kdump_type" = gone ] || KDUMP_KEYS="$KDUMP_KEYS $kdump_key"
	"kdump_$kdump_type" "$kdump_key" "$kdump_default"
done <<END
bool KDUMP_AUTO_RESIZE false
string KDUMP_COMMANDLINE
string KDUMP_COMMANDLINE_APPEND
bool KDUMP_CONTINUE_ON_ERROR true
int KDUMP_CPUS 32
string KDUMP_DUMPFORMAT compressed
int KDUMP_DUMPLEVEL 31
bool KDUMP_FADUMP false
bool KDUMP_FADUMP_SHELL false
int KDUMP_FREE_DISK_SIZE 64
string KDUMP_HOST_KEY
bool KDUMP_IMMEDIATE_REBOOT true
int KDUMP_KEEP_OLD_DUMPS 0
string KDUMP_KERNELVER
string KDUMP_NETCONFIG auto
int KDUMP_NET_TIMEOUT 30
string KDUMP_NOTIFICATION_CC
string KDUMP_NOTIFICATION_TO
string KDUMP_POSTSCRIPT
string KDUMP_PRESCRIPT
string KDUMP_REQUIRED_PROGRAMS
string KDUMP_SAVEDIR /var/crash
string KDUMP_SMTP_PASSWORD
string KDUMP_SMTP_SERVER
string KDUMP_SMTP_USER
string KDUMP_SSH_IDENTITY
string KDUMP_TRANSFER
int KDUMP_VERBOSE 0
string KEXEC_OPTIONS
string MAKEDUMPFILE_OPTIONS
gone KDUMPTOOL_FLAGS
gone KDUMP_COPY_KERNEL
END

case $(printf '%s' "$KDUMP_SAVEDIR" | tr 'A-Z' 'a-z') in
/* | file://*) KDUMP_PROTO=file ;;
ftp://*) KDUMP_PROTO=ftp ;;
scp://* | sftp://*) KDUMP_PROTO=sftp ;;
ssh://*) KDUMP_PROTO=ssh ;;
nfs://*) KDUMP_PROTO=nfs ;;
smb://* | cifs://*) KDUMP_PROTO=cifs ;;
# Told, and no more: the real tools load all the same, and fail in the capture kernel.
*) KDUMP_PROTO='' && echo "kdump: KDUMP_SAVEDIR ($KDUMP_SAVEDIR) is invalid" >&2 ;;
esac

if [ "$1" = --print ]; then
	for kdump_key in $KDUMP_KEYS KDUMP_PROTO; do
		eval "kdump_value=\$$kdump_key"
		printf "%s='%s'\n" "$kdump_key" "$(printf '%s' "$kdump_value" | sed "s/'/'\\\\''/g")"
	done
fi
