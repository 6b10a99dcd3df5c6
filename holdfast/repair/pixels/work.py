"""A picture on standard input, the same stored in another way on standard output: a process of its own.

Its memory and time are bounded, for a hostile file may ask for all of both. Arguments: what is to become of
it, and its EXIF orientation. What cannot be done is one line on standard error, with exit code 1.
"""

from __future__ import annotations

import io
import sys

from holdfast.repair.fix import Pixels
from holdfast.repair.pixels.jpeg import turned
from holdfast.repair.runs.places import Refused

_LIMIT_MEMORY = 4 << 30
_LIMIT_SECONDS = 120
_LIMIT_PIXELS = 400_000_000
_QUALITY = 95
_CODED = 48
"""Levels of 255 by which a pixel of a picture that is encoded anew may differ: more is another picture."""
_NEARLY = 8
"""Levels of 255 by which a turned JPEG may differ: coefficients are equal, how they are rounded is not."""


def main() -> int:
    """Do it. The exit code."""
    _limit()
    how, orientation = Pixels(sys.argv[1]), int(sys.argv[2])
    data = sys.stdin.buffer.read()
    try:
        if how is Pixels.UPRIGHT:
            made = _upright(data, orientation)
        else:
            made = _plain(data) if how is Pixels.PLAIN else _rgb(data)
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except Exception as error:  # whatever a decoder says of a hostile file
        sys.stderr.write(f"cannot be decoded: {type(error).__name__}\n")
        return 1
    sys.stdout.buffer.write(made)
    return 0


def _upright(data: bytes, orientation: int) -> bytes:
    from PIL import ImageOps

    old = _opened(data)
    if old.format == "JPEG":
        made = turned(data, orientation)
    else:
        picture = ImageOps.exif_transpose(old)
        made = _png(picture, picture.info)
    _require_equal(ImageOps.exif_transpose(old), _opened(made), _NEARLY if old.format == "JPEG" else 0)
    return made


def _plain(data: bytes) -> bytes:
    old = _opened(data)
    if old.format != "PNG":
        raise Refused(f"is {old.format}: only PNG is converted without loss")
    shown = old.convert("RGBA") if old.mode != "RGBA" else old
    if shown.getextrema()[3] != (255, 255):
        raise Refused("is transparent in places: what lies behind them is for a person to choose")
    picture = shown.convert("RGB")
    made = _png(picture, old.info)
    _require_equal(picture, _opened(made), 0)
    return made


def _rgb(data: bytes) -> bytes:
    old = _opened(data)
    if (old.format, old.mode) != ("JPEG", "CMYK"):
        raise Refused("is no JPEG stored as CMYK")
    if old.info.get("icc_profile"):
        raise Refused("has a colour profile for its inks: with and without it, it becomes two pictures")
    if "adobe" not in old.info:
        raise Refused("does not say whether its inks are inverted")
    picture, stream = old.convert("RGB"), io.BytesIO()
    kept = {name: old.info[name] for name in ("dpi", "exif", "comment") if old.info.get(name)}
    picture.save(stream, "JPEG", quality=_QUALITY, subsampling=0, **kept)
    _require_equal(picture, _opened(stream.getvalue()), _CODED)
    return stream.getvalue()


def _opened(data: bytes):  # type: ignore[no-untyped-def] # Pillow is not loaded before memory is bounded
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = _LIMIT_PIXELS // 2  # twice that is an error
    try:
        picture = Image.open(io.BytesIO(data), formats=["JPEG", "PNG"])
    except UnidentifiedImageError:
        raise Refused("is neither JPEG nor PNG: only those are stored anew without loss") from None
    if getattr(picture, "n_frames", 1) != 1:
        raise Refused("holds several pictures")
    picture.load()
    return picture


def _png(picture, info) -> bytes:  # type: ignore[no-untyped-def] # as above
    stream = io.BytesIO()
    kept = {name: info[name] for name in ("icc_profile", "dpi", "gamma") if info.get(name)}
    if exif := picture.getexif():
        kept["exif"] = exif.tobytes()
    picture.save(stream, "PNG", **kept)
    return stream.getvalue()


def _require_equal(wanted, made, most: int) -> None:  # type: ignore[no-untyped-def] # as above
    """Raises Refused unless the new file shows the same picture, upright."""
    import numpy as np

    if (made.getexif().get(0x0112, 1), wanted.size, wanted.mode) != (1, made.size, made.mode):
        raise Refused("would become another picture")
    one, other = (np.asarray(picture).astype(np.int32) for picture in (wanted, made))
    if int(np.abs(one - other).max(initial=0)) > most:
        raise Refused("would become another picture")


def _limit() -> None:
    """Bound memory and processor time, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for which, most in ((resource.RLIMIT_AS, _LIMIT_MEMORY), (resource.RLIMIT_CPU, _LIMIT_SECONDS)):
        hard = resource.getrlimit(which)[1]
        if which != resource.RLIMIT_AS or sys.platform == "linux":  # elsewhere it is refused
            resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    sys.exit(main())
