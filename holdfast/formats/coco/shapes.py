"""Where an annotation of a COCO file is: box, polygon, encoded mask, keypoints.

The format: https://cocodataset.org/#format-data
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any, NamedTuple

from holdfast.formats.coco.rle import BadRuns, covered
from holdfast.formats.coco.values import Malformed, shown, side_of

_NUMBERS = frozenset({int, float})


class Kind(IntEnum):
    """Kinds of annotations, as places in KINDS."""

    BOX = 0
    POLYGON = 1
    POSE = 2
    MASK = 3
    CLASS = 4


KINDS = ("box", "polygon", "pose", "mask", "class")


class Shape(NamedTuple):
    """Where an annotation is: edges (left, upper, right, lower), values and rings as in the table of
    annotations, keypoints, and height and width of an encoded mask; what is odd about it."""

    kind: Kind
    edges: tuple[float, float, float, float] | None
    values: list[float]
    rings: list[int] | None = None
    keypoints: list[float] | None = None
    size: tuple[int, int] | None = None
    odd: str = ""


def shape_of(fields: dict[str, Any]) -> Shape:
    """Where an annotation is. Raises Malformed."""
    box: Any = fields.get("bbox")
    outline, points = fields.get("segmentation"), fields.get("keypoints")
    edges = _edges(box)
    shape = Shape(Kind.CLASS, None, []) if edges is None else Shape(Kind.BOX, edges, box)
    if outline is not None and outline != []:
        shape = _mask(outline, edges) if type(outline) is dict else _polygon(outline, edges)
    if points is not None and points != []:
        return shape._replace(
            kind=Kind.POSE,
            values=box if edges else [],
            rings=None,
            keypoints=_keypoints(points),
            odd=_miscounted(fields.get("num_keypoints"), points),
        )
    return shape


def is_crowd(fields: dict[str, Any]) -> bool:
    """Whether it stands for many objects. Raises Malformed."""
    found = fields.get("iscrowd")
    if found is None or found == 0:
        return False
    if found == 1:
        return True
    raise Malformed(f"iscrowd is {shown(found)}, neither 0 nor 1", "iscrowd")


def _edges(box: Any) -> tuple[float, float, float, float] | None:
    if box is None:
        return None
    if type(box) is not list or len(box) != 4:
        counted = f"{len(box)} numbers" if type(box) is list else shown(box)
        raise Malformed(f"bbox is {counted}, wanted x, y, width, height", "bbox")
    _require_numbers(box, "bbox")
    left, upper, width, height = box
    right, lower = float(left) + width, float(upper) + height
    if not (math.isfinite(right) and math.isfinite(lower)):
        raise Malformed("bbox ends beyond all numbers", "bbox")
    return left, upper, right, lower


def _polygon(outline: Any, edges: tuple[float, float, float, float] | None) -> Shape:
    if type(outline) is not list:
        raise Malformed(f"segmentation is {shown(outline)}, wanted rings of points", "segmentation")
    values: list[float] = []
    for number, ring in enumerate(outline):
        if type(ring) is not list:
            raise Malformed(f"segmentation holds {shown(ring)}, wanted rings of points", "segmentation")
        if not ring or len(ring) % 2:
            wanted = "wanted x, y of each point"
            raise Malformed(
                f"ring {number} of segmentation has {len(ring)} numbers, {wanted}", "segmentation"
            )
        _require_numbers(ring, "segmentation")
        values += ring
    if edges is None:
        xs, ys = values[::2], values[1::2]
        edges = min(xs), min(ys), max(xs), max(ys)
    return Shape(Kind.POLYGON, edges, values, [len(ring) for ring in outline] if len(outline) > 1 else None)


def _mask(runs: dict[str, Any], edges: tuple[float, float, float, float] | None) -> Shape:
    size = runs.get("size")
    sides = [side_of(side) for side in size] if type(size) is list else []
    if len(sides) != 2 or None in sides:
        raise Malformed(f"size of segmentation is {shown(size)}, wanted height, width", "segmentation")
    height, width = (side or 0 for side in sides)
    try:
        pixels = covered(runs.get("counts"))
    except BadRuns as error:
        raise Malformed(f"segmentation: {error}", "segmentation") from None
    if pixels != height * width:
        message = (
            f"counts of segmentation cover {pixels} pixels, its size {height} x {width} is {height * width}"
        )
        raise Malformed(message, "segmentation")
    return Shape(Kind.MASK, edges, [], size=(height, width))


def _keypoints(points: Any) -> list[float]:
    if type(points) is not list or len(points) % 3:
        counted = f"{len(points)} numbers" if type(points) is list else shown(points)
        raise Malformed(f"keypoints is {counted}, wanted x, y, visibility of each", "keypoints")
    _require_numbers(points, "keypoints")
    if not {0, 1, 2}.issuperset(points[2::3]):
        wrong = next(value for value in points[2::3] if value not in (0, 1, 2))
        raise Malformed(f"visibility of a keypoint is {shown(wrong)}, wanted 0, 1 or 2", "keypoints")
    return points


def _miscounted(said: Any, points: list[float]) -> str:
    """What is odd about `num_keypoints`, '' for nothing."""
    given = sum(value > 0 for value in points[2::3])
    return "" if said is None or said == given else f"num_keypoints is {shown(said)}, {given} are given"


def _require_numbers(values: list[Any], key: str) -> None:
    if not _NUMBERS.issuperset(map(type, values)):
        wrong = next(value for value in values if type(value) not in _NUMBERS)
        raise Malformed(f"{key} holds {shown(wrong)}, no number", key)
    try:
        finite = all(map(math.isfinite, values))
    except OverflowError:
        finite = False
    if not finite:
        raise Malformed(f"{key} holds a number that is not finite", key)
