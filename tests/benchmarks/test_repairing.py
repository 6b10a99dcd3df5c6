"""The benchmark of repairs makes what it says, and notices when the data is not as before."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks import repairing
from benchmarks.repairing import BLOCK, COPIES, alone, digest, make, measure


def test_a_repair_of_few_files(tmp_path: Path) -> None:
    files = 2 * BLOCK
    check, plan, apply, undo = measure(tmp_path, files)
    assert (check.renames, plan.renames) == (0, 0)
    assert apply.renames == undo.renames == 3 * COPIES  # of a copy image and label, of a box twice a label
    assert apply.syncs > COPIES
    assert apply.folder_syncs > 0
    assert apply.alone is not None
    assert plan.alone is None


def test_data_that_is_not_as_before_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = iter(["before", "after"])
    monkeypatch.setattr(repairing, "digest", lambda data: next(digests))
    monkeypatch.setattr(repairing, "_step", lambda *given: None)
    with pytest.raises(SystemExit, match="undo did not bring the data back"):
        measure(tmp_path, 2 * BLOCK)


def test_the_digest_is_of_names_and_bytes(tmp_path: Path) -> None:
    make(tmp_path / "data", 2 * BLOCK)
    first = digest(tmp_path / "data")
    image = tmp_path / "data/train/images/000000.jpg"
    image.rename(image.with_name("other.jpg"))
    renamed = digest(tmp_path / "data")
    image.with_name("other.jpg").write_bytes(b"")
    assert len({first, renamed, digest(tmp_path / "data")}) == 3


def test_the_calls_alone_take_time(tmp_path: Path) -> None:
    assert alone(tmp_path, Counter(create=3, sync=5, sync_folder=4, flagged=10)) > 0
    assert list(tmp_path.iterdir()) == []
