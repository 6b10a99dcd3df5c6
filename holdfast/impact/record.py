"""The impact as data of JSON, for the first line of the findings file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from holdfast.impact.contamination import ClassShare, Contamination, Impact, KindCount
from holdfast.impact.worth import Scores
from holdfast.names import printable


def impact_record(impact: Impact, scores: Iterable[Scores]) -> dict[str, Any]:
    """Each evaluation split, and each class of a contaminated one, against the splits used before it; what
    predictions score."""
    return {
        "splits": [_split(row) for row in impact.splits],
        "classes": [_class(row) for row in impact.classes],
        "scores": [_scores(found) for found in scores],
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


def _scores(found: Scores) -> dict[str, Any]:
    return {
        "file": printable(found.file),
        "split": found.split,
        "groups": [
            {
                "name": group.name,
                "images": group.images,
                **dict(zip(found.metrics, group.values, strict=True)),
            }
            for group in found.groups
        ],
        "leaked_minus_clean": {
            name: {"value": row.value, "low": row.low, "high": row.high}
            for name, row in zip(found.metrics, found.differences, strict=False)
        },
        "equal_numbers": found.evened,
        "resamples": found.resamples,
        "notes": list(found.notes),
    }
