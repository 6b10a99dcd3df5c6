"""Errors that a user can mend."""


class UsageError(Exception):
    """Wrong use: one line that says what is wrong, where, and what to do. Exit code 4."""
