"""The fixers: a file in the folder is a fixer, named like its rule; nothing is registered."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.dataset import Dataset
from holdfast.finding import Finding
from holdfast.repair.fix import Fix
from holdfast.repair.policy import Policy
from holdfast.rules import fixers_folder, load_file

Fixer = Callable[[Finding, Dataset, Policy], Fix | None]


def fixer_names() -> tuple[str, ...]:
    """The rules that have a fixer, without loading one."""
    return tuple(sorted(file.stem for file in fixers_folder().glob("[!_]*.py")))


def load_fixers() -> dict[str, Fixer]:
    """The function `fix` of each fixer, by the name of its rule.

    Raises AttributeError for a file without one: a programming error.
    """
    return {name: load_file(fixers_folder() / f"{name}.py").fix for name in fixer_names()}
