"""The disk image every guest of the lab starts from."""
