"""Plans with anything in them, for the core that carries plans out: whatever it does, it can take it back."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

from holdfast.repair.plans.plan import NotAPlan
from holdfast.repair.plans.plan_json import from_json, to_json
from tests.attacks.ground import FAILURES, Ground, snapshot

PIECES: list[Any] = [
    "", ".", "..", "a", "b/labels/new.txt", "a/images/keep0.png", "a/images/copy1.png", "a/labels/keep1.txt",
    "../x", "/etc/hosts", "a\0b", ".holdfast/lock", "remove", "replace", "create", "move", "bytes", "label",
    0, -1, 1 << 70, 1.5, None, True, [], {}, {"b64": "Li4vdmljdGlt"}, {"b64": "!"}, "x" * 300, "0" * 64,
]  # fmt: skip


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every value in a JSON document: what holds it, and its key there."""
    found = []
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += [(data, key), *places(value)]
    return found


def forge(data: Any, chance: random.Random) -> None:
    """Put one value in the place of another, one of ours or one from elsewhere in the plan."""
    every = places(data)
    holder, key = chance.choice(every)
    other, there = chance.choice(every)
    holder[key] = json.loads(json.dumps(chance.choice([chance.choice(PIECES), other[there]])))


def test_whatever_a_plan_says_can_be_taken_back(ground: Ground) -> None:
    chance, applied = random.Random(4), 0
    honest = to_json(ground.plan)
    beside = sorted(ground.scratch.iterdir())
    for number in range(600):
        data = json.loads(honest)
        for _ in range(chance.randint(1, 3)):
            forge(data, chance)
        try:
            ground.plan = from_json(json.dumps(data).encode())
            ground.apply()
        except (NotAPlan, *FAILURES):
            assert snapshot(ground.root) == replace_root(ground), number
            continue
        applied += 1
        assert ground.lost() == 0, number
        ground.undo()
        assert snapshot(ground.root) == ground.before, number
        ground.renew()
    assert applied > 20
    assert sorted(ground.scratch.iterdir()) == beside


def replace_root(ground: Ground) -> Any:
    """The tree as before; the time of the root tells that a folder for state was made."""
    now = ground.root.stat().st_mtime_ns
    return ground.before | {".": replace(ground.before["."], modified=now)}
