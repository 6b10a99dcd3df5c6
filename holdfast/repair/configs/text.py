"""A data.yaml as text that is edited in one place, and read again to see that nothing else changed."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass

from holdfast.dataset import Dataset
from holdfast.files import NotRead, read_file
from holdfast.formats.safe_yaml import BadYaml, Items, Node, Table, Text, load_yaml
from holdfast.names import to_os
from holdfast.repair.fix import EditFile
from holdfast.repair.runs.places import Refused

_LIMIT = 1 << 20
PLAIN = re.compile(r"[\w./][\w./ -]*(?<! )")
"""Text that means itself in YAML without quotes."""
Value = str | list["Value"] | dict[str, "Value"]
"""What a document says, without where."""


@dataclass(frozen=True, slots=True)
class ConfigText:
    """One data.yaml: its bytes, the text in them, and what that says by key."""

    file: str
    data: bytes
    text: str
    top: Table

    @classmethod
    def of(cls, dataset: Dataset, file: str) -> ConfigText:
        """The file of a dataset. Raises Refused for one that cannot be read."""
        try:
            data = read_file(dataset.root / to_os(file), _LIMIT)[0]
            text = data.decode("utf-8-sig")
            top = load_yaml(text)
        except (NotRead, UnicodeDecodeError, BadYaml) as error:
            raise Refused(f"cannot be read: {error}") from None
        return cls(file, data, text, top if isinstance(top, Table) else Table({}, 1))

    @property
    def folder(self) -> str:
        """Where the file lies."""
        return self.file.rpartition("/")[0]

    def scalar(self, key: str) -> Text | None:
        """The text of a key, None where there is none."""
        node = self.top.values.get(key)
        return node if isinstance(node, Text) else None

    def line_end(self, place: int) -> int:
        """Where the line of a character ends, before its line break."""
        found = re.compile(r"\r?\n|\Z").search(self.text, place)
        return found.start() if found else len(self.text)

    @property
    def line_break(self) -> str:
        """What its lines end with."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def edit(self, begin: int, end: int, text: str, key: str, wanted: Value) -> EditFile | None:
        """The file with other text from `begin` to `end`; None unless all that it then says otherwise is that
        `key` is what is wanted."""
        changed = self.text[:begin] + text + self.text[end:]
        try:
            top = load_yaml(changed)
        except BadYaml:
            return None
        if said(top) != {name: said(node) for name, node in self.top.values.items()} | {key: wanted}:
            return None
        mark = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        return EditFile(self.file, hashlib.sha256(self.data).hexdigest(), mark + changed.encode())

    def written_as(self, node: Text, value: str) -> str | None:
        """Another value, in the quotes that the text of a node has; None where it needs others."""
        old = self.text[node.begin : node.end]
        quote = old[:1] if old[:1] in "'\"" else ""
        plain = value.isprintable() and not re.search(r"['\"\\]", value)
        if old != quote + node.value + quote or not (plain if quote else PLAIN.fullmatch(value)):
            return None
        return quote + value + quote


def said(node: Node) -> Value:
    """What a node says, without where."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Items):
        return [said(item) for item in node.values]
    return {key: said(item) for key, item in node.values.items()}
