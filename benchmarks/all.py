"""Every benchmark in turn: makes the data, prints the tables, writes one JSON file.

`python benchmarks/all.py [--scratch DIR] [--json FILE] [--no-peers]`. The data, 2 GB, and the environments of
other tools, 8 GB, are kept in the scratch folder for further runs. Takes about two hours with other tools,
half an hour without.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from benchmarks import peers, sample


@dataclass(frozen=True, slots=True)
class Step:
    """One benchmark: a name for its figures, its script, what it is given."""

    name: str
    script: str
    given: tuple[str, ...]


def steps(scratch: Path, others: bool) -> list[Step]:
    """What runs, in order; a script that is not there is left out."""
    large, small = str(scratch / "large"), str(scratch / "small-60000")
    environments = str(scratch / "environments")
    beside = ("--peers", f"--environments={environments}") if others else ()
    found = [
        Step("scan", "scan.py", (large, "--quadratic", *beside)),
        Step("scan of small images", "scan.py", (small,)),
        Step("recall", "recall.py", (large,)),
        Step("recall of small images", "recall.py", (small,)),
        Step("memory", "memory.py", (f"--scratch={scratch}",)),
        Step("checks at scale", "scale.py", ()),
        Step("repair", "repairing.py", (f"--scratch={scratch}",)),
        Step("pair search", "pair_search.py", (f"--peers={environments}",) if others else ()),
    ]
    return [step for step in found if (HERE / step.script).exists()]


def make_data(scratch: Path) -> None:
    """The two datasets, unless they are there."""
    for name, options in (("large", ()), ("small-60000", ("--small",))):
        if not sample.truth_file(scratch / name).exists():
            subprocess.run(
                [sys.executable, str(HERE / "sample.py"), str(scratch / name), *options], check=True
            )


def main() -> None:
    """Run everything; exit code 1 when a benchmark failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scratch", metavar="DIR", type=Path, default=peers.default_folder())
    parser.add_argument(
        "--json", metavar="FILE", type=Path, help="default: benchmarks.json in the scratch folder"
    )
    parser.add_argument("--no-peers", action="store_true", help="install and run no other tool")
    given = parser.parse_args()
    scratch = given.scratch.resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    make_data(scratch)
    figures, failed = {}, []
    for step in steps(scratch, not given.no_peers):
        print(f"\n== {step.name}\n", flush=True)
        file = scratch / "step.json"
        file.unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, str(HERE / step.script), *step.given, f"--json={file}"], check=False
        )
        if done.returncode:
            failed.append(f"{step.name}: exit code {done.returncode}")
        if file.exists():
            figures[step.name] = json.loads(file.read_text(encoding="utf-8"))
    target = given.json or scratch / "benchmarks.json"
    target.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(f"\nfigures: {target}", *failed, sep="\n")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
