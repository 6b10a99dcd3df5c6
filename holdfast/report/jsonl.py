"""`findings.jsonl`: the first line is about the run, each further line is one finding."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import holdfast
from holdfast.errors import UsageError
from holdfast.finding import Finding, from_json
from holdfast.impact.record import impact_record
from holdfast.names import base64_name, from_base64, printable, to_os, to_text
from holdfast.report.run import Run

_LIMIT = 4 << 30


@dataclass(frozen=True, slots=True)
class Header:
    """The first line, as far as the fixers need it: `data` is the root in the text form of names,
    `layout` a digest of how the data was read."""

    data: str
    complete: bool
    finished: str
    layout: str


def write_findings(file: Path, run: Run) -> None:
    """Write a run; the file is replaced as a whole, so that a fault never leaves half of it.

    Raises OSError where it cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    with open(part, "w", encoding="ascii", newline="\n") as output:
        output.write(json.dumps(_header(run)) + "\n")
        for finding in run.findings:
            output.write(finding.to_json() + "\n")
    os.replace(part, file)


def read_findings(file: Path) -> tuple[Header, list[Finding]]:
    """The run and its findings. Raises UsageError for a file that is missing or is something else."""
    try:
        with open(file, encoding="ascii") as source:
            first = json.loads(source.readline())
            data = from_base64(first["data_b64"]) if "data_b64" in first else first["data"]
            header = Header(
                str(data), bool(first["complete"]), str(first["finished"]), str(first.get("layout", ""))
            )
            _require_name(header.data)
            return header, [_finding(line) for line in source if line.strip()]
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise UsageError(f"{file}: not a findings file of Holdfast: {error}") from None


def _finding(line: str) -> Finding:
    """The finding of a line. Raises ValueError for one whose parts are not what they should be."""
    finding = from_json(line)
    texts = (finding.path, finding.message, finding.rule, finding.unit, *finding.related)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("path, message, rule, unit and related are text")
    digests = (finding.sha256, *finding.related_sha256)
    if not all(text is None or isinstance(text, str) for text in (finding.kind, finding.group, *digests)):
        raise ValueError("kind, group and the digests are text or null")
    if not all(text is None or isinstance(text, str) for text in (finding.pointer, finding.transform)):
        raise ValueError("pointer and transform are text or null")
    places = (finding.line, finding.column, finding.entry)
    if not all(place is None or isinstance(place, int) for place in places):
        raise ValueError("line, column and entry are whole numbers or null")
    if finding.related_sha256 and len(finding.related_sha256) != len(finding.related):
        raise ValueError(
            f"{len(finding.related)} related files, {len(finding.related_sha256)} digests of them"
        )
    for path in (finding.path, *finding.related):
        _require_name(path)
    return finding


def _require_name(path: str) -> None:
    """Raises ValueError for a path that no file can have."""
    os.fsencode(to_os(path))
    if "\0" in path:
        raise ValueError("a path holds a null character")


def _header(run: Run) -> dict[str, Any]:
    root = to_text(str(run.dataset.root))
    encoded = base64_name(root)
    return {
        "holdfast": holdfast.__version__,
        "data": printable(root),
        **({"data_b64": encoded} if encoded else {}),
        **({"against": printable(run.against)} if run.against else {}),
        "format": run.dataset.format,
        "evidence": printable(run.dataset.evidence),
        "layout": run.layout,
        "complete": run.complete,
        "exit_code": run.exit_code,
        "started": run.started,
        "finished": run.finished,
        "reasons": list(run.reasons),
        "ran": [[result.rule, printable(result.unit), result.state] for result in run.results],
        "not_run": [[rule, printable(unit)] for rule, unit in run.not_run],
        "images": {printable(unit): count for unit, count in run.images_by_unit().items()},
        "counts": dict(Counter(finding.rule for finding in run.findings)),
        "severities": dict(Counter(str(finding.severity) for finding in run.findings)),
        "measured": asdict(run.counts),
        "impact": impact_record(run.impact, run.scores),
    }
