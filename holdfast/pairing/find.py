"""From facts to the table of proved pairs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np
import polars as pl

from holdfast.dataset import PAIRS, Dataset, PairKind, Problem, ProblemRow, problem_table, schema
from holdfast.facts.scan import Look, Scanner
from holdfast.fault import Fault
from holdfast.pairing.candidates import LIMIT, find_candidates
from holdfast.pairing.contents import Contents, Pair, contents_of
from holdfast.pairing.proof import Same, equal_pictures, look_at, near_pictures
from holdfast.pairs import Signals
from holdfast.similarity.groups import components

_FIGURES = tuple(field.name for field in fields(Same))
_AT_ONCE = 10_000
"""Candidates whose pictures are held in memory together: 4 kB each."""


def find_pairs(dataset: Dataset, signals: Signals, scanner: Scanner, asked: int | None = None) -> Dataset:
    """The dataset with its table of proved pairs; with `asked`, of those of one of the first so many images.

    Equal bytes and equal pictures always; also pairs that the signals find and the proof confirms.
    A file of zero bytes is no copy of anything. `scanner` must have measured the images to SKETCH or
    deeper. A picture that turns out not to decode in full gets its fault; where there are more candidates
    than are compared, `problems` says so.
    """
    compared = pl.col("sha256").is_not_null() & (pl.col("size") > 0)
    images = dataset.images.filter(compared)
    asked = None if asked is None else dataset.images.head(asked).filter(compared).height
    contents = contents_of(images, scanner.sketches, asked)
    candidates = find_candidates(contents, signals.distance, scanner)
    faults: dict[int, Look] = {}
    same = {
        (content, content): Same(PairKind.BYTES)
        for content, rows in enumerate(contents.rows)
        if len(rows) > 1
    }
    for part in candidates.parts(_AT_ONCE):  # their pictures are held in memory
        looks = look_at(contents, part, scanner)
        faults |= {content: look for content, look in looks.items() if look.fault is not None}
        decoded = {content: look for content, look in looks.items() if look.fault is None}
        same |= equal_pictures(contents, decoded)
        if signals.distance is not None:
            same |= near_pictures(part.first, part.second, decoded, signals.distance)
    pairs = {(min(pair), max(pair)): how for key, how in same.items() for pair in contents.image_pairs(*key)}
    problems = [] if candidates.complete else [_not_compared()]
    return replace(
        dataset,
        images=_with_faults(dataset.images, images["path"], contents, faults),
        pairs=_table(images, pairs),
        problems=pl.concat([dataset.problems, problem_table(problems)]),
    )


def _not_compared() -> ProblemRow:
    message = (
        f"more than {LIMIT:,} pairs of pictures are near enough to be compared; the rest was not: "
        "lower `distance`, or remove exact copies first"
    )
    return ProblemRow(Problem.NOT_COMPARED, ".", message)


def _with_faults(
    images: pl.DataFrame, paths: pl.Series, contents: Contents, looks: Mapping[int, Look]
) -> pl.DataFrame:
    """What decoded at the cheap scale and not in full is at fault, wherever it lies; what changed meanwhile,
    or could not be checked, is the one file that was asked for. `paths` are those of the contents' rows."""
    rows = [
        (paths[row], look.fault, look.detail)
        for content, look in looks.items()
        for row in contents.rows[content][: 1 if look.fault == Fault.NOT_CHECKED else None]
    ]
    if not rows:
        return images
    faults = pl.DataFrame(rows, schema=["path", "late_fault", "late_detail"], orient="row")
    joined = images.join(faults, on="path", how="left", maintain_order="left")
    late = {name: pl.coalesce(name, f"late_{name}") for name in ("fault", "detail")}
    return joined.with_columns(**late).drop("late_fault", "late_detail")


def _table(images: pl.DataFrame, pairs: Mapping[Pair, Same]) -> pl.DataFrame:
    """The pairs of image rows as a table, in order of both paths."""
    ordered = sorted(pairs.items(), key=lambda pair: pair[0])
    first, second = (pl.Series([pair[side] for pair, _ in ordered], dtype=pl.UInt32) for side in (0, 1))
    ours, theirs = images[first], images[second]
    groups = components(first.to_numpy().astype(np.int64), second.to_numpy().astype(np.int64), images.height)
    names = {
        number: _name(str(images["path"][number])) for number in np.unique(groups[first.to_numpy()]).tolist()
    }
    exported = pl.col("path").str.contains(r"\.rf\.[^/]*$")
    same_source = (
        (ours["source"] == theirs["source"])
        & ours.select(exported).to_series()
        & theirs.select(exported).to_series()
    )
    columns = {
        "path": ours["path"], "other": theirs["path"], "unit": ours["unit"], "other_unit": theirs["unit"],
        "split": ours["split"], "other_split": theirs["split"],
        **{name: [getattr(how, name) for _, how in ordered] for name in _FIGURES}, "same_source": same_source,
        "group": [names[number] for number in groups[first.to_numpy()].tolist()],
    }  # fmt: skip
    return pl.DataFrame(columns, schema_overrides=schema(PAIRS))


def _name(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:12]
