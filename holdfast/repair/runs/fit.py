"""Does a plan still fit the data? Everything is hashed before anything is changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from holdfast.dataset import PairKind
from holdfast.names import display
from holdfast.repair.plans.plan import Act, Group, Kept, Op, Plan
from holdfast.repair.runs.places import Refused, Stamp, lies_at
from holdfast.repair.runs.tree import Tree

Tick = Callable[[int, int], None]
"""Told how many of how many are done."""


class Unfit(Exception):
    """The plan does not fit the data; each failure is one line. Nothing was changed, or all was put back."""

    def __init__(self, failures: tuple[str, ...]) -> None:
        super().__init__("; ".join(failures))
        self.failures = failures


def require_fit(tree: Tree, plan: Plan, tick: Tick) -> None:
    """Check every precondition, every kept file and every proof. Raises Unfit with all that fail."""
    if failures := [failure for group in unfit_groups(tree, plan, tick).values() for failure in group]:
        raise Unfit(tuple(failures))


def unfit_groups(tree: Tree, plan: Plan, tick: Tick) -> dict[int, tuple[str, ...]]:
    """The groups, by position, that do not fit the data as it is, each with its reasons."""
    twice = _named_twice(plan)
    changed = {op.path: op.act for op in plan.ops if op.act is not Act.MOVE}
    unfit: dict[int, tuple[str, ...]] = {}
    done, total = 0, len(plan.ops)
    for number, group in enumerate(plan.groups):
        again = sorted(twice & {path for op in group.ops for path in _names(op)})
        failures = [f"{display(path)}: is named twice in the plan" for path in again]
        failures += _unfit_group(tree, group, changed)
        if failures:
            unfit[number] = tuple(failures)
        done += len(group.ops)
        tick(done, total)
    return unfit


def unfit_keepers(tree: Tree, plan: Plan) -> list[str]:
    """The files that were to stay and are not what they were: asked again before a run is final."""
    moved = {op.path: op.to for op in plan.ops if op.to is not None}
    rewritten = {op.path for op in plan.ops if op.act is Act.REPLACE}
    keeps = {kept.path: kept for group in plan.groups for kept in group.keeps if kept.path not in rewritten}
    failures = []
    for path, kept in keeps.items():
        try:
            file = tree.inspect(moved.get(path) or path)
        except (OSError, Refused):
            file = None
        if file is None or file.stamp != kept.stamp:
            failures.append(f"{display(path)}: the copy that stays changed meanwhile")
    return failures


def _named_twice(plan: Plan) -> set[str]:
    counts = Counter(path for op in plan.ops for path in _names(op))
    return {path for path, count in counts.items() if count > 1}


def _names(op: Op) -> tuple[str, ...]:
    return (op.path,) if op.to is None else (op.path, op.to)


def _unfit_group(tree: Tree, group: Group, changed: Mapping[str, Act]) -> Iterator[str]:
    for op in group.ops:
        try:
            _check(tree, op)
        except Refused as refusal:
            yield f"{display(op.path)}: {refusal}"
        except OSError as error:
            yield f"{display(op.path)}: {error.strerror}"
    removed = {op.path: op.pre for op in group.ops if op.act is Act.REMOVE}
    for kept in group.keeps:
        try:
            _check_kept(tree, kept, removed, changed)
        except Refused as refusal:
            yield f"{display(kept.path)}: {refusal}"
        except OSError as error:
            yield f"{display(kept.path)}: {error.strerror}"


def _check(tree: Tree, op: Op) -> None:
    if op.data is not None and stamp_of(op.data) != op.post:
        raise Refused("its new content in the plan is damaged")
    if op.act is Act.CREATE:
        _require_free(tree, op.path)
        return
    if tree.require(op.path).stamp != op.pre:
        raise Refused("changed since the plan was made")
    if op.to is not None:
        _require_free(tree, op.to)


def _check_kept(
    tree: Tree, kept: Kept, removed: Mapping[str, Stamp | None], changed: Mapping[str, Act]
) -> None:
    """Raises Refused unless the file stays in the whole plan, as it was judged; a label may be edited."""
    file = tree.inspect(kept.path)
    if file is None or file.stamp != kept.stamp:
        raise Refused("should stay, but changed since the plan was made")
    if kept.removed not in removed:
        raise Refused(f"is no reason to remove {display(kept.removed)}")
    act = changed.get(kept.path)
    if act is Act.REMOVE or (act is not None and kept.proof != "label"):
        raise Refused(f"should stay, but the plan has an act {act} for it")
    with tree.place(kept.removed) as place:
        gone = lies_at(place)
    if gone is not None and (gone.st_dev, gone.st_ino) == (file.device, file.inode):
        raise Refused(f"is the same file as {display(kept.removed)}")
    if kept.proof == PairKind.BYTES and removed[kept.removed] != kept.stamp:
        raise Refused(f"is not byte for byte {display(kept.removed)}")


def _require_free(tree: Tree, path: str) -> None:
    try:
        with tree.place(path) as place:
            if lies_at(place) is not None:
                raise Refused(f"the name {display(path)} is taken")
    except FileNotFoundError:
        raise Refused(f"the folder of {display(path)} is not there") from None


def stamp_of(data: bytes) -> Stamp:
    """The stamp of this content."""
    return Stamp(hashlib.sha256(data).hexdigest(), len(data))
