"""The command line of the fixers."""
