"""`holdfast calibrate`: measures a dataset as a check does, and proves candidates of growing distance."""

from __future__ import annotations

import os
from pathlib import Path

from holdfast.calibrate.measure import USUAL, calibrated
from holdfast.calibrate.text import Calibration
from holdfast.config import load_settings
from holdfast.dataset import Dataset
from holdfast.facts.levels import Level
from holdfast.facts.scan import open_scanner
from holdfast.formats import recognise
from holdfast.running import Needs, measured
from holdfast.stats.command import Lines


def calibrated_dataset(
    data: Path, cache: Path | None = None, config: Path | None = None
) -> tuple[Dataset, Calibration]:
    """The dataset, and what came of its candidates.

    Raises UsageError as a check does: no dataset, a bad holdfast.toml, a cache folder inside the data.
    """
    root = Path(os.path.abspath(data))
    dataset = recognise(root, load_settings(root, config, Path.cwd()))
    with open_scanner(root, cache, Lines()) as scanner:
        dataset = measured(dataset, Needs(Level.SKETCH, signals=USUAL), scanner)
        return dataset, calibrated(dataset, scanner)
