"""The clean sample data as files, before anything is planted in it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from PIL import Image

from holdfast.demo.draw import photograph
from holdfast.demo.manifest import PlantedFault

SEED = 20

_PHOTOS = {
    "boulder/train": 38, "boulder/valid": 10, "boulder/test": 9,
    "mountain/train": 36, "mountain/valid": 10, "mountain/test": 9,
}  # fmt: skip
_WORDS = {
    "boulder": ("arete", "cave", "corner", "overhang", "prow", "roof", "slab"),
    "mountain": ("buttress", "crag", "face", "gully", "pillar", "ridge", "tower"),
}
_BARE = (("boulder/train", 11), ("mountain/train", 17))
"""Photographs of walls without holds: background, with an empty label."""

_PNG = ("boulder/valid", 3)
_CONFIG = """\
train: ../train/images
val: ../valid/images
test: ../test/images
nc: {count}
names: ['hold', 'volume']
"""
_SETTINGS = """\
# Settings of holdfast for this dataset.
#
# How many images there must be, in all or in a split; a check fails when one is lost or added.
# As drawn, before any repair:
#
# [counts]
# all = 119
# "boulder/train" = 42
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """An image with its label. `folder` is that of its split, as in `boulder/train`."""

    folder: str
    name: str
    image: bytes
    lines: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where the image is."""
        return f"{self.folder}/images/{self.name}"

    @property
    def label(self) -> str:
        """Where its label is."""
        return f"{self.folder}/labels/{self.name.rpartition('.')[0]}.txt"


@dataclass(slots=True)
class Tree:
    """The data as files by path, the faults in it, and the samples that have none yet."""

    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[PlantedFault] = field(default_factory=list)
    clean: dict[str, list[Sample]] = field(default_factory=dict)

    def put(self, sample: Sample) -> None:
        """Add the two files of a sample, or replace them."""
        self.files[sample.path] = sample.image
        self.put_label(sample.label, sample.lines)

    def put_label(self, path: str, lines: tuple[str, ...]) -> None:
        """Add a label file, or replace it."""
        self.files[path] = "".join(f"{line}\n" for line in lines).encode()

    def take(self, folder: str) -> Sample:
        """The next JPEG of a split that nothing was planted in."""
        return self.clean[folder].pop(0)

    def drop(self, sample: Sample) -> None:
        """Take away the two files of a sample."""
        del self.files[sample.path], self.files[sample.label]


def clean_tree() -> Tree:
    """Draw all photographs of the sample data and write its settings."""
    tree = Tree()
    number = 0
    for folder, count in _PHOTOS.items():
        tree.clean[folder] = []
        for index in range(count):
            number += 1
            bare = (folder, index) in _BARE
            sample = _sample(folder, number, bare, "png" if (folder, index) == _PNG else "jpg")
            tree.put(sample)
            if not bare and (folder, index) != _PNG:
                tree.clean[folder].append(sample)
    for collection in _WORDS:
        tree.files[f"{collection}/data.yaml"] = config(2)
    tree.files["holdfast.toml"] = _SETTINGS.encode()
    return tree


def config(count: int) -> bytes:
    """A `data.yaml` as Roboflow writes it, with `count` classes declared and two named."""
    return _CONFIG.format(count=count).encode()


def encode(picture: Image.Image, suffix: str = "jpg", quality: int = 80) -> bytes:
    """The bytes of a picture as JPEG or PNG."""
    out = io.BytesIO()
    if suffix == "png":
        picture.save(out, "PNG", optimize=True)
    else:
        picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _sample(folder: str, number: int, bare: bool, suffix: str) -> Sample:
    collection = folder.partition("/")[0]
    words = _WORDS[collection]
    photo = photograph((SEED, number), collection, bare=bare)
    name = f"{words[number * 5 % len(words)]}-{number:03}.{suffix}"
    return Sample(folder, name, encode(photo.picture, suffix), photo.lines)
