"""Findings files that somebody else wrote, or damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.repair.tools import COPY, TRAIN, Data, one_line

FILE = Path("reports/findings.jsonl")


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "\ud800.png"},
        {"path": "a\0b"},
        {"path": 1},
        {"related": []},
        {"related": ["\ud801"]},
        {"related_sha256": [1]},
        {"sha256": 1},
        {"kind": ["re-encoded"]},
        {"line": "x"},
        {"line": float("inf")},
    ],
)
def test_a_finding_of_impossible_values_is_wrong_use(
    copies: Data, capsys: pytest.CaptureFixture[str], changes: dict[str, object]
) -> None:
    copies.report()
    header, finding = FILE.read_text().splitlines()
    FILE.write_text(f"{header}\n{json.dumps(json.loads(finding) | changes)}\n")
    assert copies.run("plan") == 4
    assert "not a findings file of Holdfast" in one_line(capsys)


@pytest.mark.parametrize("line", ["[" * 100_000, "{}", "[1]", '{"rule": "x"}', "\xff"])
@pytest.mark.parametrize("first", [True, False])
def test_a_line_that_is_no_finding_is_wrong_use(
    copies: Data, capsys: pytest.CaptureFixture[str], line: str, first: bool
) -> None:
    copies.report()
    lines = FILE.read_text().splitlines()
    FILE.write_text("\n".join([line, *lines] if first else [*lines, line]) + "\n")
    assert copies.run("plan") == 4
    assert "not a findings file of Holdfast" in one_line(capsys)


@pytest.mark.parametrize("root", ["\0", "\ud800"])
def test_a_header_about_an_impossible_root_is_wrong_use(
    copies: Data, capsys: pytest.CaptureFixture[str], root: str
) -> None:
    copies.report()
    header, *rest = FILE.read_text().splitlines()
    FILE.write_text("\n".join([json.dumps(json.loads(header) | {"data": root}), *rest]) + "\n")
    assert copies.run("plan") == 4
    assert "not a findings file of Holdfast" in one_line(capsys)


def test_an_image_is_no_copy_of_itself(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.pair("exact_duplicate", TRAIN, TRAIN)
    assert data.plan("--unsafe-fixes") == 0
    output = capsys.readouterr().out
    assert f"{TRAIN}: is said to be a copy of itself" in output
    assert "nothing to apply" in output


@pytest.mark.parametrize("kind", ["truncated", None])
def test_a_pair_of_an_unknown_kind_is_left(
    copies: Data, capsys: pytest.CaptureFixture[str], kind: str | None
) -> None:
    copies.findings.clear()
    copies.pair("exact_duplicate", TRAIN, COPY, kind=kind)
    assert copies.plan("--unsafe-fixes") == 0
    assert "how the two are the same is not said" in capsys.readouterr().out
