"""The smallest correction of a data.yaml: one number in one line."""

from __future__ import annotations

import hashlib
import re

from holdfast.dataset import Dataset
from holdfast.files import NotRead, read_file
from holdfast.formats.safe_yaml import BadYaml, Items, Table, Text, load_yaml
from holdfast.names import to_os
from holdfast.repair.fix import EditFile
from holdfast.repair.runs.places import Refused

_LIMIT = 1 << 20
_COUNT = re.compile(rb"(?m)^(nc[ \t]*:[ \t]*)([0-9]+)(?=[ \t]*(#.*)?\r?$)")


def recount(dataset: Dataset, file: str, line: int) -> EditFile | None:
    """The edit that lets `nc` of a line, from 1, be the number of `names`; None where they agree, or one is
    not there.

    Raises Refused for a file that cannot be read.
    """
    try:
        data = read_file(dataset.root / to_os(file), _LIMIT)[0]
        top = load_yaml(data.decode())
    except (NotRead, UnicodeDecodeError, BadYaml) as error:
        raise Refused(f"cannot be read: {error}") from None
    names = top.values.get("names") if isinstance(top, Table) else None
    said = top.values.get("nc") if isinstance(top, Table) else None
    found = list(_COUNT.finditer(data))
    if not isinstance(names, Items | Table) or not isinstance(said, Text) or len(found) != 1:
        return None
    count = str(len(names.values))
    if said.value == count or not names.values:
        return None
    begin, end = found[0].span(2)
    if data.count(b"\n", 0, begin) + 1 != line:
        return None
    changed = data[:begin] + count.encode() + data[end:]
    return EditFile(file, hashlib.sha256(data).hexdigest(), changed)
