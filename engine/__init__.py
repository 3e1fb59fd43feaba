"""Pulumi from package registries, for machines that cannot download vendor binaries."""
