"""Tests for image datasets: what a check or a fixer may import.

What knows the tables is loaded when it is first asked for (PEP 562): a decoding worker imports parts
of this package and needs no Polars, which would cost it 0.15 s and 40 MB.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from holdfast.check import Rule, check
from holdfast.fault import Fault
from holdfast.finding import WHOLE_SPLIT, Finding, Severity
from holdfast.images import suffix_fits
from holdfast.names import display

if TYPE_CHECKING:
    from holdfast.dataset import COPIES, EXACT, Dataset, PairKind, Problem, Split
    from holdfast.geometry import around_points, in_fractions, in_pixels
    from holdfast.nature import usual
    from holdfast.pairs import found_by, one_scene_an_image, sameness
    from holdfast.shapes.overlaps import overlapping
    from holdfast.shapes.rings import ring_faults
    from holdfast.sources.coverage import clip_coverage, source_coverage
    from holdfast.sources.leaks import source_leaks
    from holdfast.sources.verdicts import SourceVerdict
    from holdfast.spelling import Likeness, alike
    from holdfast.stats.drift import class_counts, class_shares, share_drift, value_drift
    from holdfast.stats.naming import names_below
    from holdfast.stats.shortcut import clues
    from holdfast.units import Unit

__all__ = [
    "COPIES",
    "EXACT",
    "WHOLE_SPLIT",
    "Dataset",
    "Fault",
    "Finding",
    "Likeness",
    "PairKind",
    "Problem",
    "Rule",
    "Severity",
    "SourceVerdict",
    "Split",
    "Unit",
    "alike",
    "around_points",
    "check",
    "class_counts",
    "class_shares",
    "clip_coverage",
    "clues",
    "display",
    "found_by",
    "in_fractions",
    "in_pixels",
    "names_below",
    "one_scene_an_image",
    "overlapping",
    "ring_faults",
    "sameness",
    "share_drift",
    "source_coverage",
    "source_leaks",
    "suffix_fits",
    "usual",
    "value_drift",
]
__version__ = "0.1.0"

_TABLES = {
    "COPIES": "dataset",
    "EXACT": "dataset",
    "Dataset": "dataset",
    "Likeness": "spelling",
    "PairKind": "dataset",
    "Problem": "dataset",
    "Split": "dataset",
    "Unit": "units",
    "SourceVerdict": "sources.verdicts",
    "alike": "spelling",
    "around_points": "geometry",
    "class_counts": "stats.drift",
    "class_shares": "stats.drift",
    "clip_coverage": "sources.coverage",
    "clues": "stats.shortcut",
    "found_by": "pairs",
    "in_fractions": "geometry",
    "in_pixels": "geometry",
    "names_below": "stats.naming",
    "one_scene_an_image": "pairs",
    "overlapping": "shapes.overlaps",
    "ring_faults": "shapes.rings",
    "sameness": "pairs",
    "share_drift": "stats.drift",
    "source_coverage": "sources.coverage",
    "source_leaks": "sources.leaks",
    "usual": "nature",
    "value_drift": "stats.drift",
}


def __getattr__(name: str) -> object:
    if name not in _TABLES:
        raise AttributeError(f"module 'holdfast' has no attribute {name!r}")
    return getattr(importlib.import_module(f"holdfast.{_TABLES[name]}"), name)
