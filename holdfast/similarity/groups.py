"""Which pairs hang together: connected components, for drawing and for keeping relatives together.

Not a proof: in a chain of pairs the ends may be strangers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


def components(first: Indices, second: Indices, size: int) -> Indices:
    """For each of `size` nodes the least node of its component, where `first[i]` and `second[i]` are joined.

    Every tree of nodes is hooked to the least that it touches, and then flattened, until no edge is left
    between two trees (after Shiloach and Vishkin, "An O(log n) Parallel Connectivity Algorithm", 1982).
    """
    least = np.arange(size, dtype=np.int64)
    while len(first):
        low, high = np.minimum(first, second), np.maximum(first, second)
        np.minimum.at(least, high, low)
        while not np.array_equal(flat := least[least], least):
            least = flat
        first, second = least[low], least[high]
        apart = first != second
        first, second = first[apart], second[apart]
    return least
