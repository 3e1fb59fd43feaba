"""The `command` provider: what pulumi_command's Command resources and run function talk to."""
