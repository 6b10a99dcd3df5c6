"""What a check yields: a fault with its evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from holdfast.names import base64_name, display, from_base64, printable

WHOLE_SPLIT = "split"
"""The kind of a finding that is about all images of a split, told by the name of the first."""


class Severity(StrEnum):
    """How bad a finding is. Only errors fail a check."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one file, or of one pair of files.

    A rule gives `path`, `message` and what it knows beyond; `rule`, `unit`, the digests, `fixable`
    and, where the rule is silent, `severity` are filled in for it. For a pair, `path` and
    `related[0]` are the two in path order and `group` is shared by all pairs of one group.
    Paths are in the text form of `holdfast.names`; `sha256` is of `path`, `related_sha256` of
    `related`, one each, None where the file was not digested. `entry` is which annotation of the file
    it is, from 0, `pointer` the place in a JSON file (RFC 6901). `distance` is in bits of 64,
    `correlation` between -1 and 1, `transform` in words, `differing` and `overlap` are fractions, as in
    PAIRS. `line` and `column` count from 1.
    """

    path: str
    message: str
    severity: Severity | None = None
    line: int | None = None
    column: int | None = None
    related: tuple[str, ...] = ()
    distance: int | None = None
    correlation: float | None = None
    transform: str | None = None
    group: str | None = None
    kind: str | None = None
    rule: str = ""
    unit: str = ""
    sha256: str | None = None
    related_sha256: tuple[str | None, ...] = ()
    fixable: bool = False
    waived: bool = False
    entry: int | None = None
    pointer: str | None = None
    differing: float | None = None
    overlap: float | None = None

    @classmethod
    def on(cls, row: Mapping[str, Any], message: str, **more: Any) -> Finding:
        """A finding about a row of annotations, given by name: its label, line, column and entry."""
        place = {name: row[name] for name in ("line", "column", "entry")}
        return cls(row["label"], message, **(place | more))

    @classmethod
    def pair(
        cls, row: Mapping[str, Any], what: str, severity: Severity | None = None, note: str = ""
    ) -> Finding:
        """A finding about a row of pairs, given by name: `what`, the figures that prove it, a note."""
        names = ("kind", "distance", "correlation", "transform", "differing", "overlap", "group")
        proof = "" if row["correlation"] == 1.0 and not row["distance"] else f": {_proof(row)}"
        figures = {name: row[name] for name in names}
        return cls(row["path"], what + proof + note, severity, related=(row["other"],), **figures)

    @property
    def where(self) -> str:
        """The place as one harmless line: `path`, `path:line` or `path:line:column`."""
        places = [str(place) for place in (self.line, self.column) if place is not None]
        return ":".join([display(self.path), *places])

    def to_json(self) -> str:
        """One line of ASCII JSON; empty fields are left out.

        A path that is not clean UTF-8, or holds control characters, comes again, whole, in
        `path_b64` or `related_b64`; bytes that are not UTF-8 read `\\xNN` in `path`.
        """
        data: dict[str, Any] = {"rule": self.rule, "severity": self.severity, "unit": self.unit}
        data |= {"path": printable(self.path), "message": display(self.message)}
        if (encoded := base64_name(self.path)) is not None:
            data["path_b64"] = encoded
        for name in _OPTIONAL:
            if (value := getattr(self, name)) is not None:
                data[name] = value
        if self.related:
            data["related"] = [printable(path) for path in self.related]
            data["related_sha256"] = list(self.related_sha256)
        if any(base64_name(path) for path in self.related):
            data["related_b64"] = [base64_name(path) for path in self.related]
        data |= {"fixable": self.fixable, "waived": self.waived}
        return json.dumps(data, ensure_ascii=True)


_OPTIONAL = (
    "line", "column", "entry", "pointer", "sha256", "distance", "correlation", "transform", "differing",
    "overlap", "group", "kind",
)  # fmt: skip


def _proof(row: Mapping[str, Any]) -> str:
    changed = "" if row["transform"] == "none" else f", {row['transform']}"
    return f"distance {row['distance']}, correlation {row['correlation']:.3f}{changed}"


_FIELDS = frozenset(field.name for field in fields(Finding))


def from_json(line: str) -> Finding:
    """The finding of one line of `findings.jsonl`.

    Raises ValueError for a line that is not a finding.
    """
    data = json.loads(line)
    if not isinstance(data, Mapping) or not {"rule", "path", "message"} <= data.keys():
        raise ValueError("not a finding: no rule, path and message")
    values = {name: value for name, value in data.items() if name in _FIELDS}
    values |= {name: tuple(values[name]) for name in ("related", "related_sha256") if name in values}
    if (encoded := data.get("path_b64")) is not None:
        values["path"] = from_base64(encoded)
    if "related_b64" in data:
        names = zip(values.get("related", ()), data["related_b64"], strict=True)
        values["related"] = tuple(path if b64 is None else from_base64(b64) for path, b64 in names)
    values["severity"] = Severity(values["severity"]) if values.get("severity") else None
    return Finding(**values)
