"""What names an image, or lies beside it, follows when a repair removes or renames it, and comes back."""

from __future__ import annotations

import json
import os

import pytest

from tests.repair.tools import BOX, COPY, COPY_LABEL, TRAIN, Data, refused, repaired

OTHERS = "./train/images/train1.png\n./train/images/train2.png\n"


def coco(data: Data, path: str, *names: str) -> str:
    """A COCO file with two annotations for each image, in a dataset that is read as YOLO."""
    data.label("holdfast.toml", 'format = "yolo"\n')
    images = ",\n  ".join(f'{{"id": {n}, "file_name": "{name}", "x": 1.50}}' for n, name in enumerate(names))
    annotations = ", ".join(f'{{"id": {n}, "image_id": {n // 2}}}' for n in range(2 * len(names)))
    return data.label(path, f'{{"images": [\n  {images}\n], "annotations": [{annotations}], "n": 1E3}}\n')


def voc(data: Data, path: str, name: str) -> str:
    """A VOC file about one image."""
    body = "<object><name>hold</name></object>"
    return data.label(path, f"<annotation>\r\n <filename>{name}</filename>{body}</annotation>")


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("train.txt", COPY),
        ("train.txt", f"./{COPY}"),
        ("train.txt", COPY.replace("/", "\\")),
        ("train.txt", f"../{COPY}"),
        ("train.txt", f"/somewhere/else/{COPY}"),
        ("train.txt", "ROOT/" + COPY),
        ("train/files.txt", "images/zcopy.png"),
        ("lists/train.txt", f"../{COPY}"),
        ("lists/train.txt", "./images/zcopy.png"),
    ],
)
def test_a_removed_image_leaves_the_list(copies: Data, path: str, entry: str) -> None:
    others = OTHERS.replace("\n", "\r\n")
    copies.label(path, others + entry.replace("ROOT", str(copies.root)))
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    assert COPY not in copies.files()
    assert copies.text(path) == others


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("train/_annotations.coco.json", ("train0.png", "zcopy.png")),
        ("train/images/coco.json", ("train0.png", "zcopy.png")),
        ("annotations/instances_train.json", ("train0.png", "train1.png", "zcopy.png")),
        ("all.json", (TRAIN, COPY)),
    ],
)
def test_a_removed_image_leaves_the_coco_file(copies: Data, path: str, names: tuple[str, ...]) -> None:
    copies.image("valid/images/zcopy.png")  # in another split: what the file's other names say decides
    coco(copies, path, *names)
    before = json.loads(copies.text(path))
    assert repaired(copies) == {COPY, COPY_LABEL}
    after = json.loads(copies.text(path))
    gone = len(names) - 1
    assert after["images"] == before["images"][:gone]
    assert after["annotations"] == [a for a in before["annotations"] if a["image_id"] != gone]
    assert copies.text(path).endswith('], "n": 1E3}\n')


def test_a_renamed_image_is_named_anew_everywhere(data: Data) -> None:
    image = data.image("train/images/wall.png", format="JPEG")
    data.label("train/labels/wall.txt", BOX)
    data.label("train.txt", f"./{image}\r\n{OTHERS}")
    data.label("ImageSets/Main/train.txt", "wall  1\ntrain1 -1\n")
    coco(data, "train/_annotations.coco.json", "train1.png", "wall.png")
    voc(data, "train/Annotations/wall.xml", "wall.png")
    data.label("train/masks/wall.png", "a mask")
    data.found("wrong_extension", image)
    before = {path: content for path, (content, _, _) in data.snapshot().items()}
    assert repaired(data) == {image}
    after = {path: content for path, (content, _, _) in data.snapshot().items()}
    assert after.pop("train/images/wall.jpg") == before.pop(image)
    changed = {path for path, content in after.items() if content != before[path]}
    assert changed == {"train.txt", "train/_annotations.coco.json", "train/Annotations/wall.xml"}
    for path in changed:
        assert after[path] == (before[path] or b"").replace(b"wall.png", b"wall.jpg")


