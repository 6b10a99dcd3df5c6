"""A small dataset with findings about it, and the commands run on both."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from holdfast import Finding, Severity
from holdfast.config import load_settings
from holdfast.formats import recognise
from holdfast.names import base64_name, printable, to_os, to_text
from holdfast.repair.commands.cli import main
from holdfast.report.run import layout_of

BOX = "0 0.5 0.5 0.2 0.2\n"
OTHER = "0 0.2 0.2 0.1 0.1\n"
TRAIN = "train/images/train0.png"
LABEL = "train/labels/train0.txt"
COPY = "train/images/zcopy.png"
COPY_LABEL = "train/labels/zcopy.txt"


class Data:
    """A YOLO tree in `root`, with three images in each split, and the findings said about it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.findings: list[Finding] = []
        self._seed = 0
        for split in ("train", "valid", "test"):
            for number in range(3):
                self.image(f"{split}/images/{split}{number}.png")
                self.label(f"{split}/labels/{split}{number}.txt", BOX)

    def path(self, path: str) -> Path:
        """The file of a path of the tables."""
        file = Path(to_os(os.path.join(self.root, path)))
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def image(self, path: str, format: str = "PNG", side: int = 16) -> str:
        """A new picture."""
        self._seed += 1
        pixels = np.random.default_rng(self._seed).integers(0, 255, (side, side, 3), dtype=np.uint8)
        with self.path(path).open("wb") as file:
            Image.fromarray(pixels).save(file, format)
        return path

    def copy(self, path: str, to: str) -> str:
        """The same bytes under another name."""
        self.path(to).write_bytes(self.path(path).read_bytes())
        return to

    def label(self, path: str, text: str) -> str:
        """A label file."""
        self.path(path).write_bytes(text.encode())
        return path

    def found(self, rule: str, path: str, *related: str, **more: object) -> None:
        """Say what a check would say of these files as they are now."""
        digests = tuple(self._digest(name) for name in related)
        values = {"severity": Severity.ERROR, "sha256": self._digest(path), "related_sha256": digests} | more
        self.findings.append(Finding(path, "a fault", rule=rule, unit="train", related=related, **values))

    def pair(self, rule: str, one: str, other: str, kind: str = "identical bytes", **more: object) -> None:
        """Say that two images are a pair."""
        self.found(rule, *sorted((one, other)), kind=kind, distance=0, correlation=1.0, **more)

    def _digest(self, path: str) -> str:
        return hashlib.sha256(self.path(path).read_bytes()).hexdigest()

    def report(self, complete: bool = True) -> None:
        """Write `reports/findings.jsonl` in the current folder."""
        root, settings = to_text(str(self.root)), load_settings(self.root)
        header = {"data": printable(root), "data_b64": base64_name(root), "complete": complete}
        header = {key: value for key, value in header.items() if value is not None}
        header["layout"] = layout_of(recognise(self.root, settings), settings)
        header["finished"] = datetime.now(UTC).isoformat()
        Path("reports").mkdir(exist_ok=True)
        lines = [json.dumps(header), *(finding.to_json() for finding in self.findings)]
        Path("reports/findings.jsonl").write_text("\n".join(lines) + "\n")

    def run(self, command: str, *arguments: str) -> int:
        """Run a command on this data."""
        return main([command, f"--data={self.root}", *arguments])

    def plan(self, *arguments: str) -> int:
        """Report the findings and plan."""
        self.report()
        return self.run("plan", *arguments)

    def files(self) -> set[str]:
        """The paths of all files outside of repair's own folder."""
        return {path for path, (kind, _, _) in self.snapshot().items() if kind is not None}

    def snapshot(self) -> dict[str, tuple[bytes | None, int, int]]:
        """Content (None for a folder), mode and time of everything outside of repair's own folder."""
        found = {}
        for folder, folders, files in os.walk(os.fspath(self.root)):
            folders[:] = [name for name in folders if name != ".holdfast"]
            for name in (".", *files):
                path = Path(folder, name)
                state = path.lstat()
                content = path.read_bytes() if path.is_file() else None
                key = to_text(os.path.relpath(path, self.root))
                found[key] = (content, state.st_mode, state.st_mtime_ns)
        return found

    def text(self, path: str) -> str:
        """A label file as text."""
        return self.path(path).read_bytes().decode()


def repaired(data: Data, *arguments: str) -> set[str]:
    """Plan, apply, undo: the files that went, as seen between apply and undo; apply stays done."""
    before = data.snapshot()
    assert data.plan(*arguments) == 0
    assert data.snapshot() == before
    assert data.run("apply") == 0
    gone = set(before) - set(data.snapshot())
    assert data.run("undo") == 0
    assert data.snapshot() == before
    assert data.run("apply") == 0
    return gone


def refused(data: Data, capsys: pytest.CaptureFixture[str], reason: str, *arguments: str) -> None:
    """Plan: nothing would be done, for that reason."""
    assert data.plan(*arguments) in (0, 1)
    output = capsys.readouterr().out
    assert reason in output
    assert "nothing to apply" in output


def copied(data: Data, split: str = "train", label: str | None = BOX) -> str:
    """A copy of an image, in a split, with a label."""
    copy = data.copy(TRAIN, f"{split}/images/zcopy.png")
    if label is not None:
        data.label(f"{split}/labels/zcopy.txt", label)
    return copy


def rewrite(path: Path, content: bytes) -> None:
    """Change a file without a trace in its size and times, where the length allows it."""
    times = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said on stderr: one line."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]
