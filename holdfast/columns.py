"""The tables that every check reads, column by column: the one place where they are documented.

Paths are POSIX, relative to the root of the dataset and in the text form of `holdfast.names` (bytes that are
not UTF-8 stay reversible).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl


class Column(NamedTuple):
    """One documented column of a table."""

    name: str
    type: pl.DataType
    meaning: str


_SHARED = pl.Categorical()
"""Text that many rows share, 4 bytes a row: compares and shows as text, joins with its own type only."""

PLACE = (
    Column("unit", _SHARED, "the split of its collection, as in `boulder/train` or `train`"),
    Column("collection", _SHARED, "folder above the split, '' where there is none"),
    Column("split", _SHARED, "train, val or test"),
)

IMAGES = (
    Column("path", pl.String(), "the image file"),
    *PLACE,
    Column(
        "label", pl.String(), "its own label file, or where that belongs; null: the format has none an image"
    ),
    Column(
        "has_label",
        pl.Boolean(),
        "whether anything says what is on it: its label file exists, a file of the "
        "format lists it, or it lies in the folder of a class",
    ),
    Column("source", pl.String(), "the picture or recording that it came from; its stem where nothing tells"),
    Column("known_by", pl.String(), "what tells its source (a `KnownBy`), as in export; null: nothing"),
    Column("clip", pl.String(), "series of frames that its name counts and pictures confirm; null: none"),
    Column("frame", pl.Float64(), "place in its clip, in usual steps from frame to frame"),
    Column("listed", pl.Boolean(), "named by a .txt list rather than found in a folder"),
    Column("declared_width", pl.Int32(), "pixels, as an annotation file says; null: none does"),
    Column("declared_height", pl.Int32(), "pixels, as an annotation file says"),
    Column("declared_in", pl.String(), "the file that says so; null: none"),
    Column("declared_line", pl.Int32(), "line in it, from 1"),
    Column("declared_entry", pl.Int32(), "which entry of it, from 0: index in COCO's `images`"),
)
"""One row an image of a split, in path order. A scan adds the columns of FACTS."""

FACTS = (
    Column("sha256", pl.String(), "digest of the file's bytes, hexadecimal; null: not readable"),
    Column("size", pl.Int64(), "bytes"),
    Column("fault", pl.String(), "why it cannot be decoded (a `Fault`), null: it can"),
    Column("detail", pl.String(), "what the decoder said, or what the file is instead"),
    Column("format", pl.String(), "Pillow's name of the file format, as in JPEG"),
    Column("width", pl.Int32(), "pixels, as displayed (EXIF orientation applied)"),
    Column("height", pl.Int32(), "pixels, as displayed"),
    Column("mode", pl.String(), "how pixels are stored, by Pillow's name, as in RGB; `RGB;16`: 16 bits each"),
    Column("taken", pl.Float64(), "seconds since 1970 by the camera's clock when it was taken, to hundredths "
           "(EXIF's DateTimeOriginal); null: not said"),
    Column("orientation", pl.Int32(), "the EXIF orientation, 1 to 8; 1: none, or none that turns"),
    Column("frames", pl.Int32(), "frames of an animation, pages of a TIFF (1,001 at most); else 1"),
    Column("brightness", pl.Float32(), "mean grey (Rec. 601 luma), 0 black to 1 white"),
    Column("brightness_5", pl.Float32(), "the grey that 5 % of the picture reach at most"),
    Column("brightness_99", pl.Float32(), "the grey that 99 % of the picture reach at most"),
    Column("span", pl.Float32(), "from the darkest grey to the brightest, 0 to 1; 0: one single grey"),
    Column("chroma", pl.Float32(), "levels of Cb or Cr (0 to 128) from its most colourful part to grey"),
    Column("sharpness", pl.Float32(), "how different neighbouring pixels are, beside pixels two apart: 0 "
           "blurred, 1 noise; null: nothing in it could be sharp"),
    Column("flat_rows", pl.Int32(), "last rows, in pixels as stored, of nothing but the grey (128) that "
           "decoders fill in for missing data; 0 where the first row is such a one, too"),
    Column("phash", pl.UInt64(), "imagehash.phash of the displayed picture, first bit highest"),
)  # fmt: skip
"""Measured by the scan, each only when a selected check needs it. Figures of how a picture looks are those
of a small one (a JPEG's draft, others averaged down; its shorter side has 64 to 127 pixels); null for what
does not decode, and of pictures with more than 8 bits a sample."""

LABELS = (
    Column("path", pl.String(), "the label file"),
    *PLACE,
    Column("image", pl.String(), "the image it belongs to; null: none exists"),
    Column("sha256", pl.String(), "digest of the file's bytes; null: not readable"),
)
"""One row a label file of a split, in path order."""

ANNOTATIONS = (
    Column("label", pl.String(), "the file it stands in, which may be that of many images; the image itself "
           "where its folder is its class"),
    Column("line", pl.Int32(), "line in it, from 1; null: it has no lines"),
    Column("column", pl.Int32(), "column in that line, from 1; null: not known"),
    Column("entry", pl.Int32(), "which annotation of that file, from 0: index in COCO's `annotations`"),
    *PLACE,
    Column("image", pl.String(), "the image it belongs to; null: none exists"),
    Column("kind", _SHARED, "box, polygon, oriented box, pose, mask or class"),
    Column("class_id", pl.Int64(), "class number as written; where there are none, the place of the name"),
    Column("class_name", _SHARED, "name of the class; null: the class is not declared"),
    Column("pixels", pl.Boolean(), "whether edges, values and keypoints count pixels, not fractions of the "
           "image's sides"),
    Column("x_min", pl.Float64(), "left edge, from the left, as the format counts; null: it has no place"),
    Column("y_min", pl.Float64(), "upper edge, from the top"),
    Column("x_max", pl.Float64(), "right edge"),
    Column("y_max", pl.Float64(), "lower edge"),
    Column("values", pl.List(pl.Float64()), "the numbers as written. Box: YOLO's centre x, centre y, width, "
           "height, COCO's x, y, width, height, VOC's and CSV's edges; polygon: x, y of each point; oriented "
           "box: of its four corners; pose: all of the line; mask, class: none"),
    Column("rings", pl.List(pl.Int32()), "how many of them each ring of a polygon has; null: one ring"),
    Column("keypoints", pl.List(pl.Float64()), "x, y and visibility (0 not given, 1 hidden, 2 visible) of "
           "each; null: none"),
    Column("crowd", pl.Boolean(), "stands for many objects (COCO's `iscrowd`)"),
)  # fmt: skip
"""One row an annotation, those of a file together and in its order."""

CLASSES = (
    Column("collection", _SHARED, "where the class is declared"),
    Column("unit", _SHARED, "for which split of it; null: for all"),
    Column("class_id", pl.Int64(), "its number"),
    Column("class_name", _SHARED, "its name"),
    Column("path", pl.String(), "the file or folder that declares it"),
    Column("line", pl.Int32(), "line in it, from 1"),
    Column("entry", pl.Int32(), "which entry of it, from 0: index in COCO's `categories`"),
)
"""One row a declared class, in order of collection, unit and number."""

MASKS = (
    Column("path", pl.String(), "the mask, a picture"),
    *PLACE,
    Column("image", pl.String(), "the image it belongs to; null: none exists"),
    Column("width", pl.Int32(), "pixels"),
    Column("height", pl.Int32(), "pixels"),
    Column("mode", pl.String(), "Pillow's name of how it is stored, as in P"),
    Column(
        "values",
        pl.List(pl.Int32()),
        "the values of its pixels, each once: palette index, grey value, 0xRRGGBB",
    ),
    Column("counts", pl.List(pl.Int64()), "how many pixels have each"),
    Column("fault", pl.String(), "why it holds no values (a `Fault`), null: it does"),
    Column("detail", pl.String(), "what the decoder said"),
    Column("segments", pl.List(pl.Int64()), "COCO panoptic: ids of its segments, as declared; null: unknown"),
)
"""One row a mask, in path order; what is in it is measured by the scan."""

FILES = (
    Column("path", pl.String(), "the file"),
    *PLACE,
    Column("used", pl.Boolean(), "whether a reader took something from it, or reports it as a problem"),
)
"""One row a file below the root that is no image, label or mask of a split, in path order. Hidden names are
left out. Place columns are null outside the folders of one split."""

PROBLEMS = (
    Column("kind", pl.String(), "a `Problem`: which rule reports it"),
    Column("path", pl.String(), "the file or folder"),
    Column("line", pl.Int32(), "line in it from 1, null where there is none"),
    Column("column", pl.Int32(), "column from 1, null where there is none"),
    Column("pointer", pl.String(), "JSON pointer to the value (RFC 6901), as in /images/3; null: no JSON"),
    *PLACE,
    Column("message", pl.String(), "the fact, with its number"),
)
"""What a reader could not read, or found wrong on the way. Place columns are null outside splits."""

PAIRS = (
    Column("path", pl.String(), "the first image of the pair in path order"),
    Column("other", pl.String(), "the second"),
    Column("unit", _SHARED, "unit of the first"),
    Column("other_unit", _SHARED, "unit of the second"),
    Column("split", _SHARED, "split of the first"),
    Column("other_split", _SHARED, "split of the second"),
    Column("kind", pl.String(), "a `PairKind`: how the two are the same, as in re-encoded"),
    Column("distance", pl.Int32(), "differing bits of the two perceptual hashes, 0 to 64"),
    Column("correlation", pl.Float64(), "normalised cross-correlation of the two in grey, once aligned"),
    Column("transform", pl.String(), "what was done to the first to get the second, in words; none: nothing"),
    Column("differing", pl.Float64(), "share of the part in common in which they show different things"),
    Column("overlap", pl.Float64(), "share of each that is in the other, of the picture where it is less"),
    Column("signal", pl.String(), "a `Signal`: what the pair was found by"),
    Column("same_source", pl.Boolean(), "both are exports of one source (`<source>.rf.<hash>`)"),
    Column("group", pl.String(), "the same for all pairs that hang together; for drawing, not proof"),
)
"""Proved pairs of images that show the same picture or the same scene, one row a pair. In `known_pairs` the
second is an image of the dataset that --against names: path, unit and split as seen from this one."""


RELATIVES = (
    Column("path", pl.String(), "the first image of the two in path order"),
    Column("other", pl.String(), "the second, in another split"),
    Column("unit", _SHARED, "unit of the first"),
    Column("other_unit", _SHARED, "unit of the second"),
    Column("split", _SHARED, "split of the first"),
    Column("other_split", _SHARED, "split of the second"),
    Column("known_by", pl.String(), "what relates them: a `KnownBy` of one source (as in export), `frame "
           "number`, `time in the name` or `time of capture`"),
    Column("name", pl.String(), "the source, the clip, or the form of the names, `#` for numbers"),
    Column("apart", pl.Float64(), "usual steps between frames, or seconds between times; null: one source"),
    Column("kind", pl.String(), "a `PairKind` where the two are a proved copy; null: they are not"),
    Column("distance", pl.Int32(), "differing bits of the hashes of the cheap stage; null: not known"),
    Column("likeness", pl.Float64(), "best correlation of the thumbnails, turned and shifted a little, -1 to "
           "1; null: not looked at"),
    Column("verdict", pl.String(), "a `SourceVerdict` on the source in these two: proved, declared, alike, "
           "unclear or unlike; of a sequence alike"),
)  # fmt: skip
"""Images of two splits that are of one source, or neighbours in a sequence. Of a source some pairs between
two splits (24 at most, and all that are proved), of a sequence the nearest of each image in each split
before its own (train, val, test)."""


def schema(columns: tuple[Column, ...]) -> dict[str, pl.DataType]:
    """The columns as Polars takes them."""
    return {column.name: column.type for column in columns}


def filled(columns: tuple[Column, ...], data: Mapping[str, Any], height: int) -> pl.DataFrame:
    """A table of `height` rows with these columns, in their order and of their types; those that `data` lacks
    are null."""
    types = schema(columns)
    absent = {
        name: pl.repeat(None, height, dtype=kind, eager=True)
        for name, kind in types.items()
        if name not in data
    }
    given = {name: values if isinstance(values, pl.Series) else pl.Series(name, values, types[name])
             for name, values in data.items()}  # fmt: skip
    return pl.DataFrame(absent | given).select(types.keys()).cast(pl.Schema(types))


def empty(columns: tuple[Column, ...]) -> pl.DataFrame:
    """A table with these columns and no row."""
    return pl.DataFrame(schema=schema(columns))
