"""Trees as tools and well-known datasets have them, each with a handful of pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count

from PIL import Image

from tests.trees import Tree, picture

WIDTH, HEIGHT = 128, 96
BOXES = ("0 0.5 0.5 0.2 0.3\n", "1 0.4 0.5 0.3 0.3\n", "0 0.3 0.4 0.3 0.2\n1 0.8 0.7 0.2 0.2\n")
SPLITS = (("train", 3), ("valid", 2), ("test", 2))
_seeds = count(40_000)

Build = Callable[[Tree], object]


def shot(tree: Tree, *names: str) -> None:
    """A picture of its own in each file."""
    for name in names:
        tree.draw(name, picture(next(_seeds), WIDTH, HEIGHT))


def mask(tree: Tree, name: str, value: int = 1) -> None:
    """A mask with one patch of a value."""
    drawn = Image.new("L", (WIDTH, HEIGHT))
    drawn.paste(value, (30, 20, 80, 60))
    tree.draw(name, drawn)


def voc(tree: Tree, name: str, image: str, *classes: str) -> None:
    """An XML file with a box for each class."""
    boxes = "".join(
        f"<object><name>{one}</name><bndbox><xmin>{10 + 50 * index}</xmin><ymin>12</ymin>"
        f"<xmax>{50 + 50 * index}</xmax><ymax>50</ymax></bndbox></object>"
        for index, one in enumerate(classes)
    )
    size = f"<size><width>{WIDTH}</width><height>{HEIGHT}</height><depth>3</depth></size>"
    tree.file(name, f"<annotation><filename>{image}</filename>{size}{boxes}</annotation>")


def coco(*files: str, **more: object) -> str:
    """A COCO file with one box an image."""
    numbered = list(enumerate(files, 1))
    sizes = {"width": WIDTH, "height": HEIGHT}
    images = [{"id": number, "file_name": file, **sizes} for number, file in numbered]
    boxes = [
        {"id": number, "image_id": number, "category_id": 1 + number % 2, "bbox": [10, 12, 40, 30],
         "iscrowd": 0, "area": 1200, "segmentation": []} for number, _ in numbered]  # fmt: skip
    classes = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    return json.dumps({"images": images, "annotations": boxes, "categories": classes, **more})


def roboflow_yolo(tree: Tree) -> None:
    """YOLOv5 to v12: folders of splits beside a data.yaml that says `../train/images`."""
    places = "".join(
        f"{key}: ../{folder}/images\n"
        for key, folder in (("train", "train"), ("val", "valid"), ("test", "test"))
    )
    tree.config(f"{places}nc: 2\nnames: ['cat', 'dog']\nroboflow:\n  version: 1\n")
    tree.file("README.roboflow.txt", "exported via roboflow.com").file("README.dataset.txt", "# cells")
    for split, number in SPLITS:
        for index in range(number):
            shot(tree, f"{split}/images/{split}{index}_jpg.rf.{index:032x}.jpg")
            tree.file(f"{split}/labels/{split}{index}_jpg.rf.{index:032x}.txt", BOXES[index])


def roboflow_darknet(tree: Tree) -> None:
    """YOLO Darknet: labels beside images, the names of classes in each split."""
    for split, number in SPLITS:
        tree.file(f"{split}/_darknet.labels", "cat\ndog\n")
        for index in range(number):
            shot(tree, f"{split}/{index}.jpg")
            tree.file(f"{split}/{index}.txt", BOXES[index])


def roboflow_retinanet(tree: Tree) -> None:
    """RetinaNet CSV: two files without a header in each split."""
    for split, number in SPLITS:
        shot(tree, *(f"{split}/{index}.jpg" for index in range(number)))
        rows = [f"{index}.jpg,10,12,60,50,{('cat', 'dog')[index % 2]}\n" for index in range(number)]
        tree.file(f"{split}/_annotations.csv", "".join(rows)).file(f"{split}/_classes.csv", "cat,0\ndog,1\n")


def cvat_yolo(tree: Tree) -> None:
    """CVAT's YOLO 1.1: lists that say `data/` for the folder of obj.data."""
    data = "classes = 2\ntrain = data/train.txt\nvalid = data/valid.txt\nnames = data/obj.names\n"
    tree.file("obj.data", data + "backup = backup/\n").file("obj.names", "cat\ndog\n")
    for split, number in SPLITS[:2]:
        paths = [f"obj_{split}_data/sub/{split}{index}" for index in range(number)]
        tree.file(f"{split}.txt", "".join(f"data/{path}.jpg\n" for path in paths))
        for index, path in enumerate(paths):
            shot(tree, f"{path}.jpg")
            tree.file(f"{path}.txt", BOXES[index])


