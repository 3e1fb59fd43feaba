"""The command that a host's dump key may run on a collector: it takes dumps in, and does nothing else.

What kdump's tools run there, from their sources:

* kdump-config 1.8.1 (Debian, Ubuntu): ``mkdir -p D``, ``dd of=F``, ``mv A B``, and scp for the kernel log
* kdump-utils and kexec-tools (Red Hat 7 and newer): ``mkdir -p D``, ``umask 0077 && dd bs=512 of=F``, ``mv A B``,
  and before that ``df``, ``mktemp -dqp D``, ``rmdir D``, ``test``
* mkdumprd of kexec-tools 2.0.0 (Red Hat 6), and of 2007 and 2008 (Red Hat 5): before that ``mkdir -p D``, ``mktemp``,
  ``df``, ``rmdir``; then ``mkdir D``, ``cat > F`` or ``dd of=F`` or scp, ``ls -l F`` while it runs, ``mv A B``
* kdump of SUSE with an ssh:// target: up to 15 SP5 ``mkdir -p D``, ``dd of=A && mv A B``; since 15 SP6
  ``umask 077; mkdir -p D && cat > F``, with the name that F keeps, and README.txt twice

What is lost: an scp of OpenSSH 9 or newer speaks sftp, which cannot be kept to a directory without a chroot of
root's, so it is refused. The vmcore goes through ``dd`` and is not affected; the separate dmesg file of Debian
12 and newer does not arrive (``crash`` shows the log from the vmcore). Nor does a dump of SUSE with an sftp:// target.
"""

from __future__ import annotations

from kdump.targets import checked_directory

PATH = "/usr/local/lib/pulumi-kdump/receive"

