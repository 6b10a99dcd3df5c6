"""Tests for image datasets: what a check or a fixer may import."""

from __future__ import annotations

from holdfast.check import Rule, check
from holdfast.dataset import Dataset, Fault, PairKind, Problem, Split
from holdfast.finding import Finding, Severity
from holdfast.formats.images import suffix_fits
from holdfast.names import display
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
    "suffix_fits",
]
__version__ = "0.1.0"
