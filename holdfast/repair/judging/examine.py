"""All checks over the data as it is now, without pytest: a plan is proved by them and judged by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from holdfast.check import Rule
from holdfast.config import Settings, load_settings
from holdfast.dataset import Dataset
from holdfast.facts.levels import Level, level_for
from holdfast.facts.scan import Scanner, open_scanner
from holdfast.finding import Finding
from holdfast.formats import recognise
from holdfast.progress import Progress
from holdfast.repair.lookup import NEEDS
from holdfast.report.run import layout_of
from holdfast.rules import checks_folder, load_rules
from holdfast.running import Needs, all_findings, measured, needs_of


@dataclass(frozen=True, slots=True)
class Examined:
    """The dataset as it is, with the facts that fixers need, and what all checks find in it."""

    dataset: Dataset
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Examiner:
    """Runs the checks, as often as asked, with workers that stay. Only the cache is written."""

    root: Path
    settings: Settings
    scanner: Scanner
    rules: tuple[Rule, ...]

    @property
    def layout(self) -> str:
        """How the dataset is read now, as findings record it."""
        return layout_of(recognise(self.root, self.settings), self.settings)

    def read(self) -> Dataset:
        """The dataset as it is, with the facts that fixers need. Raises UsageError."""
        needs = Needs(level_for(NEEDS))
        return measured(recognise(self.root, self.settings), needs, self.scanner)

    def examine(self) -> Examined:
        """Read, measure and check everything; what did not change since the last time is known.

        Raises UsageError for data or settings that cannot be checked.
        """
        needs = needs_of(self.rules, self.settings)
        needs = replace(needs, level=max(needs.level or Level.BYTES, level_for(NEEDS)))
        dataset = measured(recognise(self.root, self.settings), needs, self.scanner)
        return Examined(dataset, tuple(all_findings(self.rules, dataset, self.settings)))


@contextmanager
def open_examiner(
    root: Path, config: Path | None, cache: Path | None, progress: Progress
) -> Iterator[Examiner]:
    """An examiner with the settings of a check: `config`, else the dataset's, else those here.

    Raises UsageError for wrong settings and for a cache folder inside the data.
    """
    settings = load_settings(root, config, Path.cwd())
    rules = tuple(load_rules(checks_folder()).values())
    with open_scanner(root, cache, progress) as scanner:
        yield Examiner(root, settings, scanner, rules)
