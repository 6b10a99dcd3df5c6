"""Pascal VOC: one XML file an image; splits by image sets or by folders.

    JPEGImages/a.jpg  Annotations/a.xml  ImageSets/Main/train.txt    (the devkit; VOCdevkit/VOC2012/ as well)
    train/images/a.jpg  train/annotations/a.xml
    train/a.jpg  train/a.xml                                         (Roboflow)

Images lie in `JPEGImages`, `images`, `image`, `imgs` or `img`, files in `Annotations`, `annotation`, `xmls`,
`xml`, `labels` or `anns`, in any case; else the file lies beside its image. The name of the file counts, not
what `<filename>` says.

Splits: `ImageSets/Main/train.txt` and so on, a stem a line, perhaps with a flag (sets of another folder where
there is no Main; `cat_train.txt` is about a class). `trainval` gives what train or val lacks, and what
neither has goes to train, and is reported. Without sets: folders called like splits (`train2017` too), else
all is train. A collection is the folder that holds `JPEGImages`, or the splits.

Classes: the names of objects, numbered in sorted order in each collection; or those that CVAT's labelmap.txt
declares, in the folder of the collection or above: a name that it lacks is a `dangling_reference`.

Coordinates are pixels as written, which count from 1 in the devkit. `values`: a `<bndbox>` xmin, ymin, xmax,
ymax; a `<polygon>` (Roboflow's `<x1> <y1> ...`, LabelMe's `<pt>`) its points; roLabelImg's `<robndbox>` the
four corners, as an oriented box. `entry` is which `<object>`, line and column are those of its tag. Parts,
poses, `difficult` and `truncated` are not looked at. A file without an object means background.

Reported: what is no XML, or an object without class or box, by `malformed_label`; a `<filename>` of another
image and a stem of a set without image by `dangling_reference`; two sets that name one image by
`broken_config`; `wrong_image_size`, `orphan_label`, `missing_label`; an image that no set names by
`unlisted_image`. Masks (`SegmentationClass`) are read with `format = "masks"`.

Repair: drops and clips objects, corrects `<size>`; the file goes and moves with its image, `<filename>`,
`<path>` and image sets follow.

Limits: 16 MiB a file, 100,000 objects, 200,000 elements in one of them, 32 levels, 4,096 characters a text;
no document type, so no entities; an image set of 64 MiB.

http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from holdfast.config import Settings
from holdfast.dataset import IMAGES, PLACE, Dataset, Problem, ProblemRow, Split, filled, problem_table, schema
from holdfast.files import NotRead, read_file
from holdfast.formats.reading import Reading
from holdfast.formats.splits import places, source_of
from holdfast.formats.tree import Tree, tree_of, upward
from holdfast.formats.voc.classes import find_classes, numbered, undeclared
from holdfast.formats.voc.document import LIMIT_BYTES
from holdfast.formats.voc.images import base_of, find_owners, image_folder
from holdfast.formats.voc.labels import list_labels, read_files
from holdfast.formats.voc.layout import find_layout
from holdfast.formats.voc.places import is_xml, labels_of, xml_folder
from holdfast.images import is_image
from holdfast.names import display, to_os
from holdfast.wording import counted

LOOKED_FOR = "JPEGImages/ with Annotations/*.xml (and ImageSets/Main/*.txt), or *.xml beside their images"
_SAMPLE = 20
"""Files whose beginning decides whether they are VOC."""
_BEGINNING = 4096
_SIZE = {"declared_width": pl.Int32(), "declared_height": pl.Int32(), "declared_line": pl.Int32()}


def recognise(root: Path, tree: Tree, settings: Settings) -> Reading | None:
    """The splits of image sets or folders; None where no XML file belongs to an image."""
    if not any(is_xml(name) for names in tree.files.values() for name in names):
        return None
    layout = find_layout(root, tree, settings)
    homes = list(dict.fromkeys(home for split in layout.splits for home in _homes(split, tree)))
    images = sorted({path for home in homes for path in tree.below(home) if is_image(path)})
    labels = [label for label in dict.fromkeys(labels_of(images, tree)) if tree.has_file(label)]
    if not any(_is_voc(root, label) for label in labels[:_SAMPLE]):
        return None
    lists = [file for split in layout.splits for file in split.lists]
    seen = [counted(len(labels), "XML file"), counted(len(images), "image")]
    seen += (
        [f"{counted(len(lists), 'image set')}, as {display(lists[0])}"]
        if lists
        else [counted(len(layout.splits), "split")]
    )
    problems = layout.problems
    classes = find_classes(root, tree, (split.collection for split in layout.splits), problems)
    declared = frozenset(classes["collection"].cast(pl.String).unique())
    dataset = Dataset(
        root,
        "voc",
        tuple(layout.splits),
        declared=declared,
        classes=classes,
        problems=problem_table(problems),
    )
    return Reading(dataset, 0.95 if len(labels) * 2 > len(images) else 0.8, ", ".join(seen))


def read_images(dataset: Dataset) -> Dataset:
    """The same dataset with its images, and the problems on the way to them."""
    tree = tree_of(dataset)
    owners = find_owners(dataset.root, tree, dataset.splits)
    paths = sorted(owners.splits)
    labels = list(labels_of(paths, tree))
    columns = {
        "path": paths,
        "label": labels,
        "has_label": [tree.has_file(label) for label in labels],
        "source": [source_of(path) for path in paths],
        "listed": [path in owners.listed for path in paths],
    }
    placed = places(dataset.splits, (owners.splits[path] for path in paths))
    images = filled(IMAGES, columns | dict(zip(schema(PLACE), placed, strict=True)), len(paths))
    problems = problem_table([*owners.problems, *_skipped(dataset, tree)])
    return replace(dataset, images=images, problems=pl.concat([dataset.problems, problems]))


def read_labels(dataset: Dataset) -> Dataset:
    """The same dataset, its images read, with labels, annotations, declared sizes and their problems."""
    tree = tree_of(dataset)
    labels = list_labels(dataset, tree)
    read = read_files(dataset, labels, tree)
    sizes = pl.DataFrame(read.sizes, schema={"label": pl.String(), **_SIZE}, orient="row")
    sizes = sizes.with_columns(declared_in="label")
    images = dataset.images.drop("declared_in", *_SIZE).join(sizes, "label", "left", maintain_order="left")
    digests = pl.Series("sha256", read.digests, pl.String)
    annotations = numbered(read.rows.table(), dataset.classes)
    problems = problem_table([*read.problems, *undeclared(dataset, annotations)])
    return replace(
        dataset,
        images=images.select(dataset.images.columns),
        labels=labels.with_columns(digests).rename({"label": "path"}),
        annotations=annotations,
        problems=pl.concat([dataset.problems, problems]),
    )


def _homes(split: Split, tree: Tree) -> Iterator[str]:
    """Where the images of a split lie, those of other splits perhaps beside them."""
    yield from split.folders
    yield from (image_folder(base_of(file), tree) for file in split.lists)


def _is_voc(root: Path, label: str) -> bool:
    try:
        data, _ = read_file(root / to_os(label), LIMIT_BYTES)
    except NotRead:
        return False
    return b"<annotation" in data[:_BEGINNING].replace(b"\0", b"")


def _skipped(dataset: Dataset, tree: Tree) -> Iterator[ProblemRow]:
    """Links, pipes and closed folders: where images or files of a split belong, or where more might lie."""
    found: dict[str, Split] = {}
    for split in dataset.splits:
        for home in _homes(split, tree):
            found.setdefault(home, split)
            found.setdefault(xml_folder(home, tree), split)
    for folder, split in list(found.items()):
        found.setdefault(tree.closed(folder) or folder, split)
    for path, reason in tree.skipped.items():
        owner = next((found[folder] for folder in upward(path) if folder in found), None)
        if owner is not None:
            yield ProblemRow(Problem.NOT_READ, path, f"not read: {reason}", split=owner)
        elif is_image(path) or "." not in path.rpartition("/")[2]:
            message = f"no split refers to it; not read: {reason}"
            yield ProblemRow(Problem.UNREFERENCED, path, message)
