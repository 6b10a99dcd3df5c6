"""The rows of a metadata file, whatever its kind."""

from __future__ import annotations

import codecs
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from holdfast.files import NotRead, read_file
from holdfast.formats.imagefolder import convert
from holdfast.formats.imagefolder.values import COLUMNS, NAME, is_name, records
from holdfast.formats.lists.records import LIMIT_FILE, LIMIT_LINE, LIMIT_ROWS, Malformed, Record
from holdfast.formats.lists.table import read_rows
from holdfast.names import display, to_os, to_text

_TIMEOUT = 300
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


def read_metadata(root: Path, path: str, rows: int = LIMIT_ROWS) -> Iterator[Record | Malformed]:
    """What a metadata file says of which images, up to so many rows. Never raises."""
    try:
        data, _ = read_file(root / to_os(path), LIMIT_FILE)
    except NotRead as error:
        yield Malformed(None, None, f"cannot be read: {error}")
        return
    suffix = path.rpartition(".")[2].lower()
    readers = {"csv": _from_csv, "jsonl": _from_json_lines, "parquet": _from_parquet}
    yield from readers[suffix](data, rows)


def _from_csv(data: bytes, rows: int) -> Iterator[Record | Malformed]:
    found = islice(read_rows(data), rows + 1)
    header = next(found, Malformed(1, None, "is empty"))
    if isinstance(header, Malformed):
        yield header
        return
    names = [name.strip() for name in header.fields]
    if not any(map(is_name, names)):
        yield Malformed(header.line, None, f"no column {NAME}")
        return
    for row in found:
        if isinstance(row, Malformed):
            yield row
        elif len(row.fields) != len(names):
            yield Malformed(row.line, None, f"{len(row.fields)} fields instead of {len(names)}")
        else:
            cells = {name: _cell(name, value.strip()) for name, value in zip(names, row.fields, strict=True)}
            yield from records(row.line, cells)


def _cell(name: str, value: str) -> str | int | None:
    """A cell as pandas reads it: whole numbers as such, nothing where it is empty; boxes are not read."""
    if not value or name == "objects":
        return None
    return int(value) if not is_name(name) and _WHOLE.fullmatch(value) else value


def _from_json_lines(data: bytes, rows: int) -> Iterator[Record | Malformed]:
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    for number in range(1, rows + 1):
        if start >= len(data):
            return
        end = data.find(b"\n", start) + 1 or len(data)
        yield from _from_json(number, data[start : min(end, start + LIMIT_LINE + 1)])
        start = end
    if start < len(data) and rows == LIMIT_ROWS:
        yield Malformed(rows, None, f"more than {rows} lines; the rest is not read")


def _from_json(number: int | None, line: bytes) -> Iterator[Record | Malformed]:
    if line.isspace():
        return
    if len(line) > LIMIT_LINE:
        yield Malformed(number, None, f"a line of more than {LIMIT_LINE} bytes")
        return
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        yield Malformed(number, None, f"not UTF-8 at byte {error.start} of the line")
    except json.JSONDecodeError as error:
        yield Malformed(number, error.pos + 1, f"not valid JSON: {error.msg}")
    except (RecursionError, ValueError):
        yield Malformed(number, None, "JSON nested too deeply, or with a number of thousands of digits")
    else:
        if isinstance(row, dict):
            yield from records(number, row)
        else:
            yield Malformed(number, 1, "not a JSON object")


def _from_parquet(data: bytes, rows: int) -> Iterator[Record | Malformed]:
    """By way of JSON, made by another process: what it reads may make it crash."""
    command = [sys.executable, "-P", convert.__file__, str(rows), f"*{NAME}", *COLUMNS]
    environment = os.environ | {"POLARS_MAX_THREADS": "1"}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=_TIMEOUT, env=environment, check=False
        )
        first, *lines = done.stdout.splitlines()
        said = json.loads(first)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        yield Malformed(
            None, None, "cannot be read as parquet: its reader crashed, or needs too much memory or time"
        )
        return
    if "error" in said:
        yield Malformed(None, None, f"cannot be read as parquet: {display(to_text(said['error']))}")
        return
    for number, line in enumerate(lines, 1):
        for record in _from_json(None, line):
            if isinstance(record, Malformed):
                record = record._replace(message=f"row {number}: {record.message}")
            yield record
    if len(lines) != said["rows"]:
        yield Malformed(None, None, f"only {len(lines)} of {said['rows']} rows are read: too large")