def cvat_ultralytics(tree: Tree) -> None:
    """CVAT's Ultralytics YOLO: lists that say `data/`."""
    tree.config("names:\n  0: cat\n  1: dog\npath: .\ntrain: train.txt\nval: val.txt\n")
    for split, number in (("train", 3), ("val", 2)):
        lines = [f"data/images/{split}/{split}{index}.jpg\n" for index in range(number)]
        tree.file(f"{split}.txt", "".join(lines))
        for index in range(number):
            shot(tree, f"images/{split}/{split}{index}.jpg")
            tree.file(f"labels/{split}/{split}{index}.txt", BOXES[index])


def darknet(tree: Tree) -> None:
    """Darknet's own tutorial: paths count from the folder above."""
    data = "classes= 2\ntrain  = data/train.txt\nvalid  = data/test.txt\nnames = data/obj.names\n"
    tree.file("data/obj.data", data).file("data/obj.names", "cat\ndog\n")
    tree.file("data/train.txt", "data/obj/0.jpg\ndata/obj/1.jpg\n").file("data/test.txt", "data/obj/2.jpg\n")
    for index in range(3):
        shot(tree, f"data/obj/{index}.jpg")
        tree.file(f"data/obj/{index}.txt", BOXES[index])


def label_studio_yolo(tree: Tree) -> None:
    """Label Studio: images and labels without splits, names in classes.txt."""
    tree.file("classes.txt", "cat\ndog\n").file("notes.json", json.dumps({"categories": [], "info": {}}))
    for index in range(3):
        shot(tree, f"images/0a1b2c3d-{index}.jpg")
        tree.file(f"labels/0a1b2c3d-{index}.txt", BOXES[index])


def labelimg(tree: Tree) -> None:
    """LabelImg: everything in one folder."""
    tree.file("classes.txt", "cat\ndog\n")
    for index in range(3):
        shot(tree, f"{index}.jpg")
        tree.file(f"{index}.txt", BOXES[index])


def fiftyone_yolo(tree: Tree) -> None:
    """FiftyOne's YOLOv4: data/ and obj.names."""
    tree.file("obj.names", "cat\ndog\n").file("images.txt", "data/0.jpg\ndata/1.jpg\n")
    for index in range(2):
        shot(tree, f"data/{index}.jpg")
        tree.file(f"data/{index}.txt", BOXES[index])


def coco128(tree: Tree) -> None:
    """Ultralytics' download: the folder of the split carries a year, data.yaml lies elsewhere."""
    for index in range(3):
        shot(tree, f"images/train2017/{index}.jpg")
        tree.file(f"labels/train2017/{index}.txt", BOXES[index])
    tree.file("LICENSE", "x").file("README.txt", "x")


def coco_of_ultralytics(tree: Tree) -> None:
    """COCO as Ultralytics downloads it: lists, YOLO labels, and the json of one split."""
    tree.file(
        "coco.yaml", "path: ../datasets/coco\ntrain: train2017.txt\nval: val2017.txt\nnames: [cat, dog]\n"
    )
    for split, number in (("train2017", 3), ("val2017", 2)):
        tree.file(
            f"{split}.txt", "".join(f"./images/{split}/{split}{index}.jpg\n" for index in range(number))
        )
        for index in range(number):
            shot(tree, f"images/{split}/{split}{index}.jpg")
            tree.file(f"labels/{split}/{split}{index}.txt", BOXES[index])
    tree.file("annotations/instances_val2017.json", coco("val20170.jpg", "val20171.jpg"))


def coco_2017(tree: Tree) -> None:
    """COCO with its folders of images below images/."""
    for split in ("train2017", "val2017"):
        shot(tree, f"images/{split}/0.jpg", f"images/{split}/1.jpg")
        tree.file(f"annotations/instances_{split}.json", coco("0.jpg", "1.jpg"))


