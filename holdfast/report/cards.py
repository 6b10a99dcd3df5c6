"""The verdict and the counts: what a reader must know first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

import polars as pl

from holdfast.finding import Severity
from holdfast.names import shown_path
from holdfast.report.markup import WORST_FIRST, Html, join, section, split_badge, table, tag, text
from holdfast.report.run import Run
from holdfast.wording import counted

_LISTED = 12


class Verdict(StrEnum):
    """What a run says about a dataset."""

    SOUND = "sound"
    FAULTS_FOUND = "faults found"
    INCOMPLETE = "incomplete"


def verdict_of(run: Run) -> Verdict:
    """The verdict. What did not run comes first: it is never covered by what did."""
    errors = run.count(Severity.ERROR)
    if not run.complete or run.exit_code not in (0, 1) or (run.exit_code == 1 and not errors):
        return Verdict.INCOMPLETE
    return Verdict.FAULTS_FOUND if errors else Verdict.SOUND


def verdict_card(run: Run) -> Html:
    """The verdict, one sentence why, the data, the time, and what did not run."""
    verdict = verdict_of(run)
    facts = [
        ("Data", tag("code", shown_path(run.dataset.root))),
        ("Format", text(f"{run.dataset.format} ({run.dataset.evidence})")),
        ("Finished", text(_when(run))),
        ("Run", text(_extent(run))),
    ]
    rows = [join((tag("dt", name), tag("dd", value))) for name, value in facts]
    return tag(
        "section",
        tag("p", verdict.upper(), class_="word"),
        tag("p", _why(run, verdict), class_="why"),
        tag("div", *_tiles(run), class_="tiles"),
        tag("dl", *rows),
        _list(f"Not a whole run ({len(run.reasons):,})", run.reasons),
        _list(f"Did not run ({len(run.not_run):,})", tuple(_not_run(run))),
        class_=f"card verdict {verdict.replace(' ', '-')}",
    )


def counts_card(run: Run) -> Html:
    """Images by split, with the share of them that an error or a warning concerns."""
    images = run.dataset.images.height
    touched = _touched(run)
    rows = [_split_row(run, unit, count, touched) for unit, count in run.images_by_unit().items()]
    rows.append(_share_row(text("all"), images, sum(touched.values())))
    head = ("Split", "Images", "With errors or warnings", "Share")
    note = Html() if run.complete else tag("p", "Only checks that ran are counted.", class_="note")
    return section("Images", table(head, rows, "counts"), note, class_="card")


def _why(run: Run, verdict: Verdict) -> str:
    errors, warnings = run.count(Severity.ERROR), run.count(Severity.WARNING)
    found = counted(errors, "error") + (f" and {counted(warnings, 'warning')}" if warnings else "")
    if verdict is Verdict.SOUND:
        noted = counted(warnings, "warning") if warnings else "nothing"
        return f"All {len(run.expected):,} checks ran to their end and found no error; {noted} to look at."
    if verdict is Verdict.FAULTS_FOUND:
        rules = {f.rule for f in run.findings if f.severity is Severity.ERROR and not f.waived}
        return (
            f"All {len(run.expected):,} checks ran to their end; {counted(len(rules), 'rule')} found {found}."
        )
    if run.complete:
        return f"Every check ended, but the run ended with exit code {run.exit_code}; found so far: {found}."
    missing = len(run.not_run)
    what = f"{missing:,} of {len(run.expected):,} checks did not run" if missing else "The run is not whole"
    return f"{what}; those that ran found {found}. What was not checked is not sound."


def _extent(run: Run) -> str:
    if run.complete:
        return f"complete: {len(run.expected):,} of {len(run.expected):,} checks ended"
    ended = len(run.expected) - len(run.not_run)
    return f"partial: {ended:,} of {len(run.expected):,} checks ended"


def _when(run: Run) -> str:
    started, finished = datetime.fromisoformat(run.started), datetime.fromisoformat(run.finished)
    seconds = (finished - started).total_seconds()
    return f"{finished:%Y-%m-%d %H:%M} UTC, after {seconds:,.0f} s"


def _not_run(run: Run) -> Iterator[str]:
    """One line a rule, with its units."""
    units: dict[str, list[str]] = {}
    for rule, unit in run.not_run:
        units.setdefault(rule, []).append(unit)
    for rule, names in units.items():
        yield f"{rule}: {', '.join(names)}"


def _list(title: str, lines: tuple[str, ...]) -> Html:
    """A list that is open while it is short."""
    if not lines:
        return Html()
    content = tag("ul", *(tag("li", line) for line in lines))
    summary = tag("summary", title)
    opened = {"open": ""} if len(lines) <= _LISTED else {}
    return tag("details", summary, content, **opened)


def _tiles(run: Run) -> Iterator[Html]:
    """Images and findings by severity; without a table of images none was read."""
    images = run.dataset.images.height
    yield _tile(images, "image", "plain")
    for severity in WORST_FIRST:
        number = run.count(severity)
        yield _tile(number, severity, severity if number else "none")


def _tile(number: int, noun: str, kind: str) -> Html:
    shown, words = counted(number, noun).split(" ", 1)
    return tag("div", tag("b", shown), tag("span", words), class_=f"tile {kind}")


def _touched(run: Run) -> dict[str, int]:
    """Images by unit that an error or a warning concerns, by their own file or by their label."""
    concerned = [f for f in run.findings if f.severity is not Severity.INFO and not f.waived]
    paths = list({path for finding in concerned for path in (finding.path, *finding.related)})
    images = run.dataset.images.filter(pl.col("path").is_in(paths) | pl.col("label").is_in(paths))
    return dict(images.group_by("unit").len().rows())


def _split_row(run: Run, unit: str, count: int, touched: dict[str, int]) -> Html:
    split = next(split for split in run.dataset.splits if split.unit == unit)
    note = tag("span", " declared, missing", class_="pill error") if split.missing else Html()
    place = f"{split.collection}/" if split.collection else ""
    return _share_row(join((place, split_badge(split.name), note)), count, touched.get(unit, 0))


def _share_row(name: Html, count: int, touched: int) -> Html:
    share = f"{100 * touched / count:.1f} %" if count else "no image"
    filled = tag("span", style=f"width:{100 * touched / (count or 1):.1f}%")
    bar = tag("span", filled, class_="bar")
    cells = [tag("td", f"{number:,}", class_="number") for number in (count, touched)]
    return tag("tr", tag("th", name, scope="row"), *cells, tag("td", bar, share, class_="share"))
