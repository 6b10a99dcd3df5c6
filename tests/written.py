"""Small COCO and Pascal VOC datasets for tests, written from plain lists by the formats' own documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from tests.trees import Tree, picture

Box = tuple[str, float, float, float, float]
"""A class, then left, upper, right and lower edge in pixels."""

SIZE = 128, 96


class Coco:
    """A json in the folder of a split, beside its images, as Roboflow exports it."""

    def __init__(self, tree: Tree, split: str, classes: Sequence[str] = ("hold", "volume"), first: int = 0):
        self._tree, self._split = tree, split
        categories = [{"id": number, "name": name} for number, name in enumerate(classes, first)]
        self.images: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []
        self.document = {"images": self.images, "annotations": self.annotations, "categories": categories}

    def image(self, name: str, seed: int | None = None, **more: Any) -> Coco:
        """An image of 128 x 96 px and its entry, which `more` changes."""
        file = f"{self._split}/{name}"
        self._tree.draw(file, picture(hash_of(file) if seed is None else seed))
        entry = {"id": len(self.images), "file_name": name, "width": SIZE[0], "height": SIZE[1]}
        self.images.append(entry | more)
        return self

    def box(self, category: int, x: float, y: float, width: float, height: float, **more: Any) -> Coco:
        """A box on the latest image."""
        entry = {"id": len(self.annotations), "image_id": self.images[-1]["id"], "category_id": category}
        entry |= {"bbox": [x, y, width, height], "area": width * height, "iscrowd": 0, "segmentation": []}
        self.annotations.append(entry | more)
        return self

    def polygon(self, category: int, *rings: Sequence[float], **more: Any) -> Coco:
        """A polygon on the latest image, with the box around its points."""
        xs, ys = [x for ring in rings for x in ring[0::2]], [y for ring in rings for y in ring[1::2]]
        box = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
        return self.box(category, *box, segmentation=[list(ring) for ring in rings], **more)

    def pose(self, category: int, *triples: float, **more: Any) -> Coco:
        """A box in the middle of the latest image with keypoints."""
        count = sum(seen > 0 for seen in triples[2::3])
        return self.box(category, 30, 20, 60, 50, keypoints=list(triples), num_keypoints=count, **more)

    def write(self) -> Tree:
        """Write the json, one value a line."""
        self._tree.file(f"{self._split}/_annotations.coco.json", json.dumps(self.document, indent=1))
        return self._tree


def voc(tree: Tree, split: str, name: str, boxes: Iterable[Box], size: tuple[int, int] = SIZE) -> Tree:
    """An image of 128 x 96 px in the folder of a split and the xml beside it, which says `size`."""
    tree.draw(f"{split}/{name}.jpg", picture(hash_of(f"{split}/{name}")))
    objects = "".join(
        f"  <object>\n    <name>{escape(kind)}</name>\n    <bndbox><xmin>{left}</xmin><ymin>{upper}</ymin>"
        f"<xmax>{right}</xmax><ymax>{lower}</ymax></bndbox>\n  </object>\n"
        for kind, left, upper, right, lower in boxes
    )
    head = f"  <filename>{name}.jpg</filename>\n  <size><width>{size[0]}</width><height>{size[1]}</height>"
    text = f"<annotation>\n{head}<depth>3</depth></size>\n{objects}</annotation>\n"
    return tree.file(f"{split}/{name}.xml", text)


def hash_of(text: str) -> int:
    """A number for a text, the same in every run."""
    return int.from_bytes(text.encode(), "big") % 1_000_003
