"""What predictions score, with leaks and without, is what pycocotools says of the same images."""

from __future__ import annotations

import contextlib
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.checking import check
from tests.third_party.comparing import library
from tests.trees import tree
from tests.written import SIZE, Coco

coco = library("pycocotools.coco")
cocoeval = library("pycocotools.cocoeval")

CLASSES = ("hold", "volume", "hand")


def theirs(truth: Path, results: Path, images: list[int]) -> tuple[float | None, float | None]:
    """mAP@50:95 and mAP@50 of these images; None for what pycocotools has no figure of."""
    with contextlib.redirect_stdout(io.StringIO()):
        read = coco.COCO(str(truth))
        evaluation = cocoeval.COCOeval(read, read.loadRes(str(results)), "bbox")
        evaluation.params.imgIds = images
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    found = [float(value) for value in evaluation.stats[:2]]
    return tuple(None if value == -1 else value for value in found)  # type: ignore[return-value] # two


def built(folder: Path, seed: int) -> tuple[Path, list[dict[str, Any]]]:
    """Twelve test images, four of them of train, with boxes and crowds; what a poor model says of them."""
    chance = random.Random(seed)
    made = Coco(tree(folder), "train", CLASSES, first=3)
    for number in range(4):
        made.image(f"{number}.jpg", seed=number).box(3, 10, 10, 30, 30)
    made.write()
    made = Coco(tree(folder), "test", CLASSES, first=3)
    results: list[dict[str, Any]] = []
    for number in range(12):
        made.image(f"{number:02}.jpg", seed=number)
        for _ in range(chance.randint(0, 8)):
            width, height = chance.uniform(5, 40), chance.uniform(5, 40)
            box = [chance.uniform(0, SIZE[0] - width), chance.uniform(0, SIZE[1] - height), width, height]
            kind = chance.choice((3, 4, 5))
            entry_id = len(made.annotations) + 1  # pycocotools takes a match with id 0 for none
            made.box(kind, *box, iscrowd=int(chance.random() < 0.1), id=entry_id)
            for _ in range(chance.randint(0, 3)):
                moved = [side + chance.gauss(0, 0.08) * box[2 + at % 2] for at, side in enumerate(box)]
                said = chance.choice((kind, kind, kind, 3))
                results.append(result(number, said, moved, chance.choice((0.2, 0.5, 0.5, 0.9))))
        results.append(result(number, 4, [1, 1, 9, 9], chance.random()))
    made.write()
    return folder / "data", results


def result(image: int, category: int, box: list[float], score: float) -> dict[str, Any]:
    return {"image_id": image, "category_id": category, "bbox": box, "score": score}


@pytest.mark.parametrize("seed", range(4))
def test_boxes(tmp_path: Path, seed: int) -> None:
    root, results = built(tmp_path, seed)
    assert_same_scores(root, results)


def test_more_than_a_hundred_predictions_of_an_image_and_class(tmp_path: Path) -> None:
    root, results = built(tmp_path, 7)
    chance = random.Random(1)
    boxes = [[chance.uniform(0, 90), chance.uniform(0, 60), 20, 20] for _ in range(240)]
    assert_same_scores(root, results + [result(5, 3, box, chance.random()) for box in boxes])


def assert_same_scores(root: Path, results: list[dict[str, Any]]) -> None:
    file = root.parent / "results.json"
    file.write_text(json.dumps(results))
    [scores] = check(root, "split_leakage", arguments=(f"--predictions={file}",)).header["impact"]["scores"]
    groups = {group["name"]: group for group in scores["groups"]}
    wanted = {"all": range(12), "leaked": range(4), "clean": range(4, 12)}
    assert groups.keys() == wanted.keys()
    for name, images in wanted.items():
        figures = theirs(root / "test" / "_annotations.coco.json", file, list(images))
        assert groups[name]["images"] == len(images)
        assert (groups[name]["mAP@50:95"], groups[name]["mAP@50"]) == pytest.approx(figures, abs=1e-9)
        assert None not in figures
