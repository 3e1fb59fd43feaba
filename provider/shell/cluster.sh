# What only clusters kept by cman need. cman is never stopped, and nobody is fenced.

CLUSTER_CONF=/etc/cluster/cluster.conf

# Red Hat 6 has the first and lets cman spread the file; Red Hat 5 does both with the last.
check_cluster_conf() {
	if command -v ccs_config_validate >/dev/null 2>&1; then ccs_config_validate </dev/null; fi
}
spread_cluster_conf() {
	if command -v ccs_config_validate >/dev/null 2>&1; then cman_tool version -r </dev/null
	else ccs_tool update $CLUSTER_CONF </dev/null; fi
}

# The file as it was a moment ago; what others have done to it before stays.
undo_cluster_conf() {
	again=$CLUSTER_CONF.pulumi-kdump.$$
	cp -a "$before" "$again" && mv -f "$again" $CLUSTER_CONF || rm -f "$again"
	rm -f "$before"
}

a_cluster_conf() { # ID EXPECTED-SUM CONTENT: replaced, checked, made known to all nodes; put back when refused
	before=$STORE/$KEY/cluster.conf.before
	message=$( { mkdir -p -m 700 "$STORE" && mkdir -p "$STORE/$KEY" && cp -a $CLUSTER_CONF "$before"; } 2>&1) ||
		fail "$1" "cannot keep a copy of $CLUSTER_CONF: $message"
	a_put "$1" $CLUSTER_CONF = = "$2" "$3"
	message=$(check_cluster_conf 2>&1 9>&-) || {
		undo_cluster_conf
		fail "$1" "ccs_config_validate refuses the changed $CLUSTER_CONF, which is as it was before: $(printf '%s' "$message" | tail -c 800)"
	}
	message=$(spread_cluster_conf 2>&1 9>&-) || {
		undo_cluster_conf
		fail "$1" "the changed $CLUSTER_CONF cannot be made known to the other nodes, and is as it was before (is ricci running on all of them, and its password known here?): $(printf '%s' "$message" | tail -c 800)"
	}
	rm -f "$before"
	answer_text "$1.done" written
}

a_spread_cluster_conf() { # ID: the file is as it shall be, and the cluster runs with an older one
	message=$(spread_cluster_conf 2>&1 9>&-) ||
		fail "$1" "$CLUSTER_CONF cannot be made known to the other nodes (is ricci running on all of them, and its password known here?): $(printf '%s' "$message" | tail -c 800)"
	answer_text "$1.done" spread
}
