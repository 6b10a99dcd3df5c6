"""How torchvision's ImageFolder numbers the classes of a split: by the folders that it has itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.formats.class_folders.layout import ClassFolder
from holdfast.names import display


def shifted(folders: Iterable[ClassFolder], classes: dict[str, set[str]]) -> Iterator[ProblemRow]:
    """Splits in which a class gets another number than elsewhere, as the folder of one before it is missing.

    `classes` are those of each collection. An empty folder counts: it has a number, and is reported itself.
    """
    found: dict[Split, set[str]] = {}
    for folder in folders:
        found.setdefault(folder.split, set()).update({folder.name} & classes[folder.split.collection])
    numbers = {
        split: {name: number for number, name in enumerate(sorted(names))} for split, names in found.items()
    }
    for split in found:
        same = {other: numbers[other] for other in found if other.collection == split.collection}
        absent = sorted(classes[split.collection] - found[split])
        if message := _message(split, same, absent):
            yield ProblemRow(Problem.NUMBERED, split.folders[0], message, split=split)


def _message(split: Split, numbers: dict[Split, dict[str, int]], absent: list[str]) -> str:
    """The first class that has a larger number in another split; '' for none."""
    for name, number in numbers[split].items():
        for other, others in numbers.items():
            if others.get(name, number) > number:
                why = [missing for missing in absent if missing < name and missing in others]
                more = f" and {len(why) - 1} more" if len(why) > 1 else ""
                said = f"{display(name)} is class {number} in {split.name} and {others[name]} in {other.name}"
                return f"{said}, as {display(why[0])}{more} has no folder in {split.name}"
    return ""
