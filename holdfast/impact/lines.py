"""The impact in a few lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.impact.contamination import ClassShare, Contamination, Impact, KindCount
from holdfast.impact.worth import Difference, Group, Scores
from holdfast.names import display

_CLASSES = 3
"""Classes that are named of a contaminated split."""


def impact_lines(impact: Impact) -> Iterator[str]:
    """A line for each contaminated split, the worst classes below the most contaminated; none where nothing
    is."""
    shown = [row for row in impact.splits if row.tied or row.waived]
    if shown:
        yield "contaminated by leaks (a picture counts once, by its strongest tie):"
    worst = max(shown, key=lambda row: row.tied / (row.images or 1), default=None)
    for row in shown:
        yield f"  {row.split} by {row.against}: {contaminated(row)}"
        classes = [share for share in impact.classes if (share.split, share.against) == row[:2]]
        if len(classes) > 1 and row is worst:
            yield f"    its classes, worst first: {_worst(classes)}"


def score_lines(scores: Iterable[Scores]) -> Iterator[str]:
    """What the predictions score: a line of groups, one of what the leaks are worth, and one of notes."""
    for found in scores:
        groups = "; ".join(_group(group, found.metrics) for group in found.groups)
        yield f"predictions {display(found.file)}, {found.split}: {groups}"
        worth = [worth_text(*row) for row in zip(found.metrics, found.differences, strict=False)]
        if worth:
            yield f"  {worth_head(found)}: {'; '.join(worth)} ({found.resamples} resamples)"
        if found.notes:
            yield f"  note: {'; '.join(map(display, found.notes))}"


def _group(group: Group, metrics: tuple[str, ...]) -> str:
    figures = ", ".join(f"{name} {figure(value)}" for name, value in zip(metrics, group.values, strict=True))
    return f"{group.name} ({group.images:,} images) {figures}"


def worth_head(found: Scores) -> str:
    """What the difference is of."""
    return "leaked minus clean" + (", at equal numbers of images" if found.evened else "")


def worth_text(metric: str, row: Difference) -> str:
    """As in `accuracy +0.120, 95 % between +0.050 and +0.190`."""
    if row.low is None or row.high is None:
        return f"{metric} {row.value:+.3f}, too few images for an interval"
    return f"{metric} {row.value:+.3f}, 95 % between {row.low:+.3f} and {row.high:+.3f}"


def figure(value: float | None) -> str:
    """A score, as in `0.812`."""
    return "none" if value is None else f"{value:.3f}"


def contaminated(row: Contamination) -> str:
    """As in `8 of 148 images (5.4 %): 4 identical bytes, 4 re-encoded`."""
    noted = f"; {row.waived} more by waived findings only" if row.waived else ""
    kinds = f": {kinds_text(row.kinds)}" if row.kinds else ""
    return f"{share_text(row.tied, row.images)} images ({percent(row.tied, row.images)}){kinds}{noted}"


def kinds_text(kinds: Iterable[KindCount]) -> str:
    """As in `4 identical bytes, 4 re-encoded`."""
    return ", ".join(f"{count:,} {display(kind)}" for kind, count in kinds)


def share_text(part: int, whole: int) -> str:
    """As in `8 of 148`."""
    return f"{part:,} of {whole:,}"


def percent(part: int, whole: int) -> str:
    """As in `5.4 %`."""
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _worst(classes: list[ClassShare]) -> str:
    tied = [share for share in classes if share.tied]
    named = [
        f"{display(share.name)}: {share_text(share.tied, share.images)} images, "
        f"{percent(share.tied_annotations, share.annotations)} of its {share.annotations:,} annotations"
        for share in tied[:_CLASSES]
    ]
    left = len(tied) - len(named)
    return "; ".join(named) + (f"; {left} more in the report" if left else "")
