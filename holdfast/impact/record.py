"""The impact as data of JSON, for the first line of the findings file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from holdfast.impact.contamination import ClassShare, Contamination, Impact, KindCount
from holdfast.names import printable


def impact_record(impact: Impact) -> dict[str, Any]:
    """Each evaluation split, and each class of a contaminated one, against the splits used before it."""
    return {
        "splits": [_split(row) for row in impact.splits],
        "classes": [_class(row) for row in impact.classes],
    }


def _split(row: Contamination) -> dict[str, Any]:
    return {
        "split": row.split,
        "against": row.against,
        "images": row.images,
        "contaminated": row.tied,
        "waived": row.waived,
        "kinds": _counts(row.kinds),
        "rules": list(row.rules),
    }


def _class(row: ClassShare) -> dict[str, Any]:
    return {
        "split": row.split,
        "against": row.against,
        "class": printable(row.name),
        "images": row.images,
        "contaminated": row.tied,
        "annotations": row.annotations,
        "contaminated_annotations": row.tied_annotations,
        "kinds": _counts(row.kinds),
    }


def _counts(kinds: Iterable[KindCount]) -> dict[str, int]:
    return dict(kinds)
