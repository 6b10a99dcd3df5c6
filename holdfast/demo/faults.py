"""The faults of the sample data, each planted in images of its own."""

from __future__ import annotations

import io
from dataclasses import replace

import imagehash
from PIL import Image, ImageEnhance

from holdfast.demo.manifest import PlantedFault
from holdfast.demo.tree import Sample, Tree, config, encode

_POINTER = """\
version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 31854
"""
_PAGE = """\
<!DOCTYPE html>
<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>
"""
_COMMENT = b"kept by the route setters"


def plant_all(tree: Tree) -> None:
    """Plant every fault of the sample data and note it in `tree.faults`."""
    _unreadable(tree)
    _exact_copies(tree)
    _near_copies(tree)
    _exports_of_one_source(tree)
    _leaks(tree)
    _conflicts(tree)
    _unpaired(tree)
    _malformed(tree)
    _odd_boxes(tree)
    _wrong_suffix(tree)
    _unreferenced(tree)
    _one_png(tree)
    tree.files["mountain/data.yaml"] = config(3)
    fault = PlantedFault("broken_config", "mountain/data.yaml", "nc is 3, names has 2", line=4)
    _by_hand(tree, fault, "nc: 2")


def _unreadable(tree: Tree) -> None:
    for folder, content, note in (
        ("boulder/train", None, "truncated: the last 40 % of the bytes are missing"),
        ("mountain/train", b"", "zero bytes"),
        ("mountain/valid", _POINTER.encode(), "a Git LFS pointer, not the picture"),
        ("boulder/test", _PAGE.encode(), "an HTML page, not a picture"),
    ):
        sample = tree.take(folder)
        kept = sample.image[: len(sample.image) * 6 // 10]
        tree.put(replace(sample, image=kept if content is None else content))
        lost = f"{sample.path}: remove it and {sample.label}" if content == _POINTER.encode() else None
        tree.faults.append(PlantedFault("unreadable_image", sample.path, note, mend=lost))


def _exact_copies(tree: Tree) -> None:
    sample = tree.take("boulder/train")
    copy = replace(sample, folder="mountain/train", name="upload-01.jpg")
    _pair(tree, "exact_duplicate", sample, copy, "same bytes, renamed, in another collection")
    sample = tree.take("mountain/train")
    # a comment segment after the start marker changes the bytes and no pixel
    segment = b"\xff\xfe" + (len(_COMMENT) + 2).to_bytes(2, "big") + _COMMENT
    copy = replace(sample, name="upload-02.jpg", image=sample.image[:2] + segment + sample.image[2:])
    _pair(tree, "exact_duplicate", sample, copy, "same picture; the copy has a comment in its metadata")


def _near_copies(tree: Tree) -> None:
    sample = tree.take("boulder/train")
    copy = replace(sample, name="upload-03.jpg", image=_encoded_again(sample))
    _pair(tree, "near_duplicate", sample, copy, "encoded again at JPEG quality 45")
    sample = tree.take("mountain/train")
    picture = _open(sample)
    small = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4), Image.Resampling.LANCZOS)
    copy = replace(sample, folder="boulder/train", name="upload-04.jpg", image=encode(small))
    _pair(tree, "near_duplicate", sample, copy, "resized to 75 %, in another collection")
    sample = tree.take("mountain/train")
    copy = replace(sample, name="upload-05.jpg", image=_brighter(sample))
    _pair(tree, "near_duplicate", sample, copy, "brighter")


def _exports_of_one_source(tree: Tree) -> None:
    sample = tree.take("boulder/train")
    tree.drop(sample)
    stem = sample.name.rpartition(".")[0]
    first = replace(sample, name=f"{stem}_jpg.rf.3b9d5f1a7c02e846d1f0a4b7925e6c83.jpg")
    second = replace(
        first, name=f"{stem}_jpg.rf.c47e08b2915d3fa6e2b17d60f8a94c35.jpg", image=_brighter(first)
    )
    tree.put(first)
    _pair(tree, "near_duplicate", first, second, "info: two exports of one source, the second brighter")


def _leaks(tree: Tree) -> None:
    sample = tree.take("boulder/train")
    copy = replace(sample, folder="boulder/test", name="upload-06.jpg")
    _pair(tree, "split_leakage", sample, copy, "same bytes in train and test")
    sample = tree.take("boulder/train")
    copy = replace(sample, folder="mountain/valid", name="upload-07.jpg", image=_encoded_again(sample))
    _pair(tree, "split_leakage", sample, copy, "encoded again in valid of another collection")


