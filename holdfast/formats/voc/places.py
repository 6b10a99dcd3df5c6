"""Which folder of a VOC tree holds what, by its name, and where the file of an image belongs.

`JPEGImages/a.jpg` has `Annotations/a.xml`, `train/images/a.jpg` has `train/annotations/a.xml`; without such
folders the file lies in `annotations/` below the images, or beside its image as Roboflow exports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.formats.tree import Tree, join

IMAGE_FOLDERS = ("jpegimages", "images", "image", "imgs", "img")
XML_FOLDERS = ("annotations", "annotation", "xmls", "xml", "labels", "anns")
MASK_FOLDERS = ("segmentationclass", "segmentationobject", "trimaps")
"""Pictures of the devkit, and of Oxford's pets, that are masks, not images."""


def xml_folder(folder: str, tree: Tree) -> str:
    """Where the files of the images in a folder belong."""
    parts = folder.split("/") if folder else []
    named = [index for index, part in enumerate(parts) if part.lower() in IMAGE_FOLDERS]
    named += [len(parts) - 1] * (parts[-1:] == ["data"])  # FiftyOne: data/ and labels/
    for index in reversed(named):
        parent = "/".join(parts[:index])
        sibling = child_named(parent, XML_FOLDERS, tree)
        if sibling is not None:
            return "/".join([_inmost(sibling, tree), *parts[index + 1 :]])
    inner = child_named(folder, XML_FOLDERS, tree)
    return folder if inner is None or any(map(is_xml, tree.files.get(folder, ()))) else inner


def _inmost(folder: str, tree: Tree) -> str:
    """The folder of XML files inside one of annotations that has others as well: Oxford's pets."""
    inner = child_named(folder, ("xmls", "xml"), tree)
    return folder if inner is None or any(map(is_xml, tree.files.get(folder, ()))) else inner


def child_named(folder: str, names: tuple[str, ...], tree: Tree) -> str | None:
    """The folder inside another that has one of these names, the first name first."""
    found = {name.lower(): name for name in reversed(tree.names.get(folder, ()))}
    return next((join(folder, found[name]) for name in names if name in found), None)


def labels_of(paths: Iterable[str], tree: Tree) -> Iterator[str]:
    """Where the file of each image belongs."""
    folders: dict[str, str] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = xml_folder(folder, tree)
        yield join(folders[folder], stem(name) + ".xml")


def stem(name: str) -> str:
    """A name without its suffix."""
    return name.rpartition(".")[0]


def is_xml(name: str) -> bool:
    """Whether a file is called like an annotation."""
    return name.lower().endswith(".xml")


def set_folder(base: str, tree: Tree) -> str | None:
    """The folder of image sets of a devkit: `ImageSets/Main`, else another one with lists of splits."""
    sets = child_named(base, ("imagesets",), tree)
    if sets is None:
        return None
    inner = [join(sets, name) for name in tree.folders.get(sets, ())]
    main = [place for place in inner if place.rpartition("/")[2].lower() == "main"]
    for place in (*main, sets, *inner):
        if any(name.lower().endswith(".txt") for name in tree.files.get(place, ())):
            return place
    return None
