# What only kdump-tools (Debian, Ubuntu) needs.

a_build_dump_image() { # ID: the capture kernel's initrd for the running kernel; takes minutes on a slow host
	version=$(uname -r)
	hook=/etc/kernel/postinst.d/kdump-tools
	if [ ! -s "/var/lib/kdump/initrd.img-$version" ] && [ -x $hook ]; then
		message=$(DEB_MAINT_PARAMS=configure $hook "$version" "/boot/vmlinuz-$version" 2>&1 9>&-) ||
			fail "$1" "the dump image for kernel $version cannot be built: $message"
	fi
	answer_text "$1.done" built
}

a_load_kdump_tools() { # ID: nothing to do while no memory is reserved
	if [ "$(crash_file size)" -gt 0 ] && [ "$(crash_file loaded)" != 1 ]; then
		message=$(systemctl restart kdump-tools 2>&1 9>&-; kdump-config load 2>&1 9>&-)
		[ "$(crash_file loaded)" = 1 ] ||
			fail "$1" "the capture kernel is not loaded though memory is reserved: $(printf '%s' "$message" | tail -c 800) $(kdump-config status 2>&1 | tail -n 3)"
	fi
	answer_text "$1.done" loaded
}

a_unload_kdump_tools() { # ID
	if [ "$(crash_file loaded)" = 1 ]; then
		message=$(kdump-config unload 2>&1) || fail "$1" "the capture kernel cannot be unloaded: $message"
	fi
	answer_text "$1.done" unloaded
}

a_reload_kdump_tools() { # ID [anyway]: what is refused is told, and no failure
	if [ "$(crash_file size)" -gt 0 ] && command -v kdump-config >/dev/null 2>&1; then
		loaded=$(crash_file loaded)
		if [ "$loaded" = 1 ] || [ -e "$STORE/$KEY/notes/was-loaded" ]; then
			mkdir -p "$STORE/$KEY/notes" && true >"$STORE/$KEY/notes/was-loaded"
			[ "$loaded" != 1 ] || kdump-config unload >/dev/null 2>&1 9>&-
			message=$(kdump-config load 2>&1 9>&-) || {
				# What was there before us may be a configuration that nothing can be loaded with.
				[ "$2" = anyway ] || fail "$1" "kdump-config load refuses the configuration: $message"
				answer_text "$1.done" "left: nothing is loaded, since kdump-config load refuses what was there before: $message"
				rm -f "$STORE/$KEY/notes/reload" "$STORE/$KEY/notes/was-loaded"
				return
			}
		fi
	fi
	rm -f "$STORE/$KEY/notes/reload" "$STORE/$KEY/notes/was-loaded"
	answer_text "$1.done" reloaded
}
