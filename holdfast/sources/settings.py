"""`[sources]` of holdfast.toml: what tells the source of an image where its name does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

KEYS = ("patterns", "file", "column")

Error = Callable[[str, str], Exception]
"""Makes the error for a message and a key."""


@dataclass(frozen=True, slots=True)
class Sources:
    """`patterns` are regular expressions with a group `source`; `file` is a CSV of paths with a source in
    its column `column`."""

    patterns: tuple[str, ...] = ()
    file: Path | None = None
    column: str = ""


def parse_sources(table: Mapping[str, object], folder: Path, error: Error) -> Sources:
    """What the table says; its file is relative to `folder`. Raises what `error` makes for a key that is not
    known, of another type, or no regular expression."""
    for key in table:
        if key not in KEYS:
            raise error(f"unknown key {key!r}; there are {', '.join(KEYS)}", key)
    patterns = table.get("patterns", [])
    if not isinstance(patterns, list) or not all(isinstance(one, str) for one in patterns):
        raise error("patterns takes a list of regular expressions", "patterns")
    for pattern in patterns:
        if (fault := _fault_of(pattern)) is not None:
            raise error(f"pattern {pattern!r} {fault}", "patterns")
    file, column = (table.get(key, "") for key in ("file", "column"))
    for key, value in (("file", file), ("column", column)):
        if not isinstance(value, str) or (key in table and not value):
            raise error(f"{key} takes a text, got {value!r}", key)
    if bool(file) != bool(column):
        given, lacking = ("file", "column") if file else ("column", "file")
        raise error(f"{given} wants {lacking} as well: a CSV file, and which of its columns", given)
    return Sources(tuple(patterns), folder / str(file) if file else None, str(column))


def _fault_of(pattern: str) -> str | None:
    """What is wrong with a regular expression; None for one that can be used."""
    try:
        fields = pl.select(pl.lit("").str.extract_groups(pattern).alias("found"))["found"].dtype
    except pl.exceptions.PolarsError:
        return "is no regular expression (of Rust's `regex`: no look-around, no back-references)"
    names = [field.name for field in fields.fields] if isinstance(fields, pl.Struct) else []
    return None if "source" in names else "has no group (?P<source>...)"
