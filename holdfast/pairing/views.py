"""The views of pictures that are being compared, in a file of their own that goes when it is closed.

A hundred thousand of them are more than a machine has memory for, and most are read once.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

from holdfast.facts.proofs import VIEW_SIZE, Place, read_view
from holdfast.facts.scan import Look, Scanner
from holdfast.pairing.contents import Contents
from holdfast.proof import View

_OPEN_FILES = Path("/proc/self/fd")
_NUMBERS = itertools.count()
_MOST = 10_000
"""Views that are held, 2 GB; others are decoded again when they are needed."""


class Views:
    """Views by content; `number` is that of no others."""

    def __init__(self) -> None:
        make = tempfile.TemporaryFile if _OPEN_FILES.is_dir() else tempfile.NamedTemporaryFile
        self._file: IO[bytes] = make(prefix="holdfast-views-")
        self._places: dict[int, Place] = {}
        self.number = next(_NUMBERS)

    def __enter__(self) -> Views:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def keep(self, looks: Mapping[int, Look], *, always: bool = False) -> dict[int, Look]:
        """The looks without their views, which are kept here while there is room, or `always`."""
        for content, look in looks.items():
            wanted = content not in self._places and (always or len(self._places) < _MOST)
            if wanted and len(look.view) >= VIEW_SIZE:
                start = self._file.seek(0, 2)
                self._places[content] = Place(start, len(look.view), look.width, look.height)
                self._file.write(look.view)
        return {content: look._replace(view=b"") for content, look in looks.items()}

    def complete(self, numbers: Iterable[int], contents: Contents, scanner: Scanner) -> None:
        """Decode those of these pictures that came from the cache: without views."""
        lacking = sorted(set(numbers) - self._places.keys())
        if lacking:
            rows = contents.table[lacking].select("sha256", "path").rows()
            seen = scanner.views(dict(rows))
            found = {
                number: seen[row[0]] for number, row in zip(lacking, rows, strict=True) if row[0] in seen
            }
            self.keep(found, always=True)

    def has(self, content: int) -> bool:
        """Whether there is a view: not of what has changed, or does not decode."""
        return content in self._places

    def view(self, content: int) -> View:
        """One view, read anew. For one thread at a time. Raises KeyError where there is none."""
        return read_view(self._file, self._places[content])

    def place(self, content: int) -> Place:
        """Where one view is in the file. Raises KeyError where there is none."""
        return self._places[content]

    def path(self) -> str | None:
        """The file, with all views in it, for other processes; None on Windows, which lets no other open it.

        On Linux it has no name, so that nothing is left of it however this process ends.
        """
        self._file.flush()
        if _OPEN_FILES.is_dir():
            return f"/proc/{os.getpid()}/fd/{self._file.fileno()}"
        return self._file.name if os.name == "posix" else None
