"""What a check of a dataset costs, beside the plain loop, the cost of decoding, and other tools.

`python benchmarks/scan.py DIR [--runs 5] [--json FILE] [--peers] [--quadratic]`. Cold: nothing is known of
the images yet (an empty cache folder each run; the system has the files in memory). Warm: everything is.
All commands take turns; the first round is not timed. Without `--peers` nothing is installed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import checking, peers
from benchmarks.checking import Pair
from benchmarks.running import LONG, LONG_RUNS, Command, Series, alternate, ratios, run
from benchmarks.showing import compared, machine, row, write

REQUIREMENTS = {
    "imagededup": ("imagededup",),
    "cleanvision": ("cleanvision",),
    "fastdup": ("fastdup",),
    "difpy": ("difPy",),
    "czkawka": ("czkawka",),
}
_LIMIT = 300.0
_OWN = ("notebook", "quadratic")


def tool(name: str, python: str, data: Path, limit: float = _LIMIT) -> Command:
    """Another tool on the same files."""
    argv = (python, "-P", str(ROOT / "benchmarks" / "peer_scans.py"), name, str(data))
    return Command(name, argv, limit=limit, optional=name not in _OWN, once=name == "quadratic")


def own_commands(data: Path, candidates: int) -> list[Command]:
    """The loop, Holdfast cold and warm, what of the warm run is not the checks, and the floor."""
    floor = str(ROOT / "benchmarks" / "floor.py")
    return [
        tool("notebook", sys.executable, data, limit=3600),
        checking.check("cold", data),
        checking.check("warm", data),
        checking.check("warm, no page", data, "-p", "no:html"),
        checking.check("start-up", data, "--collect-only"),
        Command("floor", (sys.executable, "-P", floor, str(data), "--candidates", str(candidates))),
    ]


def peer_commands(data: Path, folder: Path) -> list[Command]:
    """The other tools that can be installed here."""
    found = []
    for name, requirements in REQUIREMENTS.items():
        if python := peers.environment(name, requirements, folder):
            found.append(tool(name, str(python), data))
    if shutil.which("jdupes"):
        found.append(tool("jdupes", sys.executable, data))
    else:
        print("jdupes: left out, not installed (apt-get install jdupes)")
    return found


def notes(found: list[Series], cold: dict[Pair, checking.Evidence], truth: set[Pair]) -> dict[str, str]:
    """What each command found, by its name; of other tools also the version."""
    said = {"cold": checking.said(cold, truth)}
    for series in found:
        if "peer_scans.py" in " ".join(series.command.argv):
            answer = json.loads(series.first.output.splitlines()[-1])
            pairs = {(first, second) for first, second in answer["pairs"]}
            said[series.command.name] = f"{checking.said(pairs, truth)}; {answer['version']}"
    return said


def verdicts(found: list[Series]) -> list[str]:
    """What is asked of the scan, as measured."""
    by = {series.command.name: series for series in found}
    cold, warm, floor = by["cold"].wall, by["warm"].wall, by["floor"].wall
    page = warm - by["warm, no page"].wall
    lines = [
        f"the notebook takes {ratios(by['notebook'], by['cold'])} times the cold run",
        f"cold {cold:.2f} s; 1.35 times the floor and 3 s are {1.35 * floor + 3:.2f} s",
        f"warm {warm:.2f} s; 3 % of the cold run and 2 s are {0.03 * cold + 2:.2f} s; of the warm run "
        f"{by['start-up'].wall:.2f} s are start-up and {page:.2f} s the page",
    ]
    if "quadratic" in by:
        lines.append(f"the notebook with its own grouping takes {ratios(by['quadratic'], by['cold'])} times")
    return lines


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", metavar="DIR", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument(
        "--peers", action="store_true", help="other tools as well, in environments of their own"
    )
    parser.add_argument("--environments", metavar="DIR", type=Path, default=peers.default_folder())
    parser.add_argument("--quadratic", action="store_true", help="the notebook with its own grouping as well")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    given = arguments()
    data = given.data.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        look = Path(scratch, "look")
        look.mkdir()
        run(checking.check("look", data), look)
        cold = checking.pairs_found(look)
        candidates = checking.candidates_of(look, data)
        commands = own_commands(data, candidates)
        commands += peer_commands(data, given.environments) if given.peers else []
        commands += [tool("quadratic", sys.executable, data, limit=36_000)] if given.quadratic else []
        found = alternate(commands, given.runs, Path(scratch))
    said = notes(found, cold, checking.true_pairs(data))
    base = next(series for series in found if series.command.name == "cold")
    where = machine()
    print(f"\n{where}\n\n{compared(found, base, said)}\n")
    print(f"what takes over {LONG:.0f} s is timed {LONG_RUNS} times; {candidates} candidates; in {data}")
    print("\n".join(verdicts(found)))
    write(
        given.json, "scan", where, [row(series, base, said.get(series.command.name, "")) for series in found]
    )


if __name__ == "__main__":
    main()
