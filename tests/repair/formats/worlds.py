"""Small datasets of every format, written and read back with nothing of Holdfast's."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image

SIDE = 64
SPLITS = ("train", "val", "test")
FOLDERS = {"train": "train", "val": "valid", "test": "test"}
CLASSES = ("cat", "dog")

Box = tuple[str, float, float, float, float]
"""A class, and left, upper, right, lower in pixels."""
Model = dict[str, dict[str, tuple[Box, ...]]]
"""What is on the images of each split, by their names."""


@dataclass
class World:
    """A dataset on disk. `pictures` says which picture an image shows: equal numbers are equal bytes."""

    root: Path
    pictures: dict[str, int] = field(default_factory=dict)

    def write(self, path: str, text: str) -> None:
        """A text file."""
        self.path(path).write_bytes(text.encode())

    def read(self, path: str) -> str:
        """A text file."""
        return (self.root / path).read_bytes().decode()

    def path(self, path: str) -> Path:
        """Its place, in a folder that is there."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def picture(self, path: str, split: str) -> None:
        """An image."""
        name = path.rpartition("/")[2]
        seed = self.pictures.get(f"{split}/{name}", sum(map(ord, split + name)))
        pixels = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
        picture = Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        picture.save(self.path(path), "PNG")


def model() -> Model:
    """Five images of one or two boxes in each split; classes in another order than their numbers."""
    found: Model = {}
    for at, split in enumerate(SPLITS):
        images = {}
        for number in range(5):
            edge = 4.0 + 3 * number + at
            boxes: list[Box] = [(CLASSES[number % 2], edge, 5.0, edge + 20, 30.0)]
            if number > 2:
                boxes.append((CLASSES[(number + 1) % 2], 2.0, 40.0, 30.0, 60.0))
            images[f"{split}{number}.png"] = tuple(boxes)
        found[split] = images
    return found


def _coco(
    world: World, file: str, images: Mapping[str, tuple[Box, ...]], split: str, prefix: str = ""
) -> None:
    """Ids begin anew in each file; the categories of each have another order."""
    names = CLASSES if split == "train" else CLASSES[::-1]
    data: dict[str, list[dict[str, object]]] = {"images": [], "annotations": []}
    for number, (name, boxes) in enumerate(images.items()):
        data["images"].append({"id": number, "file_name": prefix + name, "width": SIDE, "height": SIDE})
        for kind, left, upper, right, lower in boxes:
            box = [left, upper, right - left, lower - upper]
            entry = {"id": len(data["annotations"]), "image_id": number, "category_id": names.index(kind)}
            data["annotations"].append(entry | {"bbox": box, "area": box[2] * box[3], "iscrowd": 0})
    kinds = [{"id": number, "name": name, "supercategory": "pet"} for number, name in enumerate(names)]
    world.write(file, json.dumps({"info": {"year": "2026"}, "categories": kinds, **data}, indent=1))


def _read_coco(world: World, file: str) -> dict[str, tuple[Box, ...]]:
    data = json.loads(world.read(file))
    names = {one["id"]: one["name"] for one in data["categories"]}
    ids = [one["id"] for key in ("images", "annotations") for one in data[key]]
    assert len(set(ids[: len(data["images"])])) == len(data["images"])
    assert len({one["id"] for one in data["annotations"]}) == len(data["annotations"])
    found: dict[str, tuple[Box, ...]] = {}
    for image in data["images"]:
        boxes = [a for a in data["annotations"] if a["image_id"] == image["id"]]
        found[image["file_name"].rpartition("/")[2]] = tuple(
            (names[a["category_id"]], x, y, x + w, y + h) for a in boxes for x, y, w, h in [a["bbox"]]
        )
    return found


def _voc(boxes: tuple[Box, ...], name: str) -> str:
    objects = "".join(
        f"\t<object>\n\t\t<name>{kind}</name>\n\t\t<bndbox><xmin>{left:g}</xmin><ymin>{upper:g}</ymin>"
        f"<xmax>{right:g}</xmax><ymax>{lower:g}</ymax></bndbox>\n\t</object>\n"
        for kind, left, upper, right, lower in boxes
    )
    size = f"\t<size><width>{SIDE}</width><height>{SIDE}</height><depth>3</depth></size>\n"
    return f"<annotation>\n\t<filename>{name}</filename>\n{size}{objects}</annotation>\n"


def _read_voc(text: str) -> tuple[Box, ...]:
    return tuple(
        (str(one.findtext("name")), *(float(str(one.findtext(f"bndbox/{edge}"))) for edge in _EDGES))  # type: ignore[misc]
        for one in ElementTree.fromstring(text).iter("object")
    )


