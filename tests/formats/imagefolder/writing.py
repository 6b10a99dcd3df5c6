"""A tree as Hugging Face's imagefolder reads it: JSON lines, CSV or parquet beside the images."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import polars as pl

from tests.trees import Tree, picture, tree

SPLITS = ("train", "validation", "test")


def names(split: str) -> list[str]:
    """The images of a split, some in a folder of their own."""
    return [f"{split}-{number}.png" if number % 3 else f"more/{number}.png" for number in range(12)]


def rows(split: str) -> list[dict[str, Any]]:
    """What is said of each image: number // 4 boxes, so that some have none."""
    return [
        {
            "file_name": name,
            "text": f"a wall, {number}",
            "objects": {
                "bbox": [[1.5, 2.0, 10.0 + number, 5.0 + box] for box in range(number // 4)],
                "categories": list(range(number // 4)),
            },
        }
        for number, name in enumerate(names(split))
    ]


def lines(found: list[dict[str, Any]]) -> str:
    """JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in found)


def table(found: list[dict[str, Any]]) -> bytes:
    """The same as parquet."""
    buffer = io.BytesIO()
    pl.DataFrame(found).write_parquet(buffer)
    return buffer.getvalue()


def text(found: list[dict[str, Any]]) -> str:
    """The same as CSV, with what fits into cells."""
    buffer = io.StringIO()
    writer = csv.DictWriter(
        buffer, ["file_name", "text", "label"], extrasaction="ignore", lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(found)
    return buffer.getvalue()


def images(folder: Path) -> Tree:
    """36 images."""
    built = tree(folder)
    for number, split in enumerate(SPLITS):
        for index, name in enumerate(names(split)):
            built.draw(f"{split}/{name}", picture(100 * number + index, 32, 24))
    return built


def sound(folder: Path) -> Tree:
    """36 images and what is on them, as JSON lines."""
    built = images(folder)
    for split in SPLITS:
        built.file(f"{split}/metadata.jsonl", lines(rows(split)))
    return built


def said(objects: object) -> str:
    """A line with this value of `objects`."""
    return json.dumps({"file_name": "a.png", "objects": objects})


FAULTS: dict[str, tuple[str, str]] = {
    '{"file_name": "a.png"': ("malformed", "not valid JSON: Expecting ',' delimiter"),
    "[1, 2]": ("malformed", "not a JSON object"),
    '"a.png"': ("malformed", "not a JSON object"),
    "{}": ("malformed", "no file_name"),
    '{"file_name": 3}': ("malformed", "file_name is no name of a file"),
    '{"file_name": "\\ud800.png"}': ("malformed", "half a character (a lone surrogate)"),
    '{"file_name": "a.png", "label": "\\ud800"}': ("malformed", "half a character (a lone surrogate)"),
    '{"file_name": "a.png", "label": 1.5}': ("malformed", "1.5 is no class"),
    '{"file_name": "a.png", "label": true}': ("malformed", "True is no class"),
    '{"file_name": "a.png", "label": {"a": 1}}': ("malformed", "a dict is no class"),
    '{"file_name": "a.png", "width": 3000000000, "height": 1}': (
        "malformed", "3000000000 x 1 is no size in pixels",
    ),
    said(3): ("malformed", "objects is neither an object of lists nor a list of objects"),
    said({}): ("malformed", "objects has no list bbox"),
    said([{}]): ("malformed", "an object has no bbox"),
    said({"bbox": [[1, 2, 3, 4]], "categories": [1, 2]}): (
        "malformed", "objects has 1 boxes and 2 categories",
    ),
    said({"bbox": [[1, 2, 3, 4]], "categories": 1}): (
        "malformed", "objects has 1 boxes and no list of categories",
    ),
    said({"bbox": [[1, 2, 3]], "categories": [1]}): (
        "malformed", "a box is 3 values, not x, y, width and height",
    ),
    said({"bbox": [None], "categories": [1]}): ("malformed", "a box is None, not x, y, width and height"),
    said({"bbox": [[1, 2, "3", 4]], "categories": [1]}): ("malformed", "'3' in a box is not a number"),
    said({"bbox": [[1, 2, True, 4]], "categories": [1]}): ("malformed", "True in a box is not a number"),
    said({"bbox": [[1, 2, float("nan"), 4]], "categories": [1]}): ("malformed", "nan in a box is not finite"),
    said({"bbox": [[1, 2, float("inf"), 4]], "categories": [1]}): ("malformed", "inf in a box is not finite"),
    "[" * 100_000: ("malformed", "JSON nested too deeply, or with a number of thousands of digits"),
    '{"file_name": "a.png", "label": ' + "9" * 5000 + "}": (
        "malformed", "JSON nested too deeply, or with a number of thousands of digits",
    ),
    '{"file_name": "gone.png"}': ("dangling reference", "names an image that does not exist: gone.png"),
    '{"file_name": "../../x.png"}': (
        "dangling reference", "names an image that leads outside the dataset: ../../x.png",
    ),
    '{"file_name": "/etc/x.png"}': (
        "dangling reference", "names an image that leads outside the dataset: /etc/x.png",
    ),
    '{"file_name": "notes.txt"}': ("dangling reference", "names an image that is no image: notes.txt"),
    '{"file_name": "train-1.png"}': ("duplicate id", "names train-1.png again, first in line 2"),
}  # fmt: skip
"""Lines of the train split, each with the one fault that it is. `a.png` is an image that is there."""


def broken(folder: Path) -> Tree:
    """The sound tree with every fault, each once."""
    built = sound(folder)
    built.draw("train/a.png", picture(900)).draw("train/unlisted.png", picture(901))
    built.draw("elsewhere/stray.png", picture(902)).file("train/notes.txt", "x")
    built.file("test/metadata.csv", text(rows("test")))
    return built.file(
        "train/metadata.jsonl", lines(rows("train")) + "".join(f"{fault}\n" for fault in FAULTS)
    )
