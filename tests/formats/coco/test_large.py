"""A large file says how far its reading is; a file in an archive is read there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from holdfast import Dataset
from holdfast.formats.coco import images, window
from holdfast.progress import showing
from tests.formats.coco.writing import box, document, draw, put
from tests.formats.reading import read_tree

NAMES = ["a.jpg", "b.jpg"]


def write(root: Path, count: int) -> None:
    data = document(NAMES)
    data["annotations"] = [box(n, 1 + n % 2) for n in range(count)]
    put(root, "train/_annotations.coco.json", data)
    draw(root, *(f"train/{name}" for name in NAMES))


def test_progress_of_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_SHOWN", 1 << 20)
    write(tmp_path, 30_000)
    said: list[tuple[str, int, int]] = []
    with showing(lambda *what: said.append(what)):
        read_tree(tmp_path)
    mine = [(done, total) for what, done, total in said if what == "train/_annotations.coco.json (MB)"]
    size = (tmp_path / "train" / "_annotations.coco.json").stat().st_size >> 20
    assert len(mine) > 3
    assert mine == sorted(mine)
    assert mine[-1] == (size, size)


def test_nobody_is_told_of_a_small_file(tmp_path: Path) -> None:
    write(tmp_path, 10)
    said: list[object] = []
    with showing(lambda *what: said.append(what)):
        read_tree(tmp_path)
    assert said == []


def test_windows_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def tables() -> Dataset:
        return read_tree(tmp_path)

    write(tmp_path, 500)
    whole = tables()
    parts = window.window_of.__wrapped__  # type: ignore[attr-defined]
    monkeypatch.setattr(window.window_of, "__wrapped__", parts)
    monkeypatch.setattr(parts, "__defaults__", (777, None))
    small = tables()
    assert small.annotations.equals(whole.annotations)
    assert small.images.equals(whole.images)
    assert small.annotations.height == 500


def test_a_dataset_in_an_archive(tmp_path: Path) -> None:
    write(tmp_path / "data", 20)
    plain = read_tree(tmp_path / "data")
    packed = read_tree(Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "data")))
    assert packed.annotations["values"].to_list() == plain.annotations["values"].to_list()
    assert packed.images.height == 2