_EDGES = ("xmin", "ymin", "xmax", "ymax")
_HEADER = ["filename", "width", "height", "class", *_EDGES]


def _table(images: Mapping[str, tuple[Box, ...]], prefix: str = "") -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(_HEADER)
    for name, boxes in images.items():
        for kind, *edges in boxes:
            rows.writerow([prefix + name, SIDE, SIDE, kind, *(f"{edge:g}" for edge in edges)])
    return text.getvalue()


def _read_table(text: str) -> dict[str, tuple[Box, ...]]:
    found: dict[str, tuple[Box, ...]] = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        name = row["filename"].rpartition("/")[2]
        box = (row["class"], *(float(row[edge]) for edge in _EDGES))
        found[name] = (*found.get(name, ()), box)  # type: ignore[assignment]
    return found


@dataclass(frozen=True)
class Format:
    """A layout: how a model is written, what it is read back as, where an image of a split lies. `boxes`: it
    has boxes, not only one class an image."""

    name: str
    write: Callable[[World, Model], None]
    read: Callable[[World], Model]
    image: str
    reader: str
    boxes: bool = True
    file: str = ""
    """The file that says what is on an image: {folder}, {split} and {stem} are filled in."""

    def path(self, split: str, name: str) -> str:
        """Where an image lies."""
        return self.image.format(folder=FOLDERS[split], split=split, name=name)

    def said_in(self, split: str, name: str) -> str:
        """The file that says what is on it."""
        return self.file.format(folder=FOLDERS[split], split=split, stem=name.rpartition(".")[0])

    def build(self, root: Path, images: Model, pictures: dict[str, int]) -> World:
        """The dataset."""
        world = World(root, pictures)
        if "{class}" not in self.image:
            for split, names in images.items():
                for name in names:
                    world.picture(self.path(split, name), split)
        self.write(world, images)
        return world


def _each(write: Callable[[World, str, dict[str, tuple[Box, ...]]], None]) -> Callable[[World, Model], None]:
    return lambda world, images: [write(world, split, names) for split, names in images.items()] and None


def _voc_sets(world: World, images: Model) -> None:
    for split, names in images.items():
        world.write(f"ImageSets/Main/{split}.txt", "".join(f"{name[:-4]}\n" for name in names))
        flags = [
            f"{n[:-4]} {1 if any(b[0] == 'cat' for b in boxes) else -1:2}\n" for n, boxes in names.items()
        ]
        world.write(f"ImageSets/Main/cat_{split}.txt", "".join(flags))
        for name, boxes in names.items():
            world.write(f"Annotations/{name[:-4]}.xml", _voc(boxes, name))
    both = [name[:-4] for split in ("train", "val") for name in images[split]]
    world.write("ImageSets/Main/trainval.txt", "".join(f"{name}\n" for name in both))


def _read_voc_sets(world: World) -> Model:
    found: Model = {}
    for split in SPLITS:
        stems = world.read(f"ImageSets/Main/{split}.txt").split()
        assert all((world.root / f"JPEGImages/{stem}.png").exists() for stem in stems)
        found[split] = {f"{s}.png": _read_voc(world.read(f"Annotations/{s}.xml")) for s in stems}
        flags = dict(line.split() for line in world.read(f"ImageSets/Main/cat_{split}.txt").splitlines())
        cats = {s: "1" if any(b[0] == "cat" for b in found[split][f"{s}.png"]) else "-1" for s in stems}
        assert flags == cats
    both = world.read("ImageSets/Main/trainval.txt").split()
    assert sorted(both) == sorted(name[:-4] for s in ("train", "val") for name in found[s])
    return found


def _voc_folders(world: World, split: str, names: dict[str, tuple[Box, ...]]) -> None:
    for name, boxes in names.items():
        world.write(f"{FOLDERS[split]}/{name[:-4]}.xml", _voc(boxes, name))


def _read_voc_folders(world: World) -> Model:
    return {
        split: {
            f.stem + ".png": _read_voc(f.read_bytes().decode())
            for f in sorted((world.root / FOLDERS[split]).glob("*.xml"))
        }
        for split in SPLITS
    }


def _classes(world: World, split: str, names: dict[str, tuple[Box, ...]]) -> None:
    for name, boxes in names.items():
        world.picture(f"{FOLDERS[split]}/{boxes[0][0]}/{name}", split)


