"""The matrices: leaks between splits, and rules by units. Every cell comes from the outcome of a check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.check import Per
from holdfast.finding import Finding, Severity
from holdfast.report.markup import Html, join, section, severity_counts, split_badge, table, tag
from holdfast.report.run import Result, Run, State
from holdfast.units import units_of
from holdfast.wording import counted

_MARK = {Severity.ERROR: "", Severity.WARNING: " w", Severity.INFO: " i"}
_ORDER = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: how the check ended in `state` (ok, error, not run, or the worst severity it found),
    and the lines to show."""

    state: str
    lines: tuple[str, ...]


def pair_rules(run: Run) -> tuple[str, ...]:
    """Rules about pairs of images in two splits: all their units are pairs of split names."""
    pairs = {unit.name for unit in units_of(run.dataset, Per.SPLIT_PAIR)}
    rules = (rule for rule, units in _units_by_rule(run).items() if pairs.issuperset(units))
    return tuple(rule for rule in rules if rule not in run.without_pairs)


def leakage_section(run: Run) -> Html:
    """For each rule that compares splits, split by split over all collections."""
    names = [name for name in _ORDER if any(split.name == name for split in run.dataset.splits)]
    if len(names) < 2:
        return section("Leakage between splits", tag("p", "One split: there is nothing that could leak."))
    rules = pair_rules(run) or ("no rule that compares splits",)
    tables = [_leakage_table(run, rule, names) for rule in rules]
    return section("Leakage between splits", *tables)


def leakage_cell(run: Run, rule: str, first: str, second: str) -> Cell:
    """One pair of splits: proved pairs with the share of each evaluation split, ok, error or not run. An info
    is no leak: it is counted and shares nothing."""
    result = _result(run, rule, f"{first}-{second}")
    if result is None or result.state is State.SKIPPED:
        return Cell("not-run", ("not run", *_missing(run, (first, second))))
    if result.state is State.ERROR:
        return Cell("error", ("error", "the check did not run to its end"))
    found = [finding for finding in result.findings if not finding.waived]
    waived = len(result.findings) - len(found)
    leaks = [finding for finding in found if finding.severity is not Severity.INFO]
    told = (counted(len(found) - len(leaks), "info"),) if len(found) > len(leaks) else ()
    noted = (*told, f"{waived} waived") if waived else told
    if not leaks:
        return Cell("ok", ("ok", *noted))
    shares = (_share(run, leaks, name) for name in (first, second) if name != "train")
    return Cell(f"found {_worst(leaks)}", (counted(len(leaks), "pair"), *shares, *noted))


def rules_section(run: Run) -> Html:
    """Every rule by its units; rules that cover the same units share a table."""
    tables: dict[tuple[str, ...], list[str]] = {}
    for rule, units in _units_by_rule(run).items():
        if rule not in run.unlisted:
            tables.setdefault(units, []).append(rule)
    by_width = sorted(tables.items(), key=lambda entry: -len(entry[0]))
    legend = "A number: errors; w: warnings; i: infos; error: the check did not run to its end."
    drawn = [_rules_table(run, rules, units) for units, rules in by_width]
    return section(
        "Checks by unit", tag("p", legend, class_="note"), tag("div", *drawn, class_="tables"), _unlisted(run)
    )  # fmt: skip


def _unlisted(run: Run) -> Html:
    if not run.unlisted:
        return Html()
    names = join(tag("li", tag("code", rule), " ", run.summaries.get(rule, "")) for rule in run.unlisted)
    return tag(
        "details", tag("summary", f"ok in every unit: {len(run.unlisted)} more rules"), tag("ul", names)
    )


def rule_cell(result: Result | None) -> Cell:
    """One rule of one unit: what it found by severity, `ok`, `error` or `not run`."""
    if result is None or result.state is State.SKIPPED:
        return Cell("not-run", ("not run",))
    if result.state is State.ERROR:
        return Cell("error", ("error",))
    counts = severity_counts(result.findings)
    waived = sum(finding.waived for finding in result.findings)
    lines = [f"{number:,}{_MARK[severity]}" for severity, number in counts.items()]
    lines += [f"{waived:,} waived"] * bool(waived)
    return Cell(f"found {next(iter(counts))}" if counts else "ok", tuple(lines) if counts else ("ok", *lines))


def _leakage_table(run: Run, rule: str, names: list[str]) -> Html:
    rows = []
    for row, first in enumerate(names[:-1]):
        cells = [tag("td", class_="blank")] * row
        cells += [_draw(leakage_cell(run, rule, first, second)) for second in names[row + 1 :]]
        rows.append(tag("tr", tag("th", split_badge(first), scope="row"), *cells))
    head = [tag("td"), *(tag("th", split_badge(name), scope="col") for name in names[1:])]
    note = ": proved pairs with one picture in each of two splits, over all collections"
    return join((tag("p", tag("code", rule), note, class_="note"), table(head, rows, "leakage")))


def _rules_table(run: Run, rules: list[str], units: tuple[str, ...]) -> Html:
    ended = {(result.rule, result.unit): result for result in run.results}
    rows = []
    for rule in rules:
        name = tag("th", rule, scope="row", title=run.summaries.get(rule, ""))
        rows.append(tag("tr", name, *(_draw(rule_cell(ended.get((rule, unit)))) for unit in units)))
    return table(["Check", *units], rows, "matrix")


def _draw(cell: Cell) -> Html:
    lines = [tag("b", cell.lines[0]), *(tag("span", line) for line in cell.lines[1:])]
    return tag("td", join(lines), class_=f"cell {cell.state}")


def _units_by_rule(run: Run) -> dict[str, tuple[str, ...]]:
    units: dict[str, tuple[str, ...]] = {}
    for rule, unit in run.expected:
        units[rule] = (*units.get(rule, ()), unit)
    return units


def _result(run: Run, rule: str, unit: str) -> Result | None:
    return next((result for result in run.results if (result.rule, result.unit) == (rule, unit)), None)


def _worst(findings: Iterable[Finding]) -> Severity:
    return next(iter(severity_counts(findings)))


def _missing(run: Run, names: tuple[str, ...]) -> list[str]:
    present = {split.name for split in run.dataset.splits if not split.missing}
    return [f"{name} is declared and missing" for name in names if name not in present]


def _share(run: Run, leaks: list[Finding], name: str) -> str:
    paths = list({path for finding in leaks for path in (finding.path, *finding.related)})
    images = run.dataset.images.select("path", "split").filter(split=name)["path"]
    leaked, total = images.is_in(paths).sum(), images.len()
    share = f" ({100 * leaked / total:.1f} %)" if total else ""
    return f"{leaked:,} of {counted(total, f'{name} image')}{share}"
