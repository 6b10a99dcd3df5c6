"""Annotations survive: 2,000 pairs of copies with equal, disjoint, overlapping and contradictory labels."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast import Dataset, Finding, Severity
from holdfast.config import Settings
from holdfast.formats import read, recognise
from holdfast.repair.fixers import load_fixers
from holdfast.repair.planning.outcome import Outcome
from holdfast.repair.planning.planner import Draft, Options, make_plan
from holdfast.repair.plans.plan import Act, Choices
from holdfast.repair.policy import OnConflict, Policy

PAIRS = 2_000
KINDS = ("equal", "reordered", "disjoint", "overlapping", "subset", "empty", "other class", "half", "polygon")
LEFT_BY_UNION = ("other class", "half", "polygon")
AGREE = ("equal", "reordered")
FIXERS = load_fixers()

Box = tuple[int, float, float, float, float]


@dataclass(frozen=True)
class Pair:
    """Two copies: the labels of the one that stays and of the one that goes, how many annotations of the
    second the first has already, and how many a union adds."""

    number: int
    kind: str
    ours: list[str]
    theirs: list[str]
    common: int
    added: int

    def label(self, gone: bool) -> str:
        return f"train/labels/{'b' if gone else 'a'}{self.number}.txt"


def line(box: Box) -> str:
    return " ".join([str(box[0]), *(f"{value:.6f}" for value in box[1:])])


def shifted(box: Box, share: float) -> Box:
    """The box moved to the right by a share of its width."""
    return (box[0], box[1] + share * box[3], *box[2:])


def corners(box: Box) -> tuple[float, ...]:
    """The box as a polygon: x, y of each corner."""
    left, right = box[1] - box[3] / 2, box[1] + box[3] / 2
    upper, lower = box[2] - box[4] / 2, box[2] + box[4] / 2
    return (left, upper, right, upper, right, lower, left, lower)


def make_pair(number: int, kind: str, chance: random.Random) -> Pair:
    """Boxes in cells of a grid, so that only those that should overlap do."""
    cells = [(0.1 + 0.2 * x, 0.1 + 0.2 * y) for x in range(5) for y in range(5)]
    boxes: list[Box] = [(chance.randrange(3), x, y, 0.12, 0.12) for x, y in chance.sample(cells, 9)]
    mine, new = boxes[: chance.randint(1, 5)], boxes[5 : 5 + chance.randint(1, 4)]
    ours = [line(box) for box in mine]
    if kind in AGREE:
        theirs = ours if kind == "equal" else ours[::-1]
        return Pair(number, kind, ours, theirs, len(ours), 0)
    if kind == "disjoint":
        return Pair(number, kind, ours, [line(box) for box in new], 0, len(new))
    if kind == "overlapping":  # the same objects a little off, and some more
        close = [line(shifted(box, chance.choice((0.0, 0.01, 0.04)))) for box in mine]
        return Pair(number, kind, ours, close + [line(box) for box in new], len(mine), len(new))
    if kind == "subset":
        return Pair(number, kind, [*ours, line(new[0])], ours, len(ours), 0)
    if kind == "empty":
        return Pair(number, kind, [], ours, 0, len(ours))
    odd = mine[0]
    contrary = {
        "other class": line((odd[0] + 1, *odd[1:])),
        "half": line(shifted(odd, 0.2)),
        "polygon": " ".join([str(odd[0]), *(f"{value:.6f}" for value in corners(odd))]),
    }
    return Pair(number, kind, ours, [contrary[kind], *(line(box) for box in new)], 0, 0)


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    chance = random.Random(4)
    return [make_pair(number, KINDS[number % len(KINDS)], chance) for number in range(PAIRS)]


@pytest.fixture(scope="module")
def dataset(pairs: list[Pair], tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The pairs as files, and pictures of their own so that no class can be emptied."""
    root = tmp_path_factory.mktemp("pairs")
    for split in ("train", "valid"):
        for part in ("images", "labels"):
            (root / split / part).mkdir(parents=True)
        (root / f"{split}/images/own.png").write_bytes(b"own")
        (root / f"{split}/labels/own.txt").write_text("".join(f"{c} 0.5 0.5 0.2 0.2\n" for c in range(4)))
    (root / "data.yaml").write_text("train: train/images\nval: valid/images\nnames: [a, b, c, d]\n")
    for pair in pairs:
        for gone, lines in ((False, pair.ours), (True, pair.theirs)):
            label = root / pair.label(gone)
            label.write_text("".join(f"{text}\n" for text in lines))
            Path(str(label).replace("labels", "images").replace(".txt", ".png")).write_bytes(_bytes(pair))
    return read(recognise(root, Settings()))


def _bytes(pair: Pair) -> bytes:
    return b"picture %d" % pair.number


def _image(label: str) -> str:
    return label.replace("labels", "images").replace(".txt", ".png")


