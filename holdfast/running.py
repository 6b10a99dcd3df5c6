"""Running rules: what they need of the images, the tables with that, and what a rule yields, completed."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import or_
from pathlib import Path
from typing import Any

import polars as pl

from holdfast.check import Rule
from holdfast.config import Decode, Settings
from holdfast.dataset import Dataset, Problem
from holdfast.facts.levels import Level, level_for
from holdfast.facts.masked import measure_masks
from holdfast.facts.scan import Scanner
from holdfast.files import NotRead, read_file
from holdfast.finding import Finding, Severity
from holdfast.formats import read_images, read_labels, read_masks
from holdfast.names import to_os
from holdfast.pairing import find_pairs
from holdfast.pairing.known import with_known_pairs
from holdfast.pairs import Signals
from holdfast.progress import showing
from holdfast.rules import fixers_folder
from holdfast.selecting import selected
from holdfast.sources import find_relatives, with_sources
from holdfast.units import Unit, units_of

_ORDER = list(Severity)
_LIMIT = 256 << 20
_PAIRED = {"pairs", "known_pairs", "relatives"}


@dataclass(frozen=True, slots=True)
class Needs:
    """What rules need: how deep the images are measured (None: not at all), tables, and by what pairs are
    found."""

    level: Level | None = None
    tables: frozenset[str] = frozenset()
    signals: Signals = field(default_factory=Signals)


def needs_of(rules: Iterable[Rule], settings: Settings) -> Needs:
    """What these rules need with these settings. Raises UsageError for settings that do not fit them."""
    rules = list(rules)
    options = {rule.name: settings.options_of(rule) for rule in rules}
    for rule in rules:
        settings.severity_of(rule)
    wanted = [_signals(options[rule.name]) for rule in rules if _PAIRED & {*rule.tables}]
    needs = {need for rule in rules for need in rule.needs}
    tables = frozenset(table for rule in rules for table in rule.tables)
    level = level_for(needs) if needs else None
    if _PAIRED & tables:
        deepest = Level.EXACT if settings.decode is Decode.FULL else Level.SKETCH
        level = max(level or deepest, deepest)
    return Needs(level, tables, functools.reduce(or_, wanted, Signals()))


def _signals(options: Mapping[str, Any]) -> Signals:
    """The signals that the options of a rule name."""
    known = {entry.name for entry in fields(Signals)}
    return Signals(**{name: value for name, value in options.items() if name in known})


def measured(
    dataset: Dataset, needs: Needs, scanner: Scanner, other: Dataset | None = None, cache: Path | None = None
) -> Dataset:
    """The dataset, as it was recognised, with its tables and the facts that are needed.

    `other` is the dataset that it is compared with where `known_pairs` are needed, `cache` the folder of that
    one's facts. Raises UsageError when there is not a single image in any split of one of them.
    """
    with showing(scanner.progress):
        dataset = with_sources(read_images(dataset))
        features = needs.signals.features
        pending = scanner.start(dataset, needs.level, features=features) if needs.level else None
        dataset = read_labels(dataset)  # while the workers decode
    if pending is not None:
        dataset = scanner.finish(dataset, pending)
    dataset = read_masks(measure_masks(dataset, scanner))
    if needs.tables & {"pairs", "relatives"}:
        dataset = find_pairs(dataset, needs.signals, scanner)
    if "relatives" in needs.tables:
        dataset = find_relatives(dataset, scanner)
    if other is not None and "known_pairs" in needs.tables:
        dataset = with_known_pairs(dataset, other, needs.signals, scanner, cache)
    return dataset


def all_findings(rules: Iterable[Rule], dataset: Dataset, settings: Settings) -> list[Finding]:
    """What these rules find in every unit of a measured dataset."""
    return [
        finding
        for rule in rules
        for unit in units_of(dataset, rule.per)
        for finding in findings_of(rule, unit, dataset, settings)
    ]


def findings_of(rule: Rule, unit: Unit, dataset: Dataset, settings: Settings) -> list[Finding]:
    """Everything that a rule finds in a unit, in its own order, with rule, unit, severity and digests.

    Raises what the rule raises.
    """
    given = {name: _argument(name, unit, dataset) for name in rule.tables}
    found = list(rule.function(**given, **settings.options_of(rule)))
    if _PAIRED & {*rule.tables}:
        found += _not_compared(dataset)
    limit = settings.severity_of(rule)
    digests = _digests(dataset, found)
    return [_complete(_pointed(finding, dataset), rule, unit, limit, digests) for finding in found]


def _argument(name: str, unit: Unit, dataset: Dataset) -> object:
    if name == "dataset":
        return dataset
    if name == "unit":
        return unit
    table = getattr(dataset, name)
    if name == "classes":
        return unit.select_classes(table)
    return unit.select_pairs(table) if name in ("pairs", "relatives") else selected(name, table, unit)


def _not_compared(dataset: Dataset) -> list[Finding]:
    """That pairs were left out is a finding of every rule about pairs: silence would be a false green."""
    rows = dataset.problems.filter(kind=Problem.NOT_COMPARED).select("path", "message").rows()
    return [Finding(path, message, kind=Problem.NOT_COMPARED) for path, message in rows]


def _pointed(finding: Finding, dataset: Dataset) -> Finding:
    """The finding with the JSON pointer of its annotation, where the format is JSON."""
    if finding.pointer or finding.entry is None or dataset.pointer is None:
        return finding
    return replace(finding, pointer=dataset.pointer.format(finding.entry))


def _complete(finding: Finding, rule: Rule, unit: Unit, limit: Severity, digests: dict[str, str]) -> Finding:
    severity = limit if finding.severity is None else min(finding.severity, limit, key=_ORDER.index)
    return replace(
        finding,
        rule=rule.name,
        unit=unit.name,
        severity=severity,
        sha256=digests.get(finding.path),
        related_sha256=tuple(digests.get(path) for path in finding.related),
        fixable=finding.severity is not Severity.INFO
        and finding.kind != Problem.NOT_COMPARED
        and _has_fixer(rule.name),
    )


@functools.cache
def _has_fixer(rule: str) -> bool:
    return (fixers_folder() / f"{rule}.py").exists()


def _digests(dataset: Dataset, findings: Iterable[Finding]) -> dict[str, str]:
    """Digests of the files that findings concern: as measured, else of what lies there now."""
    paths = {path for finding in findings for path in (finding.path, *finding.related)}
    known: dict[str, str] = {}
    for table in (dataset.images, dataset.labels, dataset.known_images):
        if paths and "sha256" in table.columns:
            rows = table.filter(pl.col("path").is_in(list(paths))).select("path", "sha256").drop_nulls()
            known |= dict(rows.iter_rows())
    for path in paths - known.keys():
        try:
            data, _ = read_file(os.path.join(dataset.root, to_os(path)), _LIMIT)
        except NotRead:
            continue
        known[path] = hashlib.sha256(data).hexdigest()
    return known
