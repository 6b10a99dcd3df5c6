"""Which image of a VOC tree is in which split, and what does not fit on the way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.formats.tree import Tree, join, lies_in, upward
from holdfast.formats.voc.places import (
    IMAGE_FOLDERS,
    MASK_FOLDERS,
    child_named,
    set_folder,
    stem,
    xml_folder,
)
from holdfast.formats.voc.sets import BOTH, read_set
from holdfast.images import is_image
from holdfast.names import display


@dataclass(slots=True)
class Owners:
    """The split of each image, the images that a set names, and problems. `lost` are label files that a set
    names and that have no image, with the split of that set."""

    splits: dict[str, Split] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    lost: dict[str, Split] = field(default_factory=dict)
    problems: list[ProblemRow] = field(default_factory=list)

    def claim(self, paths: Iterable[str], split: Split) -> list[str]:
        """Give a split the images that no other has yet; those that another has, in path order."""
        return sorted({path for path in paths if self.splits.setdefault(path, split) is not split})

    def report(self, kind: Problem, path: str, message: str, line: int | None = None) -> None:
        """Note a problem of the whole dataset."""
        self.problems.append(ProblemRow(kind, path, message, line))


def find_owners(root: Path, tree: Tree, splits: tuple[Split, ...]) -> Owners:
    """Every image with the first split that has it."""
    owners = Owners()
    for split in splits:
        for folder in split.folders:
            held = [path for path in tree.below(folder) if is_image(path) and not _is_mask(path)]
            _report_taken(owners, folder, f"{display(split.unit)} holds", owners.claim(held, split))
    lists = [(_is_union(file), split, file) for split in splits for file in split.lists]
    for _, split, file in sorted(lists, key=lambda listed: listed[0]):  # trainval gives what the others left
        _read_list(root, tree, split, file, owners)
    _report_others(tree, splits, root, owners)
    return owners


def base_of(file: str) -> str:
    """The folder that an image set is about: the one that holds `ImageSets`."""
    places = [place for place in upward(file) if place.rpartition("/")[2].lower() == "imagesets"]
    return places[0].rpartition("/")[0] if places else ""


def image_folder(base: str, tree: Tree) -> str:
    """Where the images of a devkit lie."""
    found = child_named(base, IMAGE_FOLDERS, tree)
    return base if found is None else found


def _is_mask(path: str) -> bool:
    return any(part in MASK_FOLDERS for part in path.lower().split("/"))


def _read_list(root: Path, tree: Tree, split: Split, file: str, owners: Owners) -> None:
    """Claim what a set names; note what is missing, named twice, or another split's."""
    folder = image_folder(base_of(file), tree)
    by_stem = _by_stem(tree, folder)
    seen: Counter[str] = Counter()
    named: list[str] = []
    for entry in read_set(root, file, owners.problems):
        seen[entry.stem] += 1
        paths = by_stem.get(entry.stem) or [path for path in (join(folder, entry.stem),) if _has(tree, path)]
        named += [path for path in paths if not (_is_union(file) and path in owners.splits)]
        if not paths:
            label = join(xml_folder(folder, tree), entry.stem + ".xml")
            owners.lost |= {label: split} if tree.has_file(label) and label not in owners.lost else {}
            message = _missing(entry.stem, folder, label if tree.has_file(label) else None)
            owners.problems.append(ProblemRow(Problem.DANGLING, file, message, entry.line, split=split))
    owners.listed.update(named)
    _report_taken(owners, file, f"{display(split.unit)} names", owners.claim(named, split))
    if repeated := [name for name, count in seen.items() if count > 1]:
        message = f"names {len(repeated)} images more than once, first {display(repeated[0][:200])}"
        owners.report(Problem.CONFIG, file, message)


def _missing(name: str, folder: str, label: str | None) -> str:
    """What to say of an entry without an image."""
    about = f"; {display(label[-200:])} exists" if label else ""
    return f"names {display(name[:200])}, no image of that name is in {display(folder) or '.'}{about}"


def _is_union(file: str) -> bool:
    return stem(file.rpartition("/")[2].lower()) == BOTH


def _has(tree: Tree, path: str) -> bool:
    return is_image(path) and tree.has_file(path)


def _by_stem(tree: Tree, folder: str) -> dict[str, list[str]]:
    """The images of a folder by their path in it without suffix."""
    found: dict[str, list[str]] = defaultdict(list)
    start = len(folder) + 1 if folder else 0
    for path in tree.below(folder):
        if is_image(path):
            found[stem(path[start:])].append(path)
    return found


def _report_taken(owners: Owners, place: str, act: str, taken: list[str]) -> None:
    if taken:
        first, other = display(taken[0]), display(owners.splits[taken[0]].unit)
        message = f"{act} {len(taken)} of another split's images, first {first} of {other}"
        owners.report(Problem.CONFIG, place, message)


def _report_others(tree: Tree, splits: tuple[Split, ...], root: Path, owners: Owners) -> None:
    """Images that nothing refers to: in a devkit whose sets do not name them, or elsewhere."""
    devkits = {base_of(file): split for split in reversed(splits) for file in split.lists}
    homes = {image_folder(base, tree): split for base, split in devkits.items()}
    others = {home: _other_sets(root, tree, base_of(split.lists[0])) for home, split in homes.items()}
    for folder, names in tree.files.items():
        unused = [
            path for name in names if is_image(name) and (path := join(folder, name)) not in owners.splits
        ]
        if not unused or _is_mask(unused[0]):
            continue
        home = next((place for place in homes if lies_in(folder, place)), None)
        for path in unused:
            if home is None:
                message = (
                    f"no split refers to it (in {display(folder) or '.'}: {len(unused)} images unreferenced)"
                )
                owners.report(Problem.UNREFERENCED, path, message)
            elif stem(path[len(home) + 1 if home else 0 :]) not in others[home]:
                row = ProblemRow(Problem.UNLISTED, path, "no image set names it", split=homes[home])
                owners.problems.append(row)


def _other_sets(root: Path, tree: Tree, base: str) -> set[str]:
    """What any list of a devkit names: of other tasks (Segmentation, Action), or of single classes."""
    sets = set_folder(base, tree)
    start = child_named(base, ("imagesets",), tree)
    if sets is None or start is None:
        return set()
    files = [path for path in tree.below(start) if path.lower().endswith(".txt")]
    return {entry.stem for file in files for entry in read_set(root, file)}
