"""Which file takes over what another one says of an image that changes its split.

Told by names: of `instances_train2017.json` and `instances_val2017.json`, `train/_annotations.csv` and
`valid/_annotations.csv`, `cat_train.txt` and `cat_val.txt` each is the other's counterpart. The last word of
a path that names a split says which it is of; `trainval` is of both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from holdfast.dataset import Dataset, Split
from holdfast.formats.splits import SPLIT_NAMES
from holdfast.names import display
from holdfast.repair.runs.places import Refused

_WORD = re.compile(r"[a-z]+")
_BOTH = {"trainval": frozenset({"train", "val"})}


@dataclass(frozen=True, slots=True)
class Handover:
    """That an image goes from split `old` to `new`. `relist`: which file takes the entries of which, where
    the reader told the splits apart by them."""

    old: str
    new: str
    relist: Mapping[str, str]


class Counterparts:
    """Files by what their names say apart from the split."""

    def __init__(self, files: Iterable[str]) -> None:
        self._of_form: dict[str, list[str]] = defaultdict(list)
        for file in sorted(files):
            form, splits = form_of(file)
            if splits:
                self._of_form[form].append(file)

    def taking(self, file: str, old: str, new: str) -> tuple[str, ...] | None:
        """The files that name an image from then on when it goes from split `old` to `new`; `file` named it.

        None: `file` goes on to name it, as it is of both splits, or of none, or nothing else could.
        """
        form, splits = form_of(file)
        if old not in splits or new in splits:
            return None
        return (
            tuple(f for f in self._of_form[form] if new in form_of(f)[1] and old not in form_of(f)[1]) or None
        )


def form_of(file: str) -> tuple[str, frozenset[str]]:
    """A path without the word that says its split, and the splits that it says; none where no word does."""
    lowered = file.lower()
    for match in reversed(list(_WORD.finditer(lowered))):
        word = match[0]
        splits = _BOTH.get(word) or frozenset(filter(None, [SPLIT_NAMES.get(word)]))
        if splits:
            return f"{lowered[: match.start()]}\0{lowered[match.end() :]}", splits
    return lowered, frozenset()


def handover(dataset: Dataset, old: Split, new: Split) -> Handover:
    """What happens to the entries of an image that goes from one split to the other.

    Raises Refused when no file, or no single one, says what is on the images of the new split.
    """
    own = [file for file in old.lists if file not in new.lists]
    relist = dict.fromkeys(own, new.lists[0]) if new.lists else {}
    if not old.lists and not new.lists:
        relist = _by_what_they_say(dataset, old, new)
    return Handover(old.name, new.name, relist)


def _by_what_they_say(dataset: Dataset, old: Split, new: Split) -> dict[str, str]:
    relist: dict[str, str] = {}
    files = saying(dataset)
    theirs, ours = files.get(new.unit, frozenset()), files.get(old.unit, frozenset())
    taking = Counterparts(theirs)
    for file in sorted(ours - theirs):
        found = taking.taking(file, old.name, new.name)
        if found is None and len(theirs) == 1:
            found = tuple(theirs)
        if found is None:
            wanted = "no file" if not theirs else f"more than one file, as {display(min(theirs))},"
            raise Refused(f"{display(file)} says what is on it, and {wanted} does so for {display(new.unit)}")
        relist[file] = found[0]
    return relist


_latest: list[tuple[Dataset, dict[str, frozenset[str]]]] = []


def saying(dataset: Dataset) -> dict[str, frozenset[str]]:
    """The files that say what is on the images of each unit, where those have no label files of their own."""
    if not _latest or _latest[0][0] is not dataset:
        _latest[:] = [(dataset, _saying(dataset))]
    return _latest[0][1]


def _saying(dataset: Dataset) -> dict[str, frozenset[str]]:
    shared = dataset.images.filter(pl.col("label").is_null())
    if shared.is_empty():
        return {}
    declared = shared.select(pl.col("unit").cast(pl.String), file="declared_in").unique()
    said = dataset.annotations.filter(pl.col("image").is_not_null() & (pl.col("label") != pl.col("image")))
    rows = pl.concat([declared, said.select(pl.col("unit").cast(pl.String), file="label").unique()])
    found: dict[str, set[str]] = defaultdict(set)
    for unit, file in rows.drop_nulls().iter_rows():
        found[unit].add(file)
    return {unit: frozenset(files) for unit, files in found.items()}
