"""Proofs by the workers: the same as here, and none is lost with a worker that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.facts.messages import Reply
from holdfast.finding import Finding
from holdfast.pairing import proving
from tests.checking import check
from tests.pairing.test_signals import copies, fixed_camera


def found(folder: Path) -> list[Finding]:
    """Copies of all kinds, and one scene."""
    rules = "near_duplicate", "split_leakage"
    here = (
        check(copies(folder / "copies").root, *rules),
        check(fixed_camera(folder / "scene", "valid").root, *rules),
    )
    assert all(one.code in (0, 1) for one in here)
    return [finding for one in here for finding in one.findings]


def test_workers_prove_what_is_proved_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = found(tmp_path / "alone")
    assert {str(finding.kind) for finding in alone} >= {
        "re-encoded",
        "rotated/flipped",
        "augmented",
        "same scene",
    }
    monkeypatch.setattr(proving, "_MANY_CASES", 0)
    monkeypatch.setattr(proving, "prove", None)  # nothing is proved in this process
    assert found(tmp_path / "shared") == alone


@pytest.mark.parametrize("said", [None, "nonsense", "[1]", '["copied", 0, 1, "", 0, 1, [1]]'])
def test_what_a_worker_cannot_tell_is_proved_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None
) -> None:
    alone = found(tmp_path / "alone")
    monkeypatch.setattr(proving, "_MANY_CASES", 0)
    submit = proving.Pool.submit
    monkeypatch.setattr(
        proving.Pool,
        "submit",
        lambda *asked: (
            [(request, Reply(data=said)) for request, _ in batch] if asked[1].task == "prove" else batch
            for batch in submit(*asked)
        ),
    )
    assert found(tmp_path / "shared") == alone
