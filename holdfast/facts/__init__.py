"""Facts: what is measured of each image file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from holdfast.dataset import Dataset
from holdfast.facts.scan import Progress, open_scanner, quiet


def measure(
    dataset: Dataset, needs: Iterable[str], cache: Path | None = None, progress: Progress = quiet
) -> Dataset:
    """The dataset with these columns of FACTS; `cache` is the cache folder, None the user's.

    Raises UsageError for a cache folder inside the dataset.
    """
    with open_scanner(dataset.root, cache, progress) as scanner:
        return scanner.measure(dataset, needs)
