"""How much of a file has to be looked at for which fact."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Level(IntEnum):
    """Depth of a measurement; each includes those before it.

    SKETCH decodes at the cheapest scale: enough to know that the file is whole and to find the
    pairs that are worth a full decode. EXACT decodes in full.
    """

    BYTES = 1
    HEADER = 2
    SKETCH = 3
    EXACT = 4


_LEVEL_OF = {
    "sha256": Level.BYTES,
    "size": Level.BYTES,
    "format": Level.HEADER,
    "width": Level.HEADER,
    "height": Level.HEADER,
    "mode": Level.HEADER,
    "orientation": Level.HEADER,
    "taken": Level.HEADER,
    "fault": Level.SKETCH,
    "detail": Level.SKETCH,
    "frames": Level.SKETCH,
    "brightness": Level.SKETCH,
    "brightness_5": Level.SKETCH,
    "brightness_99": Level.SKETCH,
    "span": Level.SKETCH,
    "chroma": Level.SKETCH,
    "sharpness": Level.SKETCH,
    "flat_rows": Level.SKETCH,
    "phash": Level.EXACT,
}


def level_for(needs: Iterable[str]) -> Level:
    """The least level that measures all these columns of FACTS. Raises KeyError for another column."""
    return max((_LEVEL_OF[name] for name in needs), default=Level.BYTES)
