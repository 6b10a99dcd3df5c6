"""Formats that are not read, by their marks, so that the message that nothing is recognised can name them.

Told by what files are called and by what stands at the beginning of the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from holdfast.archives import PACKED
from holdfast.files import InArchive, NotRead, open_file, read_file
from holdfast.formats.tree import Tree, join
from holdfast.images import is_image
from holdfast.names import display, to_os

_HEAD = 16 << 10
_IN_ARCHIVE = 1 << 20
_SAMPLE = 10
"""Files that are looked into for each format."""
_LABELS = "export as COCO or YOLO"


class Mark(NamedTuple):
    """A format, what to do, what its files are called, and what all stands at their beginning."""

    name: str
    advice: str
    called: str
    says: tuple[bytes, ...] = ()


MARKS = (
    Mark("CreateML", _LABELS, r"\.json", (rb'"image"\s*:', rb'"coordinates"\s*:')),
    Mark(
        "LabelMe JSON",
        "convert with labelme2coco or labelme2yolo",
        r"\.json",
        (rb'"shapes"\s*:', rb'"(points|shape_type|imagePath)"\s*:'),
    ),
    Mark("Label Studio JSON", f"{_LABELS} with images", r"\.json", (rb'"data"\s*:', rb'"result"\s*:')),
    Mark("Label Studio CSV", f"{_LABELS} with images", r"\.csv", (rb"\Aannotation_id,|\A[^\n]*,lead_time",)),
    Mark("VGG Image Annotator", "export as COCO", r"\.(json|csv)", (rb"shape_attributes",)),
    Mark("Supervisely", _LABELS, r"\.json", (rb'"size"\s*:', rb'"objects"\s*:\s*\[')),
    Mark("Supervisely", _LABELS, r"meta\.json", (rb'"classes"\s*:', rb'"shape"\s*:')),
    Mark("FiftyOne's dataset", "export as COCODetectionDataset", r"samples\.json", (rb'"samples"\s*:',)),
    Mark(
        "FiftyOne's image classification",
        "export as ImageClassificationDirectoryTree",
        r"\.json",
        (rb'"classes"\s*:\s*\[', rb'"labels"\s*:\s*\{'),
    ),
    Mark("BDD100K JSON", "convert to COCO", r"\.json", (rb'"name"\s*:', rb'"(box2d|poly2d)"\s*:')),
    Mark("Datumaro", _LABELS, r"\.json", (rb'"categories"\s*:\s*\{', rb'"label"\s*:')),
    Mark("CVAT for images", "export as COCO 1.0", r"\.xml", (rb"<annotations>", rb"<image\s|<version>")),
    Mark("WIDER FACE", "convert to COCO or YOLO", r"wider_face_.*\.(txt|mat)"),
    Mark(
        "DOTA",
        "convert with Ultralytics' convert_dota_to_yolo_obb",
        r"\.txt",
        (rb"(?m)\Aimagesource:|^(\d+(\.\d+)? ){8}[\w-]+ \d\s*$",),
    ),
    Mark(
        "KITTI", "convert to COCO or YOLO", r"\.txt", (rb"\A[A-Za-z_]+ [\d.-]+ \d (-?[\d.]+ ){11}-?[\d.]+",)
    ),
    Mark("Open Images", f"{_LABELS}, with FiftyOne", r"\.csv", (rb"(?i)\Aimageid,source,labelname",)),
    Mark(
        "a CSV list with a box in one column",
        "write it as xmin,ymin,xmax,ymax,class",
        r"\.csv",
        (rb"(?i)\A[^\n]{0,999}\b(bbox|box|bounding_?box)\b[^\n]*\n",),
    ),
    Mark(
        "the list of Keras YOLOv3 and PyTorch YOLOv4",
        _LABELS,
        r"\.txt",
        (rb"\A\S+\.(jpe?g|png)( \d+,\d+,\d+,\d+,\d+)+\s",),
    ),
    Mark(
        "JSON lines for a language model",
        _LABELS,
        r"\.jsonl",
        (rb'"(messages|suffix|conversations)"\s*:',),
    ),
    Mark("TFRecord", "export as COCO or Pascal VOC", r".*\.(tfrecords?|tfrec|record)(-\d+-of-\d+)?"),
    Mark(
        "arrays of MATLAB, NumPy or HDF5",
        "write image files, and annotations as COCO or YOLO",
        r".*(\.(npz|npy|h5|hdf5|mdb|mat)|-ubyte|data_batch_\d)",
    ),
    Mark("img2dataset's files", "write them as webdataset", r"\d+_stats\.json", (rb'"successes"|"count"',)),
    Mark(  # an imagefolder's own metadata that cannot be read is reported by its reader
        "parquet with pictures inside",
        "write it as an imagefolder",
        r"(?!metadata\.).*\.parquet",
        (rb"\APAR1",),
    ),
    Mark("a packed archive", "unpack it first", rf".*({'|'.join(map(re.escape, PACKED))})"),
    Mark("zip archives in a folder", "give --data one of them, or unpack them", r".*\.zip"),
)
"""The likeliest first."""


def looks_like(root: Path, tree: Tree) -> str:
    """What a tree is that no reader recognises, and what to do: `CreateML (a.json), which is not read; ...`.

    '' where nothing is known.
    """
    names = [
        (folder, name, name.lower())
        for folder in tree.files
        for name in tree.files[folder]
        if not is_image(name)
    ]
    for mark in MARKS:
        for path in islice(_called(names, mark), _SAMPLE):
            if not mark.says or _says(_beginning(root, path), mark):
                return f"{mark.name} ({display(path)}), which is not read; {mark.advice}"
    return ""


def _called(names: Iterable[tuple[str, str, str]], mark: Mark) -> Iterator[str]:
    """The files that are called so; a suffix alone stands for all that end in it. `names` are folder, name
    and name in lower case."""
    called = re.compile(mark.called if not mark.called.startswith(r"\.") else f".*{mark.called}", re.DOTALL)
    return (join(folder, name) for folder, name, lower in names if called.fullmatch(lower))


def _says(data: bytes, mark: Mark) -> bool:
    return all(re.search(said, data) for said in mark.says)


def _beginning(root: Path, path: str) -> bytes:
    """The first bytes of a file; none where it cannot be read."""
    try:
        descriptor, _ = open_file(root / to_os(path))
        with open(descriptor, "rb") as file:
            return file.read(_HEAD)
    except InArchive:
        return _beginning_of_member(root, path)
    except (NotRead, OSError):
        return b""


def _beginning_of_member(root: Path, path: str) -> bytes:
    try:
        return read_file(root / to_os(path), _IN_ARCHIVE)[0][:_HEAD]
    except NotRead:
        return b""
