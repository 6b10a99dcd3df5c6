"""YAML from strangers: bounded, without anchors, tags or merges, and with line numbers.

PyYAML's loaders follow aliases and merge keys into gigabytes, and its C loader crashes on deep
nesting; so the events are looked at first (one pass, no recursion), then composed. Scalars stay
text: `names: [yes, no, 012]` are three names. https://yaml.org/spec/1.1/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

_LIMIT_DEPTH = 32
_LIMIT_NODES = 100_000
_SURROGATE = re.compile("[\ud800-\udfff]")


class BadYaml(Exception):
    """The text is not YAML that is read here; `line` and `column` from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, as written, quotes and all, from character `begin` to before `end` of the document."""

    value: str
    line: int
    begin: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: tuple[Node, ...]
    line: int
    begin: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; its keys are text."""

    values: Mapping[str, Node]
    line: int
    begin: int = 0


Node = Text | Items | Table


def load_yaml(text: str) -> Node:
    """The document as nodes; an empty one is an empty mapping.

    Raises BadYaml with the place for anything that is not plain, bounded YAML.
    """
    try:
        _look_at_events(text)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise BadYaml(f"not valid YAML: {error.problem or error.context}", *place) from None
    except (yaml.YAMLError, ValueError) as error:
        raise BadYaml(f"not valid YAML: {str(error).splitlines()[0]}") from None
    return Table({}, 1) if node is None else _convert(node)


def _look_at_events(text: str) -> None:
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=yaml.BaseLoader)):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadYaml("anchors and aliases are not read", line)
        if getattr(event, "tag", None):
            raise BadYaml("tags are not read", line)
        if isinstance(event, yaml.ScalarEvent) and _SURROGATE.search(event.value):
            raise BadYaml("half a character (an escaped surrogate)", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _LIMIT_DEPTH or nodes > _LIMIT_NODES:
            raise BadYaml(f"deeper than {_LIMIT_DEPTH} levels or more than {_LIMIT_NODES} values", line)


def _convert(node: yaml.Node) -> Node:
    line, begin = node.start_mark.line + 1, node.start_mark.index
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_convert(child) for child in node.value), line, begin)
    if not isinstance(node, yaml.MappingNode):
        return Text(str(node.value), line, begin, node.end_mark.index)
    pairs: dict[str, Node] = {}
    for key, value in node.value:
        place = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BadYaml("a key is not text", place)
        if key.value in pairs:
            raise BadYaml(f"key {key.value[:40]!r} stands twice", place)
        pairs[key.value] = _convert(value)
    return Table(pairs, line, begin)
