"""`@check`: what makes a generator of findings a pytest test."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from holdfast.finding import Finding, Severity

TABLES = frozenset({
    "images", "labels", "annotations", "classes", "masks", "files", "problems", "pairs", "known_pairs",
    "dataset", "unit", "relatives",
})  # fmt: skip
"""What a check may name as a positional parameter."""

CASE = "holdfast_case"
"""The one argument of the test function that pytest sees."""


class Per(StrEnum):
    """Which part of the dataset one run of a check covers."""

    SPLIT = "split"
    SPLIT_NAME = "split_name"
    SPLIT_PAIR = "split_pair"
    COLLECTION = "collection"
    DATASET = "dataset"


class Case(Protocol):
    """What the plugin hands to the test function: one unit of the dataset, ready to be checked."""

    def run(self, rule: Rule) -> None:
        """Run the rule over the unit; raises `CheckFailed` if there are errors."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One check, as its decorator describes it.

    `needs` names columns of FACTS; `tables` are the positional parameters of the function;
    `options` are its keyword-only parameters with their defaults.
    """

    name: str
    per: Per
    needs: frozenset[str]
    severity: Severity
    function: Callable[..., Iterator[Finding]]
    tables: tuple[str, ...]
    options: Mapping[str, Any]

    @property
    def documentation(self) -> str:
        """The docstring of the rule's file, its only documentation."""
        return inspect.cleandoc(getattr(self.function, "__globals__", {}).get("__doc__") or "")

    @property
    def summary(self) -> str:
        """The first sentence of the documentation."""
        return self.documentation.split("\n\n")[0].replace("\n", " ")


class CheckFailed(Exception):
    """A check found errors. Carries no text: the plugin shows the findings."""


def check(
    *, per: str, needs: tuple[str, ...] = (), severity: str = "error"
) -> Callable[[Callable[..., Iterator[Finding]]], Callable[[Case], None]]:
    """Make a generator of findings a check.

    `per` is a `Per`, `needs` are columns of FACTS that the images must have, `severity` is a
    `Severity` and holds for findings that do not say otherwise. The function names the tables that
    it wants as parameters (`images`, `labels`, `annotations`, `classes`, `masks`, `problems`,
    `pairs`, `known_pairs`, `relatives`, `dataset`, `unit`); keyword-only parameters are its options. Pairs
    are looked for by the options `distance`, `orientations` and `features` of the checks that take `pairs`;
    one that takes `known_pairs` runs with --against only.

    The result is a test function with an attribute `rule`; `__wrapped__` is the generator.
    Raises TypeError for a parameter that is neither, and for a column that is no fact.
    """

    def decorate(function: Callable[..., Iterator[Finding]]) -> Callable[[Case], None]:
        rule = _describe(function, Per(per), frozenset(needs), Severity(severity))

        @functools.wraps(function)
        def test(holdfast_case: Case) -> None:
            holdfast_case.run(rule)

        parameter = inspect.Parameter(CASE, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        # pytest follows __wrapped__ to the generator unless the wrapper has a signature of its own
        test.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined] # functions take any
        test.rule = rule  # type: ignore[attr-defined] # the same
        return test

    return decorate


def _describe(
    function: Callable[..., Iterator[Finding]], per: Per, needs: frozenset[str], severity: Severity
) -> Rule:
    from holdfast.dataset import FACTS  # not above: the decoding workers import this module, without Polars

    name = getattr(function, "__name__", "")
    facts = {column.name for column in FACTS}
    if unknown := needs - facts:
        raise TypeError(f"check {name}: no fact {min(unknown)}; there are {', '.join(sorted(facts))}")
    tables: list[str] = []
    options: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY:
            if parameter.default is parameter.empty:
                raise TypeError(f"check {name}: option {parameter.name} has no default")
            options[parameter.name] = parameter.default
        elif parameter.name in TABLES:
            tables.append(parameter.name)
        else:
            known = ", ".join(sorted(TABLES))
            raise TypeError(f"check {name}: no table {parameter.name}; there are {known}")
    return Rule(name, per, needs, severity, function, tuple(tables), options)
