"""Which images come from one source, as their names tell: exports of one picture, frames of one clip."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

CLOSE = 16
"""Bits (of 64) by which successive frames of a clip differ at most, in the median. Measured: 4 in a drone's
video, 12 under a fixed camera, 30 to 32 between pictures that a project only numbered."""
LEAST = 3
"""Frames that make a clip."""

_EXPORT = re.compile(r".+\.rf\.[0-9a-zA-Z]{20,40}\.[^./]+", re.DOTALL)
_FORMAT = re.compile(r"[_-](jpe?g|png|bmp|webp|tiff?|gif|heic)$", re.IGNORECASE)
_FRAME = re.compile(r"(.*[^\W\d_].*?)[\W_]*?(\d{3,9})", re.DOTALL | re.ASCII)
_GENERIC = re.compile(
    "capture|default|downloads?|file|frame|hqdefault|images?|img|index|maxresdefault|original|photos?|pics?|"
    "pictures?|scan|screen|screenshot|snapshot|thumb|thumbnail|unnamed|untitled"
)


@dataclass(frozen=True, slots=True)
class Named:
    """What tells the source of an image: its path, its `source` (a column of IMAGES), and its perceptual
    hash, None if it has none."""

    path: str
    collection: str
    source: str
    hash: int | None


def is_export(path: str) -> bool:
    """Whether the name is Roboflow's for a version of a picture: `<source>.rf.<hash>`."""
    return _EXPORT.fullmatch(path.rpartition("/")[2]) is not None


def exports(images: Iterable[Named]) -> Iterator[list[int]]:
    """Positions of images that are exports of one picture, within a collection.

    A name that anybody's picture may have (`i_jpg`, `images_jpeg`) is no proof and joins nothing.
    """
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, image in enumerate(images):
        if is_export(image.path) and _tells(image.source):
            found[image.collection, image.source].append(number)
    return (members for members in found.values() if len(members) > 1)


def clips(images: Iterable[Named]) -> Iterator[list[int]]:
    """Positions of images that are frames of one clip, within a collection: `clip_000123`, `clip_000124`.

    Numbers alone prove nothing (`cat-001`, `cat-002`): successive frames must look alike, see CLOSE.
    A series of more than half of the collection is its numbering; it would leave nothing to split.
    """
    images = list(images)
    sizes: dict[str, int] = defaultdict(int)
    found: dict[tuple[str, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for position, image in enumerate(images):
        sizes[image.collection] += 1
        if (frame := _FRAME.fullmatch(_FORMAT.sub("", image.source))) is not None:
            found[image.collection, frame[1]][int(frame[2])].append(position)
    for (collection, _), frames in found.items():
        members = [position for _, positions in sorted(frames.items()) for position in positions]
        if len(frames) >= LEAST and 2 * len(members) <= sizes[collection] and _follow(frames, images):
            yield members


def _tells(source: str) -> bool:
    letters = re.sub(r"[\W_]+", "", _FORMAT.sub("", source)).lower()
    return not _GENERIC.fullmatch(letters) and (len(letters) > 2 or letters.isdigit())


def _follow(frames: Mapping[int, list[int]], images: list[Named]) -> bool:
    hashes = [images[positions[0]].hash for _, positions in sorted(frames.items())]
    known = [value for value in hashes if value is not None]
    steps = [(one ^ other).bit_count() for one, other in pairwise(known)]
    return len(known) >= LEAST and statistics.median(steps) <= CLOSE
