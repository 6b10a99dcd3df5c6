"""Images that are not here: Git LFS, git-annex and DVC left a pointer in their place, or a link."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from holdfast.dataset import Dataset, Problem
from holdfast.fault import Fault
from holdfast.formats.tree import join, upward
from holdfast.names import display, to_os, to_text
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import Tree

_ANNEX = b"/annex/objects/"
_LARGEST = 1 << 15
_SHARE = 0.01
"""Up to this share of the images, or one, pointers are left alone: somebody may have lost the rest."""


@dataclass(frozen=True, slots=True)
class Pointers:
    """What stands for images, by what left it there, and the number of images in all.

    `lfs` and `unlocked` (git-annex) are small files in place of images; `annex` are links, which are not
    followed; `dvc` are `.dvc` files whose file or folder is missing.
    """

    total: int
    lfs: tuple[str, ...]
    unlocked: tuple[str, ...]
    annex: tuple[str, ...]
    dvc: tuple[str, ...]

    def refusals(self) -> Iterator[str]:
        """Why nothing is repaired while they are there. A missing image makes its label an orphan."""
        for paths, what, advice in (
            (self.lfs, "a Git LFS pointer", "run `git lfs pull`"),
            (self.unlocked, "a git-annex pointer", "run `git annex get`"),
        ):
            if len(paths) > max(1, _SHARE * self.total):
                yield f"{len(paths)} of {self.total} images are {what} each, as {display(paths[0])}: {advice}"
        if self.annex:
            yield f"{_as(self.annex)} a link of git-annex, which is not followed: run `git annex unlock`"
        if self.dvc:
            yield f"{_as(self.dvc)} a DVC pointer to what is not here: run `dvc pull`"


def _as(paths: tuple[str, ...]) -> str:
    first = display(paths[0])
    return f"{first} is" if len(paths) == 1 else f"{first} and {len(paths) - 1} more are each"


def pointers(dataset: Dataset, tree: Tree) -> Pointers:
    """The pointers among the images of a dataset, and beside its folders of images."""
    faulty = _small_small_faulty(dataset)
    lfs = [path for path, fault in faulty if fault == Fault.LFS_POINTER]
    unlocked = [path for path, fault in faulty if fault != Fault.LFS_POINTER and _is_annexed(tree, path)]
    skipped = dataset.problems.filter(kind=Problem.NOT_READ)["path"]
    annex = [path for path in skipped if _links_to_annex(tree, path)]
    found = (tuple(lfs), tuple(unlocked), tuple(annex), tuple(_dvc(dataset, tree)))
    return Pointers(dataset.images.height, *found)


def _small_small_faulty(dataset: Dataset) -> list[tuple[str, str]]:
    if "fault" not in dataset.images.columns:
        return []
    small = dataset.images.filter(pl.col("fault").is_not_null(), pl.col("size") <= _LARGEST)
    return small.select("path", "fault").rows()


def _is_annexed(tree: Tree, path: str) -> bool:
    try:
        return (tree.read(path) or b"").startswith(_ANNEX)
    except (Refused, OSError):
        return False


def _links_to_annex(tree: Tree, path: str) -> bool:
    try:
        target = os.readlink(os.path.join(tree.path, to_os(path)))
    except OSError:
        return False
    return _ANNEX in os.fsencode(target)


def _dvc(dataset: Dataset, tree: Tree) -> Iterator[str]:
    """`x.dvc` without `x`, in the folders of images and above them."""
    homes = {path.rpartition("/")[0] for path in dataset.images["path"]}
    homes |= {folder for split in dataset.splits for folder in split.folders}
    for folder in sorted({place for home in homes for place in upward(home)}):
        try:
            with tree.folder(folder) as opened:
                names = {to_text(name) for name in opened.names()}
        except (OSError, Refused):
            continue
        for name in sorted(names):
            if name.endswith(".dvc") and name.removesuffix(".dvc") not in {*names, ""}:
                yield join(folder, name)
