"""Finding class folders in a tree."""
