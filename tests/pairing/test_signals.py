"""What each signal finds, that it can be left out, and that a pair is reported once."""

from __future__ import annotations

import io
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from holdfast.facts.scan import Scanner
from holdfast.features import Found, similar
from holdfast.pairing import featured, find, proving
from holdfast.pairing.guesses import Most
from holdfast.repair.commands.cli import main
from tests.checking import check
from tests.proof.views import drawn, rotated
from tests.trees import Tree, picture, tree

OFF = {
    "all": (),
    "no orientations": ("orientations = false",),
    "no features": ("features = false",),
    "neither": ("orientations = false", "features = false"),
}
FOUND = {
    "all": {"again", "turned", "tilted", "crop"},
    "no orientations": {"again", "turned", "tilted", "crop"},
    "no features": {"again", "turned"},
    "neither": {"again"},
}
KINDS = {"again": "re-encoded", "turned": "rotated/flipped", "tilted": "augmented", "crop": "cropped"}


def copies(folder: Path, split: str = "train") -> Tree:
    """One picture and four copies of it, `first` before all others in order of names; and others."""
    shot = drawn(5)
    data = tree(folder).draw("train/images/0first.jpg", shot).draw("train/images/other.jpg", drawn(6))
    data.draw(f"{split}/images/again.jpg", shot, quality=50)
    data.draw(f"{split}/images/turned.jpg", shot.rotate(90, expand=True))
    data.draw(f"{split}/images/tilted.jpg", rotated(shot, 12))
    return data.draw(f"{split}/images/crop.jpg", shot.crop((60, 40, 460, 340)))


def pairs_of(data: Tree, *rules: str) -> Counter[tuple[str, str, str]]:
    """How often each pair is reported: both stems and the kind."""
    return Counter(
        (Path(finding.path).stem, Path(finding.related[0]).stem, str(finding.kind))
        for finding in check(data.root, *rules).findings
    )


@pytest.mark.parametrize("off", OFF)
def test_what_is_left_out_is_not_found(tmp_path: Path, off: str) -> None:
    data = copies(tmp_path).settings("\n".join(("[rules.near_duplicate]", *OFF[off])))
    found = pairs_of(data, "near_duplicate")
    assert set(found.values()) == {1}  # by however many signals
    of_first = {pair for pair in found if pair[0] == "0first"}
    assert of_first == {("0first", name, KINDS[name]) for name in FOUND[off]}
    assert not any("other" in pair for pair in found)


@pytest.mark.parametrize("off", ["all", "neither"])
def test_whatever_was_done_to_it_a_copy_leaks(tmp_path: Path, off: str) -> None:
    data = copies(tmp_path, "valid").settings("\n".join(("[rules.split_leakage]", *OFF[off])))
    found = check(data.root, "split_leakage")
    assert {Path(f.related[0]).stem for f in found.findings} == FOUND[off]
    assert (found.code, found.severities) == (1, {"error"})
    share = {"all": "4 of 4 val images, 100.0 %", "neither": "1 of 4 val images, 25.0 %"}[off]
    assert all(share in finding.message for finding in found.findings)


def test_where_nothing_changed_features_are_not_compared_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, searches = copies(tmp_path), 0

    def counted(*asked: Any) -> Found:
        nonlocal searches
        searches += 1
        return similar(*asked)

    monkeypatch.setattr(featured, "similar", counted)
    first = pairs_of(data, "near_duplicate")
    assert (pairs_of(data, "near_duplicate"), searches) == (first, 1)
    data.draw("train/images/more.jpg", drawn(5).crop((40, 20, 460, 340)))
    more = pairs_of(data, "near_duplicate")
    assert (more[("0first", "more", "cropped")], searches) == (1, 2)
    data.path("train/images/more.jpg").unlink()
    assert (pairs_of(data, "near_duplicate"), searches) == (first, 3)


def test_features_that_one_run_did_not_get_are_compared_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = copies(tmp_path)
    with monkeypatch.context() as lost:
        lost.setattr(Scanner, "features", lambda *_: {})
        assert "tilted" not in {other for _, other, _ in pairs_of(data, "near_duplicate")}
    assert ("0first", "tilted", "augmented") in pairs_of(data, "near_duplicate")


