"""What the truth set holds: which pictures, what is done to them, and how each pair is related."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

import numpy as np

from benchmarks.truth_likenesses import LIKENESSES, SCENE
from benchmarks.truth_scenes import SCENES

SPLITS = ("train", "valid", "test")
SMALL = (32, 100)
"""Sides of the small pictures, in pixels."""

FRAMES = 3
"""Pictures of a likeness that are no copies of each other."""

_SPLIT_SHARES = (0.6, 0.25, 0.15)
_SHARES = {"copies": 0.62, "likeness": 0.24, "small": 0.08, "lone": 0.06}
_COPIES_A_SOURCE = 1.75
_COPIED_LIKENESSES = 0.4
_SMALL_MOVED = 0.3
_NAMES = 90_000_000


class Operation(NamedTuple):
    """What a copy is, in the words of PairKind, and how often it is made, in parts of all weights."""

    kind: str
    weight: int
    small: bool = False
    """Whether pictures of 32 and 100 pixels get it too."""


OPERATIONS = {
    "bytes": Operation("identical bytes", 2, True),
    "metadata": Operation("identical picture", 2, True),
    "lossless": Operation("identical picture", 2, True),
    "jpeg": Operation("re-encoded", 8, True),
    "webp": Operation("re-encoded", 4, True),
    "exif upright": Operation("re-encoded", 2),
    "resized": Operation("resized", 7, True),
    "stretched": Operation("resized", 5),
    "thumbnail": Operation("resized", 2),
    "brightness": Operation("recoloured", 4, True),
    "exposure": Operation("recoloured", 3, True),
    "contrast": Operation("recoloured", 2),
    "grayscale": Operation("recoloured", 4, True),
    "hue": Operation("recoloured", 4),
    "saturation": Operation("recoloured", 2),
    "channels": Operation("recoloured", 4, True),
    "levels": Operation("recoloured", 3),
    "turned": Operation("rotated/flipped", 6, True),
    "flipped": Operation("rotated/flipped", 6, True),
    "exif turned": Operation("rotated/flipped", 3),
    "crop": Operation("cropped", 8),
    "cut to": Operation("cropped", 4),
    "rotation": Operation("augmented", 9),
    "shear": Operation("augmented", 6),
    "blur": Operation("augmented", 4),
    "noise": Operation("augmented", 4),
    "cutout": Operation("augmented", 4),
    "watermark": Operation("augmented", 4),
    "padded": Operation("augmented", 4),
    "screenshot": Operation("augmented", 4),
    "mosaic": Operation("augmented", 3),
    "combined": Operation("augmented", 14),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One image. `of` is the item of its group that it is a copy of; None: a picture of its own.

    `others` are the groups of the other pictures of a mosaic.
    """

    stem: str
    operation: str = ""
    of: int | None = None
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures that have to do with each other: a scene and its copies, or a likeness and copies of it."""

    number: int
    name: str
    small: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two related images, by path: `copy`, `scene` or `unlike`; everything not listed is unlike.

    `direct` copies are those of which one was made from the other; else both come from one picture.
    """

    path: str
    other: str
    relation: str
    kind: str | None
    operation: str
    direct: bool
    parameters: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """An item as a file: path, size in pixels as displayed, how it was encoded, what was done to it."""

    path: str
    width: int
    height: int
    encoding: str
    parameters: Mapping[str, float | str]


def plan(images: int, seed: int) -> list[Group]:
    """The groups of a set of about so many images (exactly, from some dozens up)."""
    rng = np.random.default_rng((seed, images))
    budget = {name: round(images * share) for name, share in _SHARES.items()}
    stems = iter(f"{10_000_000 + number}" for number in rng.choice(_NAMES, images * 2, replace=False))
    parts = [
        *_copied(rng, budget["copies"]),
        *_likenesses(rng, budget["likeness"]),
        *_small(rng, budget["small"]),
    ]
    lone = images - sum(len(items) for _, _, items in parts)
    parts += [(_scene(rng), 0, [Item("")]) for _ in range(max(0, lone))]
    groups = []
    for number, (name, small, items) in enumerate(parts):
        named = (Item(_place(rng, next(stems)), item.operation, item.of) for item in items)
        groups.append(Group(number, name, small, tuple(named)))
    return _with_mosaics(rng, groups)


_Part = tuple[str, int, list[Item]]


def _scene(rng: np.random.Generator) -> str:
    """Any scene; those with little to see half as often."""
    weights = np.array([0.5 if name in ("soft", "night") else 1.0 for name in SCENES])
    return str(rng.choice(list(SCENES), p=weights / weights.sum()))


