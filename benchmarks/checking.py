"""A check of a dataset as a command, and the pairs that it and the truth beside the data know."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from benchmarks.floor import KINDS
from benchmarks.running import Command
from benchmarks.sample import ROOT, truth_file

PAIR_RULES = ("exact_duplicate", "near_duplicate", "split_leakage")
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding says of a pair."""

    kind: str | None
    distance: int | None
    correlation: float | None


def check(name: str, data: Path, *options: str, cache: str = "{round}/cache") -> Command:
    """All default checks over the data with both reports, as `pytest checks` runs them from a clone."""
    argv = (sys.executable, "-m", "pytest", str(ROOT / "checks"), "-c", str(ROOT / "pytest.ini"))
    own = (f"--rootdir={ROOT}", f"--data={data}", f"--cache={cache}", "-q")
    return Command(name, (*argv, *own, *options), codes=(0, 1))


def pairs_found(folder: Path) -> dict[Pair, Evidence]:
    """The pairs that the check which ran in this folder reported as copies: what is of one scene is none."""
    found: dict[Pair, Evidence] = {}
    with (folder / "reports" / "findings.jsonl").open(encoding="utf-8") as lines:
        next(lines)  # about the run
        for finding in map(json.loads, lines):
            scene = finding.get("kind") == "same scene"
            if finding["rule"] in PAIR_RULES and finding.get("related") and not scene:
                pair = (finding["path"], finding["related"][0])
                evidence = (finding.get(name) for name in ("kind", "distance", "correlation"))
                found[pair] = Evidence(*evidence)
    return found


def candidates_of(folder: Path, data: Path) -> int:
    """Pictures that the check which ran in this folder decoded in full after it had measured each content."""
    with (folder / "reports" / "findings.jsonl").open(encoding="utf-8") as lines:
        measured = json.loads(next(lines))["measured"]
    pictures = (file for file in data.rglob("*") if file.suffix.lower() in KINDS)
    contents = {hashlib.sha256(file.read_bytes()).digest() for file in pictures}
    full, decoded = int(measured["full"]), int(measured["decoded"])
    return max(0, min(full, decoded - len(contents)))


def true_pairs(data: Path) -> set[Pair]:
    """All pairs of copies in data of `sample.py`; none where the truth is not known."""
    file = truth_file(data)
    if not file.exists():
        return set()
    groups: dict[str, list[str]] = {}
    for copy, original, *_ in json.loads(file.read_text(encoding="utf-8"))["list"]:
        groups.setdefault(original, [original]).append(copy)
    return {pair for group in groups.values() for pair in combinations(sorted(group), 2)}


def said(pairs: Iterable[Pair], truth: set[Pair]) -> str:
    """How many pairs there are and how many of the true ones."""
    found = set(pairs)
    return f"{len(found)} pairs" + (f", {len(found & truth)} of {len(truth)} true" if truth else "")
