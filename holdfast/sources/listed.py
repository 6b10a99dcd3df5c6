"""The column file of `[sources]`: a CSV that gives each image its patient, recording, site or the like."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from holdfast.dataset import Problem, ProblemRow
from holdfast.errors import UsageError
from holdfast.files import NotRead, read_file
from holdfast.names import display, shown_path, to_text
from holdfast.sources.settings import Sources

PATHS = ("path", "image", "file", "filename", "file_name")
"""What the column of paths may be called, the first that is there."""
_LIMIT = 64 << 20
_SHOWN = 50
"""Rows about missing images that are reported one by one."""


def by_column(images: pl.DataFrame, sources: Sources, root: Path) -> tuple[pl.Series, list[ProblemRow]]:
    """The source of each image that the column file gives, null where it gives none, and what is wrong with
    its rows. Raises UsageError for a file that cannot be read, or has not the columns."""
    assert sources.file is not None
    rows = list(_rows(sources.file, sources.column))
    number_of = {path: number for number, path in enumerate(images["path"])}
    named: dict[str, list[int]] = {}
    for path, number in number_of.items():
        named.setdefault(path.rpartition("/")[2], []).append(number)
    found: dict[int, str] = {}
    problems: list[ProblemRow] = []
    place = _place(sources.file, root)
    for line, path, value in rows:
        candidates = [number_of[path]] if path in number_of else named.get(path, [])
        if len(candidates) == 1:
            found[candidates[0]] = value
        else:
            what = (
                f"names {len(candidates)} images: give the path" if candidates else "is no image of a split"
            )
            problems.append(ProblemRow(Problem.DANGLING, place, f"{display(path[:200])} {what}", line))
    problems = [*problems[:_SHOWN], *_rest(problems, place), *_lacking(images, found, sources, place)]
    return pl.Series([found.get(row) or None for row in range(images.height)], dtype=pl.String), problems


def _rest(problems: list[ProblemRow], place: str) -> Iterator[ProblemRow]:
    if len(problems) > _SHOWN:
        yield ProblemRow(Problem.DANGLING, place, f"{len(problems) - _SHOWN} more rows are about no image")


def _lacking(
    images: pl.DataFrame, found: Mapping[int, str], sources: Sources, place: str
) -> Iterator[ProblemRow]:
    """That images have no row: whether they leak is not known. An empty field says that there is none."""
    lacking = [row for row in range(images.height) if row not in found]
    if lacking:
        first = display(images["path"][lacking[0]])
        message = (
            f"has no row for {len(lacking)} of {images.height} images, {first} is the first: give their "
            f"{display(sources.column)}, or leave the field empty where there is none"
        )
        yield ProblemRow(Problem.CONFIG, place, message)


def _rows(file: Path, column: str) -> Iterator[tuple[int, str, str]]:
    """Line, path and source of each row. Raises UsageError."""
    shown = shown_path(file)
    try:
        text = read_file(file, _LIMIT)[0].decode("utf-8-sig")
    except (NotRead, UnicodeDecodeError) as error:
        raise UsageError(f"{shown}: cannot be read: {error}") from None
    header = text.split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    try:
        names = [name.strip() for name in next(reader, [])]
        path = next((names.index(name) for name in PATHS if name in names), None)
        if path is None or column not in names:
            lacking = "path" if path is None else column
            listed = ", ".join(display(name[:40]) for name in names[:10])
            raise UsageError(f"{shown}:1: no column {lacking!r}; it has {listed or 'none'}")
        value = names.index(column)
        for row in reader:
            if len(row) > max(path, value):
                yield reader.line_num, row[path].strip().removeprefix("./"), row[value].strip()
            elif row:
                raise UsageError(f"{shown}:{reader.line_num}: {len(row)} fields instead of {len(names)}")
    except csv.Error as error:
        raise UsageError(f"{shown}:{reader.line_num}: {error}") from None


def _place(file: Path, root: Path) -> str:
    """The file as a path of the dataset; '.' where it lies elsewhere."""
    relative = os.path.relpath(os.path.realpath(file), os.path.realpath(root))
    return "." if relative.startswith("..") else to_text(relative.replace(os.sep, "/"))
