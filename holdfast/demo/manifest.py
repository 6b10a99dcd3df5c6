"""What was planted in the sample data, and where."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """One fault. Paths are POSIX and relative to the root of the data.

    Of a pair, `path` and `related[0]` are the two in path order. `line` counts from 1. `mend` says,
    for what no fixer repairs, what to do by hand: `<path> line <number>: <the line as it should be>`, or
    `<path>: remove it and <its label>`.
    """

    rule: str
    path: str
    note: str
    related: tuple[str, ...] = ()
    line: int | None = None
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The seed of the drawing, the number of images in the splits, and every planted fault."""

    seed: int
    images: int
    faults: tuple[PlantedFault, ...]

    def to_json(self) -> str:
        """The manifest as a JSON object; a fault leaves out what it does not have."""
        faults = [{name: value for name, value in asdict(fault).items() if value} for fault in self.faults]
        return json.dumps({"seed": self.seed, "images": self.images, "faults": faults}, indent=2) + "\n"
