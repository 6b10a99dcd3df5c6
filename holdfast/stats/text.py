"""The summary as lines of text, for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from holdfast.names import display, printable
from holdfast.stats.summary import QUANTILES, Summary

SHADES = " ░▒▓█"
PLAIN_SHADES = " .:#@"
MAX_CLASSES = 50
"""Classes of a collection that are listed."""
MAX_SIZES = 5
"""Sizes of images that are listed for a split."""


def as_text(summary: Summary, shades: str = SHADES) -> Iterator[str]:
    """The summary, a line at a time; `shades` are the characters of the heat map, from none to most."""
    yield from _splits(summary)
    yield from _classes(summary)
    yield from _boxes(summary)
    yield from _images(summary)
    yield from heat_map(summary.centres, shades)


def as_json(summary: Summary) -> str:
    """The summary as one ASCII JSON object; tables are lists of objects, a row each."""
    tables = {
        name: [
            {key: printable(value) if isinstance(value, str) else value for key, value in row.items()}
            for row in getattr(summary, name).iter_rows(named=True)
        ]
        for name in ("splits", "classes", "boxes", "sizes", "shapes", "formats")
    }
    units = [printable(unit) for unit in summary.units]
    return json.dumps({"units": units, **tables, "centres": summary.centres}, indent=1)


def heat_map(centres: Sequence[Sequence[int]], shades: str) -> Iterator[str]:
    """Where boxes have their centres: a character for two cells, one above the other, as it is twice as high
    as wide. Each shade is an equal step up to the fullest character."""
    rows = [
        [upper + lower for upper, lower in zip(*pair, strict=True)]
        for pair in zip(centres[::2], centres[1::2], strict=True)
    ]
    most = max(map(max, rows))
    if not most:
        return
    yield f"box centres over the image, {sum(map(sum, rows)):,} boxes; darkest: {most:,} in a cell"
    edge = "+" + "-" * len(rows[0]) + "+"
    yield edge
    for row in rows:  # rounded up: a single box shows
        yield "|" + "".join(shades[-(-number * (len(shades) - 1) // most)] for number in row) + "|"
    yield edge


def _splits(summary: Summary) -> Iterator[str]:
    head = ("split", "images", "annotated", "backgrounds", "unlabelled", "annotations", "median", "most")
    rows = [_cells(row) for row in summary.splits.rows()]
    if len(rows) > 1:
        sums = summary.splits.select(
            pl.col("images", "annotated", "backgrounds", "unlabelled", "annotations").sum()
        )
        rows.append(["all", *_cells(sums.row(0)), "", ""])
    yield from _table(head, rows)


def _classes(summary: Summary) -> Iterator[str]:
    for (collection,), table in summary.classes.group_by("collection", maintain_order=True):
        places = [n for n, unit in enumerate(summary.units) if unit.rpartition("/")[0] == collection]
        names = [summary.units[place].rpartition("/")[2] for place in places]
        listed = table.head(MAX_CLASSES).select("class", "annotations", "images", "by_unit").rows()
        rows = [_cells((*row[:3], *(row[3][place] for place in places))) for row in listed]
        title = f"class in {collection}" if collection else "class"
        yield from _table((title, "annotations", "images", *names), rows)
        if table.height > MAX_CLASSES:
            yield f"and {table.height - MAX_CLASSES:,} more classes"
            yield ""


def _boxes(summary: Summary) -> Iterator[str]:
    if summary.boxes.is_empty():
        return
    quantiles = [f"{100 * part:g} %" for part in QUANTILES]
    yield "boxes by area (small below 32 x 32 px, large above 96 x 96 px); side of a square of the area in px"
    yield from _table(
        ("split", "boxes", "small", "medium", "large", *quantiles), map(_cells, summary.boxes.rows())
    )


def sizes_listed(summary: Summary, unit: str) -> str:
    """The sizes of the images of a split, the most frequent first."""
    sizes = summary.sizes.filter(unit=unit)
    parts = [f"{width} x {height}: {number:,}" for _, width, height, number in sizes.head(MAX_SIZES).rows()]
    if sizes.height > MAX_SIZES:
        others = sizes[MAX_SIZES:]
        parts.append(f"others ({others.height:,}): {others['images'].sum():,}")
    return ", ".join(parts)


def shapes_listed(summary: Summary, unit: str) -> str:
    """The shapes of the images of a split, the most frequent first."""
    return ", ".join(f"{name}: {number:,}" for _, name, number in summary.shapes.filter(unit=unit).rows())


def formats_listed(summary: Summary, unit: str) -> str:
    """The file formats of the images of a split, the most frequent first."""
    rows = summary.formats.filter(unit=unit).rows()
    return ", ".join(f"{display(name)}: {number:,}" for _, name, number in rows)


def _images(summary: Summary) -> Iterator[str]:
    columns = {"image sizes": sizes_listed, "shapes of images": shapes_listed, "file formats": formats_listed}
    for title, listed in columns.items():
        yield from _table(
            ("split", title), [[display(unit), listed(summary, unit)] for unit in summary.units]
        )


def _cells(row: Iterable[object]) -> list[str]:
    """The values of a row as they are shown."""
    return [_cell(value) for value in row]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    return display(value) if isinstance(value, str) else "" if value is None else f"{value:,}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns side by side, the first flush left; nothing for a table without rows."""
    lines = [[display(cell) for cell in head], *rows]
    if len(lines) == 1:
        return
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        first, *others = (
            cell.ljust(width) if place == 0 or len(head) == 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        yield "  ".join((first, *others)).rstrip()
    yield ""
