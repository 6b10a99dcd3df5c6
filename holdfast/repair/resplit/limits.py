"""When a new split as a whole must not be carried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from holdfast.dataset import Dataset
from holdfast.names import display
from holdfast.repair.resplit.moving import Moved


def refusal(dataset: Dataset, moves: Collection[Moved], max_change: float) -> str | None:
    """Why these moves must not be made together, None if they may: a unit would be empty, more than
    `max_change` (a fraction) of the images would move, or a number of `[counts]` would be wrong."""
    before, after = counts(dataset, ()), counts(dataset, moves)
    for unit, count in before.items():
        if count and not after[unit]:
            return (
                f"{display(unit)} would lose all of its {count} images: --freeze it, or give other --ratios"
            )
    total = dataset.images.height
    if len(moves) > max_change * total:
        share = f"{len(moves)} of {total} images ({100 * len(moves) / total:.1f} %)"
        return (
            f"{share} would move, over the limit of --max-change={max_change:.0%}: raise it if that is meant"
        )
    for name, expected in dataset.expected_counts.items():
        held, then = (_held(dataset, units, name) for units in (before, after))
        if held == expected != then:
            wrong = f"[counts] expects {expected} images in {display(name)}, there would be {then}"
            return f"{wrong}: change that first, or apply would take everything back"
    return None


def counts(dataset: Dataset, moves: Collection[Moved]) -> dict[str, int]:
    """The images of each unit after these moves."""
    names = {(split.collection, split.name): split.unit for split in dataset.splits}
    new = {move.path: move.split for move in moves}
    found = Counter(
        names[collection, new.get(path, split)]
        for path, collection, split in dataset.images.select("path", "collection", "split").iter_rows()
    )
    return {unit: found[unit] for unit in sorted(names.values())}


def _held(dataset: Dataset, units: Mapping[str, int], name: str) -> int:
    """The images of a unit, a collection or a split of all collections, as `[counts]` names them."""
    return sum(
        units[split.unit]
        for split in dataset.splits
        if name in ("all", split.unit, split.collection, split.name)
    )
