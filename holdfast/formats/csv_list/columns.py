"""What the columns of a CSV list mean, by its header or, without one, by how its rows look.

`filename,width,height,class,xmin,ymin,xmax,ymax`: TensorFlow's and Keras' object detection lists, Roboflow's
`_annotations.csv`. `path,x1,y1,x2,y2,class` without a header: keras-retinanet
(https://github.com/fizyr/keras-retinanet#csv-datasets). `filename, cat, dog` with 0 and 1: Roboflow's
`_classes.csv`. `image,label`: one class an image.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from holdfast.formats.lists.table import Row
from holdfast.images import is_image

IMAGE = (
    "filename", "file_name", "image", "image_path", "image_name", "path", "file", "filepath", "img",
    "img_path", "image_id", "id",
)  # fmt: skip
LABEL = ("class", "label", "category", "class_name", "label_name", "class_id", "species", "breed", "target")
_BOXES = (
    ("xmin", "ymin", "xmax", "ymax"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("x1", "y1", "x2", "y2"),
    ("left", "top", "right", "bottom"),
)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
ONE_HOT = "_classes.csv"


class Kind(Enum):
    """What a row says of an image."""

    BOX = auto()
    LABEL = auto()
    ONE_HOT = auto()


@dataclass(frozen=True, slots=True)
class Columns:
    """Which field is what, counted from 0. `count` is how many fields a row has.

    `marks` are the edges of a box, or the columns of the classes with `names`. `pixels`: edges count those.
    `line` is that of the header.
    """

    kind: Kind
    count: int
    image: int
    label: int | None = None
    size: tuple[int, int] | None = None
    marks: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    header: bool = True
    pixels: bool = True
    line: int = 1


def find_columns(name: str, rows: Sequence[Row]) -> Columns | None:
    """The columns of a file of this name that begins with these rows; None when it is no list of images."""
    if not rows:
        return None
    header = [field.strip().lower() for field in rows[0].fields]
    image = next((header.index(word) for word in IMAGE if word in header), None)
    if image is None:
        return _without_header(rows)
    label = next((header.index(word) for word in LABEL if word in header), None)
    for names in _BOXES:
        if label is not None and set(names) <= set(header):
            return _boxes(header, image, label, names, rows[1:])
    others = [index for index in range(len(header)) if index != image]
    if name.lower() == ONE_HOT or _is_one_hot(others, rows[1:]):
        words = tuple(rows[0].fields[index].strip() for index in others)
        return Columns(Kind.ONE_HOT, len(header), image, marks=tuple(others), names=words, line=rows[0].line)
    return None if label is None else Columns(Kind.LABEL, len(header), image, label)


def _boxes(header: list[str], image: int, label: int, names: tuple[str, ...], rows: Sequence[Row]) -> Columns:
    edges = tuple(map(header.index, names))
    sized = {"width", "height"} <= set(header)
    size = (header.index("width"), header.index("height")) if sized else None
    return Columns(Kind.BOX, len(header), image, label, size, edges, pixels=not _are_fractions(edges, rows))


def _without_header(rows: Sequence[Row]) -> Columns | None:
    """keras-retinanet's columns, where most rows have them: an image, four edges and a class."""
    fits = [row for row in rows if len(row.fields) == 6 and is_image(row.fields[0].strip())]
    numbers = [row for row in fits if all(NUMBER.fullmatch(field.strip()) for field in row.fields[1:5])]
    if 2 * len(fits) < len(rows) or not numbers:
        return None
    return Columns(Kind.BOX, 6, 0, 5, marks=(1, 2, 3, 4), header=False)


def _is_one_hot(others: list[int], rows: Sequence[Row]) -> bool:
    """Whether at least two columns beside the image's hold only 0 and 1."""
    cells = {row.fields[index].strip() for row in rows for index in others if index < len(row.fields)}
    return len(others) > 1 and bool(cells) and cells <= {"0", "1"}


def _are_fractions(edges: tuple[int, ...], rows: Sequence[Row]) -> bool:
    """Whether boxes are fractions of the image's sides: most edges are between 0 and 1, some inside."""
    cells = [row.fields[edge].strip() for row in rows for edge in edges if edge < len(row.fields)]
    numbers = [float(cell) for cell in cells if NUMBER.fullmatch(cell)]
    small = [number for number in numbers if 0 <= number <= 1]
    return 10 * len(small) > 9 * len(numbers) and any(0 < number < 1 for number in small)
