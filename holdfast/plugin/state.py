"""What the plugin knows during one pytest run, under a typed key of pytest's own stash."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from holdfast.check import CASE, CheckFailed, Rule
from holdfast.config import Settings
from holdfast.dataset import Dataset
from holdfast.facts.levels import Level
from holdfast.facts.pool import Pool
from holdfast.facts.scan import Counts, Scanner
from holdfast.finding import Finding, Severity
from holdfast.impact.placed import Placed
from holdfast.impact.predictions import Predictions
from holdfast.pairs import Signals
from holdfast.report.run import Result, Run
from holdfast.running import Needs, findings_of, needs_of
from holdfast.units import Unit

TABLES = (
    "images", "labels", "annotations", "classes", "masks", "files", "problems", "pairs", "known_images",
    "known_pairs", "relatives",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demand:
    """What the selected checks need.

    `items` are their node ids; `trouble` is a wrong use that collection found, '' for none.
    """

    items: tuple[str, ...] = ()
    needs: Needs = field(default_factory=Needs)
    trouble: str = ""

    def to_json(self) -> str:
        """The demand as a worker of xdist sends it."""
        needs = self.needs
        return json.dumps(
            [self.items, needs.level, sorted(needs.tables), astuple(needs.signals), self.trouble]
        )


def demand_from_json(text: str) -> Demand:
    """The way back."""
    items, level, tables, signals, trouble = json.loads(text)
    needs = Needs(level and Level(level), frozenset(tables), Signals(*signals))
    return Demand(tuple(items), needs, trouble)


def demand_of(items: Iterable[pytest.Item], settings: Settings) -> Demand:
    """What these items need. Raises UsageError for settings that do not fit their rules."""
    rules = {item.nodeid: rule for item in items if (rule := rule_of(item)) is not None}
    return Demand(tuple(rules), needs_of(rules.values(), settings))


def rule_of(item: pytest.Item) -> Rule | None:
    """The rule that an item runs, None for any other test."""
    rule = getattr(getattr(item, "obj", None), "rule", None)
    return rule if isinstance(rule, Rule) and CASE in getattr(item, "fixturenames", ()) else None


@dataclass
class State:
    """One run over one dataset. `dataset` starts with its splits only; `prepare` fills its tables. `other` is
    the one that --against names."""

    dataset: Dataset
    settings: Settings
    cache: Path | None
    findings_file: Path
    rules: dict[str, Rule]
    other: Dataset | None = None
    shared: Path | None = None
    predictions: tuple[Predictions, ...] = ()
    placed: tuple[Placed, ...] = ()
    demand: Demand = field(default_factory=Demand)
    results: list[Result] = field(default_factory=list)
    pool: Pool = field(default_factory=Pool)
    scanner: Scanner | None = None
    open: ExitStack = field(default_factory=ExitStack)
    notes: list[str] = field(default_factory=list)
    prepared: bool = False
    internal_error: bool = False
    broken_check: bool = False
    run: Run | None = None
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def tables(self) -> Dataset:
        """The dataset with its tables; a worker of xdist reads what the controller measured."""
        if not self.prepared and self.shared is not None:
            frames: dict[str, Any] = {
                name: pl.read_parquet(self.shared / f"{name}.parquet") for name in TABLES
            }
            # of COCO only the reading shows which collections declare classes
            declared = self.dataset.declared.union(frames["classes"]["collection"].cast(pl.String))
            self.dataset = replace(self.dataset, tree=None, declared=declared, **frames)
            self.prepared = True
        if not self.prepared:
            raise RuntimeError("the images were not measured before the first check")
        return self.dataset

    @property
    def counts(self) -> Counts:
        """How much work this run really did."""
        return self.scanner.counts if self.scanner else Counts()

    def share(self, folder: Path) -> None:
        """Write the tables for the workers of xdist."""
        for name in TABLES:
            getattr(self.dataset, name).write_parquet(folder / f"{name}.parquet")


STATE = pytest.StashKey[State]()


@dataclass(frozen=True)
class UnitCase:
    """One unit of the dataset, as a parametrized check gets it."""

    unit: Unit
    state: State = field(repr=False)  # pytest shows the arguments of a failed test, and it is large
    findings: list[Finding] = field(default_factory=list, repr=False)

    def run(self, rule: Rule) -> None:
        """Run a rule over the unit and keep what it found; raises CheckFailed if there are errors."""
        self.findings.extend(findings_of(rule, self.unit, self.state.tables(), self.state.settings))
        if any(finding.severity is Severity.ERROR and not finding.waived for finding in self.findings):
            raise CheckFailed
