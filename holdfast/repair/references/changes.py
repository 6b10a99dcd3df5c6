"""What is to become of a file that names images or says what is on them: its changes, whatever its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Numbers(NamedTuple):
    """An annotation, by where it stands: `entry` counts from 0, `line` from 1 (None: its file has no lines).

    `before` are its numbers, which prove that it is still there; `after` are the new ones, None: it goes.
    """

    entry: int
    line: int | None
    before: tuple[float, ...]
    after: tuple[float, ...] | None


class Added(NamedTuple):
    """An image that the file names from now on, as `text`; `said` is what another file of this kind
    says of it (`taken`), None where a name is all."""

    text: str
    said: object | None = None


class Size(NamedTuple):
    """Width and height of an image in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changes in one file: names of images (None: what is said of it goes), images that come
    in, numbers of annotations, sizes that it says of images, by their old names."""

    names: Mapping[str, str | None] = field(default_factory=dict)
    added: Sequence[Added] = ()
    numbers: Sequence[Numbers] = ()
    sizes: Mapping[str, Size] = field(default_factory=dict)


def written(value: float) -> str:
    """A number as text files hold it: without a point where it is whole, without an exponent."""
    return str(int(value)) if value == int(value) else format(value, ".10f").rstrip("0")
