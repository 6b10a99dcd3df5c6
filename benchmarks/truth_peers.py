"""Recall and precision on the truth set: Holdfast, and other tools in the same run.

`python benchmarks/truth_peers.py DIR [--json FILE] [--wrong FILE] [--python FILE] [--tools NAMES]` takes a
folder that `truth.py` drew. Holdfast checks it with its three pair rules and an empty cache; a pair that it
calls `same scene` is not called a copy. imagehash's phash, dhash and whash are cut at 0, 4, 8, 10 and 12
bits, PDQ at 31 of 256; imagededup and CleanVision run at their defaults. Each tool runs once, alone, in an
environment of its own, or with the one interpreter that `--python` names; one that cannot be installed or
fails is left out with the reason. `--wrong` lists what Holdfast missed and invented.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import peers
from benchmarks.checking import check, pairs_found
from benchmarks.running import Command, Cost, Failed, run
from benchmarks.showing import Machine, machine, table
from benchmarks.truth_scores import INDIRECT, Key, Score, Share, load, score, wrong

DISTANCES = (0, 4, 8, 10, 12)
REQUIREMENTS = {
    "phash": ("ImageHash",), "dhash": ("ImageHash",), "whash": ("ImageHash",), "pdq": ("pdqhash", "Pillow"),
    "imagededup_phash": ("imagededup",), "imagededup_cnn": ("imagededup",), "cleanvision": ("cleanvision",),
}  # fmt: skip
SHOWN = (
    "Holdfast",
    "phash 0",
    "phash 8",
    "phash 12",
    "dhash 8",
    "whash 4",
    "pdq",
    "imagededup",
    "cleanvision",
)
"""Columns of the long tables; everything else is in the summary and the JSON."""

_RULES = "near_duplicate or split_leakage or exact_duplicate"
_LIMIT = 3600.0


@dataclass(frozen=True, slots=True)
class Result:
    """One tool, at one threshold: its score, what its run cost, and the load before it."""

    tool: str
    version: str
    pairs: int
    wall: float
    cpu: float
    load: float
    score: Score


@dataclass(frozen=True, slots=True)
class Where:
    """The folder of the data, scratch space, and the interpreter and settings of the command line."""

    data: Path
    scratch: Path
    python: Path | None
    config: Path | None


Found = dict[Key, str | None]


def holdfast(where: Where) -> tuple[Found, Cost]:
    """The pairs that Holdfast reports, with their kinds."""
    folder = where.scratch / "holdfast"
    folder.mkdir()
    own = (f"--config={where.config.resolve()}",) if where.config else ()
    cost = run(check("Holdfast", where.data, "-k", _RULES, *own), folder)
    return {pair: evidence.kind for pair, evidence in pairs_found(folder).items()}, cost


def peer(where: Where, tool: str) -> tuple[str, list[tuple[Key, int | None]], Cost]:
    """Version and pairs of another tool, with their distances. Raises Failed when it cannot run."""
    python = where.python or peers.environment(tool, REQUIREMENTS[tool], peers.default_folder())
    if python is None:
        raise Failed("it cannot be installed")
    folder = where.scratch / tool
    folder.mkdir()
    said = folder / "pairs.json"
    script = str(ROOT / "benchmarks" / "truth_tools.py")
    argv = (str(python), "-P", script, tool, str(where.data), str(said))
    cost = run(Command(tool, argv, limit=_LIMIT), folder)
    known = json.loads(said.read_text(encoding="utf-8"))
    return known["version"], [((path, other), bits) for path, other, bits in known["pairs"]], cost


def measured(where: Where, tools: Sequence[str], wrongs: Path | None) -> Iterator[Result]:
    """The results of Holdfast and of each tool at each of its thresholds."""
    truth, load_before = load(where.data.parent / "truth.json"), os.getloadavg()[0]
    try:
        found, cost = holdfast(where)
    except Failed as failure:
        raise SystemExit(f"Holdfast: {failure}") from None
    if wrongs:
        wrongs.write_text("".join(f"{line}\n" for line in wrong(truth, found)), encoding="utf-8")
    yield Result("Holdfast", "", len(found), cost.wall, cost.cpu, load_before, score(truth, found))
    for tool in tools:
        load_before = os.getloadavg()[0]
        try:
            version, pairs, cost = peer(where, tool)
        except Failed as failure:
            print(f"{tool}: left out: {failure}", flush=True)
            continue
        for most in DISTANCES if tool in ("phash", "dhash", "whash") else (None,):
            near: Found = {pair: None for pair, bits in pairs if most is None or (bits or 0) <= most}
            name = f"{tool} {most}" if most is not None else tool
            yield Result(name, version, len(near), cost.wall, cost.cpu, load_before, score(truth, near))


def show(results: Sequence[Result]) -> str:
    """The tables: all tools in short, recall by kind and operation, hard negatives, what Holdfast said."""
    first = results[0].score
    shown = [result for result in results if result.tool.startswith(SHOWN)]
    scores = [result.score for result in shown]
    head = ("", *(result.tool for result in shown))
    kinds = [(kind, *(_part(score.kinds[kind]) for score in scores)) for kind in first.kinds]
    rows = [(row, *(_part(score.operations[row]) for score in scores)) for row in first.operations]
    rows.append((INDIRECT, *(_part(score.indirect) for score in scores)))
    held = [(row, *(_part(score.by_likeness[row]) for score in scores)) for row in first.by_likeness]
    said = [f"  {row}: {_counts(counts)}" for row, counts in first.said.items()]
    return "\n\n".join(
        (
            _summary(results),
            "Recall by kind, pictures above 100 px\n" + table(head, kinds),
            "Recall by operation; small pictures in rows of their own\n" + table(head, rows),
            "Hard negatives: share not called copies\n" + table(head, held),
            "What Holdfast said, by operation\n" + "\n".join(said),
        )
    )


def _summary(results: Sequence[Result]) -> str:
    shares = ("recall", "four kinds", "precision", "held back", "hard precision")
    rows = []
    for result in results:
        own = result.score
        parts = (own.recall, own.main_kinds, own.precision, own.held_back, own.hard_precision)
        cost = (f"{result.wall:.1f}", f"{result.cpu:.1f}", f"{result.load:.1f}")
        rows.append((result.tool, *map(_part, parts), str(result.pairs), *cost))
    own = results[0].score
    return (
        table(("", *shares, "pairs", "wall s", "CPU s", "load"), rows)
        + f"\nHoldfast: precision {own.precision}, recall {own.recall}, of the four kinds {own.main_kinds};"
        + f"\nhard negatives held back {own.held_back}, copies right among them {own.hard_precision}"
    )


def _part(share: Share) -> str:
    return f"{share.part:.4f}" if share.of else "-"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def keep(file: Path | None, where: Machine, data: Path, results: Sequence[Result]) -> None:
    """Write the JSON, if it is asked for: the machine, the data, and all results; shares as [hits, of]."""
    if file:
        said = {
            "machine": asdict(where),
            "data": str(data),
            "results": [asdict(result) for result in results],
        }
        file.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="what truth.py drew")
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument("--wrong", metavar="FILE", type=Path, help="where to list what Holdfast gets wrong")
    parser.add_argument("--python", metavar="FILE", type=Path, help="an interpreter that has the other tools")
    parser.add_argument("--tools", default=",".join(REQUIREMENTS), help="names, separated by commas; or none")
    parser.add_argument("--config", metavar="FILE", type=Path, help="settings for Holdfast")
    given = parser.parse_args()
    tools = [] if given.tools == "none" else given.tools.split(",")
    if unknown := sorted({*tools} - REQUIREMENTS.keys()):
        parser.error(f"no such tool: {', '.join(unknown)}")
    place, data, results = machine(), given.folder.resolve() / "data", []
    print(f"{place}\n", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        where = Where(data, Path(scratch), given.python and given.python.absolute(), given.config)
        for result in measured(where, tools, given.wrong):
            results.append(result)
            print(f"{result.tool}: precision {result.score.precision}, {result.wall:.1f} s", flush=True)
            keep(given.json, place, data, results)
    print(f"\n{show(results)}")


if __name__ == "__main__":
    main()
