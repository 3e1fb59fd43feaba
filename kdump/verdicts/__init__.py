"""Verdicts: what a platform's own dump tools will say of a configuration file, predicted without a host."""
