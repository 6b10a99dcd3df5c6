"""Small YOLO trees for tests, a line a file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Self

import numpy as np
from PIL import Image

BOX = "0 0.5 0.5 0.2 0.2"


def tree(folder: Path) -> Tree:
    """An empty tree in a new folder `data`."""
    return Tree(folder / "data")


def sound_tree(folder: Path, *collections: str) -> Tree:
    """A tree that every rule passes: one image and its label in each of three splits."""
    built = tree(folder)
    for number, split in enumerate((c, s) for c in collections or ("",) for s in ("train", "valid", "test")):
        place = "/".join(filter(None, split))
        built.image(place, split[1], seed=900 + number).label(place, split[1], BOX)
    return built


def picture(seed: int, width: int = 128, height: int = 96) -> Image.Image:
    """A distinct picture: soft patches of colour with three hard-edged blocks on them."""
    random = np.random.default_rng(seed)
    patches = Image.fromarray(random.integers(0, 255, (6, 8, 3), dtype=np.uint8))
    drawn = patches.resize((width, height), Image.Resampling.BICUBIC)
    for _ in range(3):
        x, y = int(random.integers(0, width * 3 // 4)), int(random.integers(0, height * 3 // 4))
        drawn.paste(tuple(random.integers(0, 255, 3).tolist()), (x, y, x + width // 5, y + height // 5))
    return drawn


class Tree:
    """Files below `root`; every method returns the tree, so that calls chain."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.root.mkdir(parents=True, exist_ok=True)
        self._seed = 0

    def path(self, name: str) -> Path:
        """A path below the root whose folder exists."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def file(self, name: str, content: str | bytes = "") -> Self:
        """Any file."""
        self.path(name).write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def draw(self, name: str, drawn: Image.Image, format: str | None = None, **options: object) -> Self:
        """This picture in a file; the format is that of its suffix unless told otherwise."""
        with self.path(name).open("wb") as file:
            drawn.save(file, format or Image.registered_extensions()[Path(name).suffix.lower()], **options)
        return self

    def image(self, split: str, name: str, seed: int | None = None, suffix: str = ".jpg") -> Self:
        """`<split>/images/<name><suffix>`: the picture of a seed, another one each time without."""
        self._seed += 1
        drawn = picture(1000 + self._seed if seed is None else seed)
        return self.draw(f"{split}/images/{name}{suffix}", drawn)

    def label(self, split: str, name: str, *lines: str) -> Self:
        """`<split>/labels/<name>.txt` with these lines; none make an empty label."""
        return self.file(f"{split}/labels/{name}.txt", "".join(f"{line}\n" for line in lines))

    def copy(self, name: str, to: str) -> Self:
        """The same bytes under another name."""
        shutil.copyfile(self.path(name), self.path(to))
        return self

    def settings(self, text: str) -> Self:
        """Its holdfast.toml."""
        return self.file("holdfast.toml", text)

    def config(self, text: str) -> Self:
        """Its data.yaml."""
        return self.file("data.yaml", text)

    def state(self) -> dict[bytes, tuple[bytes, int, int]]:
        """Content, mode and time of every file and folder, by the bytes of its name."""
        found = {}
        for folder, folders, files in os.walk(os.fsencode(self.root)):
            for path in (os.path.join(folder, name) for name in [b".", *folders, *files]):
                status = os.lstat(path)
                content = Path(os.fsdecode(path)).read_bytes() if os.path.isfile(path) else b""
                found[path] = (content, status.st_mode, status.st_mtime_ns)
        return found
