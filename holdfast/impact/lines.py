"""The impact in a few lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.impact.contamination import ClassShare, Contamination, Impact, KindCount
from holdfast.names import display

_CLASSES = 3
"""Classes that are named of a contaminated split."""


def impact_lines(impact: Impact) -> Iterator[str]:
    """A line for each contaminated split and one for its worst classes; none where nothing is."""
    shown = [row for row in impact.splits if row.tied or row.waived]
    if shown:
        yield "contaminated by leaks (a picture counts once, by its strongest tie):"
    for row in shown:
        yield f"  {row.split} by {row.against}: {contaminated(row)}"
        classes = [share for share in impact.classes if (share.split, share.against) == row[:2]]
        if len(classes) > 1:
            yield f"    {row.split} classes, worst first: {_worst(classes)}"


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
    named = [
        f"{display(share.name)}: {share_text(share.tied, share.images)} images, "
        f"{percent(share.tied_annotations, share.annotations)} of its {share.annotations:,} annotations"
        for share in classes[:_CLASSES]
    ]
    left = len(classes) - len(named)
    return "; ".join(named) + (f"; {left} more classes in the report" if left else "")
