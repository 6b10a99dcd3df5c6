"""Repair: fixes as data, plans, and a journal that can take everything back. What fixers use is here."""

from __future__ import annotations

from holdfast.repair.copies.boxes import decimal
from holdfast.repair.copies.duplicates import remove_copy
from holdfast.repair.copies.leaks import settle_leak
from holdfast.repair.fix import AppendLines, Applicability, EditLine, Fix, Move, Remove
from holdfast.repair.lookup import (
    Annotation,
    Image,
    annotations_of,
    find_annotation,
    find_image,
    is_orphan,
    is_troubled,
)
from holdfast.repair.policy import Policy

__all__ = [
    "Annotation",
    "AppendLines",
    "Applicability",
    "EditLine",
    "Fix",
    "Image",
    "Move",
    "Policy",
    "Remove",
    "annotations_of",
    "decimal",
    "find_annotation",
    "find_image",
    "is_orphan",
    "is_troubled",
    "remove_copy",
    "settle_leak",
]
