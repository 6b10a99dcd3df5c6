"""The readers: one a format, the file named like the format. Being here is enough."""