_SCRIPT = r"""#!/bin/sh
# Written by pulumi-kdump. The forced command of a host's dump key: "receive DIRECTORY".
#
# It looks at what the host wants to run (SSH_ORIGINAL_COMMAND), and runs only what kdump tools need, below
# DIRECTORY. No part of the wish is ever given to a shell: it is cut at blanks, the words are compared, and the
# paths checked. A dump that is complete can neither be overwritten, moved, read nor removed by the host.
set -f
umask 077
IFS=' '
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
unset CDPATH ENV BASH_ENV

refuse() {
    shown=$(printf '%s' "$wish" | tr -c ' -~' '?' | cut -c 1-300)
    printf 'pulumi-kdump: refused: %s. The command was: %s\n' "$1" "$shown" >&2
    printf 'This key only receives the dumps of one host.\n' >&2
    exit 126
}

# Sets $path to the path that the word $1 holds, perhaps in single quotes, if it is below the directory.
take_path() {
    path=$1
    case $path in
        "'"*"'")
            path=${path#?}
            path=${path%?}
            ;;
    esac
    case $path in
        *[!A-Za-z0-9/._+@:,=-]*) refuse "a path with other characters than A-Z a-z 0-9 / . _ + @ : , = -" ;;
        */../* | */.. | */./* | */.) refuse "a path with '.' or '..' in it" ;;
        "$base" | "$base"/*) ;;
        *) refuse "a path that is not below $base" ;;
    esac
    while [ "$path" != "${path%/}" ]; do path=${path%/}; done
    rest=${path#"$base"}
    step=$base
    while [ -n "$rest" ]; do
        rest=${rest#/}
        step=$step/${rest%%/*}
        case $rest in
            */*) rest=/${rest#*/} ;;
            *) rest= ;;
        esac
        [ ! -L "$step" ] || refuse "a path over a symbolic link"
    done
}

# Like take_path, for something in the directory, not the directory itself.
take_inner_path() {
    take_path "$1"
    [ "$path" != "$base" ] || refuse "the directory itself, where something in it is needed"
}

# Like take_inner_path, for a file to write: a new one, or one whose name says that it is not complete.
take_new_file() {
    take_inner_path "$1"
    if [ -e "$path" ]; then
        [ -f "$path" ] || refuse "something that is no plain file, where a file is needed"
        is_incomplete || refuse "a complete file, which is never overwritten"
    fi
}

is_incomplete() {
    case ${path##*/} in
        *-incomplete | *-incomplete.*) return 0 ;;
        *) return 1 ;;
    esac
}

# Like take_inner_path, for the name that a file is to keep. What SUSE's kdump writes to README.txt first, it says
# itself, is overwritten in the end: that one text may be, and only as long as it says so.
take_kept_name() {
    take_inner_path "$1"
    may_be_there "$path" || refuse "a complete file, which is never overwritten"
}

may_be_there() {
    [ -e "$1" ] || return 0
    [ "${1##*/}" = README.txt ] && [ -f "$1" ] && grep -q 'will be overwritten' "$1"
}

# On disk before anything else happens to it: what is called complete must survive the collector's own crash.
receive() { dd bs=64k conv=fsync of="$1"; }

# Takes in $1, an incomplete name, and calls it $2 when all of it is there.
receive_and_name() {
    receive "$1" || exit
    # Looked at again: taking in a dump is slow, and another one of the same name may have come meanwhile.
    may_be_there "$2" || refuse "a complete file, which is never overwritten"
    mv -f -T -- "$1" "$2"
    exit
}

# cat > FILE
receive_file() {
    take_inner_path "$1"
    kept=
    if is_incomplete; then
        take_new_file "$1"
    else
        take_kept_name "$1"
        kept=$path
        take_new_file "$kept-incomplete"
    fi
    [ -z "$directory" ] || mkdir -p -- "$directory" || exit
    [ -z "$kept" ] || receive_and_name "$path" "$kept"
    receive "$path"
    exit
}

wish=${SSH_ORIGINAL_COMMAND-}
base=${1-}
while [ "$base" != "${base%/}" ]; do base=${base%/}; done
case $base in
    /*) ;;
    *) refuse "the collector's authorized_keys gives no directory for this key" ;;
esac
[ -d "$base" ] || refuse "the directory $base is missing on the collector"
[ -n "$wish" ] || refuse "a login"

# shellcheck disable=SC2086
set -- $wish

directory=
case "${1-} ${2-}" in
    "umask 0077" | "umask 077")
        [ "${3-} ${4-}" = "&& dd" ] || refuse "umask without '&& dd'"
        shift 3
        ;;
    "umask 077;")
        [ $# -eq 9 ] && [ "$3 $4 $6 $7 $8" = "mkdir -p && cat >" ] ||
            refuse "umask, other than 'umask 077; mkdir -p DIRECTORY && cat > FILE'"
        take_path "$5"
        directory=$path
        shift 6
        ;;
esac

case $1 in
    mkdir)
        if [ $# -eq 2 ]; then
            take_inner_path "$2"
            exec mkdir -- "$path"
        fi
        [ $# -eq 3 ] && [ "$2" = -p ] || refuse "mkdir, other than 'mkdir DIRECTORY' and 'mkdir -p DIRECTORY'"
        take_path "$3"
        exec mkdir -p -- "$path"
        ;;
    cat)
        [ $# -eq 3 ] && [ "$2" = '>' ] || refuse "cat, other than 'cat > FILE'"
        receive_file "$3"
        ;;
    ls)
        [ $# -eq 3 ] && [ "$2" = -l ] || refuse "ls, other than 'ls -l FILE-incomplete'"
        take_inner_path "$3"
        is_incomplete || refuse "ls of anything but a file named '...-incomplete'"
        exec ls -l -d -- "$path"
        ;;
    dd)
        if [ "${3-} ${4-}" = "&& mv" ]; then
            [ $# -eq 6 ] && [ "${2#of=}" = "$5" ] || refuse "dd and mv, other than 'dd of=A && mv A B'"
            take_kept_name "$6"
            kept=$path
            take_new_file "$5"
            is_incomplete || refuse "mv of anything but a file named '...-incomplete'"
            receive_and_name "$path" "$kept"
        fi
        shift
        file=
        for word in "$@"; do
            case $word in
                bs=512) ;;
                of=*)
                    [ -z "$file" ] || refuse "dd with more than one of="
                    take_new_file "${word#of=}"
                    file=$path
                    ;;
                *) refuse "dd, other than 'dd of=FILE' and 'dd bs=512 of=FILE'" ;;
            esac
        done
        [ -n "$file" ] || refuse "dd without of="
        receive "$file"
        exit
        ;;
    mv)
        [ $# -eq 3 ] || refuse "mv, other than 'mv FROM TO'"
        take_inner_path "$3"
        new=$path
        [ ! -e "$new" ] || refuse "mv onto something that is there already"
        take_inner_path "$2"
        is_incomplete && [ -f "$path" ] || refuse "mv of anything but a file named '...-incomplete'"
        exec mv -T -- "$path" "$new"
        ;;
    df)
        if [ $# -eq 2 ]; then
            take_path "$2"
            exec df -- "$path"
        fi
        [ $# -eq 3 ] || refuse "df, other than 'df PATH', 'df -P PATH' and 'df --output=avail PATH'"
        case $2 in
            -P | --output=avail) ;;
            *) refuse "df with another option than -P and --output=avail" ;;
        esac
        take_path "$3"
        exec df "$2" -- "$path"
        ;;
    mktemp)
        [ $# -eq 3 ] && [ "$2" = -dqp ] || refuse "mktemp, other than 'mktemp -dqp DIRECTORY'"
        take_path "$3"
        exec mktemp -d -q -p "$path"
        ;;
    rmdir)
        [ $# -eq 2 ] || refuse "rmdir, other than 'rmdir DIRECTORY'"
        take_inner_path "$2"
        exec rmdir -- "$path"
        ;;
    test)
        [ $# -eq 3 ] || refuse "test, other than 'test -d PATH'"
        case $2 in
            -d | -e | -f | -w) ;;
            *) refuse "test with another option than -d, -e, -f and -w" ;;
        esac
        take_path "$3"
        test "$2" "$path"
        exit
        ;;
    scp)
        [ $# -eq 3 ] && [ "$2" = -t ] || refuse "scp, other than 'scp -t FILE'"
        take_new_file "$3"
        exec scp -t -- "$path"
        ;;
    *sftp-server | internal-sftp)
        refuse "sftp, which cannot be kept to one directory (the vmcore does not need it)"
        ;;
    *) refuse "a command that kdump tools do not need" ;;
esac
"""


def script() -> str:
    """The POSIX sh script to install as :data:`PATH` on a collector, owned by root, mode 0755.

    It answers what it refuses with a message on stderr and exit status 126; otherwise it becomes the command.
    Complete files are protected from the host: ``dd``, ``cat`` and ``scp`` overwrite only names ending in
    "-incomplete" (perhaps with a suffix), ``mv`` moves only those, and never onto something. What comes by ``cat``
    under the name it is to keep has "-incomplete" behind it until all of it is there.
    """
    return _SCRIPT


def command(directory: str) -> str:
    """The forced command for a key that may fill *directory*: an argument of ``authorized_keys.entry``.

    Raises :class:`kdump.errors.Refusal` unless *directory* is an absolute, normalised path of harmless
    characters other than "/".
    """
    return f"{PATH} {checked_directory(directory, 'directory')}"
