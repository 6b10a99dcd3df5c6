"""Where the label of an image lies, and the other way round.

The label of `.../images/a.jpg` is `.../labels/a.txt`: the last `images` of its folders becomes
`labels`, as Ultralytics does; without such a folder the label lies beside the image.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.formats.tree import Tree, join


def labels_of(paths: Iterable[str], tree: Tree) -> Iterator[str]:
    """Where the label of each image belongs."""
    folders: dict[str, str] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = label_folder(folder, tree)
        yield join(folders[folder], label_name(name))


def label_name(name: str) -> str:
    """What the label of an image of this name is called."""
    return name.rpartition(".")[0] + ".txt"


def label_folder(folder: str, tree: Tree) -> str:
    """Where the labels of the images in a folder belong."""
    return _swap(folder, "images", "labels", tree)


def image_folder(folder: str, tree: Tree) -> str:
    """Where the images of the labels in a folder belong; the folder itself if it holds images."""
    return _swap(folder, "labels", "images", tree)


def _swap(folder: str, old: str, new: str, tree: Tree) -> str:
    parts = folder.split("/")
    places = [index for index, part in enumerate(parts) if part.lower() == old]
    if not places:
        return folder
    parent = "/".join(parts[: places[-1]])
    siblings = [name for name in tree.names.get(parent, ()) if name.lower() == new]
    chosen = new if new in siblings or not siblings else siblings[0]
    return "/".join([*parts[: places[-1]], chosen, *parts[places[-1] + 1 :]])
