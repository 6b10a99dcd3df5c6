"""What stands at a place of a file that names images: for entries that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from holdfast.dataset import Dataset
from holdfast.formats.tree import join
from holdfast.repair.references import coco, image_sets, lists, table
from holdfast.repair.references.index import references
from holdfast.repair.references.kinds import Kind, kind_of

_IMAGE = re.compile(r"/images/([0-9]{1,9})(/.*)?")


def named_at(dataset: Dataset, file: str, line: int | None, pointer: str | None) -> str | None:
    """What an entry calls its image, as written; None where no image is named there. Raises Refused."""
    known = references(dataset)
    kind = kind_of(file)
    if kind is Kind.COCO:
        match = _IMAGE.fullmatch(pointer or "")
        return coco.name_at(known.read(file), int(match[1])) if match else None
    at = {Kind.LIST: lists.name_at, Kind.IMAGE_SET: image_sets.name_at, Kind.TABLE: table.name_at}
    return at[kind](known.read(file), line) if kind in at and line is not None else None


def also_in(dataset: Dataset, file: str, text: str) -> Iterator[str]:
    """Other image sets beside one that name the same: the union of two, and those of single classes."""
    known = references(dataset)
    folder = file.rpartition("/")[0]
    for other, kind in known.files.items():
        beside = kind is Kind.IMAGE_SET is kind_of(file) and other.rpartition("/")[0] == folder
        if beside and other != file and text in image_sets.texts(known.read(other)):
            yield other


def of_that_name(dataset: Dataset, text: str) -> Iterator[str]:
    """Files of the tree that have the last name in a text, or that stem, in order of their folders."""
    known = references(dataset)
    name = text.replace("\\", "/").rpartition("/")[2]
    for folder, names in sorted(known.tree.files.items()):
        yield from (join(folder, other) for other in names if name in (other, other.rpartition(".")[0]))
