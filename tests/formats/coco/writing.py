"""COCO files and their images, written with `json.dump` and Pillow alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

Document = dict[str, Any]


def box(number: int, image: int, category: int = 1, **more: Any) -> Document:
    """An annotation with a box of its own."""
    place = [1.5 + number % 7, 2.0, 10.25, 8.0 + number % 5]
    return {"id": number, "image_id": image, "category_id": category, "bbox": place, "iscrowd": 0} | more


def document(names: list[str], width: int = 32, height: int = 24) -> Document:
    """A file with these images, ids from 1, and a box on each."""
    images = [
        {"id": number, "file_name": name, "width": width, "height": height}
        for number, name in enumerate(names, 1)
    ]
    categories = [{"id": number, "name": name} for number, name in ((1, "cat"), (2, "dog"))]
    annotations = [box(100 + image["id"], image["id"]) for image in images]
    return {"images": images, "annotations": annotations, "categories": categories}


def draw(root: Path, *names: str, width: int = 32, height: int = 24) -> None:
    """These images, each of another colour."""
    for number, name in enumerate(names):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (width, height), (number * 5 % 256, 90, 140)).save(file)


def put(root: Path, name: str, content: Document | bytes, indent: int | None = None) -> str:
    """A JSON file, or these bytes; its text."""
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else json.dumps(content, indent=indent).encode()
    file.write_bytes(data)
    return data.decode(errors="replace")


def packed(runs: list[int]) -> str:
    """Runs as COCO's text: differences to the run two before, five bits a character."""
    text = ""
    for number, run in enumerate(runs):
        value = run - runs[number - 2] if number > 2 else run
        while True:
            bits, value = value & 31, value >> 5
            ended = value == (-1 if bits & 16 else 0)
            text += chr(48 + (bits if ended else bits | 32))
            if ended:
                break
    return text
