"""Proofs by the workers: the same as here, and none is lost with a worker that fails."""

from __future__ import annotations

import io
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from holdfast.dataset import PairKind, Signal
from holdfast.facts.cache import open_cache
from holdfast.facts.looks import look_at
from holdfast.facts.messages import Reply
from holdfast.facts.proofs import proof_in
from holdfast.facts.scan import Look
from holdfast.finding import Finding
from holdfast.pairing import proving
from holdfast.pairing.proof import Same
from holdfast.pairing.proving import Case
from holdfast.pairing.remembered import remember, remembered
from holdfast.pairing.views import Views
from tests.checking import check
from tests.pairing.test_signals import copies, fixed_camera
from tests.proof.views import drawn


def coded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


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


LIES = {
    "nothing": "",
    "no JSON": "nonsense",
    "too deep": "[" * 100_000,
    "too little": "[1]",
    "no kind": '["copied", 0, 1, "none", 0, 1, [1, 0, 0, 0, 1, 0]]',
    "no guess": '["cropped", 7, 1, "none", 0, 1, [1, 0, 0, 0, 1, 0]]',
    "a guess from the end": '["cropped", -1, 1, "none", 0, 1, [1, 0, 0, 0, 1, 0]]',
    "words that are none": '["cropped", 0, 1, "\\u001b[2J", 0, 1, [1, 0, 0, 0, 1, 0]]',
    "figures that are none": '["cropped", 0, "high", "none", 0, 1, [1, 0, 0, 0, 1, 0]]',
    "a figure beyond all": '["cropped", 0, Infinity, "none", 0, 1, [1, 0, 0, 0, 1, 0]]',
    "a map without a way back": '["cropped", 0, 1, "none", 0, 1, [0, 0, 0, 0, 0, 0]]',
    "half a map": '["cropped", 0, 1, "none", 0, 1, [1, 0, 0]]',
}


@pytest.mark.parametrize("said", LIES.values(), ids=LIES)
def test_a_lie_is_no_proof(said: str) -> None:
    with pytest.raises((ValueError, TypeError, RecursionError)):
        proof_in(said, 1)


def test_what_a_worker_cannot_tell_is_proved_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = found(tmp_path / "alone")
    monkeypatch.setattr(proving, "_MANY_CASES", 0)
    submit = proving.Pool.submit
    monkeypatch.setattr(
        proving.Pool,
        "submit",
        lambda *asked: (
            [(request, Reply(data="[1]")) for request, _ in batch] if asked[1].task == "prove" else batch
            for batch in submit(*asked)
        ),
    )
    assert found(tmp_path / "shared") == alone


def test_a_worker_that_cannot_read_the_pictures_costs_no_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = found(tmp_path / "alone")
    monkeypatch.setattr(proving, "_MANY_CASES", 0)
    monkeypatch.setattr(Views, "path", lambda _: str(tmp_path / "nowhere"))
    assert found(tmp_path / "shared") == alone


def test_the_workers_know_other_pictures_from_those_before(tmp_path: Path) -> None:
    """One path, one place, other pictures: a file that is closed leaves its number to the next."""
    same, found = Case((0, 1), ((Signal.PHASH, None),), 0), []
    pool = proving.Pool()
    try:
        for shots in ((drawn(5), drawn(5)), (drawn(5), drawn(6))):
            with Views() as views:
                looks = (look_at(coded(shot), digest=False) for shot in shots)
                views.keep(
                    {
                        number: Look(str(number), view=look.view, width=look.width, height=look.height)
                        for number, look in enumerate(looks)
                    }
                )
                found.append(proving.proved([same] * 200, views, pool))
    finally:
        pool.close()
    assert [len(pairs) for pairs in found] == [1, 0]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the file has a name while it is open")
def test_the_pictures_lie_in_a_file_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Views() as views:
        path = views.path()
        assert path is not None
        assert Path(path).exists()
        assert not list(tmp_path.iterdir())


def test_a_proof_over_a_third_picture_is_no_answer_to_another_question(tmp_path: Path) -> None:
    digests = pl.Series(["a" * 64, "b" * 64])
    turned = np.array([[0.0, -1, 1], [1, 0, 0]])
    own = Case((0, 1), ((Signal.FEATURES, turned),), 20)
    over = replace(own, joined=True)
    mirrored = replace(over, guesses=((Signal.FEATURES, turned[::-1]),))
    with open_cache(tmp_path / "data", tmp_path / "cache") as cache:
        remember([own], {}, digests, cache)
        remember([over], {(0, 1): Same(PairKind.AUGMENTED)}, digests, cache)
        assert remembered([own], digests, cache) == {(0, 1): None}
        assert remembered([over], digests, cache) == {(0, 1): Same(PairKind.AUGMENTED)}
        assert remembered([mirrored], digests, cache) == {}
