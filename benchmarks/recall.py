"""What the cheap stage of the scan misses, and how far its hash drifts.

`python benchmarks/recall.py DIR [--drift 2000] [--json FILE]` checks the data twice, with `decode = "draft"`,
the default, and with `decode = "full"`, compares the pairs that the two report with their evidence, and
counts for some of the files by how many bits the hash of the cheapest scale differs from `imagehash.phash`
of the full picture.
Ends with exit code 1 when the cheap stage reports a pair that the full decode does not, or too few.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import imagehash
from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.checking import Evidence, Pair, check, pairs_found
from benchmarks.running import run
from benchmarks.showing import machine, table, write
from holdfast.facts.decode import measure_image
from holdfast.facts.hashing import perceptual_hashes
from holdfast.facts.levels import Level

PROMISED = 0.999
"""The part of the pairs of the full decode that the cheap stage must find."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Pairs that both ways of decoding report, that one of them does, and that have other evidence."""

    both: int
    only_full: int
    only_draft: int
    other_evidence: int

    @property
    def recall(self) -> float:
        """The part of the pairs of the full decode that the cheap stage found."""
        return 1 - self.only_full / max(1, self.both + self.only_full)

    @property
    def kept(self) -> bool:
        """Whether what is promised held."""
        return self.recall >= PROMISED and not (self.only_draft or self.other_evidence)


def compare(draft: dict[Pair, Evidence], full: dict[Pair, Evidence]) -> Recall:
    """The pairs of the two-stage scan beside those of the full decode."""
    both = draft.keys() & full.keys()
    other = sum(draft[pair] != full[pair] for pair in both)
    return Recall(len(both), len(full.keys() - both), len(draft.keys() - both), other)


def pairs_by(decode: str, data: Path, scratch: Path) -> dict[Pair, Evidence]:
    """The pairs that a cold check reports with this setting of `decode` added to the data's own."""
    folder = scratch / decode
    folder.mkdir()
    own = data / "holdfast.toml"
    settings = own.read_text(encoding="utf-8").splitlines() if own.exists() else []
    kept = [line for line in settings if not line.startswith("decode")]
    text = "\n".join((f'decode = "{decode}"', *kept, ""))
    (folder / "holdfast.toml").write_text(text, encoding="utf-8")
    run(check(decode, data, f"--config={folder / 'holdfast.toml'}"), folder)
    return pairs_found(folder)


def drift(files: list[Path]) -> Counter[int]:
    """How many files' cheap hash differs from `imagehash.phash` by how many bits; JPEGs only."""
    bits: Counter[int] = Counter()
    for file in files:
        grey = measure_image(file.read_bytes(), Level.SKETCH).grey
        if grey is None:
            continue  # a damaged file has no hash
        with Image.open(file) as picture:
            exact = int(str(imagehash.phash(ImageOps.exif_transpose(picture))), 16)
        bits[(int(perceptual_hashes([grey])[0]) ^ exact).bit_count()] += 1
    return bits


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", metavar="DIR", type=Path)
    parser.add_argument("--drift", metavar="N", type=int, default=2000, help="files to measure the drift on")
    parser.add_argument("--json", metavar="FILE", type=Path)
    given = parser.parse_args()
    data = given.data.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        full = pairs_by("full", data, Path(scratch))
        found = compare(pairs_by("draft", data, Path(scratch)), full)
    files = sorted(path for path in data.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    bits = drift(files[:: max(1, len(files) // max(1, given.drift))] if given.drift else [])
    where = machine()
    print(f"{where}\n")
    print(f"{data}: {found.both} pairs by both, {found.only_full} only by the full decode,", end=" ")
    print(f"{found.only_draft} only by the cheap stage, {found.other_evidence} with other evidence")
    print(f"recall {found.recall:.5f}, promised {PROMISED}\n")
    total = sum(bits.values())
    rows = [(str(bit), str(bits[bit]), f"{bits[bit] / total:.4f}") for bit in sorted(bits)]
    print(table(("bits that drift", "files", "part"), rows))
    write(given.json, "recall", where, {"pairs": found, "drift": dict(sorted(bits.items()))})
    raise SystemExit(not found.kept)


if __name__ == "__main__":
    main()
