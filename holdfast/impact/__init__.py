"""What leaks do: which share of each evaluation split they contaminate, and what they are worth in scores."""
