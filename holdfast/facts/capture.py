"""When a picture was taken, as EXIF says. Runs in a worker process; every input may be hostile."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import NamedTuple

from PIL import Image

_EXIF_FOLDER = 0x8769
_TAKEN, _DIGITISED = 0x9003, 0x9004
_FRACTIONS = {_TAKEN: 0x9291, _DIGITISED: 0x9292}
_MOMENT = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)", re.ASCII)
_EPOCH = date(1970, 1, 1).toordinal()


class Capture(NamedTuple):
    """Whole days since 1970 and hundredths of a second of that day, by the camera's clock; NaN: not known."""

    day: float = math.nan
    hundredths: float = math.nan


def capture_of(image: Image.Image) -> Capture:
    """When a picture, not decoded yet, was taken: EXIF's DateTimeOriginal, else DateTimeDigitized, each with
    its fraction. DateTime is when the file was changed, and does not count. Never raises."""
    if image.format != "TIFF" and "exif" not in image.info:
        return Capture()
    try:
        folder = image.getexif().get_ifd(_EXIF_FOLDER)
        for tag, fraction in _FRACTIONS.items():
            if found := _MOMENT.match(_text(folder.get(tag))):
                return _capture(found, _text(folder.get(fraction)))
    except Exception:  # a broken EXIF block says nothing
        return Capture()
    return Capture()


def _capture(found: re.Match[str], fraction: str) -> Capture:
    """Raises ValueError for a day that no calendar has."""
    year, month, day, hour, minute, second = map(int, found.groups())
    days = date(year, month, day).toordinal() - _EPOCH
    digits = fraction.strip()[:6]
    part = int(digits) / 10 ** len(digits) if digits.isascii() and digits.isdigit() else 0.0
    return Capture(days, 100 * (hour * 3_600 + minute * 60 + second) + math.floor(100 * part))


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value[:40].decode("ascii", "replace")
    return value[:40] if isinstance(value, str) else ""
