"""From facts to proved pairs: candidates by digest and perceptual hash, then the pictures themselves."""

from holdfast.pairing.find import find_pairs

__all__ = ["find_pairs"]
