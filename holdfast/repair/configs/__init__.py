"""Smallest corrections of a data.yaml: every other byte of it stays."""
