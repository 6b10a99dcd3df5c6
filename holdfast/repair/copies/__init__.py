"""What fixers of duplicates and leaks share."""
