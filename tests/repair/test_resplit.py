"""`resplit`: relatives end up in one split, everything that belongs to an image goes with it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from holdfast.cli import main as holdfast
from tests.repair.resplit_data import generate, shares, splits_of, torn
from tests.repair.tools import BOX, OTHER, TRAIN, Data, one_line

HASHES = ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210")
LEAK = "train/images/zcopy.png"


@pytest.fixture
def leak(data: Data) -> Data:
    """A dataset with one picture in train and test, under two names."""
    data.copy("test/images/test0.png", LEAK)
    data.label("train/labels/zcopy.txt", OTHER)
    return data


def resplit(data: Data, *arguments: str) -> int:
    """Plan a new split; four of ten images may move, as the sets are small."""
    return data.run("resplit", "--max-change=40%", *arguments)


def applied(data: Data, *arguments: str) -> dict[str, str]:
    """Plan and apply: what was moved, old path to new."""
    assert resplit(data, *arguments) == 0
    moves = planned()
    assert data.run("apply") == 0
    assert set(moves.values()) <= data.files()
    return moves


def applied_twice(data: Data, *arguments: str) -> dict[str, str]:
    """The same; a second plan finds nothing to do, and an undo restores everything."""
    before = data.snapshot()
    moves = applied(data, *arguments)
    assert resplit(data, *arguments) == 0
    assert not planned()
    assert data.run("undo") == 0
    assert data.snapshot() == before
    return moves


def planned() -> dict[str, str]:
    """The moves in the plan file."""
    plan = json.loads(Path("reports/plan.json").read_text())
    return {op["path"]: op["to"] for group in plan["groups"] for op in group["ops"]}


def frame(data: Data, path: str, number: int, change: float = 0.3) -> None:
    """A frame of a scene that changes so much: hashes near each other, and no copy of another frame."""
    scene = np.random.default_rng(7).uniform(0, 255, (8, 8))
    moving = np.random.default_rng(100 + number).uniform(0, 255, (8, 8))
    grey = ((1 - change) * scene + change * moving).astype(np.uint8)
    Image.fromarray(grey).resize((64, 64), Image.Resampling.BICUBIC).save(data.path(path))


def test_a_copy_goes_to_the_evaluation_split_with_its_label(leak: Data) -> None:
    wanted = {LEAK: "test/images/zcopy.png", "train/labels/zcopy.txt": "test/labels/zcopy.txt"}
    assert applied_twice(leak) == wanted
    assert applied(leak) == wanted
    assert leak.text("test/labels/zcopy.txt") == OTHER


def test_it_shows_what_moves_and_the_shares_and_changes_nothing(
    leak: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    before = leak.snapshot()
    assert resplit(leak) == 0
    output = capsys.readouterr().out
    assert "groups: 9 of 10 images, 1 of several images, 1 in more than one split" in output
    assert f"{LEAK}: to test, with its group (copies), which lies in train, test" in output
    assert "train        4   40.0 %        3   30.0 %    40.0 %" in output
    assert f"next: python -m fixers apply --data={leak.root}" in output
    assert leak.snapshot() == before


def test_nothing_moves_where_nothing_leaks(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert resplit(data) == 0
    assert "nothing to move" in capsys.readouterr().out
    assert data.run("apply") == 0


def test_the_command_of_an_installation_is_the_same(leak: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert holdfast(["resplit", str(leak.root), "--max-change", "40%"]) == 0
    assert LEAK in planned()
    assert holdfast(["resplit", "--max-change=40%"]) == 4
    assert "--data" in one_line(capsys)


def test_exports_of_one_picture_go_together_though_they_look_unlike(data: Data) -> None:
    for split, digits in zip(("train", "valid"), HASHES, strict=True):
        data.image(f"{split}/images/wall12_jpg.rf.{digits}.png")
    assert resplit(data) == 0
    assert set(planned()) == {f"train/images/wall12_jpg.rf.{HASHES[0]}.png"}


@pytest.mark.parametrize("name", ["i_jpg", "images_jpeg", "IMG_png"])
def test_a_name_that_anybody_gives_is_no_proof(data: Data, name: str) -> None:
    for split, digits in zip(("train", "valid"), HASHES, strict=True):
        data.image(f"{split}/images/{name}.rf.{digits}.png")
    assert resplit(data) == 0
    assert not planned()


def test_frames_of_a_clip_go_together(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(5):
        frame(data, f"{'valid' if number == 2 else 'train'}/images/clip_{number:06}.png", number)
    assert resplit(data) == 0
    assert planned() == {"valid/images/clip_000002.png": "train/images/clip_000002.png"}
    assert "its group (frames of one clip), which lies in train, val" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("frames", "change"), [(5, 1.0), (2, 0.3), (12, 0.3)], ids=["no scene", "too few", "the numbering of all"]
)
def test_numbered_pictures_that_are_no_clip_stay(data: Data, frames: int, change: float) -> None:
    for number in range(frames):
        frame(data, f"{'valid' if number == 1 else 'train'}/images/clip_{number:06}.png", number, change)
    assert resplit(data) == 0
    assert not planned()


def test_a_frozen_split_stays_and_what_leaks_into_it_is_named(
    leak: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    leak.copy(LEAK, "valid/images/zcopy2.png")
    assert resplit(leak, "--freeze", "test") == 1
    output = capsys.readouterr().out
    assert "leaks that are left: 2" in output
    assert f"{LEAK}: leaks into test, which is frozen or protected, with test/images/test0.png" in output
    moves = planned()
    assert set(moves) == {LEAK, "train/labels/zcopy.txt"}
    assert moves[LEAK] == "valid/images/zcopy.png"


def test_protected_images_stay_and_their_relatives_come(leak: Data) -> None:
    assert resplit(leak, f"--protect={LEAK}") == 0
    moves = planned()
    assert moves["test/images/test0.png"] == "train/images/test0.png"
    assert LEAK not in moves


@pytest.mark.parametrize("taken", ["images/zcopy.png", "images/ZCOPY.jpg", "labels/Zcopy.txt"])
def test_a_taken_name_gets_a_number_on_image_and_label_alike(leak: Data, taken: str) -> None:
    leak.path(f"test/{taken}").write_bytes(leak.path("test/images/test1.png").read_bytes()[:-3] + b"abc")
    assert resplit(leak) == 0
    moves = planned()
    assert moves[LEAK] == "test/images/zcopy_2.png"
    assert moves["train/labels/zcopy.txt"] == "test/labels/zcopy_2.txt"


def test_an_export_with_a_number_keeps_its_source(data: Data) -> None:
    name = f"wall12_jpg.rf.{HASHES[0]}"
    for split in ("train", "test"):
        data.image(f"{split}/images/{name}.png")
    assert applied(data) == {f"train/images/{name}.png": f"test/images/{name}x2.png"}
    assert resplit(data, "--ratios", "30", "30", "40") == 0
    assert not any(name in path for path in planned())


def test_images_with_one_label_file_go_together(data: Data) -> None:
    data.copy("test/images/test0.png", "train/images/two.png")
    data.image("train/images/two.jpg", format="JPEG")
    data.label("train/labels/two.txt", BOX)
    moves = applied(data)
    assert set(moves.values()) in (
        {"test/images/two.png", "test/images/two.jpg", "test/labels/two.txt"},
        {"train/images/test0.png", "train/labels/test0.txt"},
    )


def test_an_image_stays_in_its_collection(data: Data) -> None:
    for split in ("train", "valid", "test"):
        for number in range(2):
            data.image(f"other/{split}/images/o{split}{number}.png")
    data.label("other/train/labels/otrain0.txt", BOX)
    data.path("other/train/images/leak.png").write_bytes(data.path("test/images/test0.png").read_bytes())
    moves = applied(data)
    assert moves == {"other/train/images/leak.png": "other/test/images/leak.png"}


def test_a_leak_between_collections_that_share_no_split_is_named(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        data.image(f"more/eval/images/e{number}.png")
    data.label("more/data.yaml", "test: eval/images\nnames: [hold]\n")
    for split in ("valid", "test"):
        (data.root / split).rename(data.root / f"old-{split}")
    data.path("train/images/copy.png").write_bytes(data.path("more/eval/images/e0.png").read_bytes())
    assert resplit(data) == 1
    assert "leaks into test, and no split is in all of its collections" in capsys.readouterr().out
    assert not planned()


def test_shares_that_are_asked_for(data: Data) -> None:
    for number in range(11):
        data.image(f"valid/images/more{number}.png")
    applied(data, "--ratios", "train=50", "val=30%", "test=20")
    counts = [len(list((data.root / split / "images").iterdir())) for split in ("train", "valid", "test")]
    assert [abs(count - wanted) <= 1 for count, wanted in zip(counts, (10, 6, 4), strict=True)] == [True] * 3
    assert resplit(data, "--ratios", "train=50", "val=30%", "test=20") == 0
    assert not planned()


def test_splits_of_lists_change_their_lists_only(data: Data) -> None:
    for name in ("train", "valid", "test"):
        images = "".join(f"./pictures/images/{name}{number}.png\n" for number in range(3))
        data.label(f"{name}.txt", images)
    for path in [path for path in data.files() if path.endswith(".png")]:
        data.path(f"pictures/images/{path.rpartition('/')[2]}").write_bytes(data.path(path).read_bytes())
        data.path(path).unlink()
    data.copy("pictures/images/test0.png", "pictures/images/train0.png")
    data.label("data.yaml", "train: train.txt\nval: valid.txt\ntest: test.txt\nnames: [hold]\n")
    assert applied_twice(data) == {}
    assert applied(data) == {}
    assert data.text("train.txt") == "./pictures/images/train1.png\n./pictures/images/train2.png\n"
    assert data.text("test.txt").splitlines()[-1] == "./pictures/images/train0.png"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--max-change=5%"], "1 of 10 images (10.0 %) would move, over the limit of --max-change=5%"),
        (["--config=counts.toml"], "[counts] expects 4 images in train, there would be 3"),
    ],
)
def test_a_plan_is_refused_as_a_whole(
    leak: Data, capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    Path("counts.toml").write_text("[counts]\ntrain = 4\n")
    assert resplit(leak, *arguments) == 1
    assert reason in one_line(capsys)
    assert leak.run("apply") == 4
    assert LEAK in leak.files()


def test_a_split_that_would_be_emptied_refuses_the_plan(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        data.copy(f"train/images/train{number}.png", f"valid/images/valid{number}.png")
    assert resplit(data, "--protect=train", "--protect=test") == 1
    assert "val would lose all of its 3 images: --freeze it" in one_line(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--ratios", "80", "20"],
        ["--ratios", "80", "10", "x"],
        ["--ratios", "80", "10", "0"],
        ["--ratios", "80", "10", "10", "10"],
        ["--ratios", "train=1", "train=1", "val=1"],
        ["--ratios", "all=1", "val=1"],
        ["--freeze", "dev2"],
        ["--protect=nothing/*"],
        ["--output=DATA/plan.json"],
    ],
)
def test_wrong_use(leak: Data, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert resplit(leak, *(argument.replace("DATA", str(leak.root)) for argument in arguments)) == 4
    assert one_line(capsys).startswith("error: ")
    assert not Path("reports/plan.json").exists()


def test_a_group_with_a_file_that_must_not_move_stays_whole(
    leak: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    leak.path("cache").hardlink_to(leak.path("train/labels/zcopy.txt"))
    assert resplit(leak) == 1
    assert "train/labels/zcopy.txt has 2 hard links" in capsys.readouterr().out
    assert not planned()


def test_a_missing_folder_is_said(leak: Data, capsys: pytest.CaptureFixture[str]) -> None:
    for label in leak.path("test/labels").iterdir():
        label.unlink()
    leak.path("test/labels").rmdir()
    assert resplit(leak) == 1
    assert "the folder test/labels is not there: make it first" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["elsewhere", "more", "another name"])
def test_a_plan_that_says_more_than_a_new_split_is_refused(leak: Data, what: str) -> None:
    assert resplit(leak) == 0
    file = Path("reports/plan.json")
    plan = json.loads(file.read_text())
    image = next(op for op in plan["groups"][0]["ops"] if op["path"] == LEAK)
    if what == "elsewhere":
        image["to"] = "train/labels/zcopy.png"
    elif what == "another name":
        image["to"] = "test/images/test9.png"
    else:
        victim = dict(image) | {"op": "remove"}
        del victim["to"]
        victim |= {"path": TRAIN, "pre": _stamp(leak.path(TRAIN).read_bytes())}
        plan["groups"][0]["ops"].append(victim)
    file.write_text(json.dumps(plan))
    before = leak.files()
    assert leak.run("apply") == 4
    assert leak.files() == before


def _stamp(content: bytes) -> dict[str, object]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def test_400_source_groups(data: Data, tmp_path: Path) -> None:
    """The whole promise: no leak, shares within a point, classes within two, green again, exact undo."""
    data.root = tmp_path / "large"
    planted = generate(data.root)
    before, where, wanted = data.snapshot(), splits_of(data.root), shares(data.root)
    leaking = torn(data.root, planted)
    assert len(leaking) > 20
    assert resplit(data) == 0
    assert data.run("apply") == 0
    assert torn(data.root, planted) == []
    now = shares(data.root)
    for what, limit in (("images", 1.0), ("class 0", 2.0), ("class 1", 2.0)):
        assert max(abs(now[what][split] - wanted[what][split]) for split in wanted[what]) <= limit
    changed = {name for name, split in splits_of(data.root).items() if where[name] != split}
    assert len(changed) <= sum(map(len, leaking))
    assert resplit(data) == 0
    assert not planned()
    assert data.run("undo") == 0
    assert data.snapshot() == before


def test_nothing_moves_to_make_room_for_a_group_that_stays(
    leak: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3, 20):
        for split in ("train", "test"):
            leak.image(f"{split}/images/{split}{number}.png")
            leak.label(f"{split}/labels/{split}{number}.txt", BOX)
    for number in range(10, 16):  # six more that would go to test, and cannot
        leak.copy(f"test/images/test{number}.png", f"train/images/zcopy{number}.png")
        leak.label(f"train/labels/zcopy{number}.txt", BOX)
        leak.path(f"cache{number}").hardlink_to(leak.path(f"train/labels/zcopy{number}.txt"))
    assert resplit(leak, "--protect=test/images/test1?.png") == 1
    assert "has 2 hard links" in capsys.readouterr().out
    assert set(planned()) == {"train/images/zcopy.png", "train/labels/zcopy.txt"}


def test_sources_of_a_pattern_go_together_over_all_collections(data: Data) -> None:
    data.path("holdfast.toml").write_text("[sources]\npatterns = ['^(?P<source>site\\d)']")
    for path in ("train/images/site1_a.png", "valid/images/site1_b.png", "test/images/site2_a.png"):
        data.image(path)
    assert resplit(data) == 0
    assert set(planned()) == {"train/images/site1_a.png"}


def test_sources_of_a_column_go_together(data: Data) -> None:
    data.path("holdfast.toml").write_text("[sources]\nfile = 'who.csv'\ncolumn = 'patient'")
    rows = [
        f"{split}{number}.png,{split}{number}" for split in ("train", "valid", "test") for number in range(3)
    ]
    rows = [row.replace(",train0", ",p7").replace(",test0", ",p7") for row in rows]
    data.path("who.csv").write_text("\n".join(["path,patient", *rows]))
    assert resplit(data) == 0
    assert set(planned()) == {TRAIN, "train/labels/train0.txt"}


def test_a_clip_is_cut_where_frames_are_missing(data: Data) -> None:
    for number in (0, 1, 2, 7, 8):
        frame(data, f"{'valid' if number in (2, 7, 8) else 'train'}/images/clip_{number:06}.png", number)
    assert resplit(data) == 0
    assert planned() == {"valid/images/clip_000002.png": "train/images/clip_000002.png"}


def test_a_burst_goes_together(data: Data) -> None:
    for number, split in enumerate(("train", "valid", "valid")):
        frame(data, f"{split}/images/20240501_12000{number}.png", number)
    assert resplit(data) == 0
    assert planned() == {"train/images/20240501_120000.png": "valid/images/20240501_120000.png"}
