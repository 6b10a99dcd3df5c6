"""What lies in a tree and is not read: images of no split, links, pipes, closed folders."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.formats.tree import Tree, join, upward
from holdfast.images import is_image


def images_in(tree: Tree, folder: str) -> Iterator[str]:
    """Paths of the images directly in a folder."""
    return (join(folder, name) for name in tree.files.get(folder, ()) if is_image(name))


def report_unreferenced(used: Container[str], tree: Tree, problems: list[ProblemRow]) -> None:
    """Images that no split refers to, with how many more there are in their folder."""
    for folder in tree.files:
        unused = [path for path in images_in(tree, folder) if path not in used]
        message = f"no split refers to it (in {folder or '.'}: {len(unused)} images unreferenced)"
        problems += [ProblemRow(Problem.UNREFERENCED, path, message) for path in unused]


def report_skipped(splits: Iterable[Split], tree: Tree, problems: list[ProblemRow]) -> None:
    """Links, pipes and closed folders where images of a split belong, or where more might lie."""
    owners: dict[str, Split] = {}
    for split in splits:
        for folder in split.folders:
            owners.setdefault(folder, split)
            owners.setdefault(tree.closed(folder) or folder, split)
    for path, reason in tree.skipped.items():
        owner = next((owners[place] for place in upward(path) if place in owners), None)
        if owner is not None:
            problems.append(ProblemRow(Problem.NOT_READ, path, f"not read: {reason}", split=owner))
        elif is_image(path) or "." not in path.rpartition("/")[2]:  # an image, or a name as folders have
            message = f"no split refers to it; not read: {reason}"
            problems.append(ProblemRow(Problem.UNREFERENCED, path, message))
