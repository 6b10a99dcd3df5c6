"""What one run of the checks gave: the data behind every report."""

from __future__ import annotations

import functools
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from holdfast.config import Settings
from holdfast.dataset import Dataset
from holdfast.facts.scan import Counts
from holdfast.finding import Finding, Severity, from_json
from holdfast.impact.contamination import Impact, impact_of
from holdfast.impact.placed import Placed
from holdfast.impact.scoring import scores_of
from holdfast.impact.worth import Scores

FEW = 20
"""Rules that are all listed; of more only those with something to say."""


class State(StrEnum):
    """How one check of one unit ended."""

    OK = "ok"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """One check of one unit. FAILED: it found errors; ERROR: it did not run to its end; OK may hold
    warnings and infos; SKIPPED: there was nothing that it could be run on."""

    rule: str
    unit: str
    state: State
    findings: tuple[Finding, ...] = ()

    def to_json(self) -> str:
        """ASCII text that survives any channel: names that are no Unicode break xdist's own."""
        return json.dumps(
            [self.rule, self.unit, self.state, [finding.to_json() for finding in self.findings]]
        )


@functools.lru_cache(maxsize=1)
def result_from_json(text: str) -> Result:
    """The way back. The latest is kept: all that show one test ask for it, and it may be large."""
    rule, unit, state, lines = json.loads(text)
    return Result(rule, unit, State(state), tuple(from_json(line) for line in lines))


def layout_of(dataset: Dataset, settings: Settings) -> str:
    """A digest of how the data was read: findings hold only while splits, classes and settings stay."""
    splits = sorted((split.unit, split.folders, split.lists) for split in dataset.splits)
    text = repr(
        (settings.text, splits, dataset.classes.select("collection", "class_id", "class_name").rows())
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)  # without slots, for what is counted once
class Run:
    """One finished run.

    `expected` are the (rule, unit) that a whole run over this dataset has, `not_run` those of them that
    did not end; `complete` says that there are none. `reasons` are lines that say why the run is not
    whole, or not to be trusted. `exit_code` is that of the process. Times are UTC, ISO 8601. `layout`
    is what `layout_of` says of the dataset and its settings. `without_pairs` are rules that are known to look
    at no pairs of images. `against` is where the dataset lies that --against names, '' without.
    `placed` are predictions that are to be scored.
    """

    dataset: Dataset
    results: tuple[Result, ...]
    expected: tuple[tuple[str, str], ...]
    exit_code: int
    started: str
    finished: str
    reasons: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)
    summaries: Mapping[str, str] = field(default_factory=dict)
    layout: str = ""
    without_pairs: frozenset[str] = frozenset()
    placed: tuple[Placed, ...] = ()
    against: str = ""

    @property
    def not_run(self) -> tuple[tuple[str, str], ...]:
        """What a whole run would have checked and this one did not."""
        ended = {(result.rule, result.unit) for result in self.results if result.state is not State.ERROR}
        return tuple(place for place in self.expected if place not in ended)

    @property
    def complete(self) -> bool:
        """Whether every check of every unit ran to its end."""
        return not self.not_run and not self.reasons

    @functools.cached_property
    def findings(self) -> list[Finding]:
        """All findings, in order of checks and units."""
        return [finding for result in self.results for finding in result.findings]

    @functools.cached_property
    def impact(self) -> Impact:
        """Which share of the evaluation splits leaks contaminate, by the checks that ran to their end."""
        ended = (State.OK, State.FAILED)
        ran = [(result.rule, result.unit) for result in self.results if result.state in ended]
        return impact_of(self.dataset, self.findings, ran)

    @functools.cached_property
    def scores(self) -> tuple[Scores, ...]:
        """What the predictions score on leaked and on clean images."""
        return tuple(
            found for placed in self.placed for found in scores_of(self.dataset, placed, self.impact)
        )

    @functools.cached_property
    def unlisted(self) -> tuple[str, ...]:
        """Rules that a long list leaves out: they ran over all of their units and found nothing. None of them
        where few rules ran."""
        left = {rule for rule, _ in self.not_run}
        left |= {result.rule for result in self.results if result.findings or result.state is not State.OK}
        ran = list(dict.fromkeys(result.rule for result in self.results))
        return tuple(rule for rule in ran if rule not in left) if len(ran) > FEW else ()

    def count(self, severity: Severity) -> int:
        """How many findings of a severity there are; waived ones do not count."""
        return self._counts[severity]

    def images_by_unit(self) -> dict[str, int]:
        """Images by split, in the order of the dataset; a declared split that is missing has 0."""
        counts = dict(self.dataset.images.group_by("unit").len().iter_rows())
        return {split.unit: counts.get(split.unit, 0) for split in self.dataset.splits}

    @functools.cached_property
    def _counts(self) -> Counter[Severity | None]:
        return Counter(finding.severity for finding in self.findings if not finding.waived)
