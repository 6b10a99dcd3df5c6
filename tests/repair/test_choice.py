"""Which copies go, for any set of proved pairs and any policy."""

from __future__ import annotations

import hashlib
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import Dataset, Finding, Severity
from holdfast.config import Settings
from holdfast.formats import read, recognise
from holdfast.repair import Policy
from holdfast.repair.fixers import load_fixers
from holdfast.repair.planning.planner import Draft, Options, make_plan
from holdfast.repair.plans.plan import Act, Choices
from holdfast.repair.plans.plan_json import from_json, to_json
from holdfast.repair.policy import Keep

NAMES = [f"{split}/images/{name}.png" for split in ("train", "valid", "test") for name in "abcd"]
PAIRS = list(combinations(NAMES, 2))
FIXERS = load_fixers()


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Twelve images of equal bytes in three splits, and one of its own in each."""
    root = tmp_path_factory.mktemp("data")
    for path in [*NAMES, *(f"{split}/images/own.png" for split in ("train", "valid", "test"))]:
        for part, content in ((path, b"same"), (path.replace("images", "labels").replace("png", "txt"), b"")):
            (root / part).parent.mkdir(parents=True, exist_ok=True)
            (root / part).write_bytes(content)
    return read(recognise(root, Settings()))


SAME = hashlib.sha256(b"same").hexdigest()


def planned(dataset: Dataset, pairs: list[tuple[str, str]], policy: Policy) -> Draft:
    findings = [
        Finding(
            *(one, "same"),
            severity=Severity.ERROR,
            related=(other,),
            kind="identical bytes",
            rule="exact_duplicate",
            sha256=SAME,
            related_sha256=(SAME,),
        )
        for one, other in pairs
    ]
    return make_plan(
        dataset, findings, FIXERS, Options(Choices(policy, unsafe=True, max_change=1)), lambda *_: None
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(PAIRS), unique=True, max_size=20),
    st.sampled_from(list(Keep)),
    st.lists(st.sampled_from(NAMES), max_size=3),
)
def test_every_copy_that_goes_has_a_direct_copy_that_stays(
    dataset: Dataset, pairs: list[tuple[str, str]], keep: Keep, protect: list[str]
) -> None:
    policy = Policy(keep, protect=tuple(protect))
    plan = planned(dataset, pairs, policy).plan
    gone = {op.path for op in plan.ops if op.act is Act.REMOVE and "/images/" in op.path}
    labels = {op.path for op in plan.ops if op.act is Act.REMOVE and "/labels/" in op.path}
    assert labels == {path.replace("images", "labels").replace("png", "txt") for path in gone}
    assert not gone & set(protect)
    for path in gone:
        partners = {other for pair in pairs if path in pair for other in pair} - {path}
        assert partners - gone
    for one, other in pairs:  # nothing is left that could go
        assert {one, other} & gone or {one, other} <= set(protect)
    assert from_json(to_json(plan)) == plan


def test_the_plan_does_not_depend_on_the_order_of_findings(dataset: Dataset) -> None:
    there, back = planned(dataset, PAIRS[:30], Policy()), planned(dataset, PAIRS[29::-1], Policy())
    assert [group.ops for group in there.plan.groups] == [group.ops for group in back.plan.groups]
