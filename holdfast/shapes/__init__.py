"""Geometry of annotations without images: which lie on top of each other, which rings are none."""
