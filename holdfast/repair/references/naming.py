"""Which image is meant by what a file names, and what the file has to say when the image is elsewhere."""

from __future__ import annotations

import os
import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from holdfast.formats.inside import inside_root


class Images:
    """The images of a dataset by their names."""

    def __init__(self, root: Path, paths: Iterable[str]) -> None:
        self.root = root
        self.paths = frozenset(paths)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.paths):
            name = path.rpartition("/")[2]
            self._by_name[name].append(path)
            self._by_stem[os.path.splitext(name)[0]].append(path)

    def may_mean(self, text: str) -> bool:
        """Whether an image has the last name in the text, or that stem."""
        name = text.replace("\\", "/").rpartition("/")[2]
        return name in self._by_name or name in self._by_stem

    def meant(self, file: str, texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The images that each text in a file may mean: one if it is certain, none if it means no image.

        First as the reader of lists takes a path: from the file's own folder, from the root, without
        leading `../`. Else an image whose path ends with the text, or which the text ends with; of
        several those in the folder that most of the file's texts fit.
        """
        found = {text: self._candidates(file, text) for text in texts}
        votes = Counter(_base(path, text) for text, paths in found.items() for path in paths)
        return {
            text: paths if len(paths) < 2 else _likeliest(text, paths, votes) for text, paths in found.items()
        }

    def of_stem(self, folder: str, text: str) -> tuple[str, ...]:
        """The images below a folder whose path without suffix ends with the text."""
        below = f"{folder}/" if folder else ""
        ending = f"/{text}"
        return tuple(
            path
            for path in self._by_stem.get(text.rpartition("/")[2], ())
            if path.startswith(below) and f"/{os.path.splitext(path)[0]}".endswith(ending)
        )

    def _candidates(self, file: str, text: str) -> tuple[str, ...]:
        written = text.replace("\\", "/")
        folder = file.rpartition("/")[0]
        bare = _bare(written)
        readings = ((folder, written), ("", written), (folder, bare))
        exact = sorted({path for start, name in readings if (path := inside_root(self.root, start, name))})
        if found := [path for path in exact if path in self.paths]:
            return (found[0],)
        named = self._by_name.get(bare.rpartition("/")[2], ())
        return tuple(p for p in named if f"/{p}".endswith(f"/{bare}") or f"/{bare}".endswith(f"/{p}"))


def elsewhere(text: str, path: str, new: str) -> str:
    """What stands for `new` where `text` stands for `path`: both are relative to what `text` is.

    The beginning of a text that leads to the image's folder, or one above it, stays.
    """
    common = _common(text.replace("\\", "/"), path)
    start, folder = text[: len(text) - common], path[: len(path) - common]
    below = new.startswith(folder)
    rest = new[len(folder) :] if below else posixpath.relpath(new, folder)
    only_back = "\\" in text and "/" not in text
    return start + (rest.replace("/", "\\") if only_back else rest)


def renamed(text: str, path: str, new: str) -> str:
    """The same where a text counts from a folder that moves with the image: as many names as before."""
    common = _common(text.replace("\\", "/"), path)
    if common == len(path):
        return text[: len(text) - common] + new
    count = path[len(path) - common :].count("/") + 1
    return text[: len(text) - common] + "/".join(new.split("/")[-count:])


def by_example(text: str, image: str, new: str) -> str:
    """What a file that calls `image` `text` calls `new`."""
    common = _common(text.replace("\\", "/"), image)
    return text[: len(text) - common] + posixpath.relpath(new, image[: len(image) - common] or ".")


def _bare(written: str) -> str:
    """A path without `./` and `../` at its beginning."""
    written = posixpath.normpath(written).lstrip("/")
    while written.startswith("../"):
        written = written[3:]
    return written


def _base(path: str, text: str) -> str:
    return path[: len(path) - _common(text.replace("\\", "/"), path)]


def _likeliest(text: str, paths: Sequence[str], votes: Counter[str]) -> tuple[str, ...]:
    most = max(votes[_base(path, text)] for path in paths)
    return tuple(path for path in paths if votes[_base(path, text)] == most)


def _common(text: str, path: str) -> int:
    """Characters of the whole names at the end that two paths share."""
    count = 0
    for one, other in zip(reversed(text.split("/")), reversed(path.split("/")), strict=False):
        if one != other:
            break
        count += len(one) + 1
    return max(count - 1, 0)
