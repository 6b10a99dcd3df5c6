"""Why two images count as the same, or do not: the figures, a line each, and one picture."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from holdfast.errors import UsageError
from holdfast.explain.alignment import Alignment, align
from holdfast.explain.canvas import Panel, aligned, fitted, heat, sheet
from holdfast.explain.evidence import Evidence, Side, evidence_of
from holdfast.explain.orientations import Nearest, nearest
from holdfast.explain.regions import Box, boxes_of
from holdfast.explain.sentence import said
from holdfast.facts.looks import SIDE, look_at, shown
from holdfast.facts.opening import set_limits
from holdfast.names import shown_path
from holdfast.proof import Verdict
from holdfast.reports import REPORTS
from holdfast.similarity.proof import compare

FILE = REPORTS / "explain.png"
"""Where the picture goes when no file is named."""


def explain_pair(first: Path, second: Path, picture: Path | None = None) -> Iterator[str]:
    """The figures that decide over two image files, one a line, and a picture of both in `picture`.

    Raises UsageError for a file that does not decode, and for a picture that cannot be written.
    """
    file = FILE if picture is None else picture
    _require_other(file, first, second)
    found = evidence_of(first, second)
    set_limits()  # what decoded in a worker is decoded here, to be drawn
    shots = shown(found.first.data), shown(found.second.data)
    looks = [look_at(side.data, digest=False) for side in (found.first, found.second)]
    turned = nearest(looks[0].hashed, looks[1].hashed)
    laid = align(found, turned.affine)
    boxes = boxes_of(laid.places)
    proof = compare(*(np.frombuffer(look.grey, np.uint8)[-SIDE * SIDE :] for look in looks))
    plain = f"{proof.correlation:.4f}" if proof.structured else "none, no structure to compare"
    lines = [*_figures(found, turned, laid.verdict, boxes, plain), said(found, laid.verdict)]
    yield from (_facts(side) for side in (found.first, found.second))
    yield from lines
    _write(sheet(_panels(found, *shots, laid, boxes), lines), file)
    yield f"picture: {shown_path(file)}"


def _facts(side: Side) -> str:
    facts = side.facts
    frames = f", {facts['frames']} frames" if (facts["frames"] or 1) > 1 else ""
    turned = f", EXIF orientation {facts['orientation']}" if (facts["orientation"] or 1) > 1 else ""
    return f"{side.name}: {_kind(side)}{frames}{turned}, phash {facts['phash']:016x}"


def _kind(side: Side) -> str:
    facts = side.facts
    return f"{facts['format']}, {facts['width']} x {facts['height']} px, {facts['mode']}"


def _figures(
    found: Evidence, turned: Nearest, verdict: Verdict, boxes: list[Box], plain: str
) -> Iterator[str]:
    """Distances, correlations, and what differs where."""
    bits, facts = found.distance, found.first.facts
    least = f"; {turned.distance} with the second {turned.orientation}" if turned.distance < bits else ""
    yield f"distance: {bits} of 64 bits (imagehash.phash of the pictures as displayed){least}"
    correlation = verdict.correlation if found.pair is None else found.pair["correlation"]
    yield f"correlation: {plain} at 64 x 64 grey as displayed; {correlation:.4f} once aligned"
    yield f"transform: {verdict.words}"
    places = "; ".join(_place(box, facts["width"], facts["height"]) for box in boxes)
    where = f", around {places} (pixels of the first)" if boxes else ""
    differing = verdict.differing if found.pair is None else found.pair["differing"]
    yield f"differing: {100 * differing:.1f} % of what both show{where}"
    yield f"overlap: {100 * verdict.overlap:.0f} % at least of each is in the other"


def _place(box: Box, width: int, height: int) -> str:
    left, upper, right, lower = box.pixels(width, height)
    return f"x {left} to {right}, y {upper} to {lower}"


def _panels(
    found: Evidence, first: Image.Image, second: Image.Image, laid: Alignment, boxes: list[Box]
) -> list[Panel]:
    small = fitted(first)
    onto = (
        fitted(aligned(second, first.size, laid.verdict.transform))
        if max(first.size) > max(small.size)
        else None
    )
    onto = aligned(second, small.size, laid.verdict.transform) if onto is None else onto
    return [
        Panel(small, [f"A: {found.first.name}", _kind(found.first)], boxes),
        Panel(fitted(second), [f"B: {found.second.name}", _kind(found.second)]),
        Panel(onto, ["B laid onto A", f"transform: {laid.verdict.words}"], boxes),
        Panel(
            heat(laid.amount.amount, laid.amount.common, small.size),
            ["where they differ", "black: not at all; white: fully; grey: A only"],
        ),
    ]


def _require_other(file: Path, *images: Path) -> None:
    """Raises UsageError where the picture would replace one of the images, or something that is no file."""
    shown = f"--picture {shown_path(file)}"
    if any(os.path.realpath(file) == os.path.realpath(image) for image in images):
        raise UsageError(f"{shown}: is one of the two images")
    if file.exists() and not file.is_file():
        raise UsageError(f"{shown}: is no ordinary file")


def _write(drawn: Image.Image, file: Path) -> None:
    """As PNG, replaced as a whole. Raises UsageError where it cannot be written."""
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        drawn.save(part, "PNG")
        os.replace(part, file)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"--picture {shown_path(file)}: {reason}") from None
