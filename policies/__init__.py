"""The policy pack: one rule a file, thin over `kdump`."""
