"""Run-length encoded masks of COCO: are the runs as many pixels as the mask has?

Runs alternate between background and object, column by column from the top left. As text they are packed
into five bits a character (48 to 111), the highest of six bits saying that the run goes on, the sign in the
last, each run from the fourth on as the difference to the one two before it; defined by `rleFrString` of
https://github.com/cocodataset/cocoapi/blob/master/common/maskApi.c. That code trusts the text and writes
beyond its memory for a hostile one, so this is a decoder of our own: it only adds up, and bounds every
number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LONGEST = 7
"""Characters of a run: 35 bits, and a picture has fewer than 2 to the power of 31 pixels."""
_LARGEST = (1 << 31) - 1


class BadRuns(Exception):
    """The runs are none; the text says why."""


def covered(counts: object) -> int:
    """How many pixels the runs cover together. Raises BadRuns for what are no runs."""
    if isinstance(counts, str):
        return _summed(_unpacked(counts))
    if not isinstance(counts, list):
        raise BadRuns("counts are neither a list nor text")
    if not {int}.issuperset(map(type, counts)):
        raise BadRuns("counts hold what is no whole number")
    if counts and not 0 <= min(counts) <= max(counts) <= _LARGEST:
        raise BadRuns(f"counts hold a run of {min(counts) if min(counts) < 0 else 'too many'} pixels")
    return sum(counts)


def _summed(runs: NDArray[np.int64]) -> int:
    """The sum of the runs, each from the fourth on given as a difference."""
    for first in (1, 2):  # run 3 counts from run 1, run 4 from run 2; run 0 stands alone
        runs[first::2] = np.cumsum(runs[first::2])
    if len(runs) and not 0 <= int(runs.min()) <= int(runs.max()) <= _LARGEST:
        raise BadRuns(
            f"counts hold a run of {int(runs.min())} pixels" if runs.min() < 0 else "a run is too long"
        )
    return int(runs.sum())


def _unpacked(text: str) -> NDArray[np.int64]:
    """The numbers that are packed into the text."""
    try:
        codes = np.frombuffer(text.encode("ascii"), dtype=np.uint8).astype(np.int64) - 48
    except UnicodeEncodeError:
        raise BadRuns("counts hold a character that is not ASCII") from None
    if len(codes) and not 0 <= int(codes.min()) <= int(codes.max()) < 64:
        raise BadRuns("counts hold a character outside '0' to 'o'")
    ends = np.flatnonzero(codes & 0x20 == 0)
    if len(codes) and (not len(ends) or ends[-1] != len(codes) - 1):
        raise BadRuns("counts end inside a run")
    starts = np.concatenate(([0], ends[:-1] + 1))[: len(ends)]
    lengths = ends - starts + 1
    if len(ends) and int(lengths.max()) > _LONGEST:
        raise BadRuns(f"counts hold a run of {int(lengths.max())} characters")
    if not len(codes):
        return codes
    shifts = 5 * (np.arange(len(codes)) - np.repeat(starts, lengths))
    values = np.add.reduceat((codes & 0x1F) << shifts, starts)
    negative = codes[ends] & 0x10 != 0
    result: NDArray[np.int64] = values - (negative.astype(np.int64) << (5 * lengths))
    return result
