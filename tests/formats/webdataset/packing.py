"""Archives as other tools write them, made of bytes in memory."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from tests.trees import picture

Files = Iterable[tuple[str, bytes]]


def jpeg(seed: int) -> bytes:
    """A distinct picture as a JPEG."""
    drawn = io.BytesIO()
    picture(seed).save(drawn, "JPEG", quality=90)
    return drawn.getvalue()


def tar(path: Path, files: Files) -> Path:
    """A tar file of these."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as archive:
        for name, data in files:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def zipped(path: Path, files: Files, packed: bool = True) -> Path:
    """A zip file of these."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return path


def files_below(folder: Path) -> list[tuple[str, bytes]]:
    """Every file of a folder, by its name below it."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in found]