def test_copies_of_one_picture_are_compared_with_each_other(tmp_path: Path) -> None:
    """No signal finds that the two parts overlap; each is found to be a part of the whole."""
    shot = drawn(5)
    left, right = shot.crop((0, 0, 315, 360)), shot.crop((165, 0, 480, 360))
    data = tree(tmp_path).draw("train/images/left.jpg", rotated(left, 10))
    data.draw("train/images/right.jpg", rotated(right.rotate(90, expand=True), 10))
    assert pairs_of(data, "near_duplicate") == Counter()
    data.draw("train/images/whole.jpg", shot)
    assert pairs_of(data, "near_duplicate") == Counter(
        {(*pair, "augmented"): 1 for pair in combinations(("left", "right", "whole"), 2)}
    )
    data.settings("[rules.near_duplicate]\nfeatures = false")
    assert pairs_of(data, "near_duplicate") == Counter()


def hues(image: Image.Image, turned: int) -> Image.Image:
    """The picture with its hues turned, in 256ths."""
    hue, saturation, value = image.convert("HSV").split()
    rest = hue.point([(level + turned) % 256 for level in range(256)])
    return Image.merge("HSV", (rest, saturation, value)).convert("RGB")


def test_a_picture_within_a_frame_is_found_whatever_was_done_to_it(tmp_path: Path) -> None:
    """As exports make them: turned, squashed into a strip, in other colours, rotated, between black bars."""
    shot = drawn(7)
    data = tree(tmp_path).draw("train/images/shot.jpg", shot)
    for number, degrees in ((1, 8), (2, -9)):
        strip = hues(shot, 80 * number).rotate(90, expand=True).resize((480, 200))
        framed = Image.new("RGB", (480, 480))
        framed.paste(strip, (0, 140))
        data.draw(f"train/images/{number}.jpg", rotated(framed, degrees))
    assert pairs_of(data, "near_duplicate") == Counter(
        {(*pair, "augmented"): 1 for pair in combinations(("1", "2", "shot"), 2)}
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_tall_picture_turned_in_its_canvas_is_found(tmp_path: Path, seed: int) -> None:
    """What lies beyond the canvas is lost, and the rest of it stays empty: half of a phone's picture."""
    shot = drawn(seed, 400, 844)
    canvas = Image.new("RGB", shot.size, (90, 90, 90))
    canvas.paste(shot.rotate(90, expand=True), (-222, 222))
    data = tree(tmp_path).draw("train/images/shot.jpg", shot)
    data.draw("train/images/turned.jpg", rotated(canvas, 7, (90, 90, 90)))
    exif = Image.Exif()
    exif[0x0112] = 6  # displayed a quarter clockwise
    stored = hues(rotated(canvas, -7, (90, 90, 90)), 70).rotate(90, expand=True)
    data.draw("train/images/stored.jpg", stored, exif=exif)
    assert pairs_of(data, "near_duplicate") == Counter(
        {(*pair, "augmented"): 1 for pair in combinations(("shot", "stored", "turned"), 2)}
    )


def test_other_hues_are_no_other_shot(tmp_path: Path) -> None:
    """A camera that moved a little makes another picture with another noise, but never turns the colours."""
    noise = np.random.default_rng(0).normal(0, 4, (360, 480, 1))
    shot = Image.fromarray(np.clip(np.asarray(drawn(5)) + noise, 0, 255).astype(np.uint8))
    data = tree(tmp_path).draw("train/images/a.png", shot)
    data.draw("train/images/b.png", rotated(hues(shot, 60), 1))
    assert pairs_of(data, "near_duplicate") == Counter({("a", "b", "recoloured"): 1})


def test_each_rule_keeps_to_its_own_signals(tmp_path: Path) -> None:
    shot = drawn(5)
    data = tree(tmp_path).draw("train/images/a.jpg", shot)
    data.draw("train/images/b.jpg", shot.crop((60, 40, 460, 340)))
    data.draw("valid/images/c.jpg", shot.crop((0, 0, 400, 300)))
    data.settings("[rules.split_leakage]\nfeatures = false")
    found = check(data.root, "split_leakage", "near_duplicate").findings
    assert [(f.rule, f.path, f.related[0]) for f in found] == [
        ("near_duplicate", "train/images/a.jpg", "train/images/b.jpg")
    ]


def test_many_copies_in_one_split_hide_none_in_another(tmp_path: Path) -> None:
    shot = drawn(5)
    data = tree(tmp_path).draw("valid/images/tilted.jpg", rotated(shot, 12))
    data.draw("test/images/tilted.jpg", rotated(shot, -9))
    for quality in range(80, 96):
        data.draw(f"train/images/{quality}.jpg", shot, quality=quality)
    found = check(data.root, "split_leakage").findings
    assert ("val-test", "test/images/tilted.jpg") in {(finding.unit, finding.path) for finding in found}


@pytest.mark.parametrize("at_once", [1, 2, 3, 1_000])
def test_however_candidates_are_dealt_out_equal_pictures_are_found(
    tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "_AT_ONCE", at_once)
    shot = drawn(5)
    data = tree(tmp_path).draw("train/images/1.jpg", shot)
    coded = data.path("train/images/1.jpg").read_bytes()
    data.draw("train/images/2.jpg", shot.rotate(90, expand=True))
    data.file("train/images/3.jpg", coded[:2] + b"\xff\xfe\x00\x06copy" + coded[2:])
    assert pairs_of(data, "exact_duplicate", "near_duplicate") == Counter(
        {
            ("1", "2", "rotated/flipped"): 1,
            ("1", "3", "identical picture"): 1,
            ("2", "3", "rotated/flipped"): 1,
        }
    )
    data.draw("train/images/4.png", Image.open(io.BytesIO(coded)))
    found = pairs_of(data, "exact_duplicate", "near_duplicate")
    equal = {pair for pair in found if pair[2] == "identical picture"}
    assert equal == {(one, other, "identical picture") for one, other in combinations("134", 2)}


def fixed_camera(folder: Path, split: str) -> Tree:
    """Five pictures of one camera: a thing lies elsewhere in each. The last two are in `split`."""
    data = tree(folder)
    for number in range(5):
        scene = drawn(8)
        scene.paste((230, 40, 30), (60 * number + 20, 80, 60 * number + 60, 120))
        data.draw(f"{split if number > 2 else 'train'}/images/{number}.jpg", scene)
    return data


def test_a_copy_is_found_among_many_pictures_that_are_nearly_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fixed camera, nothing moves, only the noise: of each picture but few pairs are proved."""
    monkeypatch.setattr(proving, "_MANY", Most(2, 1))
    monkeypatch.setattr(proving, "FEW", Most(1, 1))
    data, random = tree(tmp_path), np.random.default_rng(0)
    scene = np.asarray(drawn(8), np.float64)
    for number in range(24):
        noisy = Image.fromarray(np.clip(scene + random.normal(0, 6, scene.shape), 0, 255).astype(np.uint8))
        data.draw(f"{'train' if number % 2 else 'valid'}/images/{number:02}.jpg", noisy, quality=95)
    shot = Image.open(data.path("train/images/17.jpg")).copy()
    data.draw("valid/images/99.jpg", shot, quality=93)
    copies = [
        (f.path, f.related[0]) for f in check(data.root, "split_leakage").findings if f.kind != "same scene"
    ]
    assert copies == [("train/images/17.jpg", "valid/images/99.jpg")]


@pytest.mark.parametrize(("split", "rule"), [("train", "near_duplicate"), ("valid", "split_leakage")])
def test_a_fixed_camera_is_an_info_an_image(tmp_path: Path, split: str, rule: str) -> None:
    found = check(fixed_camera(tmp_path, split).root, rule)
    assert (found.code, found.severities) == (0, {"info"})
    assert {str(finding.kind) for finding in found.findings} == {"same scene"}
    assert not any(finding.fixable for finding in found.findings)
    assert len(found.findings) <= 5  # of the ten pairs (six across the splits) the closest of each image
    named = {path for finding in found.findings for path in (finding.path, *finding.related)}
    assert len(named) == 5


def test_labels_of_one_scene_may_differ(tmp_path: Path) -> None:
    data = fixed_camera(tmp_path, "train")
    for number in range(5):
        data.label("train", str(number), f"0 0.{number + 1} 0.3 0.1 0.1")
    assert check(data.root, "conflicting_labels").findings == []


@pytest.mark.parametrize("command", ["plan", "resplit"])
def test_one_scene_is_neither_removed_nor_kept_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    data = fixed_camera(tmp_path, "valid").image("test", "t", seed=1)
    for image in data.root.glob("*/images/*"):
        data.label(image.parent.parent.name, image.stem, "0 0.5 0.5 0.2 0.2")
    options = ["--unsafe-fixes"] if command == "plan" else []
    assert main([command, f"--data={data.root}", "--max-change=100%", *options]) == 0
    said = capsys.readouterr().out
    assert "copies" not in said
    before = data.state()
    main(["apply", f"--data={data.root}"])
    if command == "plan":
        assert {path: data.state()[path][0] for path in before} == {p: v[0] for p, v in before.items()}


def test_pictures_without_structure_alone_are_checked(tmp_path: Path) -> None:
    """No signal has anything to compare."""
    data = tree(tmp_path)
    for number in range(4):
        data.draw(f"train/images/{number}.png", picture(1, 8, 8).resize((1, 1)).resize((64 + number, 64)))
    found = check(data.root, "near_duplicate", "split_leakage", "exact_duplicate")
    assert (found.code, found.findings) == (0, [])
