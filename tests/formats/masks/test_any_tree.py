"""Whatever the folders are called: nothing raises, and no file is two things."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import Problem
from holdfast.config import Settings
from holdfast.formats.readers import masks
from holdfast.formats.tree import walk
from tests.formats.masks.drawing import problems

FOLDERS = (
    "images", "masks", "train", "Train", "val", "test", "trainannot", "valannot", "labels", "annotations",
    "JPEGImages", "SegmentationClass", "SegmentationObject", "ImageSets", "Segmentation", "gtFine", "a", "b",
)  # fmt: skip
FILES = (
    "a.png", "b.jpg", "b.png", "c.bmp", "a_mask.png", "b_mask.png", "_mask.png", "a_L.png", ".png", "x",
    "a_leftImg8bit.png", "a_gtFine_labelIds.png", "a_gtFine_color.png", "classes.txt", "_classes.csv",
    "train.txt", "default.txt",
)  # fmt: skip
PATHS = st.lists(
    st.tuples(st.lists(st.sampled_from(FOLDERS), max_size=4), st.sampled_from(FILES)), max_size=30
)


@given(PATHS, st.none() | st.lists(st.sampled_from(FOLDERS), min_size=1, max_size=2))
@settings(max_examples=300, deadline=None)
def test_every_file_is_one_thing(paths: list[tuple[list[str], str]], declared: list[str] | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for parents, name in paths:
            root.joinpath(*parents).mkdir(parents=True, exist_ok=True)
            root.joinpath(*parents, name).write_text("a\nb\n")
        wanted = Settings(splits={"test": ("/".join(declared),)} if declared else {})
        reading = masks.recognise(root, walk(root), wanted)
        if reading is None:
            return
        dataset = masks.read_labels(masks.read_images(reading.dataset))
    images, labels = dataset.images["path"].to_list(), dataset.labels["path"].to_list()
    unread = [path for path, _ in problems(dataset, Problem.UNREFERENCED)]
    every = images + labels + unread
    assert len(every) == len(set(every))
    assert set(dataset.labels["image"].drop_nulls()) <= set(images)
    assert set(dataset.images.filter("has_label")["label"]) <= set(labels)
    assert not set(dataset.images.filter(~dataset.images["has_label"])["label"]) & set(labels)
    assert 0 < reading.confidence < 1
