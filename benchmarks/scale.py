"""Every check over all of its units, and both reports, on tables of a million images.

`python benchmarks/scale.py [--images 1000000] [--annotations 10] [--faults 0.001] [--json FILE]` makes the
tables (no file is read), runs each check as a run does, and prints seconds and the memory that each step
needed on top of the tables. `--faults` is the share of rows with each kind of fault.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.tables import make_dataset
from holdfast.check import Rule
from holdfast.config import Settings
from holdfast.dataset import Dataset
from holdfast.finding import Severity
from holdfast.report.jsonl import write_findings
from holdfast.report.page import draw_page
from holdfast.report.run import Result, Run, State
from holdfast.rules import checks_folder, load_rules
from holdfast.running import findings_of
from holdfast.units import units_of


@dataclass(frozen=True, slots=True)
class Cost:
    """One step: seconds, findings, and the peak of memory above what was in use before, in MB."""

    name: str
    wall: float
    cpu: float
    findings: int
    memory: float

    def __str__(self) -> str:
        figures = f"{self.wall:8.2f}{self.cpu:8.2f}{self.findings:10}{self.memory:10.0f}"
        return f"{self.name:22}{figures}"


class Meter:
    """What it cost since the meter was made; the peak of memory starts anew where the system can (Linux)."""

    def __init__(self) -> None:
        if os.path.exists("/proc/self/clear_refs"):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self.memory, _ = memory()
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self, name: str, findings: int = 0) -> Cost:
        """Print it and give it back."""
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        cost = Cost(name, wall, cpu, findings, max(memory()[1] - self.memory, 0))
        print(cost, flush=True)
        return cost


def memory() -> tuple[float, float]:
    """What is in use and its peak, in MB; where Linux does not say, the peak of the process twice."""
    file = Path("/proc/self/status")
    if not file.exists():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
            1024 if sys.platform != "darwin" else 1 << 20
        )
        return peak, peak
    lines = [line.split() for line in file.read_text(encoding="ascii").splitlines()]
    found = {line[0]: int(line[1]) / 1024 for line in lines if line and line[0] in ("VmRSS:", "VmHWM:")}
    return found["VmRSS:"], found["VmHWM:"]


def results_of(rule: Rule, dataset: Dataset) -> list[Result]:
    """One rule over all of its units, as a run does it."""
    found = []
    for unit in units_of(dataset, rule.per):
        findings = tuple(findings_of(rule, unit, dataset, Settings()))
        failed = any(finding.severity is Severity.ERROR for finding in findings)
        found.append(Result(rule.name, unit.name, State.FAILED if failed else State.OK, findings))
    return found


def measure_checks(dataset: Dataset) -> tuple[list[Cost], list[Result]]:
    """The cost of each check over all of its units, and what they found."""
    costs: list[Cost] = []
    results: list[Result] = []
    for rule in load_rules(checks_folder()).values():
        meter = Meter()
        found = results_of(rule, dataset)
        costs.append(meter.read(rule.name, sum(len(result.findings) for result in found)))
        results += found
    wall, cpu = sum(cost.wall for cost in costs), sum(cost.cpu for cost in costs)
    findings, most = sum(cost.findings for cost in costs), max(cost.memory for cost in costs)
    print(total := Cost("all checks", wall, cpu, findings, most))
    return [*costs, total], results


def measure_reports(dataset: Dataset, results: list[Result], root: Path) -> list[Cost]:
    """The cost of the findings file and of what is drawn for the page."""
    expected = tuple((result.rule, result.unit) for result in results)
    moment = "2026-01-02T10:00:00+00:00"
    run = Run(dataset, tuple(results), expected, 1, moment, moment)
    file = root / "findings.jsonl"
    meter = Meter()
    write_findings(file, run)
    written = meter.read("findings.jsonl")
    meter = Meter()
    draw_page(run, lambda paths: {}, file.name)
    return [written, meter.read("page")]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The cost of every check by number of images.")
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--annotations", type=int, default=10, help="boxes of each label")
    parser.add_argument("--faults", type=float, default=0.001, help="share of rows with each fault")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    python, load = platform.python_version(), os.getloadavg()[0]
    print(f"Python {python}, Polars {pl.__version__}, {os.cpu_count()} processors, load {load:.1f}")
    print(f"{given.images} images, {given.annotations} annotations each, {given.faults:g} of each fault")
    print(f"{'':22}{'wall s':>8}{'CPU s':>8}{'findings':>10}{'MB more':>10}")
    with tempfile.TemporaryDirectory() as folder:
        meter = Meter()
        dataset = make_dataset(Path(folder), given.images, given.annotations, given.faults)
        made = meter.read("tables made")
        held, _ = memory()
        checks, results = measure_checks(dataset)
        costs = [made, *checks, *measure_reports(dataset, results, Path(folder))]
    most = held + max(cost.memory for cost in costs[1:])
    print(f"in use with all tables: {held:.0f} MB; most at once in checks and reports: {most:.0f} MB")
    if given.json:
        record = {"images": given.images, "annotations": given.annotations, "faults": given.faults}
        record |= {"held": held, "costs": [asdict(cost) for cost in costs]}
        given.json.write_text(json.dumps(record, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
