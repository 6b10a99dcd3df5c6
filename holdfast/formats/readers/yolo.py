"""YOLO: one .txt for each image, with a line for each box, polygon, pose or oriented box.

    data.yaml  train/images/a.jpg  train/labels/a.txt                 (valid, test likewise)
    images/train/a.jpg  labels/train/a.txt                            (or train2017, training_set, ...)
    boulder/train/images/a.jpg  boulder/train/labels/a.txt            (collection boulder)
    obj.data  obj.names  train.txt  obj_train_data/a.jpg  .../a.txt   (darknet, CVAT's "YOLO 1.1")
    train/a.jpg  train/a.txt  classes.txt                             (labels beside images)

Splits: those of data.yaml (data.yml, dataset.yaml, dataset.yml, another YAML file that reads so) or of
darknet's `*.data`; without one, or where none of its places exists, folders called like splits. A place is a
folder or a .txt list of paths; it counts from `path`, then from the file, then without leading `../` or
`data/`. A collection is the folder of that file, or the one above the splits.

Labels: the last folder `images` of a path becomes `labels`, else the label lies beside its image. An empty
file means background; an image without one is a `missing_label`.

Classes: `names` (a list or a map), else `nc`; else those of a collection above, of obj.names, classes.txt,
_darknet.labels, predefined_classes.txt or *.names.

    class x y w h                  box: centre and size
    class x1 y1 x2 y2 x3 y3 ...    polygon
    class x y w h x1 y1 v1 ...     pose, where data.yaml has `kpt_shape`: then every line is one
    class x1 y1 x2 y2 x3 y3 x4 y4  oriented box, where data.yaml has `task: obb`; or where a name or
                                   Roboflow's read-me speaks of them and most lines are such
Numbers are fractions of the image's sides; `values` are those after the class. Keypoints without visibility
have 2, with a negative coordinate 0. `entry` is the line, from 0.

Reported: lines by `malformed_label`; data.yaml and lists by `broken_config`, also list entries without an
image and images in two splits; `orphan_label`, `unknown_class`, `unreferenced_image`. Repair drops, clips and
adds lines; a label goes and moves with its image, and `.txt` lists follow.

Limits: a label of 64 MiB, 100,000 lines, 1 MiB a line; a list of 64 MiB; a configuration of 1 MiB, 32 levels
and 100,000 values, without anchors, aliases, tags and repeated keys; class numbers of 18 digits.

https://docs.ultralytics.com/datasets/detect/, /segment/, /pose/, /obb/;
https://github.com/AlexeyAB/darknet#how-to-train-to-detect-your-custom-objects
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

import polars as pl

from holdfast.config import Settings
from holdfast.dataset import (
    CLASSES,
    IMAGES,
    Dataset,
    Problem,
    ProblemRow,
    Split,
    filled,
    problem_table,
    schema,
)
from holdfast.formats.reading import Reading
from holdfast.formats.splits import places, source_of
from holdfast.formats.tree import Tree, lies_in, tree_of, upward
from holdfast.formats.yolo.beside import is_label, orphans, report_skipped, report_unreferenced
from holdfast.formats.yolo.files import read_files
from holdfast.formats.yolo.layout import Layout, find_layout
from holdfast.formats.yolo.lists import read_list
from holdfast.formats.yolo.paths import label_folder, labels_of
from holdfast.formats.yolo.task import Oriented, only_corners, task_of
from holdfast.images import is_image
from holdfast.names import display
from holdfast.wording import counted

_SAMPLE = 20
"""Label files that are looked into before all are read."""
_SAMPLE_LISTED = 500
"""Images of a list that show where its labels are."""
LOOKED_FOR = (
    "a data.yaml, folders train|val|valid|validate|validation|test|dev|eval "
    "with images/ and labels/, or images/train with labels/train; obj.data; .txt labels beside images"
)


def recognise(root: Path, tree: Tree, settings: Settings) -> Reading | None:
    """The splits that configuration or folders show; None when there are none."""
    layout = find_layout(root, tree, settings.splits)
    if not layout.splits:
        return None
    splits = tuple(layout.splits)
    declared = frozenset(collection for collection, config in layout.classes.items() if config is not None)
    classes = _classes(layout)
    problems = problem_table(layout.problems)
    folders = _label_folders(root, splits, tree)
    found = [path for folder in folders for path in tree.below(folder) if is_label(path)]
    lists = sum(len(split.lists) for split in splits)
    found_configs = [config for config in layout.classes.values() if config is not None]
    configs = {config.class_file or config.file for config in found_configs}
    # a classes.txt alone may be that of masks
    configured = any(config.splits or config.file.endswith((".yaml", ".yml")) for config in found_configs)
    dataset = Dataset(root, "yolo", splits, declared=declared, classes=classes, problems=problems)
    seen = [counted(len(splits), "split"), counted(len(found), "label file")]
    seen += [f"{counted(lists, 'list')} of images"] * bool(lists) + [
        display(file) for file in sorted(configs)[:3]
    ]
    seen += _tasks(root, tree, splits, found)
    return Reading(dataset, _confidence(len(found), configured or bool(lists)), ", ".join(seen))


def _tasks(root: Path, tree: Tree, splits: tuple[Split, ...], labels: list[str]) -> list[str]:
    """What the lines are taken for, where that is not plain."""
    tasks = [task_of(root, tree, name) for name in sorted({split.collection for split in splits})]
    poses = sorted(
        {f"poses of {counted(task.keypoints.count, 'keypoint')}" for task in tasks if task.keypoints}
    )
    turned = sorted({f"oriented boxes by {task.why}" for task in tasks if task.oriented is not Oriented.NO})
    if not poses and not turned and only_corners(root, labels[:_SAMPLE]):
        turned = ["polygons of 4 points (oriented boxes if data.yaml says `task: obb`)"]
    return [*poses, *turned]


def _confidence(labels: int, configured: bool) -> float:
    if labels:
        return 0.95
    return 0.8 if configured else 0.4


def _label_folders(root: Path, splits: tuple[Split, ...], tree: Tree) -> list[str]:
    """Where labels belong: those of folders, and of the first images of lists; none inside another."""
    folders = {label_folder(folder, tree) for split in splits for folder in split.folders}
    for split in splits:
        for file in split.lists:
            named = islice(read_list(root, tree, file, split, []), _SAMPLE_LISTED)
            folders |= {label_folder(path.rpartition("/")[0], tree) for path in named}
    return sorted(folder for folder in folders if not folders.intersection(list(upward(folder))[1:]))


def _classes(layout: Layout) -> pl.DataFrame:
    """The table of classes."""
    rows = [
        (
            collection,
            None,
            number,
            name,
            config.class_file or config.file,
            config.class_lines.get(number),
            number,
        )
        for collection, config in sorted(layout.classes.items())
        if config is not None
        for number, name in enumerate(config.classes or ())
    ]
    return pl.DataFrame(rows, schema=schema(CLASSES), orient="row")


def read_images(dataset: Dataset) -> Dataset:
    """The same dataset with its images, and the problems on the way to them."""
    tree = tree_of(dataset)
    problems: list[ProblemRow] = []
    owners, listed = _owners(dataset, tree, problems)
    images = _images(dataset, tree, owners, listed)
    report_skipped(dataset, images, tree, problems)
    report_unreferenced(owners, tree, problems)
    return replace(dataset, images=images, problems=pl.concat([dataset.problems, problem_table(problems)]))


def read_labels(dataset: Dataset) -> Dataset:
    """The same dataset, its images read, with labels, annotations and their problems."""
    tree = tree_of(dataset)
    labels = _labels(dataset, tree)
    collections = {split.collection for split in dataset.splits}
    read = read_files(dataset, labels, {name: task_of(dataset.root, tree, name) for name in collections})
    digests = pl.Series("sha256", read.digests, pl.String)
    return replace(
        dataset,
        labels=labels.with_columns(digests).rename({"label": "path"}),
        annotations=read.annotations,
        problems=pl.concat([dataset.problems, problem_table(read.problems)]),
    )


def _images(dataset: Dataset, tree: Tree, owners: Mapping[str, Split], listed: set[str]) -> pl.DataFrame:
    """The table of images."""
    paths = sorted(owners)
    labels = list(labels_of(paths, tree))
    columns = {
        "path": paths,
        "label": labels,
        "has_label": [tree.has_file(label) for label in labels],
        "source": [source_of(path) for path in paths],
        "listed": [path in listed for path in paths],
    }
    placed = places(dataset.splits, (owners[path] for path in paths)).to_dict()
    return filled(IMAGES, columns | placed, len(paths))


def _labels(dataset: Dataset, tree: Tree) -> pl.DataFrame:
    """The label files of the splits in path order: those of images, and those that no image has."""
    place = "unit", "collection", "split"
    labelled = dataset.images.filter("has_label")
    if labelled["label"].n_unique() < labelled.height:
        labelled = labelled.unique("label", keep="first", maintain_order=True)
    owned = labelled.select("label", *place, pl.col("path").alias("image"))
    lost = dict(reversed(list(orphans(dataset, tree))))  # of two splits the first has it
    alone = pl.DataFrame({"label": list(lost)}, schema={"label": pl.String()})
    alone = alone.hstack(places(dataset.splits, lost.values())).with_columns(image=pl.lit(None, pl.String()))
    return pl.concat([owned, alone]).sort("label")


def _owners(dataset: Dataset, tree: Tree, problems: list[ProblemRow]) -> tuple[dict[str, Split], set[str]]:
    """Every image with the first split that names it, and those that any list names."""
    owners: dict[str, Split] = {}
    listed: set[str] = set()
    for split in dataset.splits:
        held = (path for folder in split.folders for path in tree.below(folder) if is_image(path))
        taken = _claim(owners, held, split)
        # folders that two splits share are a problem of the layout already; here a list was first
        taken = [path for path in taken if not any(lies_in(path, place) for place in owners[path].folders)]
        if taken:
            folder = next(folder for folder in split.folders if lies_in(taken[0], folder))
            problems.append(_taken(folder, f"{display(split.unit)} holds", taken, owners))
        for file in split.lists:
            lines = Counter(read_list(dataset.root, tree, file, split, problems))
            listed |= lines.keys()
            _report_repeated(problems, file, split, lines)
            if taken := _claim(owners, lines, split):
                problems.append(_taken(file, f"{display(split.unit)} names", taken, owners))
    return owners, listed


def _claim(owners: dict[str, Split], paths: Iterable[str], split: Split) -> list[str]:
    """Give a split the images that no other has yet; those that another has, in path order."""
    return sorted({path for path in paths if owners.setdefault(path, split) is not split})


def _taken(place: str, act: str, taken: list[str], owners: Mapping[str, Split]) -> ProblemRow:
    first, other = display(taken[0]), display(owners[taken[0]].unit)
    message = f"{act} {len(taken)} of another split's images, first {first} of {other}"
    return ProblemRow(Problem.CONFIG, place, message)


def _report_repeated(problems: list[ProblemRow], file: str, split: Split, lines: Counter[str]) -> None:
    """Images on several lines of one list: trainers count each line as one more image."""
    repeated = [path for path, count in lines.items() if count > 1]
    if repeated:
        unit, first = display(split.unit), display(repeated[0])
        message = f"{unit} names {len(repeated)} of its images more than once, first {first}"
        problems.append(ProblemRow(Problem.CONFIG, file, message))
