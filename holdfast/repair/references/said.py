"""Whether the files beside two copies, and those that name them, say the same of both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from holdfast.dataset import Dataset
from holdfast.repair.references import coco, voc
from holdfast.repair.references.follow import followers
from holdfast.repair.references.index import References, references
from holdfast.repair.references.kinds import Kind, kind_of


def said_otherwise(dataset: Dataset, gone: str, kept: str) -> str | None:
    """A file that goes with `gone`, or names it, and says of it what none says of `kept`; None if none does.

    Masks are compared by their bytes, VOC's XML without the names in it, the annotations of COCO files
    without their ids. Raises Refused for what cannot be read.
    """
    known = references(dataset)
    ours = {_said(known, path) for path in known.beside(kept)}
    for path in followers(dataset, gone, None).removes:
        if _said(known, path) not in ours:
            return path
    annotated = {annotations for _, annotations in _annotations(known, kept)}
    differing = (path for path, found in _annotations(known, gone) if found and found not in annotated)
    return next(differing, None)


def _said(known: References, path: str) -> bytes:
    data, kind = known.read(path), kind_of(path)
    return hashlib.sha256(voc.said(data) if kind is Kind.VOC else data).digest()


def _annotations(known: References, image: str) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    """The COCO files that name an image, each with digests of its annotations."""
    for naming in known.namings.get(image, ()):
        if naming.kind is Kind.COCO:
            if naming.file not in known.annotations:
                known.annotations[naming.file] = coco.said(known.read(naming.file))
            yield naming.file, known.annotations[naming.file].get(naming.text, ())
