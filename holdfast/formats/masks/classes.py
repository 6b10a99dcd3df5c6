"""Lists of classes beside masks, in the forms that tools write.

`labelmap.txt` of CVAT (`name:r,g,b:parts:actions`, https://docs.cvat.ai/docs/manual/advanced/formats/format-smask/),
`_classes.csv` of Roboflow's semantic export (`Pixel Value, Class`), `class_dict.csv` (`name,r,g,b`) and
`label_colors.txt` (`r g b name`) of CamVid, `classes.txt` and `labels.txt`: a name a line.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from holdfast.dataset import Problem, ProblemRow
from holdfast.files import NotRead, read_file
from holdfast.formats.tree import Tree, join
from holdfast.names import display, to_os

_FILES = (
    "labelmap.txt", "_classes.csv", "class_dict.csv", "classes.csv", "label_colors.txt", "classes.txt",
    "labels.txt", "class_names.txt",
)  # fmt: skip
"""Their names, the most telling first."""
_BACKGROUND = {
    "background", "bg", "_background_", "__background__", "unlabeled", "unlabelled", "void", "ignore", "none",
}  # fmt: skip
"""Names of what is no class but the rest of the picture."""
_LIMIT = 1 << 20
_LIMIT_CLASSES = 65_536
_LIMIT_NAME = 200
_MAP = re.compile(r"([^:]+):\s*(?:(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*)?(?::.*)?", re.ASCII)
_COLOURS = re.compile(r"(\d{1,3})[ \t]+(\d{1,3})[ \t]+(\d{1,3})[ \t]+(.+)", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


class Class(NamedTuple):
    """One declared class: number, name, its colour as 0xRRGGBB (None: masks have none), its line."""

    number: int
    name: str
    colour: int | None
    line: int

    @property
    def is_background(self) -> bool:
        """Whether it is what lies around the objects."""
        return self.name.strip().lower() in _BACKGROUND


@dataclass(slots=True)
class ClassList:
    """The classes of one file; `counted` says that their numbers are their places, which count from 0."""

    file: str
    classes: list[Class] = field(default_factory=list)
    counted: bool = True
    problems: list[ProblemRow] = field(default_factory=list)

    def report(self, message: str, line: int | None = None) -> None:
        """Note a problem of the file."""
        self.problems.append(ProblemRow(Problem.CONFIG, self.file, message, line))


def find_list(root: Path, tree: Tree, folder: str) -> ClassList | None:
    """The list of classes in a folder; None where there is none that can be read."""
    names = {name.lower(): name for name in tree.files.get(folder, ())}
    for wanted in _FILES:
        if wanted in names:
            found = read_classes(root, join(folder, names[wanted]))
            if found.classes or found.problems:
                return found
    return None


def read_classes(root: Path, file: str) -> ClassList:
    """The classes that a file declares. Never raises; what is wrong with it is among its problems."""
    found = ClassList(file)
    try:
        text = read_file(root / to_os(file), _LIMIT)[0].decode("utf-8-sig")
        lines = list(_lines(text, file.endswith(".csv")))
    except NotRead as error:
        found.report(f"cannot be read: {error}")
    except UnicodeDecodeError as error:
        found.report(f"not UTF-8 at byte {error.start}")
    except csv.Error as error:
        found.report(f"not a CSV table: {error}")
    else:
        _fill(found, lines)
    return found


def _lines(text: str, is_table: bool) -> Iterator[tuple[int, list[str]]]:
    """The lines that say something, with their numbers, as the fields they have."""
    lines = text.splitlines()
    rows: Iterable[list[str]] = csv.reader(lines) if is_table else ([line] for line in lines)
    for number, row in enumerate(rows, 1):
        fields = [field.strip() for field in row]
        if any(fields) and not fields[0].startswith("#"):
            yield number, fields


def _fill(found: ClassList, lines: list[tuple[int, list[str]]]) -> None:
    name = found.file.rpartition("/")[2].lower()
    if name.endswith(".csv") and lines:
        lines = lines if any(map(_NUMBER.fullmatch, lines[0][1])) else lines[1:]  # a header has no number
    seen: dict[int, str] = {}
    named: dict[str, int] = {}
    for place, (line, fields) in enumerate(lines[:_LIMIT_CLASSES]):
        made = _class(name, place, line, fields)
        if made is None or len(made.name) > _LIMIT_NAME:
            found.report(f"not a class: {display(','.join(fields)[:60])}", line)
            continue
        if name.endswith(".csv") and len(fields) == 2:
            found.counted = False
        if made.number in seen:
            found.report(f"value {made.number} is {display(seen[made.number][:40])} as well", line)
        elif made.name in named:
            found.report(
                f"the name {display(made.name[:40])!r} stands on line {named[made.name]} as well", line
            )
        seen.setdefault(made.number, made.name)
        named.setdefault(made.name, line)
        found.classes.append(made)


def _class(file: str, place: int, line: int, fields: list[str]) -> Class | None:
    """The class of one line; None where it is none."""
    if file.endswith(".csv"):
        if len(fields) == 2 and _NUMBER.fullmatch(fields[0]) and fields[1]:
            return Class(int(fields[0]), fields[1], None, line)
        if len(fields) >= 4 and fields[0] and (colour := _colour(fields[1:4])) is not None:
            return Class(place, fields[0], colour, line)
        return None
    if file == "labelmap.txt" and (match := _MAP.fullmatch(fields[0])):
        return Class(place, match[1].strip(), _colour(match.groups()[1:]), line)
    if match := _COLOURS.fullmatch(fields[0]):
        colour = _colour(match.groups()[:3])
        return None if colour is None else Class(place, match[4].strip(), colour, line)
    return Class(place, fields[0], None, line)


def _colour(parts: Iterable[str | None]) -> int | None:
    """Red, green and blue as 0xRRGGBB."""
    numbers = [int(part) for part in parts if part and _NUMBER.fullmatch(part)]
    if len(numbers) != 3 or max(numbers) > 255:
        return None
    return (numbers[0] << 16) + (numbers[1] << 8) + numbers[2]
