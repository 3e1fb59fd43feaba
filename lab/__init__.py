"""A small real fleet on one machine: guests with real kernels, real sshd, real NFS."""
