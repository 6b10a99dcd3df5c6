"""What the user chose, as a plan file records it."""

from __future__ import annotations

from typing import Any

from holdfast.repair.plans.json_names import name_from_json, name_to_json
from holdfast.repair.plans.plan import Choices
from holdfast.repair.policy import Keep, OnConflict, OnLeak, Policy, Ruling


def choices_to_json(choices: Choices) -> dict[str, Any]:
    """The choices, with the keep order in words for whoever reads the file."""
    policy = choices.policy
    return {
        "keep": policy.keep,
        "order": policy.order_in_words(),
        "on_conflict": policy.on_conflict,
        "on_leak": policy.on_leak,
        "protect": list(policy.protect),
        "prefer": list(policy.prefer),
        "decided": [_ruling(ruling) for ruling in policy.decided],
        "rules": list(choices.rules),
        "unsafe_fixes": choices.unsafe,
        "max_change": choices.max_change,
        "config": choices.config,
        "allow_dirty": choices.allow_dirty,
        "allow_fs": choices.allow_fs,
    }


def choices_from_json(data: Any) -> Choices:
    """The way back. Raises ValueError, KeyError or TypeError for what was not written here."""
    policy = Policy(
        Keep(data["keep"]),
        OnConflict(data["on_conflict"]),
        _texts(data["protect"]),
        _texts(data["prefer"]),
        OnLeak(data["on_leak"]),
        tuple(_ruling_from(ruling) for ruling in data["decided"]),
    )
    return Choices(
        policy,
        bool(data["unsafe_fixes"]),
        _share(data["max_change"]),
        _texts(data["rules"]),
        None if data["config"] is None else _file(data["config"]),
        bool(data["allow_dirty"]),
        bool(data["allow_fs"]),
    )


def _ruling(ruling: Ruling) -> dict[str, Any]:
    names = {"keep": name_to_json(ruling.keep), "remove": name_to_json(ruling.remove)}
    return names | {"rule": ruling.rule, "annotations": ruling.annotations}


def _ruling_from(data: Any) -> Ruling:
    annotations = None if data["annotations"] is None else OnConflict(data["annotations"])
    keep, remove = name_from_json(data["keep"]), name_from_json(data["remove"])
    return Ruling(str(data["rule"]), keep, remove, annotations)


def _share(data: Any) -> float:
    share = float(data)
    if not 0 <= share <= 1:  # nor what is no number, with which nothing would be too much
        raise ValueError(f"max_change is {share}")
    return share


def _file(data: Any) -> str:
    file = str(data)
    if "\0" in file:
        raise ValueError("config is no file name")
    return file


def _texts(data: Any) -> tuple[str, ...]:
    return tuple(map(str, data))
