"""The owner's clean-up on a tree of its shape, and the sample data's way to green."""

from __future__ import annotations

import io
import json
import random
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import imagehash
import pytest
from PIL import Image

from holdfast.demo import draw
from holdfast.report.jsonl import read_findings
from tests.checking import REPOSITORY
from tests.trees import Tree, picture, tree

UNITS = [
    f"{collection}/{split}" for collection in ("boulder", "mountain") for split in ("train", "valid", "test")
]
ORIGINALS, COPIES = 260, 200
DUPLICATE_RULES = ("exact_duplicate", "near_duplicate", "split_leakage")


@pytest.fixture(scope="module")
def owners_tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """Copies are renamed, re-encoded, in other splits and collections; some have other labels."""
    built = tree(tmp_path_factory.mktemp("owner")).settings(
        "[rules.near_duplicate]\ndistance = 0\n[rules.split_leakage]\ndistance = 0\n"
    )
    chance = random.Random(9427)
    for number in range(ORIGINALS):
        unit, name = chance.choice(UNITS), f"wall_{number:03}"
        data = _encoded(picture(number), 92)
        labels = [f"0 0.5 0.5 0.{number % 8 + 1} 0.25"]
        built.file(f"{unit}/images/{name}.jpg", data).label(unit, name, *labels)
        for copy in range(chance.choice((0, 1, 1, 2))):
            other, kind = chance.choice(UNITS), chance.choice(("bytes", "again", "other label"))
            twin = data if kind != "again" else _encoded(Image.open(io.BytesIO(data)), 97)
            more = ["1 0.2 0.2 0.1 0.1"] if kind == "other label" else []
            built.file(f"{other}/images/photo_{number:03}_{copy}.jpg", twin)
            built.label(other, f"photo_{number:03}_{copy}", *labels, *more)
    return built


def test_clean_up_finds_the_groups_of_imagehash_and_takes_everything_back(
    owners_tree: Tree, tmp_path: Path
) -> None:
    root = owners_tree.root
    before, images = owners_tree.state(), _images(root)
    expected = _groups_by_imagehash(root)
    assert sum(len(group) - 1 for group in expected) >= COPIES

    assert _checks(root, tmp_path) == 1
    assert _found_groups(tmp_path) == expected
    assert owners_tree.state() == before

    assert (
        _fixers(
            "plan", root, tmp_path, "--unsafe-fixes", "--keep=first", "--on-conflict=keep", "--max-change=60%"
        )
        == 0
    )
    assert owners_tree.state() == before
    assert _fixers("apply", root, tmp_path) == 0
    left = _images(root)
    assert len(images) - sum(len(group) - 1 for group in expected) == len(left)
    assert left == images - {path for group in expected for path in sorted(group, key=_owners_order)[1:]}
    assert _labels(root) == left

    assert _checks(root, tmp_path) == 0
    assert _fixers("undo", root, tmp_path) == 0
    shutil.rmtree(root / ".holdfast")
    _same_but_for_the_root_folder(owners_tree.state(), before)


def test_the_sample_data_goes_from_red_to_green_and_back(tmp_path: Path) -> None:
    built = tree(tmp_path)
    manifest = draw(built.root)
    before = built.state()
    assert _checks(built.root, tmp_path) == 1
    findings = read_findings(tmp_path / "reports" / "findings.jsonl")[1]
    summary = "related_names"  # says what was recognised in the names, which is no fault
    found = {(f.rule, f.path, f.related) for f in findings if f.rule != summary}
    assert found == {(fault.rule, fault.path, fault.related) for fault in manifest.faults}

    assert _fixers("plan", built.root, tmp_path, "--unsafe-fixes", "--on-conflict=keep") == 0
    assert _fixers("apply", built.root, tmp_path) == 0
    edited = built.state()
    _mend_by_hand(built.root)
    assert _checks(built.root, tmp_path) == 0
    for path, (
        content,
        _,
        _,
    ) in edited.items():  # an undo never overwrites later work: take the edits back first
        if content and not Path(path.decode()).is_dir():
            Path(path.decode()).write_bytes(content)
    assert _fixers("undo", built.root, tmp_path) == 0
    contents = {path: content for path, (content, _, _) in built.state().items() if b".holdfast" not in path}
    assert contents == {path: content for path, (content, _, _) in before.items()}


def _encoded(drawn: Image.Image, quality: int) -> bytes:
    output = io.BytesIO()
    drawn.save(output, "JPEG", quality=quality)
    return output.getvalue()


def _images(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.glob("*/*/images/*")}


def _labels(root: Path) -> set[str]:
    """The images that the labels belong to."""
    found = (path.relative_to(root).as_posix() for path in root.glob("*/*/labels/*"))
    return {path.replace("/labels/", "/images/").removesuffix(".txt") + ".jpg" for path in found}


def _owners_order(path: str) -> tuple[str, int, str]:
    collection, split, *_ = path.split("/")
    return collection, ("train", "valid", "test").index(split), path


def _groups_by_imagehash(root: Path) -> set[frozenset[str]]:
    groups = defaultdict(set)
    for path in _images(root):
        groups[str(imagehash.phash(Image.open(root / path)))].add(path)
    return {frozenset(group) for group in groups.values() if len(group) > 1}


def _found_groups(folder: Path) -> set[frozenset[str]]:
    groups = defaultdict(set)
    for finding in read_findings(folder / "reports" / "findings.jsonl")[1]:
        if finding.rule in DUPLICATE_RULES:
            groups[finding.group] |= {finding.path, *finding.related}
    return {frozenset(group) for group in groups.values()}


def _mend_by_hand(root: Path) -> None:
    """What `faults.json` says that a person has to do."""
    for fault in json.loads((root / "faults.json").read_text())["faults"]:
        what, _, text = (fault.get("mend") or "").partition(": ")
        if text.startswith("remove it and "):
            (root / what).unlink()
            (root / text.removeprefix("remove it and ")).unlink()
        elif what:
            name, _, number = what.rpartition(" line ")
            lines = (root / name).read_text().splitlines(keepends=True)
            lines[int(number) - 1] = f"{text}\n"
            (root / name).write_text("".join(lines))


def _same_but_for_the_root_folder(after: dict, before: dict) -> None:
    """The state folder came and went in the root, whose own time is therefore another."""
    root = min(before, key=len)
    assert {path: state for path, state in after.items() if path != root} == {
        path: state for path, state in before.items() if path != root
    }


def _checks(root: Path, folder: Path) -> int:
    fixed = ["-c", str(REPOSITORY / "pytest.ini"), f"--rootdir={REPOSITORY}", "-p", "no:cacheprovider", "-q"]
    return _run("pytest", str(REPOSITORY / "checks"), f"--data={root}", *fixed, folder=folder)


def _fixers(command: str, root: Path, folder: Path, *options: str) -> int:
    return _run("fixers", command, f"--data={root}", *options, folder=folder)


def _run(module: str, *arguments: str, folder: Path) -> int:
    command = [sys.executable, "-c", _START, str(REPOSITORY), module, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    print(done.stdout[-3000:], done.stderr[-3000:])
    return done.returncode


_START = (
    "import sys, runpy; sys.path.insert(0, sys.argv[1]); module = sys.argv[2]; del sys.argv[:2]; "
    "runpy.run_module(module, run_name='__main__', alter_sys=True)"
)