def _read_classes(world: World) -> Model:
    return {
        split: {
            file.name: ((file.parent.name, 0.0, 0.0, 0.0, 0.0),)
            for file in sorted((world.root / FOLDERS[split]).glob("*/*"))
        }
        for split in SPLITS
    }


def _json_lines(images: Mapping[str, tuple[Box, ...]]) -> str:
    lines = []
    for name, boxes in images.items():
        said = {
            "bbox": [[left, top, right - left, low - top] for _, left, top, right, low in boxes],
            "categories": [x[0] for x in boxes],
        }
        lines.append(json.dumps({"file_name": name, "objects": said, "note": "é"}) + "\n")
    return "".join(lines)


def _read_json_lines(text: str) -> dict[str, tuple[Box, ...]]:
    found = {}
    for value in map(json.loads, text.splitlines()):
        pairs = zip(value["objects"]["categories"], value["objects"]["bbox"], strict=True)
        found[value["file_name"]] = tuple((kind, x, y, x + w, y + h) for kind, (x, y, w, h) in pairs)
    return found


def _read_each(
    read: Callable[[World, str], dict[str, tuple[Box, ...]]], image: str
) -> Callable[[World], Model]:
    """Each split by its file; the images that it names are those that lie there."""

    def whole(world: World) -> Model:
        found = {split: read(world, split) for split in SPLITS}
        for split, names in found.items():
            for name in names:
                place = image.format(folder=FOLDERS[split], split=split, name=name)
                assert (world.root / place).exists(), place
        return found

    return whole


FORMATS = (
    Format(
        "coco in folders",
        _each(lambda w, s, n: _coco(w, f"{FOLDERS[s]}/_annotations.coco.json", n, s)),
        _read_each(lambda w, s: _read_coco(w, f"{FOLDERS[s]}/_annotations.coco.json"), "{folder}/{name}"),
        "{folder}/{name}",
        "coco",
        file="{folder}/_annotations.coco.json",
    ),
    Format(
        "coco in a room",
        _each(lambda w, s, n: _coco(w, f"annotations/instances_{s}2017.json", n, s)),
        _read_each(
            lambda w, s: _read_coco(w, f"annotations/instances_{s}2017.json"), "images/{split}2017/{name}"
        ),
        "images/{split}2017/{name}",
        "coco",
        file="annotations/instances_{split}2017.json",
    ),
    Format(
        "coco, one folder of images",
        _each(lambda w, s, n: _coco(w, f"annotations/instances_{s}.json", n, s)),
        _read_each(lambda w, s: _read_coco(w, f"annotations/instances_{s}.json"), "images/{name}"),
        "images/{name}",
        "coco",
        file="annotations/instances_{split}.json",
    ),
    Format(
        "voc with image sets",
        _voc_sets,
        _read_voc_sets,
        "JPEGImages/{name}",
        "voc",
        file="Annotations/{stem}.xml",
    ),
    Format(
        "voc in folders",
        _each(_voc_folders),
        _read_voc_folders,
        "{folder}/{name}",
        "voc",
        file="{folder}/{stem}.xml",
    ),
    Format(
        "class folders",
        _each(_classes),
        _read_classes,
        "{folder}/{{class}}/{name}",
        "class_folders",
        boxes=False,
    ),
    Format(
        "csv in folders",
        _each(lambda w, s, n: w.write(f"{FOLDERS[s]}/_annotations.csv", _table(n))),
        _read_each(lambda w, s: _read_table(w.read(f"{FOLDERS[s]}/_annotations.csv")), "{folder}/{name}"),
        "{folder}/{name}",
        "csv_list",
        file="{folder}/_annotations.csv",
    ),
    Format(
        "csv beside",
        _each(lambda w, s, n: w.write(f"{s}_labels.csv", _table(n))),
        _read_each(lambda w, s: _read_table(w.read(f"{s}_labels.csv")), "images/{name}"),
        "images/{name}",
        "csv_list",
        file="{split}_labels.csv",
    ),
    Format(
        "json lines",
        _each(lambda w, s, n: w.write(f"{FOLDERS[s]}/metadata.jsonl", _json_lines(n))),
        _read_each(lambda w, s: _read_json_lines(w.read(f"{FOLDERS[s]}/metadata.jsonl")), "{folder}/{name}"),
        "{folder}/{name}",
        "imagefolder",
        file="{folder}/metadata.jsonl",
    ),
)


def only_classes(images: Model) -> Model:
    """What class folders hold of it: the class of the first box, no edges."""
    return {
        split: {name: ((boxes[0][0], 0.0, 0.0, 0.0, 0.0),) for name, boxes in names.items()}
        for split, names in images.items()
    }
