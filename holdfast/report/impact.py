"""Which share of each evaluation split and class leaks contaminate, and what they are worth in scores."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.impact.contamination import ClassShare, Contamination
from holdfast.impact.lines import figure, kinds_text, percent, worth_head, worth_text
from holdfast.impact.worth import Scores
from holdfast.report.markup import Html, join, section, split_badge, table, tag, text
from holdfast.report.run import Run

MAX_CLASSES = 50
"""Classes of a contaminated split that the page lists; the findings file has all."""


def impact_section(run: Run) -> Html:
    """The section; empty where no leak contaminates anything and nothing is scored."""
    tied = any(row.tied or row.waived for row in run.impact.splits)
    if not (tied or run.scores):
        return Html()
    note = (
        "Images of val and test that a leak ties to a split used before them: a copy, the same source, "
        "the same sequence. An image counts once, by its strongest tie; the same scene is no copy."
    )
    shares = (tag("p", note, class_="note"), _splits(run.impact.splits), *_classes(run)) if tied else ()
    return section("Impact of leaks", *shares, *map(_scores, run.scores))


def _scores(found: Scores) -> Html:
    """What predictions score on each group of images, and what the leaks are worth."""
    title = join(("What the leaks are worth: ", found.file, " on ", split_badge(found.split)))
    rows = [
        tag("tr", tag("th", group.name, scope="row"), _number(group.images),
            *(tag("td", figure(value), class_="number") for value in group.values))
        for group in found.groups
    ]  # fmt: skip
    worth = [worth_text(*row) for row in zip(found.metrics, found.differences, strict=False)]
    said = (
        f"{worth_head(found).capitalize()}: {'; '.join(worth)} ({found.resamples} resamples)."
        if worth
        else ""
    )
    lines = [tag("p", line, class_="more") for line in (said, *found.notes) if line]
    drawn = table(("Images", "Number", *found.metrics), rows, "numbers impact")
    return tag("div", tag("h3", title), drawn, *lines, class_="part")


def _splits(rows: tuple[Contamination, ...]) -> Html:
    head = ("Split", "Tied to", "Images", "Contaminated", "Share", "How", "Waived only")
    drawn = [
        tag(
            "tr",
            tag("th", split_badge(row.split), scope="row"),
            tag("td", split_badge(row.against)),
            _number(row.images),
            _number(row.tied),
            _share(row.tied, row.images),
            tag("td", kinds_text(row.kinds)),
            _number(row.waived),
        )
        for row in rows
    ]
    return table(head, drawn, "numbers impact")


def _classes(run: Run) -> Iterator[Html]:
    """One table for each contaminated split."""
    for row in run.impact.splits:
        shares = [share for share in run.impact.classes if (share.split, share.against) == row[:2]]
        if not shares:
            continue
        title = join(("Classes of ", split_badge(row.split), " against ", split_badge(row.against)))
        head = ("Class", "Images", "Contaminated", "Share", "Annotations", "Contaminated", "Share", "How")
        left = len(shares) - MAX_CLASSES
        more = tag("p", f"and {left:,} less contaminated", class_="more") if left > 0 else Html()
        drawn = table(head, [_class(share) for share in shares[:MAX_CLASSES]], "numbers impact")
        yield tag("div", tag("h3", title), drawn, more, class_="part")


def _class(share: ClassShare) -> Html:
    return tag(
        "tr",
        tag("th", share.name, scope="row"),
        _number(share.images),
        _number(share.tied),
        _share(share.tied, share.images),
        _number(share.annotations),
        _number(share.tied_annotations),
        _share(share.tied_annotations, share.annotations),
        tag("td", kinds_text(share.kinds)),
    )


def _number(value: int) -> Html:
    return tag("td", f"{value:,}", class_="number")


def _share(part: int, whole: int) -> Html:
    filled = tag("span", style=f"width:{100 * part / (whole or 1):.1f}%")
    return tag("td", tag("span", filled, class_="bar"), text(percent(part, whole)), class_="share")
