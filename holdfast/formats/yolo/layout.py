"""Where the splits of a YOLO tree are: declared in settings or data.yaml, else found by folder names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.formats.inside import declared_folder, inside_root
from holdfast.formats.safe_yaml import Text
from holdfast.formats.splits import merged, order, split_named
from holdfast.formats.tree import Tree, join, lies_in, upward
from holdfast.formats.yolo.config import YoloConfig, find_config
from holdfast.formats.yolo.darknet import find_data, find_names
from holdfast.formats.yolo.paths import image_folder, label_folder
from holdfast.formats.yolo.plain import by_labels
from holdfast.images import is_image
from holdfast.names import display, to_text

_PARTS = ("images", "labels")
"""Names of folders that are part of a split, never a collection."""


@dataclass(slots=True)
class Layout:
    """Splits, by collection the configuration that declares its classes (None: none does), and what was
    wrong on the way."""

    splits: list[Split] = field(default_factory=list)
    classes: dict[str, YoloConfig | None] = field(default_factory=dict)
    problems: list[ProblemRow] = field(default_factory=list)


def find_layout(root: Path, tree: Tree, declared: Mapping[str, tuple[str, ...]]) -> Layout:
    """The splits below the root; `declared` are the folders of `[splits]`, which go first."""
    layout = Layout()
    waiting = [""]
    while waiting:
        waiting += _search(root, tree, waiting.pop(), layout, set(declared))
    for name, folders in declared.items():
        _declare(tree, layout, name, folders)
    splits = sorted(_merge(layout.splits), key=order)
    layout.splits = [_open(tree, layout, split) for split in splits]
    _report_shared(layout)
    return layout


def _search(root: Path, tree: Tree, folder: str, layout: Layout, settled: set[str]) -> list[str]:
    """Note the splits of one folder; the folders below that may be collections."""
    config = find_config(root, tree, folder) or find_data(root, tree, folder)
    if config is not None:
        splits = list(_resolve(root, tree, folder, config, settled))
        layout.problems += config.problems
        layout.classes[folder] = config if config.classes is not None else None
        layout.splits += splits
        if any(not split.missing for split in splits):
            return []
    shown = list(_by_folders(tree, folder))
    unread = list(_unread(tree, folder, shown, settled, layout)) if shown else []
    plain = by_labels(root, tree, folder) if not shown else []
    found = [split for split in (*shown, *plain) if split.name not in settled] + unread
    layout.splits += found
    layout.problems += merged(_merge([split for split in found if not split.missing]))
    if found:
        _note_classes(root, tree, found, layout)
    inner = [name for name in reversed(tree.folders.get(folder, ())) if not _is_part(name)]
    return [] if plain else [join(folder, name) for name in inner]


def _is_part(name: str) -> bool:
    return name.lower() in _PARTS or split_named(name) is not None


def _note_classes(root: Path, tree: Tree, found: list[Split], layout: Layout) -> None:
    """The classes of a collection: those that a configuration above declares, else those of a list of names
    above, or beside its labels or images."""
    collection = found[0].collection
    above = (layout.classes.get(place) for place in upward(collection))
    config = next(filter(None, above), None)
    if config is None:
        folders = [folder for split in found for folder in split.folders]
        beside = [place for folder in folders for place in (label_folder(folder, tree), folder)]
        places = dict.fromkeys([*upward(collection), *beside])
        config = find_names(root, tree, places)
        for other in (find_names(root, tree, [place]) for place in places):
            if config is not None and other is not None and other.classes != config.classes:
                config = _report_classes(layout, config, other)
    if layout.classes.get(collection) is None:
        layout.classes[collection] = config


def _report_classes(layout: Layout, config: YoloConfig, other: YoloConfig) -> YoloConfig:
    """Two lists of names that differ: the first counts."""
    message = (
        f"{len(other.classes or ())} classes, not the {len(config.classes or ())} of {display(config.file)}, "
        "which are read"
    )
    layout.problems.append(ProblemRow(Problem.CONFIG, other.file, message))
    return config


def _by_folders(tree: Tree, folder: str) -> Iterator[Split]:
    """The splits that folder names show: `train/images` or `images/train`, or their labels alone."""
    found: dict[str, str] = {}
    for name in tree.names.get(folder, ()):
        inner = join(folder, name)
        for child in ("images",) if inner in tree.skipped else tree.names[inner]:
            for kind, split in ((child.lower(), split_named(name)), (name.lower(), split_named(child))):
                if split is not None and kind in _PARTS:
                    found.setdefault(image_folder(join(inner, child), tree), split)
    yield from (Split(folder, name, (path,)) for path, name in found.items())


def _unread(
    tree: Tree, folder: str, shown: list[Split], settled: set[str], layout: Layout
) -> Iterator[Split]:
    """Folders beside the shown splits that are named like one, hold images and gave none: missing splits."""
    for child in tree.folders.get(folder, ()):
        name, place = split_named(child), join(folder, child)
        if name is None or name in settled:
            continue
        if any(lies_in(path, place) for split in shown for path in split.folders):
            continue
        images = sum(map(is_image, tree.below(place)))
        if images:
            split = Split(folder, name, missing=True)
            unit = display(split.unit)
            message = f"{unit} is not read: no images/ folder in {display(child)}/; {images} images below"
            layout.problems.append(ProblemRow(Problem.CONFIG, place, message))
            yield split


def _open(tree: Tree, layout: Layout, split: Split) -> Split:
    """The split itself, or a missing one, with a problem noted, where its images or labels are not read."""
    for folder in split.folders:
        labels = label_folder(folder, tree)
        inner = [name for name in tree.names.get(folder, ()) if name.lower() in ("images", "labels")]
        below = [join(folder, name) for name in inner if labels == folder]
        for place in (folder, labels, *below):
            if (closed := tree.closed(place)) is not None:
                message = (
                    f"split {display(split.unit)} is not read: {display(closed)} is {tree.skipped[closed]}"
                )
                layout.problems.append(ProblemRow(Problem.CONFIG, closed, message))
                return replace(split, folders=(), lists=(), missing=True)
    return split


def _resolve(root: Path, tree: Tree, folder: str, config: YoloConfig, settled: set[str]) -> Iterator[Split]:
    """The splits that a configuration declares, without the settled ones; Ultralytics wants train and val,
    darknet does with train."""
    for name, places in config.splits.items():
        if name in settled:
            continue
        located = [_locate(root, tree, config, name, place) for place in places]
        found = [path for path in located if path is not None]  # '' is the root itself
        folders = tuple(path for path in found if path in tree.folders)
        lists = tuple(path for path in found if path not in tree.folders)
        yield Split(folder, name, folders, lists, missing=not found)
    for name in ("train", "val") if config.file.lower().endswith((".yaml", ".yml")) else ():
        if config.splits and name not in config.splits and name not in settled:
            config.report(f"`{name}` is missing or empty; trainers need `train` and `val`")


def _locate(root: Path, tree: Tree, config: YoloConfig, name: str, place: Text) -> str | None:
    """The folder or list that a declared place means; None with a problem noted."""
    folder = config.file.rpartition("/")[0]
    inside = list(readings(root, folder, config.base, place.value))
    for candidate in inside:
        if candidate in tree.folders or (candidate.endswith(".txt") and tree.has_file(candidate)):
            return candidate
        if (closed := tree.closed(candidate)) is not None:
            config.report(f"{name} is not read: {display(closed)} is {tree.skipped[closed]}", place.line)
            return None
    shown = display(to_text(place.value[:200]))
    if inside:
        kind = "list" if inside[-1].endswith(".txt") else "folder"
        config.report(
            f"{name} names a missing {kind}: {shown} (looked for {display(inside[-1])})", place.line
        )
    else:
        config.report(f"{name} leaves the dataset and is not read: {shown}", place.line)
    return None


def readings(root: Path, folder: str, base: str, value: str) -> Iterator[str]:
    """What a declared place may mean, likeliest first, each inside the root.

    Ultralytics takes it below `path`, then from the file; Roboflow's exports write `../train/images`
    for a folder beside the file, so leading `../` are dropped where the path as written leads nowhere; CVAT
    writes `data/train.txt` for a list beside the file.
    """
    value = to_text(value).replace("\\", "/")
    stripped = value
    while stripped.startswith(("../", "./")):
        stripped = stripped[stripped.index("/") + 1 :]
    for written in (posixpath.join(to_text(base), value), value, stripped, value.removeprefix("data/")):
        inside = inside_root(root, folder, written)
        if inside is not None:
            yield inside


def _declare(tree: Tree, layout: Layout, name: str, folders: tuple[str, ...]) -> None:
    """Add a split of `[splits]`, in the collection that its folder lies in."""
    for value in folders:
        folder = declared_folder(value)
        collection = max((path for path in layout.classes if lies_in(folder, path)), key=len, default="")
        if folder not in tree.folders and tree.closed(folder) is None:
            message = f"[splits] {name} names a missing folder: {display(value)}"
            layout.problems.append(ProblemRow(Problem.CONFIG, "holdfast.toml", message))
            layout.splits.append(Split(collection, name, missing=True))
            continue
        images = [child for child in tree.names.get(folder, ()) if child.lower() == "images"]
        layout.splits.append(Split(collection, name, (join(folder, images[0]) if images else folder,)))
        layout.classes.setdefault(collection, None)


def _merge(splits: list[Split]) -> Iterator[Split]:
    """One split a unit: `valid/` and `validation/` of one collection are both its val."""
    by_unit: dict[str, Split] = {}
    for split in splits:
        first = by_unit.get(split.unit)
        if first is None:
            by_unit[split.unit] = split
        else:
            folders, lists = first.folders + split.folders, first.lists + split.lists
            by_unit[split.unit] = replace(first, folders=folders, lists=lists, missing=not (folders or lists))
    yield from by_unit.values()


def _report_shared(layout: Layout) -> None:
    """Splits of one collection that read the same folder or list, or one inside the other's."""
    for index, first in enumerate(layout.splits):
        for second in layout.splits[index + 1 :]:
            for a in first.folders + first.lists:
                for b in second.folders + second.lists:
                    if lies_in(a, b) or lies_in(b, a):
                        shared = max(a, b, key=len) or "."
                        message = f"{first.unit} and {second.unit} both read {display(shared)}"
                        layout.problems.append(ProblemRow(Problem.CONFIG, shared, message))
