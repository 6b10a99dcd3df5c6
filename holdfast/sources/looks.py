"""What the cheap stage of the scan saw of each image: its hash and its thumbnail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.facts.messages import THUMB_SIDE
from holdfast.facts.scan import Scanner
from holdfast.similarity.proof import MIN_SPREAD
from holdfast.sources.likeness import ALIKE, likeness

UNKNOWN = 65
"""Bits between two hashes one of which is not known: more than any two differ by."""
_SAMPLE = 256
"""Pairs of strangers that are looked at, to know how alike any two pictures of the set are."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Looks:
    """Looks by row of the table of images. `hashes` are of `known` images: those that decode and have
    structure."""

    hashes: NDArray[np.uint64]
    known: NDArray[np.bool_]
    digests: pl.Series
    scanner: Scanner

    def bits(self, first: Rows, second: Rows) -> Rows:
        """Differing bits of the hashes of each two images; UNKNOWN where one is not known."""
        both = self.known[first] & self.known[second]
        found = np.bitwise_count(self.hashes[first] ^ self.hashes[second]).astype(np.int64)
        return np.where(both, found, UNKNOWN)

    def distances(self, first: Rows, second: Rows) -> pl.Series:
        """The same as a column of RELATIVES, null where a hash is not known."""
        bits = pl.Series("distance", self.bits(first, second), pl.Int32)
        return bits.set(bits == UNKNOWN, None)

    def likeness(self, first: Rows, second: Rows) -> NDArray[np.float64]:
        """How alike each two pictures are, from -1 to 1; NaN where one is not known."""
        rows = np.unique(np.concatenate([first, second])).astype(np.int64)
        rows = rows[self.known[rows]]
        digests = self.digests.gather(rows).to_list()
        greys = self.scanner.cache.thumbnails(set(digests))
        empty = bytes(THUMB_SIDE * THUMB_SIDE)
        there = np.zeros(len(self.known), np.bool_)
        there[rows] = [digest in greys for digest in digests]
        data = b"".join(greys.get(digest, empty) for digest in digests)
        pictures = np.frombuffer(data, np.uint8).reshape(-1, THUMB_SIDE, THUMB_SIDE)
        found = np.full(len(first), np.nan)
        both = there[first] & there[second]
        places = (np.searchsorted(rows, side[both]) for side in (first, second))
        ours, theirs = (pictures[place] for place in places)
        found[both] = likeness(ours, theirs)
        return found

    def alike_by_chance(self, strangers: Rows) -> float:
        """The likeness from which two images look alike in this set: ALIKE, or what one pair of strangers in
        twenty reaches: a fixed camera makes all pictures alike. `strangers` gives each row its source."""
        rows = np.flatnonzero(self.known)
        if len(rows) < 2:
            return ALIKE
        first, second = np.random.default_rng(0).choice(rows, (2, _SAMPLE))
        apart = strangers[first] != strangers[second]
        found = self.likeness(first[apart], second[apart])
        return max(ALIKE, float(np.nanquantile(found, 0.95))) if np.isfinite(found).any() else ALIKE


def looks_of(images: pl.DataFrame, scanner: Scanner) -> Looks:
    """The looks of images that were measured to SKETCH or deeper."""
    table = images.select("sha256").join(scanner.sketches, on="sha256", how="left", maintain_order="left")
    structured = pl.col("spread").is_null() | (pl.col("spread") >= MIN_SPREAD)
    known = table.select((pl.col("hash").is_not_null() & structured).fill_null(value=False)).to_series()
    hashes = table["hash"].fill_null(0).to_numpy()
    return Looks(hashes, known.to_numpy(), images["sha256"], scanner)
