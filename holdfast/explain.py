"""Why two images count as the same, or do not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from holdfast.errors import UsageError
from holdfast.facts.decode import measure_image
from holdfast.facts.hashing import perceptual_hashes
from holdfast.facts.levels import Level
from holdfast.facts.looks import look_at
from holdfast.facts.opening import set_limits
from holdfast.facts.worker import LIMIT_BYTES
from holdfast.files import NotRead, read_file
from holdfast.names import display, to_text
from holdfast.pairing import MIN_CORRELATION
from holdfast.similarity.proof import compare


def explain_pair(first: Path, second: Path) -> Iterator[str]:
    """The figures that decide over two image files, one a line.

    Decodes in this process: for files that the user names. Raises UsageError for one that does not decode.
    """
    set_limits()
    data = [_read(path) for path in (first, second)]
    for path, content in zip((first, second), data, strict=True):
        fact = measure_image(content, Level.EXACT)
        shown = display(to_text(str(path)))
        if fact.fault is not None or fact.grey is None:
            raise UsageError(f"{shown}: {fact.fault}: {fact.detail}")
        phash = perceptual_hashes([fact.grey])[0]
        yield f"{shown}: {fact.format}, {fact.width} x {fact.height} px, phash {phash:016x}"
    looks = [look_at(content, digest=True) for content in data]
    ours, theirs = perceptual_hashes([look.hashed for look in looks]).tolist()
    distance = (ours ^ theirs).bit_count()
    greys = (np.frombuffer(look.grey, np.uint8) for look in looks)
    proof = compare(*greys)
    yield f"perceptual distance: {distance} of 64 bits (imagehash.phash of the picture as displayed)"
    shown = f"{proof.correlation:.4f}" if proof.structured else "none, no structure to compare"
    yield f"correlation at 64 x 64 grey: {shown} (the same from {MIN_CORRELATION})"
    if hashlib.sha256(data[0]).digest() == hashlib.sha256(data[1]).digest():
        yield "verdict: the same bytes"
    elif looks[0].picture == looks[1].picture:
        yield "verdict: the same picture, every pixel, in other bytes"
    elif proof.structured and proof.correlation >= MIN_CORRELATION:
        yield f"verdict: nearly the same picture; reported where `distance` is {distance} or more"
    else:
        yield "verdict: not proved the same"


def _read(path: Path) -> bytes:
    try:
        return read_file(path, LIMIT_BYTES)[0]
    except NotRead as error:
        raise UsageError(f"{display(to_text(str(path)))}: {error}") from None
