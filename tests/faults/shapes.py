"""The datasets that the faults are tried on, each with a plan that removes, replaces, creates and moves.

A further shape is one function more, named in `SHAPES`; those of formats are in `formats.py`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace

from holdfast.names import to_text
from holdfast.repair.plans.plan import Act, Op
from tests.faults.draft import BOX, Draft, File, Shape
from tests.faults.formats import FORMATS


def flat() -> Shape:
    """YOLO without splits: images beside labels."""
    draft = Draft("flat")
    for name in "abcdef":
        draft.labelled("set", name)
    draft.remove_pair("set", "a")
    draft.group(draft.replace("set/labels/b.txt", BOX), draft.remove("set/images/c.jpg"))
    draft.group(draft.remove("set/labels/c.txt"), draft.create("set/labels/new.txt", b""))
    draft.group(draft.move("set/images/d.jpg", "set/images/d.png"))
    return draft.shape()


def collections() -> Shape:
    """Two collections of three splits: copies go, a leak moves, boxes are united, labels are made."""
    draft = Draft("collections")
    for folder in ("boulder/train", "boulder/valid", "mountain/train", "mountain/test"):
        for name in "abc":
            draft.labelled(folder, name + folder[0] + folder[-1])
    draft.remove_pair("boulder/train", "abn")
    draft.move_pair("boulder/train", "bbn", "boulder/valid")
    draft.group(
        draft.replace("mountain/train/labels/amn.txt", BOX * 3),
        draft.remove("boulder/valid/images/cbd.jpg"),
        draft.remove("boulder/valid/labels/cbd.txt"),
        draft.create("boulder/valid/labels/new.txt", BOX),
    )
    draft.group(draft.move("mountain/test/images/cmt.jpg", "mountain/test/images/cmt.png"))
    draft.group(draft.replace("mountain/test/labels/cmt.txt", b""), draft.create("mountain/new.txt", BOX))
    return draft.shape()


def listed() -> Shape:
    """YOLO whose splits are `.txt` lists, in a git work tree: the lists follow the images."""
    draft = Draft("listed")
    names = [draft.labelled("all", name) for name in "abcdef"]
    lines = [f"all/images/{name}.jpg\n".encode() for name in names]
    draft.file("train.txt", b"".join(lines[:4]))
    draft.file("val.txt", b"".join(lines[4:]))
    draft.group(
        draft.remove("all/images/a.jpg"),
        draft.remove("all/labels/a.txt"),
        draft.replace("train.txt", b"".join(lines[1:3])),
        draft.replace("val.txt", b"".join(lines[3:])),
    )
    draft.group(draft.move("all/images/f.jpg", "all/f.jpg"), draft.create("all/labels/g.txt", b""))
    return draft.shape(git=True)


def annotated() -> Shape:
    """COCO, VOC and masks: one file for many images, xml and ImageSets, a second picture for each."""
    draft = Draft("annotated")
    for name in "abcd":
        draft.file(f"coco/train/{name}.jpg")
        draft.file(f"voc/JPEGImages/{name}.jpg", b"voc " + name.encode())
        draft.file(f"voc/Annotations/{name}.xml", b"<annotation>" + name.encode())
        draft.file(f"voc/SegmentationClass/{name}.png")
    draft.file("coco/annotations/train.json", b'{"images": ["a", "b", "c", "d"]}')
    draft.file("voc/ImageSets/Main/train.txt", b"a\nb\nc\nd\n")
    draft.group(
        draft.remove("coco/train/a.jpg"),
        draft.move("coco/train/b.jpg", "coco/train/b.png"),
        draft.replace("coco/annotations/train.json", b'{"images": ["b", "c", "d"]}'),
    )
    draft.group(
        *(draft.remove(f"voc/{path}") for path in ("JPEGImages/a.jpg", "Annotations/a.xml")),
        draft.remove("voc/SegmentationClass/a.png"),
        draft.replace("voc/ImageSets/Main/train.txt", b"b\nc\nd\n"),
        draft.create("voc/ImageSets/Main/left.txt", b"a\n"),
    )
    return draft.shape()


def class_folders() -> Shape:
    """A folder for each class: what is in the wrong one moves, an empty one is filled."""
    draft = Draft("class folders")
    for path in ("train/cat/1.jpg", "train/cat/2.jpg", "train/dog/1.jpg", "train/dog/3.jpg", "val/dog/4.jpg"):
        draft.file(path)
    draft.folders["train/bird"] = 0o755
    draft.group(draft.move("train/cat/1.jpg", "train/bird/1.jpg"))
    draft.group(draft.remove("train/dog/1.jpg"), draft.move("val/dog/4.jpg", "train/bird/4.jpg"))
    draft.group(draft.replace("train/dog/3.jpg", b"re-encoded"), draft.create("train/bird/5.jpg", b"new"))
    return draft.shape()


def odd_names() -> Shape:
    """Names that are not UTF-8, 255 bytes long, hold a line end, quotes, a dash in front, combining marks."""
    draft = Draft("odd names")
    raw = to_text(os.fsdecode(b"caf\xe9\xff"))
    names = [
        draft.labelled("train", name) for name in (raw, "x" * 251, "a\nb", "-rf '\"$", "e\u0301", "\u202ex")
    ]
    draft.folders["valid/images"] = draft.folders["valid/labels"] = 0o755
    draft.remove_pair("train", names[0])
    draft.move_pair("train", names[1], "valid")
    draft.move_pair("train", names[2], "valid")
    draft.group(
        draft.replace(f"train/labels/{names[3]}.txt", b""), draft.remove(f"train/images/{names[4]}.jpg")
    )
    draft.group(draft.create("valid/labels/\\.txt", BOX), draft.create(f"valid/labels/{names[5]}.txt", BOX))
    return draft.shape()


def modes() -> Shape:
    """Files that nobody may write, folders with set-group-ID and sticky bits, empty files."""
    draft = Draft("modes")
    for name, mode in (("a", 0o400), ("b", 0o444), ("c", 0o755), ("d", 0o600), ("e", 0o4755)):
        draft.labelled("train", name, mode)
    draft.folders |= {"train/images": 0o2775, "train/labels": 0o1777, "train": 0o700, "valid": 0o750}
    draft.file("valid/empty.txt", b"", 0o440)
    draft.remove_pair("train", "a")
    draft.group(draft.replace("train/labels/b.txt", BOX), draft.replace("train/images/c.jpg", b"new"))
    draft.group(draft.replace("train/images/e.jpg", b"newer"), draft.remove("valid/empty.txt"))
    draft.group(draft.move("train/images/d.jpg", "valid/d.jpg"), draft.create("train/labels/f.txt", b""))
    return draft.shape()


def links() -> Shape:
    """Links that are no part of the plan lie beside what is: they stay as they are."""
    draft = Draft("links")
    for name in "abcd":
        draft.labelled("train", name)
    draft.files["train/images/soft.jpg"] = File(symbolic="a.jpg")
    draft.files["train/images/gone.jpg"] = File(symbolic="../../../nowhere")
    draft.files["more"] = File(symbolic="train")
    draft.files["train/images/hard.jpg"] = File(
        draft.files["train/images/d.jpg"].content, hard="train/images/d.jpg"
    )
    draft.remove_pair("train", "a")
    draft.group(draft.replace("train/labels/b.txt", b""), draft.create("train/labels/e.txt", BOX))
    draft.group(draft.move("train/images/c.jpg", "train/images/c.png"))
    return draft.shape()


def resplit() -> Shape:
    """Images change splits in both directions."""
    draft = Draft("resplit")
    for folder in ("train", "valid"):
        for name in "abc":
            draft.labelled(folder, name + folder)
    draft.move_pair("train", "atrain", "valid")
    draft.move_pair("valid", "avalid", "train")
    draft.move_pair("train", "btrain", "valid")
    draft.group(draft.remove("valid/images/cvalid.jpg"), draft.create("train.txt", b"train/images\n"))
    return draft.shape()


def one_act(act: Act) -> Shape:
    """The smallest plan."""
    draft = Draft(f"one {act}")
    draft.labelled("train", "a")
    image, label = "train/images/a.jpg", "train/labels/a.txt"
    ops = {
        Act.REMOVE: draft.remove(image),
        Act.REPLACE: draft.replace(label, b"new"),
        Act.CREATE: draft.create("train/labels/b.txt", b"new"),
        Act.MOVE: draft.move(image, "train/labels/a.jpg"),
    }
    draft.group(ops[act])
    return draft.shape()


def many() -> Shape:
    """More acts than one batch of syncs takes."""
    draft = Draft("many")
    for number in range(40):
        draft.labelled("train", f"{number:02d}")
    draft.folders["valid/images"] = draft.folders["valid/labels"] = 0o755
    for number in range(0, 34, 2):
        draft.remove_pair("train", f"{number:02d}")
        draft.move_pair("train", f"{number + 1:02d}", "valid")
    draft.group(draft.replace("train/labels/36.txt", b""), draft.create("train/labels/new.txt", b""))
    return draft.shape()


def drawn(seed: int) -> Shape:
    """A random tree with a random plan."""
    chance = random.Random(seed)
    draft = Draft(f"drawn {seed}")
    folders = [
        f"{chance.choice('pq')}/{split}" for split in ("train", "valid", "test")[: chance.randint(1, 3)]
    ]
    for folder in folders:
        draft.folders[f"{folder}/images"] = draft.folders[f"{folder}/labels"] = 0o755
    for number in range(chance.randint(3, 9)):
        name = f"{chance.choice('abc')}{number}"
        draft.labelled(chance.choice(folders), name, chance.choice((0o644, 0o600, 0o444)))
    draw_plan(draft, folders, chance)
    return draft.shape(git=chance.random() < 0.3)


def draw_plan(draft: Draft, folders: list[str], chance: random.Random) -> None:
    """A random plan for the files of a draft; files move to later folders only.

    Of two files that change folders with each other, one could be lost where a rename is two steps.
    """
    paths = sorted(draft.files)
    chance.shuffle(paths)
    while paths:
        size = min(len(paths), chance.randint(1, 4))
        ops = [_drawn_op(draft, paths.pop(), folders, chance) for _ in range(size)]
        if planned := [op for op in ops if op is not None]:
            draft.group(*planned)
    if not draft.groups:
        draft.group(draft.create(f"{folders[0]}/labels/new{chance.randrange(10**9)}.txt", BOX))


def _drawn_op(draft: Draft, path: str, folders: list[str], chance: random.Random) -> Op | None:
    folder, kind, name = path.rsplit("/", 2)
    later = chance.choice(folders[folders.index(folder) :])
    new, data = f"{chance.randrange(10**9)}{name[-4:]}", b"new" * chance.randint(0, 5)
    choices: dict[str, Callable[[], Op]] = {
        "remove": lambda: draft.remove(path),
        "replace": lambda: draft.replace(path, data + b"!" * (data == draft.files[path].content)),
        "create": lambda: draft.create(f"{folder}/{kind}/{new}", data),
        "move": lambda: draft.move(path, f"{later}/{kind}/{new}"),
    }
    act = chance.choice([*choices, None])
    return None if act is None else choices[act]()


def in_git(shape: Shape) -> Shape:
    """The same in a git work tree: the state of repair lies elsewhere."""
    return replace(shape, name=f"{shape.name} in git", git=True)


SHAPES: tuple[Shape, ...] = (
    *(make() for make in (flat, collections, listed, annotated, class_folders, odd_names, modes, links)),
    *(make() for make in FORMATS),
    *map(one_act, Act),
    in_git(collections()),
    resplit(),
    many(),
)
"""What the campaigns go through, beside those that are drawn."""
