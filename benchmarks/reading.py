"""Reading one large COCO file: time, and memory beyond the tables that come of it.

`python benchmarks/reading.py [--annotations 5000000] [--images 50000] [--scratch DIR] [--json FILE]` writes a
JSON file of about 200 bytes an annotation (a GB for 5 million) and as many empty files as it has images, and
reads it in a process of its own. The file has its annotations before its images and categories or behind
them, as one line or as many; `--shape` chooses.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.showing import machine, table, write
from holdfast.config import Settings
from holdfast.formats import read, recognise
from holdfast.progress import showing

SHAPES = ("roboflow", "reversed", "indented")
"""Images first, one line; annotations first, one line; images first, a line for each value."""
_WORDS = ("person", "car", "dog", "hold", "ship")


@dataclass(frozen=True, slots=True)
class Use:
    """Of one reading: the shape, MB of the file, rows, seconds by the clock and of the processor, MB before,
    at the peak, and of the tables, and how often it said how far it was."""

    shape: str
    file: float
    rows: int
    wall: float
    cpu: float
    before: float
    peak: float
    tables: float
    reports: int


def write_coco(folder: Path, shape: str, annotations: int, images: int) -> Path:
    """`train/_annotations.coco.json` with so many annotations, and its images as empty files."""
    place = folder / "train"
    place.mkdir(parents=True, exist_ok=True)
    names = [f"{number:012}.jpg" for number in range(images)]
    for name in names:
        (place / name).touch()
    lists = {
        "images": ({"id": n, "file_name": name, "width": 640, "height": 480} for n, name in enumerate(names)),
        "annotations": _annotations(annotations, images),
        "categories": ({"id": n, "name": name} for n, name in enumerate(_WORDS)),
    }
    keys = ("annotations", "categories", "images") if shape == "reversed" else tuple(lists)
    indent = 1 if shape == "indented" else None
    target = place / "_annotations.coco.json"
    with target.open("w", encoding="utf-8") as file:
        file.write('{"info": {}')
        for key in keys:
            file.write(f', "{key}": [')
            for number, value in enumerate(lists[key]):
                file.write(", " * (number > 0) + json.dumps(value, indent=indent))
            file.write("]")
        file.write("}")
    return target


def _annotations(count: int, images: int) -> Iterator[dict[str, object]]:
    draw = random.Random(5)
    for number in range(count):
        x, y, width, height = (round(draw.random() * 300, 3) for _ in range(4))
        yield {
            "id": number,
            "image_id": number * images // count,
            "category_id": number % len(_WORDS),
            "bbox": [x, y, width, height],
            "area": round(width * height, 3),
            "segmentation": [],
            "iscrowd": 0,
            "attributes": {"occluded": False, "rotation": 0.0, "note": "-"},
        }


def measure(folder: Path, shape: str) -> Use:
    """Read the dataset in this process."""
    reports: list[str] = []
    before, start, worked = _peak(), time.perf_counter(), time.process_time()
    with showing(lambda what, done, total: reports.append(f"{what} {done} of {total}")):
        dataset = read(recognise(folder, Settings()))
    wall, cpu = time.perf_counter() - start, time.process_time() - worked
    size = sum(part.estimated_size("mb") for part in (dataset.images, dataset.annotations))
    file = (folder / "train" / "_annotations.coco.json").stat().st_size / 1e6
    return Use(shape, file, dataset.annotations.height, wall, cpu, before, _peak(), size, len(reports))


def _peak() -> float:
    """The most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 << 20 if sys.platform == "darwin" else 1 << 10
    )


def _apart(folder: Path, shape: str) -> Use:
    """The same in a process of its own."""
    argv = [sys.executable, __file__, "--read", str(folder), "--shape", shape]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return Use(**json.loads(done.stdout))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--annotations", metavar="N", type=int, default=5_000_000)
    parser.add_argument("--images", metavar="N", type=int, default=50_000)
    parser.add_argument("--shape", choices=SHAPES, action="append")
    parser.add_argument("--scratch", metavar="DIR", type=Path, help="where the data is written")
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument("--read", metavar="DIR", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        use = measure(given.read, given.shape[0])
        print(json.dumps({name: getattr(use, name) for name in Use.__slots__}))
        return
    uses = []
    for shape in given.shape or SHAPES:
        with tempfile.TemporaryDirectory(dir=given.scratch) as folder:
            write_coco(Path(folder), shape, given.annotations, given.images)
            uses.append(_apart(Path(folder), shape))
        print(uses[-1], file=sys.stderr)
    rows = [
        (one.shape, f"{one.file:.0f}", str(one.rows), f"{one.wall:.1f}", f"{one.cpu:.1f}",
         f"{one.peak:.0f}", f"{one.tables:.0f}", f"{one.peak - one.before - one.tables:.0f}",
         str(one.reports))
        for one in uses
    ]  # fmt: skip
    where = machine()
    print(f"{where}\n")
    heads = ("shape", "file MB", "rows", "wall s", "CPU s", "peak MB", "tables MB", "beyond MB", "reports")
    print(table(heads, rows))
    write(given.json, "reading", where, uses)


if __name__ == "__main__":
    main()
