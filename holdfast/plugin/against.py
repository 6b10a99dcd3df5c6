"""`--against`: another dataset, which may hold images of the one that is checked already."""

from __future__ import annotations

import os
from pathlib import Path

from holdfast.archives import is_archive
from holdfast.check import Rule
from holdfast.config import load_settings
from holdfast.dataset import Dataset
from holdfast.errors import UsageError
from holdfast.formats import recognise
from holdfast.names import shown_path

TABLE = "known_pairs"
"""The table of pairs with images of the other dataset; rules that name it run with --against only."""


def other_dataset(given: str | None, start: Path, root: Path) -> Dataset | None:
    """The dataset that --against names, recognised with its own holdfast.toml; None without the option.

    Raises UsageError for what is none, for a file that is no archive, and where one of the two folders holds
    the other: nobody could say which images belong to which.
    """
    if given is None:
        return None
    if not given:
        raise UsageError("--against is empty; it takes the folder of a dataset to compare with")
    other = Path(os.path.abspath(start / given))
    shown = f"--against {shown_path(other)}"
    if other.is_file() and not is_archive(other.name):
        raise UsageError(
            f"{shown}: a file; it takes the folder (or .zip, .tar) of a dataset, no lock file yet"
        )
    ours, theirs = Path(os.path.realpath(root)), Path(os.path.realpath(other))
    if ours == theirs:
        raise UsageError(f"{shown}: is the dataset that is checked; name another one")
    if ours.is_relative_to(theirs) or theirs.is_relative_to(ours):
        raise UsageError(f"{shown}: one of the two datasets lies inside the other; keep them apart")
    try:
        return recognise(other, load_settings(other))
    except UsageError as error:
        raise UsageError(f"--against {error}") from None


def is_idle(rule: Rule, other: Dataset | None) -> bool:
    """Whether a rule has nothing to run on, because no other dataset is given."""
    return other is None and TABLE in rule.tables
