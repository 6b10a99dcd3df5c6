"""Paths that files of a dataset write, which may lead anywhere."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from holdfast.names import to_text


def declared_folder(written: str) -> str:
    """A folder of `[splits]` as the tables name it; '' is the root."""
    folder = posixpath.normpath(to_text(written).replace("\\", "/")).strip("/")
    return "" if folder == "." else folder


def inside_root(root: Path, folder: str, written: str) -> str | None:
    """A path written in a file of `folder`, relative to the root; None when it leads outside."""
    parts = folder.split("/")
    if written.startswith("/"):
        for prefix in (to_text(os.path.abspath(root)), to_text(os.path.realpath(root))):
            if written == prefix or written.startswith(prefix + "/"):
                parts, written = [], written[len(prefix) :]
                break
        else:
            return None
    inside: list[str] = []
    for part in [*parts, *written.split("/")]:
        if part == ".." and not inside:
            return None
        if part == "..":
            inside.pop()
        elif part not in ("", "."):
            inside.append(part)
    return "/".join(inside)
