"""The whole round with the real checks: found, planned, applied, nothing left, undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.repair.tools import BOX, OTHER, Data


def test_second_plan_is_empty_and_undo_exact(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):  # enough that --max-change does not mind
        data.image(f"train/images/more{number}.png", side=64)
        data.label(f"train/labels/more{number}.txt", OTHER)
    data.copy("train/images/more0.png", "train/images/zcopy.png")
    data.label("train/labels/zcopy.txt", OTHER + BOX)
    data.copy("train/images/more1.png", "valid/images/leak.png")
    data.label("valid/labels/leak.txt", OTHER)
    data.label("train/labels/more2.txt", f"{BOX}{BOX}0 0.95 0.5 0.2 0.2\n0 0.5 0.5 0 0.2\n")
    data.label("train/labels/orphan.txt", OTHER)
    data.path("train/labels/more3.txt").unlink()
    data.path("train/images/more4.png").write_bytes(b"")
    data.label("train/labels/more4.txt", OTHER)
    data.image("train/images/wall.png", format="JPEG", side=64)
    data.label("train/labels/wall.txt", OTHER)
    before = data.snapshot()

    arguments = ("--unsafe-fixes", "--on-conflict=union")
    assert data.run("plan", *arguments) == 0
    output = capsys.readouterr().out
    assert "running the checks first: there is no reports/findings.jsonl" in output
    assert [path.name for path in Path("reports").iterdir()] == ["plan.json"]
    assert data.snapshot() == before

    assert data.run("apply") == 0
    assert data.text("train/labels/more0.txt") == OTHER + BOX
    assert data.text("train/labels/more2.txt") == f"{BOX}0 0.925000 0.500000 0.150000 0.200000\n"
    images = {Path(path).stem for path in data.files() if "/images/" in path}
    labels = {Path(path).stem for path in data.files() if "/labels/" in path}
    assert images == labels
    capsys.readouterr()

    assert data.run("plan", *arguments) == 0
    assert "nothing to apply" in capsys.readouterr().out
    assert data.run("undo") == 0
    assert data.snapshot() == before


def test_findings_serve_while_the_data_is_read_the_same_way(
    data: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An orphan of a folder that is a split is none where the settings name another one."""
    settings = tmp_path / "cfg.toml"
    settings.write_text('[splits]\nval = "extra"\n')
    for name in ("wall", "rock"):
        data.image(f"extra/images/{name}.png", side=64)
        data.label(f"extra/labels/{name}.txt", BOX)
    orphan = data.label("valid/labels/orphan.txt", "")
    check(data.root)
    Path("reports").mkdir()
    (tmp_path / "findings.jsonl").rename("reports/findings.jsonl")

    assert data.run("plan") == 0
    output = capsys.readouterr().out
    assert "running the checks" not in output
    assert f"{orphan}: no image belongs to it; it holds 0 annotations" in output
    assert data.run("plan", f"--config={settings}") == 0
    output = capsys.readouterr().out
    assert "running the checks first" in output
    assert orphan not in output
