"""What the tables say in numbers: drift between splits, shortcuts, the summary of `holdfast stats`."""
