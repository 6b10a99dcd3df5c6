"""The pictures of panoptic annotations, once they are measured: do they hold what is declared?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from holdfast.dataset import Dataset, Problem, ProblemRow, problem_table
from holdfast.formats.masks.values import COLOURED, faults_of

_VOID = 0
_MANY = 256
"""Values from which on those of a picture are not counted."""
_NUMBERS = ("L", "I", "I;16", "I;16B", "I;16L")
_SHOWN = 3


def compare_pictures(dataset: Dataset) -> Dataset:
    """The dataset, its masks measured, with what is wrong with them."""
    many = pl.col("width").is_not_null() & (pl.col("segments").list.len() >= _MANY)
    broken = faults_of(dataset, dataset.masks.filter(many.fill_null(False).not_()))
    problems = problem_table([*broken, *_differences(dataset)])
    return replace(dataset, problems=pl.concat([dataset.problems, problems]))


def _differences(dataset: Dataset) -> Iterator[ProblemRow]:
    """Segments that a picture lacks, and its values that no segment has."""
    splits = {split.unit: split for split in dataset.splits}
    rows = dataset.masks.filter(pl.col("mode").is_in([*COLOURED, *_NUMBERS])).drop_nulls(
        ["values", "segments"]
    )
    columns = ("path", "unit", "mode", "values", "segments")
    for path, unit, mode, values, segments in rows.select(columns).iter_rows():
        held = {_id_of(value) if mode in COLOURED else value for value in values}
        said = set(segments)
        if lacking := sorted(said - held):
            message = f"lacks {_listed(lacking)}, declared in segments_info"
            yield ProblemRow(Problem.MALFORMED, path, message, split=splits[unit])
        if unknown := sorted(held - said - {_VOID}):
            message = f"holds {_listed(unknown)}, which segments_info does not declare"
            yield ProblemRow(Problem.MALFORMED, path, message, split=splits[unit])


def _id_of(colour: int) -> int:
    """R + 256 G + 65536 B, of 0xRRGGBB."""
    return (colour >> 16) + (colour & 0xFF00) + ((colour & 0xFF) << 16)


def _listed(ids: list[int]) -> str:
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return f"segment{'s' * (len(ids) > 1)} {', '.join(map(str, ids[:_SHOWN]))}{more}"
