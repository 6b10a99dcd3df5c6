"""What a plan does to the files that name images: its mentions become acts, read from the data as it is.

In a plan each group says what changes in a list that thousands of groups may change. When it is carried out a
file can be replaced once only, so groups that change one file become one group, done as a whole or not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from holdfast.names import display
from holdfast.repair.plans.plan import Act, Change, Group, Mention, Op, Plan, Renumber, Resize
from holdfast.repair.plans.shared import sharing
from holdfast.repair.references.changes import Added, Changes, Numbers, Size
from holdfast.repair.references.kinds import changed, taken
from holdfast.repair.runs.fit import Unfit, stamp_of
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import Tree


def resolved(tree: Tree, plan: Plan) -> Plan:
    """The plan with acts in place of its mentions and changes; the same plan when it has none.

    Acts that change such a file already hold both changes. Raises Unfit when a file does not name (any more)
    what it should, or cannot be read.
    """
    if not any(group.shared for group in plan.groups):
        return plan
    sources = _Sources(tree, plan.groups)
    failures: list[str] = []
    groups = []
    for members in _joined(plan.groups):
        shared: dict[str, list[Change]] = defaultdict(list)
        for change in chain.from_iterable(group.shared for group in members):
            shared[change.file].append(change)
        ops: dict[str, tuple[Op, ...]] = {}
        for op in chain.from_iterable(group.ops for group in members):
            ops[op.path] = (*ops.get(op.path, ()), op)
        for file, wanted in sorted(shared.items()):
            try:
                ops[file] = _acts(tree, file, _changes(wanted, sources), ops.get(file, ()))
            except (Refused, OSError) as error:
                failures.append(f"{display(file)}: {getattr(error, 'strerror', None) or error}")
        groups.append(_group(members, tuple(chain.from_iterable(ops.values()))))
    if failures:
        raise Unfit(tuple(failures))
    return replace(plan, groups=tuple(groups))


def untaken(tree: Tree, groups: Sequence[Group]) -> dict[str, str]:
    """Files that cannot take over what others say of an image, with the reason; asked when a plan is made."""
    sources = _Sources(tree, groups)
    taking = {mention.file for group in groups for mention in group.mentions if mention.source}
    shared: dict[str, list[Change]] = defaultdict(list)
    for change in chain.from_iterable(group.shared for group in groups):
        if change.file in taking:
            shared[change.file].append(change)
    found: dict[str, str] = {}
    for file, wanted in sorted(shared.items()):
        try:
            _acts(tree, file, _changes(wanted, sources), ())
        except (Refused, OSError) as error:
            found[file] = f"{display(file)}: {getattr(error, 'strerror', None) or error}"
    return found


@dataclass(slots=True)
class _Sources:
    """What files say, as they are now, of the images that other files take over; each is read once."""

    tree: Tree
    groups: Sequence[Group]
    _found: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def of(self, mention: Mention) -> object | None:
        """What the source of an added entry says. Raises Refused, OSError."""
        if mention.source is None or mention.said is None:
            return None
        if mention.source not in self._found:
            mentions = chain.from_iterable(group.mentions for group in self.groups)
            names = frozenset(m.said for m in mentions if m.source == mention.source and m.said is not None)
            data = self.tree.read(mention.source)
            if data is None:
                raise Refused(f"{display(mention.source)} is not there any more")
            self._found[mention.source] = taken(mention.source, data, names)
        return self._found[mention.source].get(mention.said)


def _changes(wanted: Sequence[Change], sources: _Sources) -> Changes:
    """All that happens in one file, each once."""
    mentions = [change for change in wanted if isinstance(change, Mention)]
    added = [Added(m.new, sources.of(m)) for m in mentions if m.old is None and m.new is not None]
    return Changes(
        {mention.old: mention.new for mention in mentions if mention.old is not None},
        list({one.text: one for one in added}.values()),
        [Numbers(c.entry, c.line, c.before, c.after) for c in wanted if isinstance(c, Renumber)],
        {change.name: Size(change.width, change.height) for change in wanted if isinstance(change, Resize)},
    )


def _joined(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Groups that change one mentioned file, together; in order of their first one. So are those of which one
    changes what the other's entries come from."""
    shared = {file for group in groups for file in group.written}
    sources = {mention.source for group in groups for mention in group.mentions if mention.source}
    files = [
        shared & {op.path for op in group.ops}
        | group.written
        | {mention.source for mention in group.mentions if mention.source in shared & sources}
        for group in groups
    ]
    for numbers in sharing(files):
        yield [groups[number] for number in numbers]


def _group(members: Sequence[Group], ops: tuple[Op, ...]) -> Group:
    reasons = tuple(chain.from_iterable(group.reasons for group in members))
    return Group(reasons, ops, tuple(chain.from_iterable(group.keeps for group in members)))


def _acts(tree: Tree, file: str, changes: Changes, planned: Sequence[Op]) -> tuple[Op, ...]:
    """The acts on a file with its new content; `planned` is what is done to it anyway."""
    act = planned[0].act if planned else None
    if act is Act.REMOVE:
        return tuple(planned)
    old = tree.read(file) if act in (None, Act.MOVE) else planned[0].data
    if old is None:
        raise Refused("is not there any more")
    data = changed(file, old, changes)
    if not planned:
        if data == old:
            return ()
        return (Op(Act.REPLACE, file, stamp_of(old), stamp_of(data), data=data),)
    op = planned[0]
    if act is Act.MOVE:  # no act moves and changes: the old file goes to the quarantine
        assert op.to is not None
        return Op(Act.REMOVE, file, op.pre), Op(Act.CREATE, op.to, post=stamp_of(data), data=data)
    return (replace(op, post=stamp_of(data), data=data),)
