"""The checks: one rule a file, the file named like the rule."""
