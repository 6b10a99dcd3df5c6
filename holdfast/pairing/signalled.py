"""Candidates by each signal that is asked for: the perceptual hash, orientations, features, names."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.dataset import Signal
from holdfast.facts.scan import Scanner
from holdfast.pairing.candidates import Candidates
from holdfast.pairing.contents import Contents, Numbers
from holdfast.pairing.featured import featured
from holdfast.pairing.guesses import Guesses
from holdfast.pairing.orientations import turned_alike
from holdfast.pairs import Signals
from holdfast.proof.affine import IDENTITY
from holdfast.similarity.proof import MIN_SPREAD
from holdfast.sources import named_pairs


def signalled(
    images: pl.DataFrame, contents: Contents, candidates: Candidates, signals: Signals, scanner: Scanner
) -> list[Guesses]:
    """What each signal says, the cheapest first; nothing where only equal pictures are asked for.

    `candidates` are those of the perceptual hash, `images` the rows that the contents are of.
    """
    if signals.distance is None:
        return []
    found = [_as_they_are(Signal.PHASH, candidates.first, candidates.second)]
    if signals.orientations:
        found.append(_turned(contents, signals.distance, scanner))
    if signals.features:
        found.append(featured(contents, scanner))
    found.append(_named(images, contents))
    return [_asked(guesses, contents) for guesses in found]


def _turned(contents: Contents, distance: int, scanner: Scanner) -> Guesses:
    structured = pl.col("spread").is_null() | (pl.col("spread") >= MIN_SPREAD)
    hashed = contents.table.with_row_index("content").filter(pl.col("hash").is_not_null() & structured)
    greys = scanner.cache.thumbnails(hashed["sha256"])
    return turned_alike(hashed["content"], hashed["sha256"], greys, distance, contents.split_numbers)


def _named(images: pl.DataFrame, contents: Contents) -> Guesses:
    """Pairs of one source by name in two splits: few of each."""
    content_of = np.empty(images.height, np.int64)
    for content, rows in enumerate(contents.rows):
        content_of[list(rows)] = content
    ends = np.sort(np.stack([content_of[rows] for rows in named_pairs(images)]), axis=0)
    first, second = np.unique(ends[:, ends[0] != ends[1]], axis=1)
    decoded = contents.table["hash"].is_not_null().to_numpy()
    both = decoded[first] & decoded[second]
    return _as_they_are(Signal.SOURCE, first[both], second[both])


def _as_they_are(signal: Signal, first: Numbers, second: Numbers) -> Guesses:
    starts: NDArray[np.float64] = np.broadcast_to(IDENTITY, (len(first), 2, 3))
    return Guesses(signal, first, second, starts)


def _asked(guesses: Guesses, contents: Contents) -> Guesses:
    """Those with an image that is asked for."""
    if contents.asked is None:
        return guesses
    mine = contents.asked[guesses.first] | contents.asked[guesses.second]
    return Guesses(guesses.signal, guesses.first[mine], guesses.second[mine], guesses.starts[mine])