def _conflicts(tree: Tree) -> None:
    sample = tree.take("boulder/train")
    copy = replace(sample, name="upload-08.jpg", lines=sample.lines[:-1])
    _pair(tree, "conflicting_labels", sample, copy, "same bytes, one box less")
    _pair(tree, "exact_duplicate", sample, copy, "same bytes; their labels differ")
    sample = tree.take("mountain/train")
    first = sample.lines[0]
    other_class = f"{1 - int(first[0])}{first[1:]}"
    copy = replace(sample, name="upload-09.jpg", lines=(other_class, *sample.lines[1:]))
    _pair(tree, "conflicting_labels", sample, copy, "same bytes, one box of another class")
    _pair(tree, "exact_duplicate", sample, copy, "same bytes; their labels differ")


def _unpaired(tree: Tree) -> None:
    sample = tree.take("mountain/train")
    del tree.files[sample.label]
    tree.faults.append(PlantedFault("missing_label", sample.path, "its label file is missing"))
    sample = tree.take("boulder/valid")
    del tree.files[sample.path]
    tree.faults.append(PlantedFault("orphan_label", sample.label, "its image is missing"))


def _malformed(tree: Tree) -> None:
    """One label file with three lines that cannot be read, another with a class that does not exist."""
    sample = tree.take("mountain/train")
    lines = list(sample.lines)
    for line, field, text, note in (
        (2, 1, "left", "a word instead of a number"),
        (4, 4, "", "4 fields instead of 5"),
        (5, 3, "nan", "not a finite number"),
    ):
        values = lines[line - 1].split()
        values[field] = text
        lines[line - 1] = " ".join(values).rstrip()
        fault = PlantedFault("malformed_label", sample.label, note, line=line)
        _by_hand(tree, fault, sample.lines[line - 1])
    tree.put_label(sample.label, tuple(lines))
    sample = tree.take("boulder/train")
    tree.put_label(sample.label, (*sample.lines[:2], f"7{sample.lines[2][1:]}", *sample.lines[3:]))
    _by_hand(tree, PlantedFault("unknown_class", sample.label, "class 7 of 2", line=3), sample.lines[2])


def _odd_boxes(tree: Tree) -> None:
    sample = tree.take("mountain/test")
    kind, _, y, width, height = sample.lines[0].split()
    beyond = f"{kind} {1 - float(width) / 6:.6f} {y} {width} {height}"
    tree.put_label(sample.label, (beyond, *sample.lines[1:]))
    _in_label(tree, "box_out_of_image", sample, 1, "a third of the box is beyond the right edge")
    sample = tree.take("boulder/train")
    tree.put_label(sample.label, (*sample.lines, "0 0.500000 0.500000 0.000000 0.100000"))
    _in_label(tree, "degenerate_box", sample, len(sample.lines) + 1, "zero width")
    sample = tree.take("mountain/valid")
    tree.put_label(sample.label, (*sample.lines, sample.lines[0]))
    _in_label(tree, "duplicate_box", sample, len(sample.lines) + 1, "the same row as line 1")


def _wrong_suffix(tree: Tree) -> None:
    sample = tree.take("boulder/valid")
    tree.put(replace(sample, image=encode(_open(sample), "png")))
    tree.faults.append(PlantedFault("wrong_extension", sample.path, "a PNG named .jpg"))


def _one_png(tree: Tree) -> None:
    path = next(path for path in tree.files if path.endswith(".png"))
    tree.faults.append(PlantedFault("mixed_formats", path, "a PNG among JPEGs: no fault by itself"))


def _unreferenced(tree: Tree) -> None:
    for _ in range(2):
        sample = tree.take("mountain/train")
        tree.drop(sample)
        aside = replace(sample, folder="mountain/extra")
        tree.put(aside)
        tree.faults.append(PlantedFault("unreferenced_image", aside.path, "no split refers to its folder"))


def _pair(tree: Tree, rule: str, sample: Sample, copy: Sample, note: str) -> None:
    tree.put(copy)
    first, second = sorted((sample.path, copy.path))
    tree.faults.append(PlantedFault(rule, first, note, related=(second,)))


def _in_label(tree: Tree, rule: str, sample: Sample, line: int, note: str) -> None:
    tree.faults.append(PlantedFault(rule, sample.label, note, line=line))


def _by_hand(tree: Tree, fault: PlantedFault, right: str) -> None:
    tree.faults.append(replace(fault, mend=f"{fault.path} line {fault.line}: {right}"))


def _open(sample: Sample) -> Image.Image:
    return Image.open(io.BytesIO(sample.image))


def _encoded_again(sample: Sample) -> bytes:
    return encode(_open(sample), quality=45)


def _brighter(sample: Sample) -> bytes:
    """The picture so much brighter that its perceptual hash differs, by 8 bits at most."""
    picture = _open(sample)
    own = imagehash.phash(picture)
    for percent in range(112, 150, 2):
        image = encode(ImageEnhance.Brightness(picture).enhance(percent / 100))
        if 1 <= own - imagehash.phash(Image.open(io.BytesIO(image))) <= 8:
            return image
    raise AssertionError(f"{sample.path}: no brightness changes its hash by 1 to 8 bits")
