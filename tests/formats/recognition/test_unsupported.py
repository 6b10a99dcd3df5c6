"""What is not read is named, with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from holdfast.config import load_settings
from holdfast.errors import UsageError
from holdfast.formats import recognise
from tests.formats.recognition.exports import coco, shot
from tests.trees import Tree

CREATEML = [{"image": "a.jpg", "annotations": [{"label": "cat", "coordinates": {"x": 1, "y": 2}}]}]
LABELME = {"version": "5.0.1", "shapes": [{"label": "cat", "points": [[1, 1], [9, 9]]}], "imagePath": "a.jpg"}
STUDIO = [{"id": 1, "data": {"image": "a.jpg"}, "annotations": [{"result": []}]}]
VIA = {"a.jpg9": {"filename": "a.jpg", "regions": [{"shape_attributes": {"name": "rect"}}]}}
OPEN_IMAGES = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\na,xclick,/m/01yrx,1,0.1,0.5,0.2,0.7\n"
KITTI = "Car 0.00 0 -1.57 10.0 12.0 60.0 50.0 1.65 1.67 3.64 -0.65 1.71 46.70 -1.59\n"
OPENAI = {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("train/_annotations.createml.json", json.dumps(CREATEML), "CreateML"),
        ("train/a.json", json.dumps(LABELME), "LabelMe JSON"),
        ("project-1.json", json.dumps(STUDIO), "Label Studio JSON"),
        ("project-1.csv", "annotation_id,annotator,image,label,lead_time\n", "Label Studio CSV"),
        ("train/via_region_data.json", json.dumps(VIA), "VGG Image Annotator"),
        ("train-annotations-bbox.csv", OPEN_IMAGES, "Open Images"),
        (
            "train.csv",
            'image_id,width,height,bbox\na,128,96,"[34.0, 22.0, 56.0, 36.0]"\n',
            "a CSV list with a box",
        ),
        ("training/label_2/a.txt", KITTI, "KITTI"),
        ("labelTxt/a.txt", "imagesource:GoogleEarth\ngsd:0.14\n", "DOTA"),
        ("labelTxt/a.txt", "10.0 10.0 50.0 10.0 50.0 40.0 10.0 40.0 plane 0\n", "DOTA"),
        ("train/_annotations.txt", "a.jpg 10,10,60,60,0 70,20,90,50,1\n", "the list of Keras YOLOv3"),
        ("train/_annotations.train.jsonl", json.dumps(OPENAI), "JSON lines for a language model"),
        ("train/cells.tfrecord", "", "TFRecord"),
        ("cells.record-00000-of-00010", "", "TFRecord"),
        ("annotations.xml", "<annotations><version>1.1</version></annotations>", "CVAT for images"),
        ("devkit/cars_annos.mat", "MATLAB 5.0", "arrays of MATLAB"),
        ("data/train-00000-of-00001.parquet", "PAR1", "parquet with pictures inside"),
        ("images.tar.gz", "", "a packed archive"),
    ],
)
def test_it_is_named_with_what_to_do(tmp_path: Path, name: str, content: str, message: str) -> None:
    tree = Tree(tmp_path / "data").file(name, content)
    shot(tree, "pictures/a.jpg")
    with pytest.raises(UsageError, match=rf"looks like {message}.*, which is not read; \w+") as error:
        recognise(tree.root, load_settings(tree.root))
    assert name in str(error.value)


def test_beside_a_format_that_is_read_it_is_not_in_the_way(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "data").file("train/_annotations.coco.json", coco("a.jpg"))
    tree.file("train/_annotations.createml.json", json.dumps(CREATEML))
    shot(tree, "train/a.jpg")
    assert recognise(tree.root, load_settings(tree.root)).format == "coco"


def test_folders_that_only_look_like_yolo_do_not_hide_what_is_there(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "data").file("train/labelTxt/a.txt", "imagesource:GoogleEarth\n")
    shot(tree, "train/images/a.png")
    with pytest.raises(UsageError, match="looks like DOTA"):
        recognise(tree.root, load_settings(tree.root))


@pytest.mark.parametrize("caption", ["a cat on a mat", "", "1 cat", "0 0.5 nan 0.1 0.1", "9" * 5000])
def test_captions_beside_images_are_no_labels(tmp_path: Path, caption: str) -> None:
    tree = Tree(tmp_path / "data").file("a.txt", caption).file("b.txt", caption)
    shot(tree, "a.jpg", "b.jpg")
    with pytest.raises(UsageError, match=r"no dataset recognised: found .* 2 \.jpg.*\[splits\].*looked for "):
        recognise(tree.root, load_settings(tree.root))


def test_folders_named_after_splits_are_no_classes(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "data")
    shot(tree, "cars_train/a.jpg", "cars_test/b.jpg")
    with pytest.raises(UsageError, match="no dataset recognised"):
        recognise(tree.root, load_settings(tree.root))


def test_images_alone_are_no_dataset(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "data")
    shot(tree, "photos/a.jpg", "photos/b.jpg")
    with pytest.raises(UsageError, match=r"found folders: photos; .*nothing says what is on the images"):
        recognise(tree.root, load_settings(tree.root))
