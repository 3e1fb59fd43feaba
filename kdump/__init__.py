"""What kdump means: platforms, crashkernel values, targets, files and verdicts. Pure functions on frozen models."""
