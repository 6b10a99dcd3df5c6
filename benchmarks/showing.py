"""How the benchmarks show what they measured: the machine, tables as text, JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import holdfast
from benchmarks.running import Series, ratios

PACKAGES = ("Pillow", "numpy", "scipy", "ImageHash", "polars", "pytest", "pytest-html")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and with what a benchmark ran."""

    when: str
    system: str
    processor: str
    processors: int
    memory_gb: float
    load: float
    python: str
    holdfast: str
    packages: tuple[str, ...]

    def __str__(self) -> str:
        hardware = f"{self.processors} x {self.processor}, {self.memory_gb:.0f} GB, load {self.load:.1f}"
        software = f"Holdfast {self.holdfast}; {', '.join(self.packages)}"
        return f"{self.when}; {hardware}; {self.system}, Python {self.python}\n{software}"


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one command for JSON: seconds of each run, ratios to the base, memory in MB."""

    name: str
    wall: tuple[float, ...]
    cpu: tuple[float, ...]
    memory: float | None
    ratio: tuple[float, float, float]
    found: str


def machine() -> Machine:
    """This machine, now."""
    return Machine(
        datetime.now(UTC).isoformat(timespec="seconds"),
        f"{platform.system()} {platform.release()}",
        _processor(),
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9,
        os.getloadavg()[0],
        platform.python_version(),
        _commit(),
        tuple(f"{name} {_version(name)}" for name in PACKAGES),
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of text: the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return "\n".join(_line(row, widths) for row in (head, *rows))


def row(series: Series, base: Series, found: str = "") -> Row:
    """A command's figures beside the base's; `found` says what it found."""
    spread = ratios(series, base)
    return Row(
        series.command.name,
        tuple(round(run.wall, 3) for run in series.runs),
        tuple(round(run.cpu, 3) for run in series.runs),
        series.first.memory,
        (round(spread.median, 3), round(spread.low, 3), round(spread.high, 3)),
        found,
    )


def compared(found: Sequence[Series], base: Series, notes: dict[str, str]) -> str:
    """A table of the medians of commands and their ratios to the base; `notes` by name of the command."""
    head = ("", "runs", "wall s", "CPU s", "peak MB", f"wall / {base.command.name}", "found")
    rows = [
        (
            series.command.name,
            str(len(series.runs)),
            f"{series.wall:.2f}",
            f"{series.cpu:.2f}",
            "-" if series.first.memory is None else f"{series.first.memory:.0f}",
            str(ratios(series, base)),
            notes.get(series.command.name, ""),
        )
        for series in found
    ]
    return table(head, rows)


def write(file: Path | None, benchmark: str, where: Machine, figures: Any) -> None:
    """Write the figures of a benchmark as JSON, where a file is asked for."""
    if file is not None:
        text = json.dumps(
            {"benchmark": benchmark, "machine": asdict(where), "figures": figures}, indent=1, default=asdict
        )
        file.write_text(text + "\n", encoding="utf-8")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.rjust(width) if column else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join((first, *rest)).rstrip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _commit() -> str:
    """The version of Holdfast and the commit of this clone."""
    folder = str(Path(__file__).parent)
    asked = ["git", "-C", folder, "describe", "--always", "--dirty"]
    try:
        found = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        found = "no clone"
    return f"{holdfast.__version__} ({found})"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
