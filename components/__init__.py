"""Pulumi components: what a fleet is made of, from one host's boot argument to the whole fleet."""
