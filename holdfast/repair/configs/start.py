"""A first data.yaml, of what is known without one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import polars as pl

from holdfast.dataset import Dataset, Split
from holdfast.formats.tree import join
from holdfast.repair.configs.classes import MOST
from holdfast.repair.configs.text import PLAIN
from holdfast.repair.fix import EditFile

_NUMBER = re.compile(r"[0-9._+-]*")


def start_config(dataset: Dataset, collection: str) -> EditFile | None:
    """A new data.yaml in the folder of a collection: its splits as folders show them, and its classes by the
    names that a list beside it has, else `class_<number>`. None where it has no train, val or annotation, a
    pose (how many keypoints?), or a folder that cannot be written in YAML."""
    splits = {split.name: split for split in dataset.splits if split.collection == collection}
    places = {name: _places(split) for name, split in splits.items() if split.folders and not split.lists}
    names = _names(dataset, collection)
    if not {"train", "val"} <= places.keys() or places.keys() != splits.keys() or not names:
        return None
    try:
        lines = list(_lines(places, names))
        data = "".join(f"{line}\n" for line in lines).encode()
    except UnicodeEncodeError:
        return None
    return EditFile(join(collection, "data.yaml"), None, data)


def _places(split: Split) -> list[str]:
    """The folders of a split, from that of its collection."""
    return [folder[len(split.collection) :].lstrip("/") or "." for folder in split.folders]


def _names(dataset: Dataset, collection: str) -> list[str]:
    """The names of its classes; none where they are not known or more than are made up."""
    declared = dataset.classes.filter(pl.col("collection").cast(pl.String) == collection).sort("class_id")
    if declared.height:
        return declared["class_name"].cast(pl.String).to_list()
    drawn = dataset.annotations.filter(pl.col("collection").cast(pl.String) == collection)
    lowest, highest = drawn["class_id"].min(), drawn["class_id"].max()
    posed = (drawn["kind"].cast(pl.String) == "pose").any()
    if (
        posed
        or not isinstance(lowest, int)
        or not isinstance(highest, int)
        or not 0 <= lowest <= highest < MOST
    ):
        return []
    return [f"class_{number}" for number in range(highest + 1)]


def _lines(places: dict[str, list[str]], names: list[str]) -> Iterator[str]:
    for split, folders in places.items():
        written = [_written(folder) for folder in folders]
        yield f"{split}: {written[0] if len(written) == 1 else '[' + ', '.join(written) + ']'}"
    yield f"nc: {len(names)}"
    yield "names:"
    yield from (f"  {number}: {_written(name)}" for number, name in enumerate(names))


def _written(value: str) -> str:
    """A value as YAML has it: plain, where it can be no number or other word of its own."""
    plain = PLAIN.fullmatch(value) and ("/" in value or "_" in value) and not _NUMBER.fullmatch(value)
    return value if plain else json.dumps(value, ensure_ascii=True)
