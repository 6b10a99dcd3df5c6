"""Datasets whose files say of many images what is on them: an image leaves one and enters another, or goes.

Each shape holds what a repair of that format does as one: files of annotations change with their images.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tests.faults.draft import Draft, Shape

_HEADER = b"filename,width,height,class,xmin,ymin,xmax,ymax\r\n"


def coco_in_folders() -> Shape:
    """A COCO file beside the images of each split: one moves, one goes, a box is clipped in each."""
    draft = Draft("coco in folders")
    names = {"train": "abc", "valid": "de"}
    for folder, letters in names.items():
        for letter in letters:
            draft.file(f"{folder}/{letter}.jpg")
        draft.file(f"{folder}/_annotations.coco.json", _coco(letters))
    draft.group(
        draft.move("train/a.jpg", "valid/a.jpg"),
        draft.remove("train/b.jpg"),
        draft.replace("train/_annotations.coco.json", _coco("c")),
        draft.replace("valid/_annotations.coco.json", _coco("dea")),
    )
    return draft.shape()


def coco_in_a_room() -> Shape:
    """COCO files in a folder of their own; images in one folder change their split without a move."""
    draft = Draft("coco in a room")
    for letter in "abcd":
        draft.file(f"images/{letter}.jpg")
    for split, letters in (("train", "abc"), ("val", "d")):
        draft.file(f"annotations/instances_{split}.json", _coco(letters), 0o640)
        draft.file(f"annotations/captions_{split}.json", _coco(letters))
    draft.group(
        *(
            draft.replace(f"annotations/{kind}_{split}.json", _coco(letters))
            for kind in ("instances", "captions")
            for split, letters in (("train", "ac"), ("val", "db"))
        )
    )
    return draft.shape(git=True)


def voc_with_image_sets() -> Shape:
    """VOC: an image changes its set, one goes with its XML, an object is cut out."""
    draft = Draft("voc with image sets")
    for letter in "abcd":
        draft.file(f"JPEGImages/{letter}.jpg")
        draft.file(f"Annotations/{letter}.xml", _voc(letter, 2))
    sets = {"train": "abc", "val": "d", "trainval": "abcd"}
    for name, letters in sets.items():
        draft.file(f"ImageSets/Main/{name}.txt", _lines(letters))
    draft.group(
        draft.remove("JPEGImages/a.jpg"),
        draft.remove("Annotations/a.xml"),
        *(
            draft.replace(f"ImageSets/Main/{name}.txt", _lines(letters))
            for name, letters in (("train", "c"), ("val", "db"), ("trainval", "bcd"))
        ),
    )
    draft.group(draft.replace("Annotations/c.xml", _voc("c", 1)))
    return draft.shape()


def csv_lists() -> Shape:
    """CSV lists: rows go with their images, and from one list to the other."""
    draft = Draft("csv lists")
    for folder, letters in (("train", "abc"), ("valid", "d")):
        for letter in letters:
            draft.file(f"{folder}/{letter}.jpg")
        draft.file(f"{folder}/_annotations.csv", _table(letters))
    draft.group(
        draft.move("train/b.jpg", "valid/b.jpg"),
        draft.remove("train/a.jpg"),
        draft.replace("train/_annotations.csv", _table("c")),
        draft.replace("valid/_annotations.csv", _table("db")),
    )
    return draft.shape()


def json_lines() -> Shape:
    """Hugging Face's metadata: lines go with their images; another image gets other pixels and sizes."""
    draft = Draft("json lines")
    for folder, letters in (("train", "abc"), ("test", "d")):
        for letter in letters:
            draft.file(f"{folder}/{letter}.jpg")
        draft.file(f"{folder}/metadata.jsonl", _json_lines(letters, {}))
    draft.group(
        draft.move("train/b.jpg", "test/b.jpg"),
        draft.replace("train/c.jpg", b"turned"),
        draft.replace("train/metadata.jsonl", _json_lines("ac", {"c": [5, 9]})),
        draft.replace("test/metadata.jsonl", _json_lines("db", {})),
    )
    return draft.shape()


def classes() -> Shape:
    """Class folders: a leaked picture keeps its class in the other split, a copy goes."""
    draft = Draft("classes")
    for path in (
        "train/cat/a.jpg",
        "train/dog/b.jpg",
        "train/dog/c.jpg",
        "valid/cat/d.jpg",
        "valid/dog/e.jpg",
    ):
        draft.file(path)
    draft.group(draft.move("train/cat/a.jpg", "valid/cat/a.jpg"))
    draft.group(draft.remove("train/dog/b.jpg"))
    draft.group(draft.move("train/dog/c.jpg", "valid/dog/c_2.jpg"))
    return draft.shape()


def _coco(letters: str) -> bytes:
    images = [
        {"id": ord(letter), "file_name": f"{letter}.jpg", "width": 9, "height": 9} for letter in letters
    ]
    boxes = [{"id": n, "image_id": ord(letter), "bbox": [1, 2, 3, n]} for n, letter in enumerate(letters)]
    return json.dumps({"images": images, "annotations": boxes}, indent=1).encode()


def _voc(letter: str, objects: int) -> bytes:
    return f"<annotation>\n<filename>{letter}.jpg</filename>{'<object/>' * objects}</annotation>\n".encode()


def _lines(letters: str) -> bytes:
    return "".join(f"{letter}\n" for letter in letters).encode()


def _table(letters: str) -> bytes:
    return _HEADER + "".join(f"{letter}.jpg,9,9,cat,1,2,3,4\r\n" for letter in letters).encode()


def _json_lines(letters: str, sizes: Mapping[str, Sequence[int]]) -> bytes:
    lines = ({"file_name": f"{letter}.jpg", "size": sizes.get(letter, [9, 5])} for letter in letters)
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


FORMATS = (coco_in_folders, coco_in_a_room, voc_with_image_sets, csv_lists, json_lines, classes)