def _place(rng: np.random.Generator, stem: str) -> str:
    return f"{rng.choice(SPLITS, p=_SPLIT_SHARES)}/images/{stem}"


def _dealt(rng: np.random.Generator, count: int, small: bool = False) -> list[str]:
    """So many operations in exact shares, in random order."""
    names = [name for name, operation in OPERATIONS.items() if operation.small or not small]
    shares = np.cumsum([OPERATIONS[name].weight for name in names])
    index = np.searchsorted(shares, (np.arange(count) + 0.5) / max(1, count) * shares[-1])
    return [names[i] for i in rng.permutation(index)]


def _copied(rng: np.random.Generator, images: int) -> list[_Part]:
    """Scenes with one copy or more."""
    sources = max(1, round(images / (1 + _COPIES_A_SOURCE)))
    parts: list[_Part] = [(_scene(rng), 0, [Item("")]) for _ in range(sources)]
    for number, operation in enumerate(_dealt(rng, images - sources)):
        group = number if number < sources else int(rng.integers(sources))
        parts[group][2].append(Item("", operation, 0))
    return parts


def _likenesses(rng: np.random.Generator, images: int) -> list[_Part]:
    """Likenesses in turn; of some of them one frame has a copy."""
    names, parts = list(LIKENESSES), list[_Part]()
    operations = iter([name for name in _dealt(rng, images) if name != "mosaic"])
    while images >= FRAMES:
        name = names[len(parts) % len(names)]
        small = SMALL[1] if name == "moved" and rng.random() < _SMALL_MOVED else 0
        items = [Item("") for _ in range(FRAMES)]
        if rng.random() < _COPIED_LIKENESSES and images > FRAMES and name != "blank":
            items.append(Item("", next(operations), int(rng.integers(FRAMES))))
        parts.append((name, small, items))
        images -= len(items)
    return parts


def _small(rng: np.random.Generator, images: int) -> list[_Part]:
    """Small pictures: half of them without a copy."""
    copies = images // 4
    parts: list[_Part] = [
        (_scene(rng), SMALL[int(rng.integers(2))], [Item("")]) for _ in range(images - copies)
    ]
    for number, operation in enumerate(_dealt(rng, copies, small=True)):
        parts[number][2].append(Item("", operation, 0))
    return parts


def _with_mosaics(rng: np.random.Generator, groups: list[Group]) -> list[Group]:
    """Each mosaic with the groups of its other three pictures; no picture is in the mosaics of two groups."""
    mosaics = {group.number for group in groups if any(item.operation == "mosaic" for item in group.items)}
    plain = [group.number for group in groups if group.name in SCENES and not group.small]
    free = [number for number in plain if number not in mosaics]
    order = iter(int(number) for number in rng.permutation(free))
    made = []
    for group in groups:
        items = tuple(
            Item(item.stem, item.operation, item.of, tuple(next(order, group.number) for _ in range(3)))
            if item.operation == "mosaic"
            else item
            for item in group.items
        )
        made.append(Group(group.number, group.name, group.small, items))
    return made


def pairs(groups: Sequence[Group], written: Sequence[Sequence[Written]]) -> list[Pair]:
    """Every related pair of the set, paths in order."""
    found = []
    for group, files in zip(groups, written, strict=True):
        found += [_pair(group, files, one, two) for one, two in combinations(range(len(files)), 2)]
        for index, item in enumerate(group.items):
            for other in sorted(set(item.others) - {group.number}):
                for place, file in enumerate(written[other]):
                    direct = groups[other].items[place].of is None
                    found.append(_copy(files[index], file, "mosaic", direct, files[index].parameters))
    return sorted(found, key=lambda pair: (pair.path, pair.other))


def _pair(group: Group, files: Sequence[Written], one: int, two: int) -> Pair:
    """How two items of one group are related; `two` comes after `one`."""
    first, second = group.items[one], group.items[two]
    if (one if first.of is None else first.of) == (two if second.of is None else second.of):
        if second.of == one:
            return _copy(files[one], files[two], second.operation, True, files[two].parameters)
        return _copy(files[one], files[two], f"{first.operation} / {second.operation}", False, {})
    path, other = sorted((files[one].path, files[two].path))
    parameters = files[one if first.of is None else first.of].parameters
    relation, kind = ("scene", "same scene") if group.name in SCENE else ("unlike", None)
    return Pair(path, other, relation, kind, group.name, first.of is second.of is None, parameters)


def _copy(
    one: Written, two: Written, operation: str, direct: bool, parameters: Mapping[str, float | str]
) -> Pair:
    path, other = sorted((one.path, two.path))
    kind = OPERATIONS[operation].kind if direct else None
    return Pair(path, other, "copy", kind, operation, direct, parameters)
