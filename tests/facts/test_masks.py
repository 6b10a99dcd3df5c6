"""Masks are measured once for each content, and what the cache or a worker says is not trusted blindly."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from holdfast import Dataset, Fault
from holdfast.config import load_settings
from holdfast.facts.masked import measure_masks
from holdfast.facts.messages import Reply
from holdfast.facts.scan import Lot, Scanner, open_scanner
from holdfast.formats import read, recognise
from tests.formats.masks.drawing import Masks, classes, held, usual_tree

ALL = {"train/masks/0.png", "train/masks/1.png", "val/masks/0.png", "val/masks/1.png"}


def measure(data: Masks) -> tuple[Dataset, int]:
    """The dataset with its masks measured, and how many pictures were decoded for that."""
    dataset = read(recognise(data.root, load_settings(data.root)))
    with open_scanner(data.root, data.root.parent / "cache") as scanner:
        return measure_masks(dataset, scanner), scanner.counts.decoded


def test_what_is_known_is_not_decoded_again(tmp_path: Path) -> None:
    data = usual_tree(tmp_path, 2)
    first, decoded = measure(data)
    again, then = measure(data)
    assert (decoded, then) == (4, 0)
    assert first.masks.equals(again.masks)
    assert first.labels.equals(again.labels)
    assert first.labels["sha256"].null_count() == 0
    assert held(first).keys() == ALL


def test_a_mask_that_changed_is_measured_anew(tmp_path: Path) -> None:
    data = usual_tree(tmp_path, 2)
    measure(data)
    data.draw("val/masks/0.png", Image.fromarray(classes() * 2))
    dataset, decoded = measure(data)
    assert decoded == 1
    assert held(dataset)["val/masks/0.png"].keys() == {0, 2, 4}


def test_a_rotten_row_of_the_cache_is_not_believed(tmp_path: Path) -> None:
    data = usual_tree(tmp_path, 2)
    first, _ = measure(data)
    [file] = (tmp_path / "cache").glob("facts-*.sqlite")
    with sqlite3.connect(file) as base:
        base.execute("UPDATE masks SET width = 65")
    base.close()
    again, decoded = measure(data)
    assert decoded == 4
    assert first.masks.equals(again.masks)


def test_a_fault_is_remembered_too(tmp_path: Path) -> None:
    data = usual_tree(tmp_path, 2).file("val/masks/0.png", b"GIF89a")
    first, _ = measure(data)
    again, decoded = measure(data)
    assert decoded == 0
    assert again.masks.equals(first.masks)
    assert again.masks["fault"].drop_nulls().to_list() == ["truncated"]


def test_a_mask_that_is_gone_before_it_is_read(tmp_path: Path) -> None:
    data = usual_tree(tmp_path, 2)
    dataset = read(recognise(data.root, load_settings(data.root)))
    (data.root / "val/masks/0.png").unlink()
    with open_scanner(data.root, tmp_path / "cache") as scanner:
        dataset = measure_masks(dataset, scanner)
    assert dataset.masks.filter(path="val/masks/0.png").select("fault", "detail", "values").row(0) == (
        Fault.NOT_CHECKED, "no such file or directory", None,
    )  # fmt: skip
    assert dataset.labels.filter(path="val/masks/0.png")["sha256"].to_list() == [None]


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "no base64!",
        "AAAA",
        base64.b64encode(bytes(7)).decode(),
        base64.b64encode(bytes(1 << 16)).decode(),
    ],
)
def test_nonsense_of_a_worker_is_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None
) -> None:
    def answers(self: Scanner, job: object, paths: dict[str, str], what: str) -> Iterator[Lot]:
        yield [(path, Reply(sha256="0" * 64, data=said)) for path in paths]

    monkeypatch.setattr(Scanner, "ask", answers)
    dataset, _ = measure(usual_tree(tmp_path, 1))
    assert dataset.masks["fault"].to_list() == [Fault.NOT_CHECKED] * 2
    assert dataset.masks["values"].null_count() == 2


def test_numbers_beyond_counting_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = base64.b64encode((b"\xff" * 7 + b"\x7f") * 2).decode()

    def answers(self: Scanner, job: object, paths: dict[str, str], what: str) -> Iterator[Lot]:
        yield [(path, Reply(sha256="0" * 64, data=found, width=1, height=1)) for path in paths]

    monkeypatch.setattr(Scanner, "ask", answers)
    dataset, _ = measure(usual_tree(tmp_path, 1))
    assert dataset.masks["values"].to_list() == [[2**31 - 1]] * 2
