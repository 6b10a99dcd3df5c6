"""Why a plan as a whole is not to be used: it would change too much, or the data looks wrong.

Asked when a plan is made, and again when it is carried out, for it is then made anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import polars as pl

from holdfast.dataset import Dataset
from holdfast.names import display
from holdfast.repair.lookup import class_names
from holdfast.repair.planning.filesystems import untried
from holdfast.repair.planning.git import NoAnswer, uncommitted
from holdfast.repair.planning.labels import class_ids
from holdfast.repair.planning.pointers import Pointers, pointers
from holdfast.repair.plans.plan import Act, Op, Plan, Renumber
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.state import Stage, find_runs, run_folder
from holdfast.repair.runs.tree import Tree
from holdfast.repair.runs.undo import plan_of

OLDEST = timedelta(days=7)
"""Older plans are not carried out."""

_SPARE = "keep some with --protect, or plan other rules with --rule"

_UNREADABLE = "unreadable_image"
"""The rule that somebody who knows of many unreadable images asks for."""
_MANY, _SHARE = 10, 0.01
"""More unreadable images than both, the number and the share, look like a copy that was not finished."""


def refusals(dataset: Dataset, plan: Plan, tree: Tree) -> tuple[str, ...]:
    """Why the plan must not be used: a line each, which says what to do."""
    return tuple(_refusals(dataset, plan, tree)) if plan.groups else ()


def _refusals(dataset: Dataset, plan: Plan, tree: Tree) -> Iterator[str]:
    yield from _emptied(dataset, plan)
    yield from _too_much(plan)
    found = pointers(dataset, tree)
    yield from found.refusals()
    yield from _unreadable(dataset, plan, found)
    if not plan.choices.allow_fs and (kind := untried(tree.path)) is not None:
        yield f"the data is on a file system ({display(kind)}) where repair was not tried: --allow-fs"
    if not plan.choices.allow_dirty:
        yield from _dirty(plan, tree)


def too_old(plan: Plan) -> str | None:
    """Why a plan file is not to be carried out any more, None if it may."""
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(plan.created)
    except (ValueError, TypeError, OverflowError):
        return "when the plan was made is not said: make a new one"
    return f"the plan is {age.days} days old: make a new one" if age > OLDEST else None


def _emptied(dataset: Dataset, plan: Plan) -> Iterator[str]:
    """Splits without images, and classes without annotations, that had some."""
    for unit in (unit for unit, count in plan.before.items() if count and not plan.after[unit]):
        yield f"{display(unit)} would lose all of its {plan.before[unit]} images: {_SPARE}"
    yield from _emptied_classes(dataset, plan)


def _too_much(plan: Plan) -> Iterator[str]:
    total, left, most = sum(plan.before.values()), sum(plan.after.values()), plan.choices.max_change
    if total - left > most * total:
        share = f"{total - left} of {total} images ({100 * (total - left) / total:.1f} %)"
        yield f"{share} would go, over the limit of --max-change={most:.0%}: raise it if the plan is right"


def _emptied_classes(dataset: Dataset, plan: Plan) -> Iterator[str]:
    """Classes, by name where names are declared, of which what is touched are the last annotations."""
    touched = {op.path: op for op in plan.ops if op.act is not Act.MOVE}
    annotations = dataset.annotations.filter(pl.col("image").is_not_null()).with_row_index("row")
    goes = _going(dataset, plan, annotations, touched)
    lost = _classes(dataset, annotations.filter(goes))
    left = _classes(dataset, annotations.filter(~goes)) if lost else Counter()
    own = dataset.images.filter(pl.col("label").is_not_null())
    homes = dict(own.select("label", pl.col("collection").cast(pl.String)).rows())
    for path, op in touched.items():
        if path in homes and op.data is not None and path.lower().endswith(".txt"):
            left.update(_class(dataset, homes[path], number) for number in class_ids(op.data))
    for name in sorted(lost.keys() - left.keys()):
        yield f"class {display(name)} would lose all of its {lost[name]} annotations: {_SPARE}"


def _going(dataset: Dataset, plan: Plan, annotations: pl.DataFrame, touched: Mapping[str, Op]) -> pl.Series:
    """Whether an annotation goes: its label file is touched, its image goes, or it is dropped by itself."""
    images = [path for path, op in touched.items() if op.act is Act.REMOVE]
    changes = (change for group in plan.groups for change in group.changes)
    dropped = [(c.file, c.entry) for c in changes if isinstance(c, Renumber) and c.after is None]
    types = {"label": pl.String(), "entry": pl.Int32()}
    single = annotations.join(pl.DataFrame(dropped, types, orient="row"), on=list(types), how="semi")["row"]
    own = dataset.images["label"].drop_nulls()
    return annotations.select(
        pl.col("label").is_in(list(touched))
        | (pl.col("image").is_in(images) & ~pl.col("label").is_in(own.implode()))
        | pl.col("row").is_in(single.implode())
    ).to_series()


def _classes(dataset: Dataset, annotations: pl.DataFrame) -> Counter[str]:
    counts: Counter[str] = Counter()
    rows = annotations.group_by(pl.col("collection").cast(pl.String), "class_id").len().rows()
    for collection, number, count in rows:
        counts[_class(dataset, collection, number)] += count
    return counts


def _class(dataset: Dataset, collection: str, number: int) -> str:
    names = class_names(dataset, collection)
    if number in names:
        return names[number]
    return f"{number} of {collection}" if collection else str(number)


def _unreadable(dataset: Dataset, plan: Plan, found: Pointers) -> Iterator[str]:
    if _UNREADABLE in plan.choices.rules or "fault" not in dataset.images.columns:
        return
    faults = dataset.images["fault"].drop_nulls()
    total = dataset.images.height
    count = len(faults) - len(found.lfs) - len(found.unlocked)
    if count > _MANY and count > _SHARE * total:
        share = f"{count} of {total} images ({100 * count / total:.1f} %) cannot be read"
        yield f"{share}: fetch them again, or plan with --rule {_UNREADABLE} first"


def _dirty(plan: Plan, tree: Tree) -> Iterator[str]:
    """Files that the plan touches and git holds in another version."""
    paths = {op.path for op in plan.ops if op.pre is not None}
    paths |= {file for group in plan.groups for file in group.written}
    try:
        changed = uncommitted(tree.path, tree, paths)
    except NoAnswer as error:
        yield f"{error}: whether all is committed is not known; --allow-dirty goes on"
        return
    ours = _written(tree) if changed else frozenset()
    left = [path for path in changed if not _is_ours(tree, path, ours)]
    if left:
        yield f"{_files(left)} {'has' if len(left) == 1 else 'have'} changes that git does not hold: " + (
            "commit them, or --allow-dirty"
        )


def _files(paths: list[str]) -> str:
    return display(paths[0]) if len(paths) == 1 else f"{len(paths)} files, as {display(paths[0])},"


def _is_ours(tree: Tree, path: str, ours: Iterable[tuple[str, str]]) -> bool:
    file = tree.inspect(path)
    return file is not None and (path, file.stamp.sha256) in ours


def _written(tree: Tree) -> frozenset[tuple[str, str]]:
    """What our own repairs wrote: paths with the digests of their contents."""
    written: set[tuple[str, str]] = set()
    for run in find_runs(tree.path):
        if not run.trusted or run.stage not in (Stage.APPLIED, Stage.PARTLY_UNDONE):
            continue
        try:
            with run_folder(run, Disk()) as folder:
                ops = plan_of(run, folder).ops
        except (OSError, Refused):
            continue
        written |= {(op.path, op.post.sha256) for op in ops if op.post is not None}
        written |= {(op.to, op.pre.sha256) for op in ops if op.to is not None and op.pre is not None}
    return frozenset(written)
