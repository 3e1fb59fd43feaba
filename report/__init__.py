"""Runs of Pulumi as a person reads them when the hosts are hundreds: `python -m report up -s production`."""
