"""What names tell, and how many images that covers."""

from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.checks.test_sequence_leakage import film
from tests.trees import sound_tree, tree


def test_what_was_recognised_is_said_once(tmp_path: Path) -> None:
    data = film(tree(tmp_path), "walk_{:03}", "tttttt")
    film(data, "run_7_{:03}", "vvvv", clip=1)
    film(data, "run_8_{:03}", "vvvv", clip=2)
    for digits in "12":
        data.image("train", f"wall_jpg.rf.{digits * 32}")
    data.image("train", "plain").image("valid", "wall").image("valid", "wall (1)")
    found = check(data.root, "related_names")
    assert (found.code, found.severities) == (0, {"info"})
    assert [finding.message for finding in found.findings] == [
        "2 of 19 images are of 1 source, known by copy",
        "2 of 19 images are of 1 source, known by export",
        "8 of 19 images are frames of 2 clips, named `run_#_#`",
        "6 of 19 images are frames of 1 clip, named `walk_#`",
    ]


def test_names_that_tell_nothing(tmp_path: Path) -> None:
    assert check(sound_tree(tmp_path).root, "related_names").findings == []


def test_a_single_split_is_enough(tmp_path: Path) -> None:
    assert len(check(film(tree(tmp_path), "walk_{:03}", "tttttt").root, "related_names").findings) == 1
