"""The fixers: one a file, the file named like its rule. `python -m fixers` runs them."""
