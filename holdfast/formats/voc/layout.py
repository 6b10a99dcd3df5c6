"""Where the splits of a VOC tree are: image sets, folders named like splits, or one split without either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from holdfast.config import Settings
from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.formats.inside import declared_folder
from holdfast.formats.splits import order, split_named
from holdfast.formats.tree import Tree, join, lies_in, upward
from holdfast.formats.voc.places import IMAGE_FOLDERS, MASK_FOLDERS, is_xml, set_folder, xml_folder
from holdfast.formats.voc.sets import BOTH, read_set, split_sets
from holdfast.images import is_image
from holdfast.names import display


@dataclass(slots=True)
class Layout:
    """Splits, and what was wrong on the way."""

    splits: list[Split] = field(default_factory=list)
    problems: list[ProblemRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder with images: what its path says of it. `named` is its split, None where it has none."""

    base: str
    folder: str
    named: str | None
    annotated: bool


def find_layout(root: Path, tree: Tree, settings: Settings) -> Layout:
    """The splits below the root; the folders of `[splits]` go first."""
    layout = Layout()
    declared = [path for folders in settings.splits.values() for path in map(declared_folder, folders)]
    found = [
        place for place in _image_places(tree) if not any(lies_in(place.folder, path) for path in declared)
    ]
    for base in sorted({place.base for place in found}):
        layout.splits += _splits_of(root, tree, base, [p for p in found if p.base == base], layout.problems)
    layout.splits = [split for split in layout.splits if split.name not in settings.splits]
    for name, folders in settings.splits.items():
        _declare(tree, layout, name, folders)
    layout.splits = sorted(_merge(layout.splits), key=order)
    return layout


def _image_places(tree: Tree) -> Iterator[_Place]:
    """Every folder that holds images directly, those of masks left out."""
    for folder, names in tree.files.items():
        parts = folder.lower().split("/")
        if not any(part in MASK_FOLDERS for part in parts) and any(map(is_image, names)):
            yield _place(folder, tree)


def _place(folder: str, tree: Tree) -> _Place:
    parts = folder.split("/") if folder else []
    lower = [part.lower() for part in parts]
    holder = max((index for index, part in enumerate(lower) if part in IMAGE_FOLDERS), default=None)
    named = max((index for index, part in enumerate(parts) if split_named(part)), default=None)
    annotated = any(map(is_xml, tree.files.get(xml_folder(folder, tree), ())))
    if holder is not None and set_folder("/".join(parts[:holder]), tree) is not None:
        return _Place("/".join(parts[:holder]), "/".join(parts[: holder + 1]), None, annotated)
    if named is None:
        end = len(parts) if holder is None else holder
        return _Place("/".join(parts[:end]), "/".join(parts[: end + 1]), None, annotated)
    near = holder is not None and abs(holder - named) == 1
    first, last = (min(holder, named), max(holder, named)) if near and holder is not None else (named, named)
    base, inner = "/".join(parts[:first]), "/".join(parts[: last + 1])
    return _Place(base, inner, split_named(parts[named]), annotated)


def _splits_of(
    root: Path, tree: Tree, base: str, places: list[_Place], problems: list[ProblemRow]
) -> Iterator[Split]:
    """The splits of one collection: those of its image sets, else of its folders."""
    if not any(place.annotated for place in places):
        return
    sets = set_folder(base, tree)
    files = split_sets(sets, tree) if sets is not None else {}
    if files:
        yield from _listed(root, base, files, problems)
        return
    for place in places:
        if place.named is not None:
            yield Split(base, place.named, (place.folder,))
        elif place.annotated and not any(other.named for other in places):
            yield Split(base, "train", (place.folder,))


def _listed(
    root: Path, base: str, files: dict[str, list[str]], problems: list[ProblemRow]
) -> Iterator[Split]:
    """Splits by image sets. `trainval` is none: it gives what train or val lacks, and strays go to train."""
    both = files.pop(BOTH, [])
    splits = {name: Split(base, name, lists=tuple(lists)) for name, lists in files.items()}
    lacking = "val" if "train" in splits and "val" not in splits else "train"
    known = {entry.stem for name in ("train", "val") for file in files.get(name, ())
             for entry in read_set(root, file)}  # fmt: skip
    for file in both:
        rest = [entry for entry in read_set(root, file) if entry.stem not in known]
        if rest and {"train", "val"} <= splits.keys():
            message = (
                f"names {len(rest)} images that neither train nor val names, first {_shown(rest[0].stem)}"
            )
            problems.append(ProblemRow(Problem.CONFIG, file, message, rest[0].line))
        if rest:
            split = splits.get(lacking, Split(base, lacking))
            splits[lacking] = replace(split, lists=(*split.lists, file))
    yield from splits.values()


def _declare(tree: Tree, layout: Layout, name: str, folders: tuple[str, ...]) -> None:
    """Add a split of `[splits]`, in the collection that its folder lies in."""
    collections = {split.collection for split in layout.splits}
    for value in folders:
        folder = declared_folder(value)
        collection = next((place for place in upward(folder) if place in collections), "")
        if folder not in tree.folders:
            message = f"[splits] {name} names a missing folder: {_shown(value)}"
            layout.problems.append(ProblemRow(Problem.CONFIG, "holdfast.toml", message))
            layout.splits.append(Split(collection, name, missing=True))
            continue
        inner = [child for child in tree.folders[folder] if child.lower() in IMAGE_FOLDERS]
        layout.splits.append(Split(collection, name, (join(folder, inner[0]) if inner else folder,)))


def _merge(splits: list[Split]) -> Iterator[Split]:
    """One split a unit, each folder once, none inside another of it."""
    by_unit: dict[str, list[Split]] = {}
    for split in splits:
        by_unit.setdefault(split.unit, []).append(split)
    for same in by_unit.values():
        folders = list(dict.fromkeys(folder for split in same for folder in split.folders))
        outer = [
            path for path in folders if not any(path != above and lies_in(path, above) for above in folders)
        ]
        lists = tuple(dict.fromkeys(file for split in same for file in split.lists))
        yield replace(same[0], folders=tuple(outer), lists=lists, missing=not (outer or lists))


def _shown(text: str) -> str:
    return display(text[:200])
