"""Which images are of one source, as names, patterns and a column file tell.

Names: Roboflow's exports (`<source>.rf.<hash>`), a phone's edits (`IMG_E1234` of `IMG_1234`), copies and
edited versions (`a (1)`, `a_copy`, `a-edited`, `Copy of a`), which count only where the original is there
as well: `cat (1)`, `cat (2)` alone are how Windows numbers pictures. All expressions are those of Polars,
whose regular expressions take time in proportion to the name, whatever the name and the pattern are.
"""

from __future__ import annotations

import re
from enum import StrEnum

import polars as pl

from holdfast.sources.settings import Sources

_EXPORT = r"(?s)\.rf\.[0-9a-zA-Z]{20,40}\.[^./]+$"
_IS_EXPORT = re.compile(r"(?s).\.rf\.[0-9a-zA-Z]{20,40}\.[^./]+\Z")
_PHONE_EDIT = r"(?s)^(IMG_)E(\d{4})$"
_WORDS = (
    "copy", "copies", "kopie", "copie", "copia", "kopia", "kopi", "edited", "edit", "bearbeitet", "modifié",
    "editado", "modificato", "bewerkt", "hdr", "aug", "augmented", "h?flip", "vflip", "flipped", "mirror",
    "mirrored", "rot", "rotate", "rotated", "crop", "cropped", "resize", "resized", "scaled", "blur",
    "blurred", "noise", "noisy", "bright", "dark", "gr[ae]y", "grayscale",
)  # fmt: skip
_VERSION = (
    r"(?si)^(?P<base>.+?)(?:[ _-]*\(\d{1,3}\)|~\d{1,2}| \d{1,2}"
    rf"|[ _-]+(?:{'|'.join(_WORDS)})(?:[ _-]*\(?\d{{1,3}}\)?)?)$"
)
_COPY_OF = r"(?si)^(?:copy|kopie|copie|copia|kopia|cópia) (?:\(\d{1,3}\) )?(?:of|von|de|di|van) (?P<base>.+)$"


class KnownBy(StrEnum):
    """What tells the source of an image."""

    COLUMN = "column"
    PATTERN = "pattern"
    EXPORT = "export"
    PHONE = "phone edit"
    COPY = "copy"


DECLARED = (KnownBy.COLUMN, KnownBy.PATTERN)
"""Sources that a person has named: no picture contradicts them."""
ROW, KEY = "row", "source_key"


def is_export(path: str) -> bool:
    """Whether the name is Roboflow's for a version of a picture: `<source>.rf.<hash>`."""
    return _IS_EXPORT.search(path.rpartition("/")[2]) is not None


def by_name(images: pl.DataFrame, sources: Sources) -> pl.DataFrame:
    """The table of images with `source` and `known_by` as names and patterns tell."""
    name = pl.col("path").str.extract(r"(?s)([^/]*)$", 1)
    stem = pl.when(name.str.contains(".", literal=True)).then(name.str.replace(r"(?s)\.[^.]*$", ""))
    table = images.with_columns(_stem=stem.otherwise(name), _pattern=_by_patterns(sources))
    phone = pl.col("_stem").str.replace(_PHONE_EDIT, "${1}${2}")
    base = pl.coalesce(pl.col("_stem").str.extract(p, 1) for p in (_VERSION, _COPY_OF))
    table = table.with_columns(_phone=pl.when(phone != pl.col("_stem")).then(phone), _base=base)
    originals = table.select("collection", _found="_stem").unique()
    for column in ("_phone", "_base"):  # only where the original is there
        there = table.select("collection", _found=column).join(
            originals.with_columns(_there=pl.lit(value=True)),
            on=["collection", "_found"],
            how="left",
            maintain_order="left",
        )
        table = table.with_columns(pl.when(there["_there"]).then(column).alias(column))
    known = (
        pl.when(pl.col("_pattern").is_not_null()).then(pl.lit(KnownBy.PATTERN))
        .when(pl.col("path").str.contains(_EXPORT)).then(pl.lit(KnownBy.EXPORT))
        .when(pl.col("_phone").is_not_null()).then(pl.lit(KnownBy.PHONE))
        .when(pl.col("_base").is_not_null()).then(pl.lit(KnownBy.COPY))
    )  # fmt: skip
    table = table.with_columns(known_by=known)
    source = (
        pl.when(known_by=KnownBy.EXPORT)
        .then("source")
        .otherwise(pl.coalesce("_pattern", "_phone", "_base", "source"))
    )
    return table.with_columns(source=source).select(images.columns)


def _by_patterns(sources: Sources) -> pl.Expr:
    """What the first of the patterns that match finds, in the path where a pattern has a slash, else in
    the file name; null: none matches."""
    name = pl.col("path").str.extract(r"(?s)([^/]*)$", 1)
    found = [
        (pl.col("path") if "/" in pattern else name).str.extract_groups(pattern).struct.field("source")
        for pattern in sources.patterns
    ]
    text = pl.coalesce(found) if found else pl.lit(None, pl.String)
    return pl.when(text != "").then(text)


def groups(images: pl.DataFrame) -> pl.DataFrame:
    """Images that share a source with others, where something tells it: columns `row`, KEY (the same for one
    source), `source`, `known_by`, `split`. Names count within a collection, what a person says anywhere."""
    declared = pl.col("known_by").is_in(list(DECLARED)).fill_null(value=False)
    place = pl.when(declared).then(pl.col("known_by")).otherwise(pl.col("collection").cast(pl.String))
    key = pl.concat_str(declared.cast(pl.String), place, "source", separator="\0", ignore_nulls=True)
    table = images.select("source", "known_by", pl.col("split").cast(pl.String), key.alias(KEY))
    table = table.with_row_index(ROW).filter(pl.len().over(KEY) > 1)
    table = table.with_columns(known_by=pl.col("known_by").drop_nulls().first().over(KEY))
    return table.filter(pl.col("known_by").is_not_null())
