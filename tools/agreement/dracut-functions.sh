# shellcheck shell=bash
# In place of dracut's own file of this name, which RHEL 8 and later source: the two functions the scripts use of it.
strstr() { [[ $1 == *"$2"* ]]; }
get_maj_min() { printf '0:0'; }
