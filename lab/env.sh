# Source this (bash or zsh) to use pulumi on the lab by hand: pulumi preview -s lab
#
# It adds to engine/env.sh only what the lab needs: its passphrase, which guards nothing, since no secret is in
# the lab's stack file or state. Stacks of your own take a passphrase of your own.
if [ -n "${BASH_SOURCE:-}" ]; then
	. "$(dirname -- "${BASH_SOURCE[0]}")/../engine/env.sh"
else
	. "$(dirname -- "$0")/../engine/env.sh"
fi
export PULUMI_CONFIG_PASSPHRASE=lab
