"""A new split as text for people: the groups, what moves, what is left, and the shares before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from holdfast.dataset import Dataset
from holdfast.names import display
from holdfast.repair.lookup import class_names
from holdfast.repair.resplit.groups import Group
from holdfast.repair.resplit.kin import SPLITS
from holdfast.repair.resplit.making import Numbers, Resplit
from holdfast.repair.resplit.wanted import IMAGES

FIRST = 5
"""Lines shown of each kind; the plan file holds all moves, and -v shows all."""


def lines(dataset: Dataset, groups: Sequence[Group], made: Resplit, file: Path | None) -> Iterator[str]:
    """What to show. `file` is the plan, for the rest; all is shown when it is None."""
    yield _groups_line(dataset, groups)
    if made.moves:
        yield f"to another split: {len(made.moves)} images"
        why = {reason.path: reason.why for group in made.groups for reason in group.reasons}
        yield from _some([f"{display(move.path)}: {why[move.path]}" for move in made.moves], file)
    if made.decisions:
        yield f"leaks that are left: {len(made.decisions)}"
        yield from _some([f"{display(d.finding.path)}: {d.reason}" for d in made.decisions], file)
    yield from _image_lines(dataset, made.numbers)
    yield from _class_lines(dataset, made.numbers, file)


def _groups_line(dataset: Dataset, groups: Sequence[Group]) -> str:
    place = [f"{split}" for split in dataset.images["split"]]
    several = [group for group in groups if len(group.rows) > 1]
    torn = sum(1 for group in several if len({place[row] for row in group.rows}) > 1)
    return (
        f"groups: {len(groups)} of {dataset.images.height} images, {len(several)} of several images, "
        f"{torn} in more than one split"
    )


def _image_lines(dataset: Dataset, numbers: Numbers) -> Iterator[str]:
    unit_of = {(split.collection, split.name): split.unit for split in dataset.splits}
    width = max((len(display(unit)) for unit in unit_of.values()), default=0)
    yield f"{'images':<{width}}  {'before':>16}  {'after':>16}  {'wanted':>8}"
    for kind, (collection, number) in enumerate(numbers.measures.names):
        for split, name in enumerate(SPLITS) if number == IMAGES else ():
            if (unit := unit_of.get((collection, name))) is not None:
                yield f"{display(unit):<{width}}  {_image_cells(numbers, split, kind)}"


def _image_cells(numbers: Numbers, split: int, kind: int) -> str:
    total = numbers.before[:, kind].sum()
    counts = numbers.before[split, kind], numbers.after[split, kind]
    cells = [f"{count:>7.0f}  {100 * count / total:5.1f} %" for count in counts]
    return "  ".join([*cells, f"{100 * numbers.wanted[split, kind] / total:6.1f} %"])


def _class_lines(dataset: Dataset, numbers: Numbers, file: Path | None) -> Iterator[str]:
    """The annotations of each class by split, what differs most from what is wanted first."""
    totals = np.maximum(numbers.before.sum(axis=0), 1)
    off = np.max(np.abs(numbers.after - numbers.wanted) / totals, axis=0)
    kinds = [kind for kind, (_, number) in enumerate(numbers.measures.names) if number != IMAGES]
    kinds.sort(key=lambda kind: (-round(float(off[kind]), 4), kind))
    if kinds:
        yield f"annotations by class, in {', '.join(SPLITS)}: before -> after (wanted), in percent"
    yield from _some([_class_line(dataset, numbers, kind) for kind in kinds], file)


def _class_line(dataset: Dataset, numbers: Numbers, kind: int) -> str:
    collection, number = numbers.measures.names[kind]
    names = class_names(dataset, collection)
    name = display(names[number]) if number in names else f"class {number}"
    total = numbers.before[:, kind].sum()
    shares = (100 * table[:, kind] / total for table in (numbers.before, numbers.after, numbers.wanted))
    cells = [f"{a:.1f} -> {b:.1f} ({c:.1f})" for a, b, c in zip(*shares, strict=True)]
    of = f"{display(collection)}: " if collection else ""
    return f"{of}{name} ({total:.0f}): {', '.join(cells)}"


def _some(texts: Sequence[str], file: Path | None) -> Iterator[str]:
    shown = texts if file is None else texts[:FIRST]
    yield from (f"  {text}" for text in shown)
    if len(texts) > len(shown):
        yield f"  ... and {len(texts) - FIRST} more: with -v"
