"""How many classes a data.yaml declares, and their names."""

from __future__ import annotations

import re

import polars as pl

from holdfast.dataset import Dataset
from holdfast.formats.safe_yaml import Items, Table, Text
from holdfast.formats.tree import lies_in
from holdfast.repair.configs.text import ConfigText, Value, said
from holdfast.repair.fix import EditFile

MOST = 1000
"""Names that are made up at most."""


def recount(config: ConfigText, used: int) -> EditFile | None:
    """The edit that lets `nc` be the number of `names`; None where they agree, one is not there, or the
    highest class of annotations, `used`, has no name and a smaller `nc` would hide that."""
    names, count = _names(config), config.scalar("nc")
    if count is None or not names or not re.fullmatch("[0-9]{1,6}", count.value):
        return None
    number, said_number = len(names), int(count.value)
    text = config.written_as(count, str(number))
    if text is None or said_number == number or (said_number > number and used >= number):
        return None
    return config.edit(count.begin, count.end, text, "nc", str(number))


def name_classes(config: ConfigText, used: int) -> EditFile | None:
    """The edit that gives each of the `nc` classes without a name `class_<number>`, as Ultralytics does where
    `names` is missing. None where annotations, of which the highest class is `used`, need none, or need more.
    """
    names, count = _names(config), config.scalar("nc")
    if count is None or names is None or not re.fullmatch("[0-9]{1,4}", count.value):
        return None
    wanted = int(count.value)
    if not used < wanted <= MOST or (names and used < len(names)):
        return None
    new = [f"class_{number}" for number in range(len(names), wanted)]
    if names and not set(new) & set(names):
        return _add_missing(config, new)
    if "names" in config.top.values:
        return None
    place = config.line_end(count.end)
    text = f"{config.line_break}names: [{', '.join(new)}]"
    return config.edit(place, place, text, "names", list[Value](new))


def highest_class(dataset: Dataset, folder: str) -> int:
    """The highest class of annotations whose file lies in a folder, -1 where there is none."""
    found = dataset.annotations.group_by("label").agg(pl.col("class_id").max())
    return max((top for label, top in found.rows() if lies_in(label, folder)), default=-1)


def _names(config: ConfigText) -> list[str] | None:
    """The names in order of their numbers, none where the key is not there; None where they are not such."""
    names = config.top.values.get("names", Items((), 1))
    if isinstance(names, Text):
        return None
    if isinstance(names, Table) and list(names.values) != [
        str(number) for number in range(len(names.values))
    ]:
        return None
    nodes = names.values.values() if isinstance(names, Table) else names.values
    texts = [node.value for node in nodes if isinstance(node, Text)]
    return texts if len(texts) == len(names.values) else None


def _add_missing(config: ConfigText, new: list[str]) -> EditFile | None:
    """Names after the last one, in the manner of those before."""
    names = config.top.values["names"]
    assert isinstance(names, Items | Table)
    last = [*(names.values.values() if isinstance(names, Table) else names.values)][-1]
    assert isinstance(last, Text)
    old = said(names)
    keyed = {str(len(names.values) + number): name for number, name in enumerate(new)}
    wanted: Value = {**old, **keyed} if isinstance(old, dict) else [*old, *new]
    items = [f"{key}: {name}" for key, name in keyed.items()] if isinstance(names, Table) else new
    if config.text[names.begin : names.begin + 1] in ("[", "{"):
        return config.edit(last.end, last.end, "".join(f", {item}" for item in items), "names", wanted)
    start = config.text.rfind("\n", 0, last.begin) + 1
    lead = re.match(r" *(?:- +)?", config.text[start : last.begin])
    place = config.line_end(last.end)
    text = "".join(f"{config.line_break}{lead[0] if lead else ''}{item}" for item in items)
    return config.edit(place, place, text, "names", wanted)