def devkits(tree: Tree) -> None:
    """VOC 2007 and 2012 beside each other."""
    for year in ("VOC2007", "VOC2012"):
        base = f"VOCdevkit/{year}"
        for index in range(3):
            shot(tree, f"{base}/JPEGImages/{year}_{index}.jpg")
            voc(tree, f"{base}/Annotations/{year}_{index}.xml", f"{year}_{index}.jpg", "cat", "dog")
        mask(tree, f"{base}/SegmentationClass/{year}_0.png")
        tree.file(f"{base}/ImageSets/Main/train.txt", f"{year}_0\n{year}_1\n")
        tree.file(f"{base}/ImageSets/Main/val.txt", f"{year}_2\n")
        tree.file(f"{base}/ImageSets/Main/cat_train.txt", f"{year}_0  1\n{year}_1  1\n")
        tree.file(f"{base}/ImageSets/Segmentation/train.txt", f"{year}_0\n")


def fiftyone_voc(tree: Tree) -> None:
    """FiftyOne's VOC: data/ and labels/."""
    for index in range(3):
        shot(tree, f"data/{index}.jpg")
        voc(tree, f"labels/{index}.xml", f"{index}.jpg", "cat")


def oxford_pets(tree: Tree) -> None:
    """Oxford's pets: XML and trimaps below annotations/."""
    for index in range(3):
        shot(tree, f"images/beagle_{index}.jpg")
        mask(tree, f"annotations/trimaps/beagle_{index}.png")
        voc(tree, f"annotations/xmls/beagle_{index}.xml", f"beagle_{index}.jpg", "dog")
    tree.file("annotations/list.txt", "#Image CLASS-ID SPECIES BREED ID\nbeagle_0 1 2 1\n")


def cvat_camvid(tree: Tree) -> None:
    """CVAT's CamVid."""
    tree.file("label_colors.txt", "0 0 0 Background\n1 1 1 cat\n")
    tree.file("default.txt", "/default/0.png /defaultannot/0.png\n")
    for index in range(3):
        shot(tree, f"default/{index}.png")
        mask(tree, f"defaultannot/{index}.png")


def fastai_camvid(tree: Tree) -> None:
    """fastai's CamVid: masks end in _P."""
    tree.file("codes.txt", "Animal\n").file("valid.txt", "0.png\n")
    for index in range(3):
        shot(tree, f"images/{index}.png")
        mask(tree, f"labels/{index}_P.png")


def fiftyone_masks(tree: Tree) -> None:
    """FiftyOne's image segmentation: data/ and labels/."""
    for index in range(3):
        shot(tree, f"data/{index}.jpg")
        mask(tree, f"labels/{index}.png")


def kaggle_cats(tree: Tree) -> None:
    """Kaggle's cats and dogs: sets in folders of their own name."""
    for split in ("training_set", "test_set"):
        for animal in ("cats", "dogs"):
            shot(tree, f"{split}/{split}/{animal}/{split}.1.jpg", f"{split}/{split}/{animal}/{split}.2.jpg")


def imagenet(tree: Tree) -> None:
    """ImageNet: Data beside the Annotations of some."""
    for split in ("train", "val"):
        for synset in ("n01440764", "n01443537"):
            shot(tree, f"ILSVRC/Data/CLS-LOC/{split}/{synset}/{synset}_{split}.JPEG")
    voc(
        tree, "ILSVRC/Annotations/CLS-LOC/train/n01440764/n01440764_train.xml", "n01440764_train", "n01440764"
    )
    tree.file("ILSVRC/ImageSets/CLS-LOC/train_cls.txt", "n01440764/n01440764_train 1\n")


def kaggle_breeds(tree: Tree) -> None:
    """Kaggle's dog breeds: a table of labels, and an example of what to hand in."""
    shot(tree, *(f"train/a{index}.jpg" for index in range(3)))
    tree.file("labels.csv", "id,breed\n" + "".join(f"a{index},pug\n" for index in range(3)))
    tree.file("sample_submission.csv", "id,pug\na0,0.5\na1,0.5\n")
