"""Similarity of pictures: pairs of hashes, their proof, their groups. Knows numpy and no file."""
