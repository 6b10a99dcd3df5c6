"""The table of masks, filled: what is in each mask, measured by the workers and kept by its digest."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl

from holdfast.dataset import MASKS, Dataset, filled
from holdfast.facts.joining import Lot
from holdfast.facts.messages import LIMIT_VALUES, Job, Mask, Reply, Task
from holdfast.facts.scan import Scanner
from holdfast.fault import Fault

_MEASURED = ("width", "height", "mode", "values", "counts", "fault", "detail")
_LIMITS = np.iinfo(np.int32)


class Held(NamedTuple):
    """The digest of a mask's bytes (None: not read), and what it holds."""

    sha256: str | None
    mask: Mask


def measure_masks(dataset: Dataset, scanner: Scanner) -> Dataset:
    """The dataset with its masks measured, and the digests of those that are label files."""
    if dataset.masks.is_empty():
        return dataset
    held = _held(dataset.masks["path"].to_list(), scanner)
    rows = [held[path] for path in dataset.masks["path"]]
    kept = dataset.masks.select("path", "unit", "collection", "split", "image", "segments")
    masks = filled(MASKS, kept.to_dict() | _columns([row.mask for row in rows]), kept.height)
    digests = pl.DataFrame({"path": masks["path"], "sha256": [row.sha256 for row in rows]},
                           schema_overrides={"sha256": pl.String()})  # fmt: skip
    labels = dataset.labels.drop("sha256").join(digests, on="path", how="left", maintain_order="left")
    return replace(dataset, masks=masks, labels=labels.select(dataset.labels.columns))


def _held(paths: list[str], scanner: Scanner) -> dict[str, Held]:
    """What is in each of these masks, by path; a content that the cache knows is not decoded again."""
    held: dict[str, Held] = {}
    known: dict[str, str] = {}
    for lot in _lots(paths, scanner, scanner.cache.file):
        known |= {path: str(reply.sha256) for path, reply in lot if reply.known}
        held |= {path: Held(reply.sha256, _mask(reply)) for path, reply in lot if not reply.known}
    remembered = scanner.cache.masks(set(known.values()))
    held |= {path: Held(key, remembered[key]) for path, key in known.items() if key in remembered}
    lost = [path for path in paths if path not in held]  # the cache is damaged
    for lot in _lots(lost, scanner, "") if lost else ():
        held |= {path: Held(reply.sha256, _mask(reply)) for path, reply in lot}
    return held


def _lots(paths: Iterable[str], scanner: Scanner, cache: str) -> Iterator[Lot]:
    """Answers of the workers, kept in the cache."""
    for lot in scanner.ask(Job(Task.MASK, cache=cache), {path: path for path in paths}, "reading masks"):
        measured = [(reply.sha256, _mask(reply)) for _, reply in lot if not reply.known]
        scanner.cache.keep_masks(
            (digest, mask) for digest, mask in measured if digest and mask.fault != Fault.NOT_CHECKED
        )
        yield lot


def _mask(reply: Reply) -> Mask:
    """What a worker says of a mask; one that a hostile file has taken over may say anything."""
    if reply.fault is not None:
        return Mask(reply.fault, reply.detail, reply.mode, reply.width, reply.height)
    try:
        found = base64.b64decode(reply.data or "", validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not 0 < len(found) <= LIMIT_VALUES * 16 or len(found) % 16:
        return Mask(Fault.NOT_CHECKED, "its worker gave no values")
    return Mask(None, None, reply.mode, reply.width, reply.height, found)


def _columns(masks: list[Mask]) -> dict[str, list[object]]:
    """What was measured, column by column."""
    rows = [
        (mask.width, mask.height, mask.mode, *_values(mask.found), mask.fault, mask.detail) for mask in masks
    ]
    return {name: list(column) for name, column in zip(_MEASURED, zip(*rows, strict=True), strict=True)}


def _values(found: bytes | None) -> tuple[list[int] | None, list[int] | None]:
    """The values in order, and their counts; None of a mask that could not be decoded."""
    if found is None:
        return None, None
    values, counts = np.frombuffer(found, "<i8").reshape(2, -1)
    return values.clip(_LIMITS.min, _LIMITS.max).tolist(), counts.tolist()
