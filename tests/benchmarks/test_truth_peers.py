from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import truth, truth_peers
from benchmarks.truth_scores import Related, Share, Truth, load, score, wrong

COPY = Related("copy", "re-encoded", "jpeg", True)
CROP = Related("copy", "cropped", "crop", True)
INDIRECT = Related("copy", None, "two of one picture", False)
MOVED = Related("scene", "same scene", "moved", True)
SMALL = Related("copy", "re-encoded", "32 px", True)
KNOWN = Truth(
    {
        ("a", "b"): COPY, ("a", "c"): CROP, ("b", "c"): INDIRECT, ("m", "n"): MOVED, ("m", "o"): COPY,
        ("s", "t"): SMALL,
    },
    frozenset("mno"),
)  # fmt: skip


def test_copies_found_missed_and_invented_are_counted() -> None:
    found = {("a", "b"): "resized", ("b", "c"): "cropped", ("m", "n"): "re-encoded", ("x", "y"): "augmented"}
    own = score(KNOWN, found)
    assert own.recall == Share(1, 4)
    assert own.main_kinds == Share(1, 2)
    assert own.precision == Share(2, 4)
    assert own.held_back == Share(0, 1)
    assert own.hard_precision == Share(0, 1)
    assert own.indirect == Share(1, 1)
    assert own.kinds == {"re-encoded": Share(1, 2), "cropped": Share(0, 1)}
    assert own.operations == {"jpeg": Share(1, 2), "crop": Share(0, 1), "32 px": Share(0, 1)}
    assert own.by_likeness == {"moved": Share(0, 1)}
    assert own.said["jpeg"] == {"resized": 1}
    lines = wrong(KNOWN, found)
    assert sum(line.startswith("missed\t") for line in lines) == 3
    assert [line.split("\t")[2] for line in lines if line.startswith("false\t")] == ["not related", "moved"]


def test_a_scene_is_not_called_a_copy_and_a_tool_without_kinds_calls_all_copies() -> None:
    assert score(KNOWN, {("m", "n"): "same scene"}).held_back == Share(1, 1)
    assert score(KNOWN, {("m", "n"): "same scene"}).precision == Share(0, 0)
    assert score(KNOWN, {("m", "n"): None}).held_back == Share(0, 1)
    assert score(KNOWN, {("m", "n"): None, ("m", "o"): None}).hard_precision == Share(1, 2)
    assert score(KNOWN, {("a", "c"): "same scene"}).recall == Share(0, 4)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("drawn") / "set"
    truth.write(root, 24, 5, 1)
    return root


def test_tools_are_run_and_scored_side_by_side(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = truth_peers.Where(drawn / "data", tmp_path, Path(sys.executable), None)
    results = list(truth_peers.measured(where, ["phash", "pdq"], tmp_path / "wrong.txt"))
    assert [result.tool for result in results] == [
        "Holdfast", *(f"phash {most}" for most in truth_peers.DISTANCES),
    ]  # fmt: skip
    assert "pdq: left out: " in capsys.readouterr().out
    assert load(drawn / "truth.json").pairs
    assert all(result.score.recall.of == results[0].score.recall.of > 0 for result in results)
    assert results[0].score.kinds["re-encoded"].part == 1
    assert results[1].pairs <= results[-1].pairs
    lines = (tmp_path / "wrong.txt").read_text().splitlines()
    assert sum(line.startswith("missed") for line in lines) == (
        results[0].score.recall.of - results[0].score.recall.hits
    )
    assert "Recall by kind" in truth_peers.show(results)
    file = tmp_path / "results.json"
    truth_peers.keep(file, truth_peers.machine(), drawn, results)
    assert json.loads(file.read_text())["results"][0]["tool"] == "Holdfast"
