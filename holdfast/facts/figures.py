"""The figures that are measured of one picture, and how they travel: few bytes, NaN for what is unknown."""

from __future__ import annotations

import math
import struct
from contextlib import suppress
from typing import NamedTuple

_NONE = math.nan


class Figures(NamedTuple):
    """What is measured of a picture beside its hash; `holdfast.columns` says what each is, and in which unit.

    Those of the header come first, and last; NaN is what was not measured. All have their full precision in
    32 bits, which is why the time of capture is two: days since 1970, hundredths of a second of that day.
    """

    orientation: float = _NONE
    frames: float = _NONE
    brightness: float = _NONE
    brightness_5: float = _NONE
    brightness_99: float = _NONE
    span: float = _NONE
    chroma: float = _NONE
    sharpness: float = _NONE
    flat_rows: float = _NONE
    taken_day: float = _NONE
    taken_hundredths: float = _NONE


PACKED = struct.Struct(f"<{len(Figures._fields)}f")
NOTHING = PACKED.pack(*Figures())


def to_text(figures: Figures) -> str:
    """The figures for a message."""
    return PACKED.pack(*figures).hex()


def from_text(text: str | None) -> bytes | None:
    """The packed figures of a message; None for what holds none."""
    with suppress(ValueError, TypeError):
        packed = bytes.fromhex(text or "")
        return packed if len(packed) == PACKED.size else None
    return None
