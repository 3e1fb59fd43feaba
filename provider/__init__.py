"""The `kdump` resource provider: states of hosts and collectors, kept over SSH, without an agent."""
