"""What groups of a plan change in files that several of them may change, as JSON."""

from __future__ import annotations

import math
from typing import Any

from holdfast.repair.plans.json_names import name_from_json, name_to_json
from holdfast.repair.plans.plan import Mention, NotAPlan, Renumber, Resize


def mention_to(mention: Mention) -> dict[str, Any]:
    """A mention; texts that are None are left out."""
    names = ("old", "new", "source", "said")
    texts = {name: text for name in names if (text := getattr(mention, name)) is not None}
    return {"file": name_to_json(mention.file)} | {name: name_to_json(text) for name, text in texts.items()}


def mention_from(data: Any) -> Mention:
    """The way back. Raises NotAPlan, ValueError, KeyError or TypeError for what was not written here."""
    texts = (name_from_json(data[key]) if key in data else None for key in ("old", "new", "source", "said"))
    mention = Mention(name_from_json(data["file"]), *texts)
    if mention.old == mention.new:
        raise NotAPlan("a mention changes nothing")
    return mention


def change_to(change: Renumber | Resize) -> dict[str, Any]:
    """Other numbers of an annotation (`after` is left out where it goes), or another size of an image."""
    if isinstance(change, Resize):
        sides = {"width": change.width, "height": change.height}
        return {"file": name_to_json(change.file), "image": name_to_json(change.name)} | sides
    data: dict[str, Any] = {"file": name_to_json(change.file), "entry": change.entry, "line": change.line}
    data |= {"before": list(change.before)}
    return data | ({} if change.after is None else {"after": list(change.after)})


def change_from(data: Any) -> Renumber | Resize:
    """The way back. Raises NotAPlan, ValueError, KeyError or TypeError for what was not written here."""
    file = name_from_json(data["file"])
    if "image" in data:
        return Resize(file, name_from_json(data["image"]), _count(data["width"]), _count(data["height"]))
    after = _numbers(data["after"]) if "after" in data else None
    line = None if data["line"] is None else _count(data["line"])
    return Renumber(file, _count(data["entry"]), line, _numbers(data["before"]), after)


def _count(data: Any) -> int:
    if type(data) is not int or data < 0:
        raise NotAPlan("a count is none")
    return data


def _numbers(data: Any) -> tuple[float, ...]:
    numbers = tuple(map(float, data))
    if not all(map(math.isfinite, numbers)):
        raise NotAPlan("a number is not finite")
    return numbers
