"""Facts: what is measured of each image file."""
