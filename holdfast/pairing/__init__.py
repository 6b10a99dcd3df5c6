"""From facts to proved pairs: candidates by digest and perceptual hash, then the pictures themselves."""

from holdfast.pairing.find import find_pairs
from holdfast.pairing.proof import MIN_CORRELATION

__all__ = ["MIN_CORRELATION", "find_pairs"]
