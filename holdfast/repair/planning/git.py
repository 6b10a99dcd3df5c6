"""What git holds of a dataset. Its index and its last commit are read; it runs nothing of the data's own."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from holdfast.names import to_text
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import Tree

SECONDS = 60
"""How long git may take."""

_POINTER = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_LARGEST_POINTER = 1024
_ENTRY = re.compile(rb"[0-7]{6} (?:blob )?([0-9a-f]{40,64})(?: [0-3])?\t(.*)", re.DOTALL)
_HEAD = re.compile(rb"([0-9a-f]{40,64}) blob ([0-9]+)")


class NoAnswer(Exception):
    """Git is there and does not answer in time. The message is the fact."""


@dataclass(frozen=True, slots=True)
class _Git:
    """Git on one folder, held so that it starts nothing: no hook, filter, pager, monitor or remote."""

    program: str
    root: Path

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """What it says; nothing if it fails. Raises NoAnswer."""
        safe = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "--no-pager")
        own = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
        command = [self.program, "--no-optional-locks", *safe, "-C", os.path.abspath(self.root), *arguments]
        try:
            ran = subprocess.run(
                command, check=False, capture_output=True, input=given, env=own | quiet, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            raise NoAnswer(f"git does not answer within {SECONDS} s") from None
        except OSError:
            return b""
        return ran.stdout if ran.returncode == 0 else b""


def uncommitted(root: Path, tree: Tree, paths: Iterable[str]) -> list[str]:
    """Those of the files that git tracks with another content than they have: it could not bring them back.

    Line ends that git changes, and the pointers of Git LFS, count as the file. Nothing where git is not
    installed or does not know the folder. Raises NoAnswer.
    """
    program = shutil.which("git")
    if program is None or not any(os.path.lexists(folder / ".git") for folder in (root, *root.parents)):
        return []
    git = _Git(program, root)
    held = _held(git)
    asked = {path: _unknown(tree, path, held[path]) for path in paths if path in held}
    unknown = {path: digest for path, digest in asked.items() if digest is not None}
    pointers = _pointers(git, {blob for path in unknown for blob in held[path]})
    stored = {path: {pointers.get(blob) for blob in held[path]} for path in unknown}
    return sorted(path for path, digest in unknown.items() if digest not in stored[path])


def _held(git: _Git) -> dict[str, set[str]]:
    """The blobs of each tracked file: those of the index and of the last commit."""
    held: dict[str, set[str]] = {}
    for command in (("ls-files", "-s", "-z"), ("ls-tree", "-r", "-z", "HEAD")):
        for entry in git.run(*command).split(b"\0"):
            if match := _ENTRY.fullmatch(entry):
                held.setdefault(to_text(os.fsdecode(match[2])), set()).add(match[1].decode("ascii"))
    return held


def _unknown(tree: Tree, path: str, blobs: set[str]) -> str | None:
    """The SHA-256 of a file that is none of these blobs; None if it is one, or cannot be read."""
    try:
        content = tree.read(path)
    except (Refused, OSError):
        return None  # it is refused for that
    if content is None or blobs & {*_names(content), *_names(content.replace(b"\r\n", b"\n"))}:
        return None
    return hashlib.sha256(content).hexdigest()


def _names(content: bytes) -> tuple[str, str]:
    """What git calls this content, in a repository of either kind."""
    data = b"blob %d\0" % len(content) + content
    return hashlib.sha1(data, usedforsecurity=False).hexdigest(), hashlib.sha256(data).hexdigest()


def _pointers(git: _Git, blobs: Iterable[str]) -> dict[str, str]:
    """The digest of the file that each blob stands for, of those that are Git LFS pointers."""
    asked = "".join(f"{blob}\n" for blob in sorted(blobs)).encode("ascii")
    sizes = _HEAD.findall(git.run("cat-file", "--batch-check", given=asked)) if asked else []
    small = b"".join(b"%s\n" % blob for blob, size in sizes if int(size) <= _LARGEST_POINTER)
    text, at, found = git.run("cat-file", "--batch", given=small) if small else b"", 0, {}
    while head := _HEAD.match(text, at):
        at = head.end() + 1 + int(head[2]) + 1
        if match := _POINTER.search(text, head.end(), at):
            found[head[1].decode("ascii")] = match[1].decode("ascii")
    return found
