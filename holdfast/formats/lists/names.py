"""Which image a name in a file means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from holdfast.formats.inside import inside_root
from holdfast.formats.lists.placing import splits_in
from holdfast.formats.lists.records import ListFile
from holdfast.formats.tree import Tree, join, lies_in
from holdfast.images import is_image

_LONGEST = 4096
_SAME_NAME = 100
"""Images of one name that are looked through: in splits and collections there are a few."""


class Meant(NamedTuple):
    """The image that a name means; else None and why there is none."""

    image: str | None
    why: str = ""


class Names:
    """The images of a tree by what files call them.

    `loose`: a bare name may also mean the one image of that name somewhere in the collection, as the
    TensorFlow tutorials have it (the folder is given beside the file), and may lack its suffix.
    """

    def __init__(self, root: Path, tree: Tree, *, loose: bool) -> None:
        self._root = root
        self._tree = tree
        self._loose = loose

    def find(self, written: str, file: ListFile) -> Meant:
        """The image that a name in a file means: from the file's folder, from the root, else by its name."""
        name = written.strip().replace("\\", "/")
        if not name or len(name) > _LONGEST or "\0" in name:
            return Meant(None, "is no file name")
        starts = (file.folder, "") if self._loose else (file.folder,)
        inside = [path for start in starts if (path := inside_root(self._root, start, name)) is not None]
        for path in inside:
            if self._tree.has_file(path):
                return Meant(path) if is_image(path) else Meant(None, "is no image")
        if (found := self._elsewhere(name, file)) is not None:
            return Meant(found)
        if not inside:
            return Meant(None, "leads outside the dataset")
        closed = self._tree.closed(inside[0])
        return Meant(
            None, "does not exist" if closed is None else f"is not read: {self._tree.skipped[closed]}"
        )

    def _elsewhere(self, name: str, file: ListFile) -> str | None:
        """The one image of a collection whose path ends so, with any suffix where the name has none."""
        if not self._loose or name.startswith("/") or ".." in name.split("/"):
            return None
        index = self._by_name if is_image(name) else self._by_stem
        found = index.get(name.rpartition("/")[2], [])[:_SAME_NAME]
        found = [path for path in found if lies_in(path, file.collection) and _ends(path, name)]
        if len(found) > 1 and file.split:
            found = [path for path in found if file.split in splits_in(path)]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for folder, names in self._tree.files.items():
            for name in filter(is_image, names):
                found[name].append(join(folder, name))
        return dict(found)

    @cached_property
    def _by_stem(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name, paths in self._by_name.items():
            found[name.rpartition(".")[0]] += paths
        return dict(found)


def _ends(path: str, name: str) -> bool:
    return f"/{path}".endswith(f"/{name}") or f"/{path.rpartition('.')[0]}".endswith(f"/{name}")
