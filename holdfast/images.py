"""Which files count as images: the suffixes of every format that Pillow decodes."""

from __future__ import annotations

import functools
import importlib.metadata
from contextlib import suppress

_NOT_DECODED = {"EPS", "BUFR", "GRIB", "HDF5", "WMF", "MPEG", "PDF"}
"""EPS would start Ghostscript on a stranger's file; the others are stubs without a decoder."""

_COMMON = ("JPEG", "PNG", "WEBP", "BMP")

_UNSUPPORTED = {".heic", ".heif", ".hif", ".eps"}
"""Pictures that are not decoded here, or not without an extra: they count, so that `unreadable_image` names
them."""

HEIC_PACKAGE = "pillow-heif"
"""What decodes HEIC, the photos of iPhones: the extra `heic`."""

_SAME_SUFFIX = {"MPO": "JPEG", "DIB": "BMP", "BMP": "DIB", "CUR": "ICO"}
"""Formats that go by the suffix of another: two JPEGs in one file, a bitmap without its header."""


@functools.cache
def image_formats() -> tuple[str, ...]:
    """Names of the formats that are decoded, as Pillow spells them; the common ones first, as it tries
    them in this order."""
    from PIL import Image

    Image.init()
    if heic_version():
        import pillow_heif

        pillow_heif.register_heif_opener()
    return (*_COMMON, *sorted(set(Image.OPEN) - {*_COMMON, *_NOT_DECODED}))


@functools.cache
def heic_version() -> str:
    """The version of the package that decodes HEIC; '' where it is not installed, or cannot be loaded."""
    with suppress(ImportError, importlib.metadata.PackageNotFoundError):
        import pillow_heif  # noqa: F401 # a wheel of another system is installed, and does not load

        return importlib.metadata.version(HEIC_PACKAGE)
    return ""


@functools.cache
def image_suffixes() -> dict[str, str]:
    """Format by suffix (lower case, with the dot), for the formats that are decoded."""
    from PIL import Image

    decoded = image_formats()
    return {suffix: name for suffix, name in Image.registered_extensions().items() if name in decoded}


def is_image(name: str) -> bool:
    """Whether a file of this name counts as an image, whatever the case of its suffix."""
    stem, dot, suffix = name.rpartition(".")
    suffix = f".{suffix.lower()}"
    return bool(stem and dot) and (suffix in image_suffixes() or suffix in _UNSUPPORTED)


def suffix_fits(name: str, format: str) -> bool:
    """Whether a file of this name may hold this format, by Pillow's name: `a.jpg` may hold JPEG and MPO."""
    suffix = f".{name.rpartition('.')[2].lower()}"
    return image_suffixes().get(suffix, "") in (format, _SAME_SUFFIX.get(format))
