"""What follows an image to another folder or name: as followers say, and as a plan with it is carried out."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.config import load_settings
from holdfast.dataset import Dataset
from holdfast.formats import read, recognise
from holdfast.repair.fix import Move
from holdfast.repair.plans.plan import Act, Choices, Group, Mention, Op, Plan, Root
from holdfast.repair.plans.plan_json import from_json, to_json
from holdfast.repair.plans.resolve import resolved
from holdfast.repair.policy import Policy
from holdfast.repair.references.follow import followers
from holdfast.repair.references.handover import Handover
from holdfast.repair.runs.apply import apply
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.fit import Unfit
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import Tree
from tests.repair.tools import BOX, TRAIN, Data

TO = "valid/images/train0.png"


def dataset(data: Data) -> Dataset:
    """The data as it is read now."""
    return read(recognise(data.root, load_settings(data.root)))


def plan_of(data: Data, *groups: Group) -> Plan:
    """A plan for this data."""
    state = data.root.stat()
    return Plan("test", "now", Root(str(data.root), state.st_dev, state.st_ino), Choices(Policy()), groups)


def group_of(data: Data, image: str, to: str) -> Group:
    """The move of an image with all that follows."""
    following = followers(dataset(data), image, to)
    with Tree(data.root) as tree:
        moves = (Move(image, to), *following.moves)
        ops = tuple(Op(Act.MOVE, m.path, tree.require(m.path).stamp, to=m.to) for m in moves)
    return Group((), ops, mentions=following.mentions)


def carry_out(data: Data, plan: Plan) -> Plan:
    """Apply a plan without the checks; the plan that was carried out."""
    with Tree(data.root) as tree:
        acts = resolved(tree, plan)
        apply(tree, acts, Disk(), lambda *_: None, lambda: None)
    return acts


def named(data: Data) -> None:
    """Everything that can name the first training image, and lie beside it."""
    data.label("train.txt", f"./{TRAIN}\n./train/images/train1.png\n")
    data.label("ImageSets/Main/train.txt", "train0 1\n")
    data.label("train/_annotations.coco.json", '{"images": [{"file_name": "images/train0.png"}]}')
    data.label("all.json", f'{{"images": [{{"file_name": "{TRAIN}"}}]}}')
    data.label(
        "train/Annotations/train0.xml",
        "<annotation><filename>train0.png</filename><path>/x/train/images/train0.png</path></annotation>",
    )
    data.label("train/masks/train0.png", "a mask")
    for folder in ("Annotations", "masks"):
        data.path(f"valid/{folder}/.keep").write_bytes(b"")


def test_an_image_moves_with_all_that_names_it_and_back(data: Data) -> None:
    named(data)
    before = data.snapshot()
    carry_out(data, plan_of(data, group_of(data, TRAIN, TO)))
    assert data.files().isdisjoint({TRAIN, "train/labels/train0.txt", "train/masks/train0.png"})
    assert data.text("valid/labels/train0.txt") == BOX
    assert data.text("valid/masks/train0.png") == "a mask"
    assert data.text("train.txt") == f"./{TO}\n./train/images/train1.png\n"
    assert data.text("ImageSets/Main/train.txt") == "train0 1\n"
    assert (
        data.text("train/_annotations.coco.json")
        == '{"images": [{"file_name": "../valid/images/train0.png"}]}'
    )
    assert data.text("all.json") == f'{{"images": [{{"file_name": "{TO}"}}]}}'
    assert data.text("valid/Annotations/train0.xml") == (
        f"<annotation><filename>train0.png</filename><path>/x/{TO}</path></annotation>"
    )
    assert data.run("undo") == 0
    assert data.snapshot() == before


def test_a_new_stem_takes_everything_along(data: Data) -> None:
    named(data)
    carry_out(data, plan_of(data, group_of(data, TRAIN, "train/images/wall.png")))
    assert data.text("train/labels/wall.txt") == BOX
    assert data.text("train/masks/wall.png") == "a mask"
    assert data.text("train.txt").startswith("./train/images/wall.png\n")
    assert data.text("ImageSets/Main/train.txt") == "wall 1\n"
    assert data.text("train/_annotations.coco.json") == '{"images": [{"file_name": "images/wall.png"}]}'
    assert "<filename>wall.png</filename><path>/x/train/images/wall.png</path>" in data.text(
        "train/Annotations/wall.xml"
    )


@pytest.mark.parametrize(
    ("image", "mask", "to", "there"),
    [
        ("images/train/a.png", "masks/train/a.png", "images/val/a.png", "masks/val/a.png"),
        ("train/a.png", "trainannot/a.png", "val/a.png", "valannot/a.png"),
        ("train/a.png", "train/masks/a.npy", "val/b.png", "val/masks/b.npy"),
        (
            "x/JPEGImages/a.jpg",
            "x/SegmentationClass/a.png",
            "y/JPEGImages/a.jpg",
            "y/SegmentationClass/a.png",
        ),
        (
            "x/JPEGImages/a.jpg",
            "x/SegmentationClass/a.png",
            "x/JPEGImages/b.jpg",
            "x/SegmentationClass/b.png",
        ),
        ("train/a.jpg", "train/a.xml", "val/a.jpg", "val/a.xml"),
    ],
)
def test_where_masks_go(tmp_path: Path, image: str, mask: str, to: str, there: str) -> None:
    for path in (image, mask, to + ".png"):
        Path(tmp_path, path).parent.mkdir(parents=True, exist_ok=True)
        Path(tmp_path, path).write_bytes(b"<annotation/>")
    folders = [Path(path).parent.as_posix() for path in (image, to)]
    Path(tmp_path, "holdfast.toml").write_text(
        f'format = "yolo"\n[splits]\ntrain = "{folders[0]}"\n'
        + (f'val = "{folders[1]}"\n' if folders[0] != folders[1] else "")
    )
    found = recognise(tmp_path, load_settings(tmp_path))
    assert followers(read(found), image, to).moves == (Move(mask, there),)


def test_a_mask_without_a_place_refuses(data: Data) -> None:
    data.label("train/masks/train0.png", "a mask")
    with pytest.raises(Refused, match="what lies in train/masks has no place beside valid/images/more"):
        followers(dataset(data), TRAIN, "valid/images/more/train0.png")


def test_a_label_of_two_images_refuses_unless_both_leave(data: Data) -> None:
    other = data.image("train/images/train0.bmp", format="BMP")
    found = dataset(data)
    with pytest.raises(Refused, match="shares its label with"):
        followers(found, TRAIN, TO)
    moves = followers(found, TRAIN, TO, frozenset({other})).moves
    assert moves == (Move("train/labels/train0.txt", "valid/labels/train0.txt"),)


def test_another_list_takes_an_image_over(data: Data) -> None:
    data.label("train.txt", f"./{TRAIN}\n")
    data.label("lists/val.txt", "../valid/images/valid0.png")
    found = followers(
        dataset(data), TRAIN, TRAIN, handed=Handover("train", "val", {"train.txt": "lists/val.txt"})
    )
    assert found.moves == ()
    carry_out(data, plan_of(data, Group((), (), mentions=found.mentions)))
    assert data.text("train.txt") == ""
    assert data.text("lists/val.txt") == f"../valid/images/valid0.png\n./../{TRAIN}\n"


@pytest.mark.parametrize(
    ("file", "text", "to"),
    [
        ("train.txt", f"{TRAIN}\n", "train/images/a\\b.png"),
        ("train.txt", f"{TRAIN}\n", "train/images/a\nb.png"),
        ("train.txt", f"{TRAIN}\n", "train/images/a b.png"),
        ("all.json", f'{{"images": [{{"file_name": "{TRAIN}"}}]}}', "train/images/\U0010feff.png"),
    ],
)
def test_a_name_that_the_file_cannot_hold_refuses(data: Data, file: str, text: str, to: str) -> None:
    data.label(file, text)
    with pytest.raises(Refused, match=f"{file} names it and cannot hold the name"):
        followers(dataset(data), TRAIN, to)


def test_an_image_set_about_another_folder_refuses(data: Data) -> None:
    data.label("train/ImageSets/Main/a.txt", "train0\n")
    with pytest.raises(Refused, match="names it by its stem"):
        followers(dataset(data), TRAIN, TO)


def test_coco_images_that_share_an_id_refuse(data: Data) -> None:
    images = ", ".join(f'{{"id": 1, "file_name": "train/images/train{n}.png"}}' for n in range(2))
    data.label("all.json", f'{{"images": [{images}], "annotations": [{{"image_id": 1}}]}}')
    mentions = followers(dataset(data), TRAIN, None).mentions
    with pytest.raises(Unfit, match="has two images with the id 1"):
        carry_out(data, plan_of(data, Group((), (), mentions=mentions)))


def test_acts_and_mentions_of_one_file_compose(data: Data) -> None:
    data.label("train.txt", f"{TRAIN}\nx.png\n")
    following = followers(dataset(data), TRAIN, "train/images/train0.jpg")
    with Tree(data.root) as tree:
        pre = tree.require("train.txt").stamp
    data_of = f"{TRAIN}\n".encode()
    replaces = Group((), (Op(Act.REPLACE, "train.txt", pre, pre, data=data_of),))
    carried = carry_out(data, plan_of(data, replaces, Group((), (), mentions=following.mentions)))
    assert [len(group.ops) for group in carried.groups] == [1]
    assert data.text("train.txt") == "train/images/train0.jpg\n"


def test_a_mentioned_file_that_goes_goes(data: Data) -> None:
    data.label("train.txt", f"{TRAIN}\n")
    with Tree(data.root) as tree:
        remove = Op(Act.REMOVE, "train.txt", tree.require("train.txt").stamp)
    carry_out(
        data, plan_of(data, Group((), (remove,)), Group((), (), mentions=(Mention("train.txt", TRAIN, "x"),)))
    )
    assert "train.txt" not in data.files()


def test_what_a_file_does_not_name_refuses_before_anything_changes(data: Data) -> None:
    before = data.snapshot()
    wrong = [Mention(file, "a.png", None) for file in ("train.txt", "data.yaml", "../x.txt")]
    data.label("train.txt", f"{TRAIN}\n")
    with pytest.raises(Unfit) as refusal:
        carry_out(data, plan_of(data, *(Group((), (), mentions=(mention,)) for mention in wrong)))
    assert len(refusal.value.failures) == 3
    data.path("train.txt").unlink()
    assert {p: s[:2] for p, s in data.snapshot().items()} == {p: s[:2] for p, s in before.items()}


def test_a_plan_without_mentions_stays(data: Data) -> None:
    plan = plan_of(data, Group((), ()))
    with Tree(data.root) as tree:
        assert resolved(tree, plan) is plan


def test_mentions_in_a_plan_file_come_back(data: Data) -> None:
    mentions = (
        Mention("a\U0010feff.txt", "x\n", None),
        Mention("b.txt", None, "y"),
        Mention("c.txt", "z", "ü"),
    )
    plan = plan_of(data, Group((), (), mentions=mentions))
    assert from_json(to_json(plan)) == plan
