#!/usr/bin/env bash
# Run the real `start` of kdumpctl, and the real mkdumprd it calls, on many kdump.conf files.
#
#   judge.sh ROOT < LIST      (judge.py prepares ROOT and writes LIST)
#
# ROOT holds kdumpctl, mkdumprd and their libraries as prepared copies. LIST has one case a line: number, host name
# and addresses, with tabs between. ROOT/conf/NUMBER is the file to judge. For each case are written ROOT/said/NUMBER
# (all that was said), ROOT/steps/NUMBER (the checks in the order they began) and ROOT/status/NUMBER.
set -u
JUDGED_ROOT=$1
JUDGED_HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
JUDGED_CONF=$JUDGED_ROOT/empty.conf
JUDGED_HOST=unset JUDGED_ADDRESSES=unset
dracutbasedir=$JUDGED_ROOT
export JUDGED_ROOT JUDGED_CONF JUDGED_HOST JUDGED_ADDRESSES dracutbasedir
set +u # the real scripts run without it
cd "$JUDGED_ROOT/empty" || exit # values are expanded as file names by some releases: nothing may match

. "$JUDGED_ROOT/kdumpctl" || exit
. "$JUDGED_HERE/stand_ins.sh" || exit
trap - EXIT

# Have a real function say its name on descriptor 3 when it begins.
announce() {
	local name
	for name in "$@"; do
		declare -F "$name" > /dev/null || continue
		eval "real_$(declare -f "$name")"
		eval "$name() { printf '%s\n' $name >&3; real_$name \"\$@\"; }"
	done
}
announce check_config parse_config check_default_config check_failure_action_config check_final_action_config \
	check_fence_kdump_config check_ssh_config check_ssh_target check_and_wait_network_ready check_rebuild \
	need_initrd_rebuild rebuild_initrd

MKDUMPRD="judged_mkdumprd -f"
judged_mkdumprd() { # a process of its own, as it really is
	printf 'mkdumprd\n' >&3
	bash --norc "$JUDGED_ROOT/mkdumprd" "$@"
}

while IFS=$'\t' read -r -u 4 number host addresses; do
	(
		JUDGED_CONF=$JUDGED_ROOT/conf/$number
		JUDGED_HOST=$host JUDGED_ADDRESSES=$addresses
		KDUMP_CONFIG_FILE=$JUDGED_CONF
		unset number host addresses
		start
	) > "$JUDGED_ROOT/said/$number" 2>&1 3> "$JUDGED_ROOT/steps/$number" < /dev/null 4<&-
	printf '%s\n' $? > "$JUDGED_ROOT/status/$number"
done 4<&0
