"""Data whose files hang on a cache: git-annex, Git LFS, hard and symbolic links, read-only files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.attacks.ground import digests, snapshot
from tests.repair.tools import BOX, COPY, COPY_LABEL, TRAIN, Data

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 123456\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Data:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    data = Data(tmp_path / "data")
    data.copy(TRAIN, COPY)
    data.label(COPY_LABEL, BOX)
    return data


def repair(data: Data) -> None:
    """Plan with everything allowed, apply, undo; whatever each of them says."""
    data.pair("exact_duplicate", TRAIN, COPY)
    data.plan("--unsafe-fixes")
    if Path("reports/plan.json").exists():
        data.run("apply")
        data.run("undo")


def test_links_into_an_annex_stay(data: Data) -> None:
    objects = data.root / ".git/annex/objects"
    objects.mkdir(parents=True)
    for name in (TRAIN, COPY):
        file, kept = data.path(name), objects / Path(name).name
        file.rename(kept)
        kept.chmod(0o444)
        file.symlink_to(os.path.relpath(kept, file.parent))
    objects.chmod(0o555)
    before, held = snapshot(objects), snapshot(data.root)
    repair(data)
    assert snapshot(objects) == before
    assert snapshot(data.root) == held
    objects.chmod(0o755)


def test_pointers_of_lfs_stay(data: Data) -> None:
    for name in (TRAIN, COPY):
        data.path(name).write_text(POINTER.format("a" * 64))
    before = data.snapshot()
    repair(data)
    now = data.snapshot()
    assert {path: state[:2] for path, state in now.items()} == {
        path: state[:2] for path, state in before.items()
    }


@pytest.mark.parametrize("names", [(COPY,), (TRAIN,), (TRAIN, COPY)])
def test_files_with_a_second_name_in_a_cache_stay(
    data: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str], names: tuple[str, ...]
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    for number, name in enumerate(names):
        (cache / f"{number}").hardlink_to(data.path(name))
        (cache / f"{number}").chmod(0o444)
    before, held = snapshot(cache), digests(data.root)
    repair(data)
    assert snapshot(cache) == before
    assert not held - digests(data.root)
    assert data.path(names[0]).stat().st_nlink == 2
    if COPY in names:
        assert "2 hard links" in capsys.readouterr().out


def test_read_only_files_go_and_come_back_as_they_were(data: Data) -> None:
    for name in (TRAIN, COPY, COPY_LABEL):
        data.path(name).chmod(0o444)
    data.pair("exact_duplicate", TRAIN, COPY)
    before = data.snapshot()
    assert data.plan() == 0
    assert data.run("apply") == 0
    assert not data.path(COPY).exists()
    assert data.run("undo") == 0
    assert data.snapshot() == before
