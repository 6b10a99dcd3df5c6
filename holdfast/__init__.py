"""Tests for image datasets: what a check or a fixer may import.

What knows the tables is loaded when it is first asked for (PEP 562): a decoding worker imports parts
of this package and needs no Polars, which would cost it 0.15 s and 40 MB.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from holdfast.check import Rule, check
from holdfast.fault import Fault
from holdfast.finding import Finding, Severity
from holdfast.images import suffix_fits
from holdfast.names import display

if TYPE_CHECKING:
    from holdfast.dataset import Dataset, PairKind, Problem, Split
    from holdfast.geometry import in_fractions, in_pixels
    from holdfast.units import Unit

__all__ = [
    "Dataset",
    "Fault",
    "Finding",
    "PairKind",
    "Problem",
    "Rule",
    "Severity",
    "Split",
    "Unit",
    "check",
    "display",
    "in_fractions",
    "in_pixels",
    "suffix_fits",
]
__version__ = "0.1.0"

_TABLES = {
    "Dataset": "dataset",
    "PairKind": "dataset",
    "Problem": "dataset",
    "Split": "dataset",
    "Unit": "units",
    "in_fractions": "geometry",
    "in_pixels": "geometry",
}


def __getattr__(name: str) -> object:
    if name not in _TABLES:
        raise AttributeError(f"module 'holdfast' has no attribute {name!r}")
    return getattr(importlib.import_module(f"holdfast.{_TABLES[name]}"), name)
