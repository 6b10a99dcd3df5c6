"""`resplit`: assign whole groups of relatives to splits, show it, and write it as a plan."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import holdfast
from holdfast.dataset import Dataset
from holdfast.errors import UsageError
from holdfast.formats import recognise
from holdfast.formats.splits import SPLIT_NAMES
from holdfast.names import to_text
from holdfast.repair.commands.output import require_writable_name, write_whole
from holdfast.repair.commands.progress import Progress
from holdfast.repair.commands.runs import require_settled
from holdfast.repair.commands.show import apply_line, say, totals
from holdfast.repair.judging.examine import Examiner, open_examiner
from holdfast.repair.planning.refusals import refusals
from holdfast.repair.plans.plan import MAX_CHANGE, Choices, Plan, Root
from holdfast.repair.plans.plan_json import to_json
from holdfast.repair.plans.resolve import untaken
from holdfast.repair.policy import Policy, unmatched_globs
from holdfast.repair.resplit.groups import Group, find_groups
from holdfast.repair.resplit.kin import SPLITS, Wish
from holdfast.repair.resplit.limits import counts, refusal
from holdfast.repair.resplit.making import Resplit, resplit
from holdfast.repair.resplit.tables import lines
from holdfast.repair.runs.journal import now
from holdfast.repair.runs.tree import Tree
from holdfast.reports import PLAN, reports_folder
from holdfast.running import measured, needs_of


@dataclass(frozen=True, slots=True)
class ResplitRequest:
    """What was asked for. `max_change` is the fraction of the images that may move; without `output` the
    plan is in `reports_folder`."""

    root: Path
    wish: Wish
    max_change: float = MAX_CHANGE
    config: Path | None = None
    cache: Path | None = None
    output: Path | None = None
    verbose: bool = False
    allow_dirty: bool = False
    allow_fs: bool = False


def run(request: ResplitRequest) -> int:
    """Show the new split and write it as a plan file. Exit code 0, or 1 when something leaks still or the
    plan is refused. Raises UsageError."""
    output = request.output or reports_folder(request.root, request.cache) / PLAN
    require_writable_name(output, request.root, "output")
    require_settled(request.root)
    progress = Progress("looking for relatives, images")
    with open_examiner(
        request.root, request.config, request.cache, lambda _, done, total: progress(done, total)
    ) as examiner:
        dataset, groups = _grouped(examiner)
    for glob in unmatched_globs(request.wish.protect, dataset.images["path"]):
        raise UsageError(f"--protect={glob} matches no image; globs are relative to the root of the data")
    made = resplit(dataset, groups, request.wish, Progress("dealing out, groups"))
    for line in lines(dataset, groups, made, None if request.verbose else output):
        say(line)
    plan = _plan(request, dataset, made)
    refused = _refusal(request, dataset, made, plan)
    write_whole(output, to_json(plan, made.decisions, refused))
    say(totals(plan))
    if refused is not None:
        sys.stderr.write(f"error: the plan is refused: {refused}\n")
        return 1
    say(apply_line(request.root, output) if plan.groups else "nothing to move")
    return int(bool(made.decisions))


def _refusal(request: ResplitRequest, dataset: Dataset, made: Resplit, plan: Plan) -> str | None:
    with Tree(request.root) as tree:
        reasons = [refusal(dataset, made.moves, request.max_change), *refusals(dataset, plan, tree)]
        reasons += untaken(tree, plan.groups).values()
    return next((reason for reason in reasons if reason is not None), None)


def _grouped(examiner: Examiner) -> tuple[Dataset, list[Group]]:
    recognised = recognise(examiner.root, examiner.settings)
    needs = needs_of(examiner.rules, examiner.settings)
    needs = replace(needs, tables=needs.tables | {"relatives"})
    dataset = measured(recognised, needs, examiner.scanner)
    return dataset, find_groups(dataset, examiner.scanner)


def _plan(request: ResplitRequest, dataset: Dataset, made: Resplit) -> Plan:
    with Tree(request.root) as tree:
        state = tree.root.state()
    config = None if request.config is None else to_text(str(request.config))
    choices = Choices(
        Policy(protect=request.wish.protect),
        max_change=request.max_change,
        config=config,
        allow_dirty=request.allow_dirty,
        allow_fs=request.allow_fs,
    )
    return Plan(
        tool=holdfast.__version__,
        created=now(),
        root=Root(to_text(str(request.root)), state.st_dev, state.st_ino),
        choices=choices,
        groups=made.groups,
        before=counts(dataset, ()),
        after=counts(dataset, made.moves),
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command, but for those that it shares with `plan`."""
    add = parser.add_argument
    add(
        "--ratios",
        nargs="+",
        metavar="SHARE",
        help="of train, val, test, as in 80 10 10 or train=0.8 val=0.2; default: as they are today",
    )
    add(
        "--freeze",
        nargs="+",
        action="extend",
        default=[],
        type=_split,
        metavar="SPLIT",
        help="train, val or test: its set of images stays as it is",
    )
    add("--protect", action="append", default=[], metavar="GLOB", help="images that stay where they are")


def wish_of(options: argparse.Namespace) -> Wish:
    """What the options ask for. Raises UsageError for shares that are none."""
    shares = None if options.ratios is None else shares_of(options.ratios)
    return Wish(shares, frozenset(options.freeze), tuple(map(to_text, options.protect)))


def shares_of(texts: Sequence[str]) -> Mapping[str, float]:
    """Shares by split name that add up to 1. Raises UsageError."""
    named = [text.partition("=") for text in texts]
    if not all(sign for _, sign, _ in named):
        named = [(name, "=", text) for name, text in zip(SPLITS, texts, strict=False)]
    shares = {SPLIT_NAMES.get(name.lower(), name): _number(text) for name, _, text in named}
    if len(shares) != len(texts) or not shares.keys() <= set(SPLITS) or len(shares) < 2:
        raise UsageError(f"--ratios={' '.join(texts)}: takes a number for each split, as in 80 10 10")
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()}


def _split(text: str) -> str:
    if text.lower() not in SPLIT_NAMES:
        raise argparse.ArgumentTypeError(f"{text!r} is no split: train, val or test")
    return SPLIT_NAMES[text.lower()]


def _number(text: str) -> float:
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = 0.0
    if not 0 < number < 1e9:
        raise UsageError(f"--ratios: {text!r} is no number above 0")
    return number