def test_what_lies_beside_a_removed_image_goes_along(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("train0", "zcopy"):
        voc(copies, f"train/Annotations/{name}.xml", f"{name}.png")
        copies.label(f"train/masks/{name}.png", "a mask")
    copies.label("SegmentationClass/zcopy.png", "no mask: the images are in another folder")
    beside = {"train/Annotations/zcopy.xml", "train/masks/zcopy.png"}
    assert repaired(copies) == {COPY, COPY_LABEL} | beside
    assert "train/masks/zcopy.png goes along" in capsys.readouterr().out


@pytest.mark.parametrize("kept", ["another mask", None])
def test_a_copy_with_another_mask_is_left_to_a_person(
    copies: Data, capsys: pytest.CaptureFixture[str], kept: str | None
) -> None:
    mask = copies.label("train/masks/zcopy.png", "a mask")
    if kept is not None:
        copies.label("train/masks/train0.png", kept)
    refused(copies, capsys, f"{mask} says of it what is not said of {TRAIN}: choose with --on-conflict=keep")
    refused(copies, capsys, f"{mask} says of it", "--on-conflict=keep")
    assert copies.plan("--on-conflict=keep", "--unsafe-fixes") == 0
    assert copies.run("apply") == 0
    assert copies.files().isdisjoint({COPY, COPY_LABEL, mask})


def test_a_copy_with_other_annotations_elsewhere_is_left_to_a_person(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    path = coco(copies, "train/_annotations.coco.json", "train0.png", "zcopy.png")
    copies.label(path, copies.text(path).replace('"id": 3', '"id": 3, "bbox": [1, 2, 3, 4]'))
    refused(copies, capsys, f"{path} says of it what is not said of {TRAIN}")
    coco(copies, path, "train0.png", "zcopy.png")
    xml = [voc(copies, f"train/Annotations/{name}.xml", f"{name}.png") for name in ("train0", "zcopy")]
    copies.label(xml[0], copies.text(xml[0]).replace("hold", "volume"))
    refused(copies, capsys, f"{xml[1]} says of it what is not said of {TRAIN}")


def test_what_lies_beside_two_images_stays_with_the_other(copies: Data) -> None:
    copies.image("train/images/zcopy.bmp", format="BMP")
    copies.label("train/masks/zcopy.png", "a mask")
    copies.label("ImageSets/Main/train.txt", "zcopy\ntrain0\n")
    assert repaired(copies) == {COPY}
    assert copies.text("ImageSets/Main/train.txt") == "zcopy\ntrain0\n"


def test_a_removed_image_leaves_the_image_set(copies: Data) -> None:
    path = copies.label("ImageSets/Main/hold_train.txt", "zcopy  1\r\ntrain0 -1\r\n")
    assert repaired(copies) == {COPY, COPY_LABEL}
    assert copies.text(path) == "train0 -1\r\n"


def test_an_xml_file_that_names_the_image_goes_whatever_it_is_called(copies: Data) -> None:
    voc(copies, "train/Annotations/train0.xml", "train0.png")
    path = voc(copies, "xml/odd.xml", COPY)
    assert repaired(copies) == {COPY, COPY_LABEL, path}


def test_groups_stay_apart_in_the_plan_and_are_one_when_carried_out(copies: Data) -> None:
    orphan = copies.label("train/labels/orphan.txt", BOX)
    copies.found("orphan_label", orphan)
    other = copies.copy("train/images/train1.png", "train/images/zother.png")
    copies.label("train/labels/zother.txt", BOX)
    copies.pair("exact_duplicate", "train/images/train1.png", other)
    copies.label("train.txt", f"{COPY}\n{other}\n{TRAIN}\n")
    assert copies.plan("--unsafe-fixes") == 0
    with open("reports/plan.json") as file:
        groups = json.load(file)["groups"]
    assert [len(group["ops"]) for group in groups] == [2, 2, 1] or sorted(len(g["ops"]) for g in groups) == [
        1,
        2,
        2,
    ]
    assert sorted(len(group.get("mentions", [])) for group in groups) == [0, 1, 1]
    assert copies.run("apply") == 0
    assert copies.text("train.txt") == f"{TRAIN}\n"
    copies.label("train.txt", "somebody's work")
    assert copies.run("undo") == 1
    assert orphan in copies.files()
    assert {COPY, other}.isdisjoint(copies.files())
    assert copies.text("train.txt") == "somebody's work"


def test_other_entries_of_a_list_may_change_after_the_plan(copies: Data) -> None:
    copies.label("train.txt", f"{COPY}\n{TRAIN}\n")
    assert copies.plan() == 0
    copies.label("train.txt", f"./{COPY}\n")
    assert copies.run("apply") == 4
    assert copies.text("train.txt") == f"./{COPY}\n"
    copies.label("train.txt", f"{TRAIN}\n{COPY}\ntrain/images/train1.png\n")
    assert copies.run("apply") == 0
    assert copies.text("train.txt") == f"{TRAIN}\ntrain/images/train1.png\n"


@pytest.mark.parametrize("glob", ["train.txt", "*.txt", "train/masks"])
def test_protected_references_refuse(copies: Data, capsys: pytest.CaptureFixture[str], glob: str) -> None:
    copies.label("train.txt", f"{COPY}\n{TRAIN}\n")
    copies.label("train/masks/zcopy.png", "a mask")
    refused(copies, capsys, "is protected by --protect", f"--protect={glob}")


def test_a_list_with_another_name_elsewhere_refuses(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    copies.label("train.txt", f"{COPY}\n{TRAIN}\n")
    os.link(copies.path("train.txt"), copies.root / "cache")
    refused(copies, capsys, "train.txt, which names it, has 2 hard links")


def test_a_list_of_another_user_refuses(
    copies: Data, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.label("train.txt", f"{COPY}\n{TRAIN}\n")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    refused(copies, capsys, "train.txt, which names it, belongs to another user")


def test_a_text_that_may_mean_two_images_refuses(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    copies.image("valid/images/zcopy.png")
    coco(copies, "annotations/one.json", "zcopy.png")
    refused(copies, capsys, "one.json names zcopy.png, which may be valid/images/zcopy.png as well")


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("c.json", "{", "is not whole JSON"),
        ("c.json", '{"images": [}', "is not JSON"),
        ("c.json", '{"images": []} x', "is not JSON: there is more after its end"),
        ("c.json", '{"images": [], "images": []}', "is not JSON: a key that is there already"),
        ("c.json", '{"images": [{"file_name": "a", "file_name": "b"}]}', "is not JSON: a key is there twice"),
        ("c.json", '{"images": ' + "[" * 200_000, "cannot be read: it is nested too deep"),
        ("c.json", '{"images": [' + "9" * 5000 + "]}", "is not JSON"),
        ("x.xml", "<!DOCTYPE annotation []><annotation/>", "declares a document type"),
        ("x.xml", "<annotation>", "is not XML"),
        ("x.xml", "<a>" * 100 + "</a>" * 100, "is nested deeper than 32"),
        (
            "x.xml",
            "<annotation><filename>z<b/>copy.png</filename></annotation>",
            "its <filename> is not plain text",
        ),
        ("x.xml", '<?xml version="1.0" encoding="nonsense"?><annotation/>', "is in an encoding"),
    ],
)
def test_what_cannot_be_read_and_may_name_an_image_refuses(
    copies: Data, capsys: pytest.CaptureFixture[str], path: str, content: str, reason: str
) -> None:
    copies.label(path, content)
    refused(copies, capsys, f"{path} may name it and {reason}")


def test_files_that_are_no_references_are_let_be(copies: Data) -> None:
    copies.label("notes.txt", f"Look at {COPY} and\n\nzcopy\n")
    copies.label("settings.json", f'[1, {{"a": "{COPY}"}}]')
    copies.label("odd.json", f'{{"images": 7, "annotations": "{COPY}"}}')
    copies.label("other.xml", "<project><filename>zcopy.png</filename></project>")
    copies.path("unread.bin").write_bytes(b"\xff\x00")
    before = copies.snapshot()
    assert repaired(copies) == {COPY, COPY_LABEL}
    after = copies.snapshot()
    files = {path for path, (content, _, _) in before.items() if content is not None}
    assert {path for path in files if before[path] != after.get(path)} == {COPY, COPY_LABEL}


def test_a_list_behind_a_link_refuses(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    outside = copies.root.parent / "list.txt"
    outside.write_text(f"{COPY}\n")
    copies.path("train.txt").symlink_to(outside)
    refused(copies, capsys, "train.txt may name it and cannot be read: a symbolic link")
    assert outside.read_text() == f"{COPY}\n"


def test_nothing_is_read_when_no_image_moves_or_goes(data: Data) -> None:
    data.label("c.json", "{")
    data.label("train/labels/train0.txt", BOX + BOX)
    data.found("duplicate_box", "train/labels/train0.txt", line=2)
    assert data.plan() == 0
    assert data.run("apply") == 0
    assert data.text("train/labels/train0.txt") == BOX


def test_names_that_are_not_utf8_follow(data: Data) -> None:
    image = data.image("train/images/w\U0010feffll.png", format="JPEG")
    data.label("train/labels/w\U0010feffll.txt", BOX)
    data.path("train.txt").write_bytes(b"train/images/w\xffll.png\ntrain/images/train0.png\n")
    data.found("wrong_extension", image)
    assert repaired(data) == {image}
    assert data.path("train.txt").read_bytes() == b"train/images/w\xffll.jpg\ntrain/images/train0.png\n"
