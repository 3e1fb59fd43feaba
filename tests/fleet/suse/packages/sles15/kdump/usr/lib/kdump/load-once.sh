#!/bin/sh
# Loads again after memory came or went, one at a time.
exec flock /run/kdump.lock /usr/lib/kdump/load.sh
