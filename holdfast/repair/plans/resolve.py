"""What a plan does to the files that name images: its mentions become acts, read from the data as it is.

In a plan each group says what changes in a list that thousands of groups may change. When it is carried out a
file can be replaced once only, so groups that change one file become one group, done as a whole or not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from holdfast.names import display
from holdfast.repair.plans.plan import Act, Group, Mention, Op, Plan
from holdfast.repair.plans.shared import sharing
from holdfast.repair.references.kinds import rewritten
from holdfast.repair.runs.fit import Unfit, stamp_of
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import Tree


def resolved(tree: Tree, plan: Plan) -> Plan:
    """The plan with acts in place of its mentions; the same plan when it has none.

    Acts that change a mentioned file already hold both changes. Raises Unfit when a file does not name (any
    more) what it should, or cannot be read.
    """
    if not any(group.mentions for group in plan.groups):
        return plan
    failures: list[str] = []
    groups = []
    for members in _joined(plan.groups):
        mentions = defaultdict(list)
        for mention in chain.from_iterable(group.mentions for group in members):
            mentions[mention.file].append(mention)
        ops: dict[str, tuple[Op, ...]] = {}
        for op in chain.from_iterable(group.ops for group in members):
            ops[op.path] = (*ops.get(op.path, ()), op)
        for file, wanted in sorted(mentions.items()):
            try:
                ops[file] = _acts(tree, file, wanted, ops.get(file, ()))
            except (Refused, OSError) as error:
                failures.append(f"{display(file)}: {getattr(error, 'strerror', None) or error}")
        groups.append(_group(members, tuple(chain.from_iterable(ops.values()))))
    if failures:
        raise Unfit(tuple(failures))
    return replace(plan, groups=tuple(groups))


def _joined(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Groups that change one mentioned file, together; in order of their first one."""
    mentioned = {mention.file for group in groups for mention in group.mentions}
    files = [
        mentioned & {op.path for op in group.ops} | {mention.file for mention in group.mentions}
        for group in groups
    ]
    for numbers in sharing(files):
        yield [groups[number] for number in numbers]


def _group(members: Sequence[Group], ops: tuple[Op, ...]) -> Group:
    reasons = tuple(chain.from_iterable(group.reasons for group in members))
    return Group(reasons, ops, tuple(chain.from_iterable(group.keeps for group in members)))


def _acts(tree: Tree, file: str, mentions: Sequence[Mention], planned: Sequence[Op]) -> tuple[Op, ...]:
    """The acts on a file with its new content; `planned` is what is done to it anyway."""
    act = planned[0].act if planned else None
    if act is Act.REMOVE:
        return tuple(planned)
    old = tree.read(file) if act in (None, Act.MOVE) else planned[0].data
    if old is None:
        raise Refused("is not there any more")
    changes = {mention.old: mention.new for mention in mentions if mention.old is not None}
    added = [mention.new for mention in mentions if mention.old is None and mention.new is not None]
    data = rewritten(file, old, changes, list(dict.fromkeys(added)))
    if not planned:
        return (Op(Act.REPLACE, file, stamp_of(old), stamp_of(data), data=data),)
    op = planned[0]
    if act is Act.MOVE:  # no act moves and changes: the old file goes to the quarantine
        assert op.to is not None
        return Op(Act.REMOVE, file, op.pre), Op(Act.CREATE, op.to, post=stamp_of(data), data=data)
    return (replace(op, post=stamp_of(data), data=data),)
