"""Local features: pairs of pictures that show the same shot, rotated, cropped, sheared, stretched or cut out.

Knows numpy, scipy and no file. What it finds are candidates: `holdfast.proof` judges them.
"""

from holdfast.features.describe import extract
from holdfast.features.find import Found, similar
from holdfast.features.packed import SIDE, joined

__all__ = ["SIDE", "Found", "extract", "joined", "similar"]