def planned(dataset: Dataset, pairs: list[Pair], choice: OnConflict) -> Draft:
    # of equal images the first path stays, but an annotated one comes before one without
    policy = Policy(on_conflict=choice, prefer=("*/a*.png",))
    findings = []
    for pair in pairs:
        digest = hashlib.sha256(_bytes(pair)).hexdigest()
        one, other = _image(pair.label(False)), _image(pair.label(True))
        values = {
            "severity": Severity.ERROR,
            "related": (other,),
            "kind": "identical bytes",
            "rule": "exact_duplicate",
        }
        findings.append(Finding(one, "same", sha256=digest, related_sha256=(digest,), **values))
    return make_plan(
        dataset, findings, FIXERS, Options(Choices(policy, unsafe=True, max_change=1)), lambda *_: None
    )


def after(dataset: Dataset, draft: Draft) -> dict[str, str]:
    """The labels as they are when the plan is carried out; those that go are missing."""
    texts = {path: (dataset.root / path).read_text() for path in dataset.labels["path"]}
    for op in draft.plan.ops:
        if op.act is Act.REMOVE:
            texts.pop(op.path, None)
        elif op.data is not None:
            texts[op.path] = op.data.decode()
    return texts


def boxes(text: str) -> Iterator[Box | str]:
    """Boxes as numbers, polygons as they are written."""
    for written in text.splitlines():
        values = written.split()
        if len(values) == 5:
            yield (int(values[0]), *map(float, values[1:]))  # type: ignore[misc]
        else:
            yield written


def is_there(one: Box | str, text: str) -> bool:
    """Whether the text has it: an equal line, or a box of its class that overlaps it by 0.9 or more."""
    return any(one == other or overlap(one, other) >= 0.9 for other in boxes(text))


def overlap(one: Box | str, other: Box | str) -> float:
    if isinstance(one, str) or isinstance(other, str) or one[0] != other[0]:
        return 0.0
    width = (one[3] + other[3]) / 2 - abs(one[1] - other[1])
    height = (one[4] + other[4]) / 2 - abs(one[2] - other[2])
    common = max(width, 0) * max(height, 0)
    return common / (one[3] * one[4] + other[3] * other[4] - common)


def test_skip_touches_no_copy_with_other_annotations(dataset: Dataset, pairs: list[Pair]) -> None:
    draft = planned(dataset, pairs, OnConflict.SKIP)
    texts = after(dataset, draft)
    for pair in pairs:
        assert texts[pair.label(False)].splitlines() == pair.ours
        assert (pair.label(True) in texts) == (pair.kind not in AGREE)
    assert draft.refusal is None


def test_keep_drops_what_it_names_and_changes_no_label(dataset: Dataset, pairs: list[Pair]) -> None:
    texts = after(dataset, planned(dataset, pairs, OnConflict.KEEP))
    for pair in pairs:
        assert texts[pair.label(False)].splitlines() == pair.ours
        assert pair.label(True) not in texts


def test_union_loses_no_annotation(dataset: Dataset, pairs: list[Pair]) -> None:
    """What stays of each pair says all that both said; where a program cannot tell, both stay."""
    texts = after(dataset, planned(dataset, pairs, OnConflict.UNION))
    for pair in pairs:
        text = texts[pair.label(False)]
        assert text.splitlines()[: len(pair.ours)] == pair.ours
        if pair.kind in LEFT_BY_UNION:
            assert text.splitlines() == pair.ours
            assert texts[pair.label(True)].splitlines() == pair.theirs
        else:
            assert pair.label(True) not in texts
            assert len(text.splitlines()) == len(pair.ours) + pair.added
            assert all(is_there(one, text) for one in boxes("\n".join(pair.theirs)))


@pytest.mark.parametrize("choice", list(OnConflict))
def test_each_pair_is_told_what_every_policy_would_do(
    dataset: Dataset, pairs: list[Pair], choice: OnConflict
) -> None:
    decisions = {decision.finding.path: decision for decision in planned(dataset, pairs, choice).decisions}
    for pair in pairs:
        decision = decisions[_image(pair.label(False))]
        if pair.kind in AGREE:
            assert f"equal annotations ({len(pair.ours)})" in decision.reason
            continue
        assert f"(kept {len(pair.ours)}, removed {len(pair.theirs)}); skip: both stay" in decision.reason
        assert f"keep: {len(pair.theirs)} go to the quarantine" in decision.reason
        if pair.kind in LEFT_BY_UNION:
            assert "union: not possible, " in decision.reason
        else:
            assert f"union: {pair.added} added, {pair.common} in common" in decision.reason
        left = choice is OnConflict.SKIP or (choice is OnConflict.UNION and pair.kind in LEFT_BY_UNION)
        assert decision.outcome is (Outcome.PERSON if left else Outcome.PLANNED)


def test_every_added_line_tells_where_it_came_from(dataset: Dataset, pairs: list[Pair]) -> None:
    groups = planned(dataset, pairs, OnConflict.UNION).plan.groups
    reasons = {reason.path: reason.why for group in groups for reason in group.reasons}
    for pair in pairs:
        if pair.kind in LEFT_BY_UNION or not pair.added:
            continue
        told = reasons[_image(pair.label(False))].partition("; added: ")[2].split(", ")
        numbers = range(len(pair.theirs) - pair.added + 1, len(pair.theirs) + 1)
        assert told == [f"{pair.label(True)}:{number}" for number in numbers]
