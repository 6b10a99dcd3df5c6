"""A plan as canonical JSON, `holdfast-plan/3`: ASCII, keys sorted, any file name."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

from holdfast.repair.planning.outcome import Decision
from holdfast.repair.plans.changes_json import change_from, change_to, mention_from, mention_to
from holdfast.repair.plans.choices_json import choices_from_json, choices_to_json
from holdfast.repair.plans.json_names import name_from_json as _unname
from holdfast.repair.plans.json_names import name_to_json as _name
from holdfast.repair.plans.plan import Act, Choices, Group, Kept, NotAPlan, Op, Plan, Reason, Root
from holdfast.repair.policy import Policy
from holdfast.repair.runs.places import Stamp

FORMAT = "holdfast-plan/3"
_EARLIER = ("holdfast-plan/1", "holdfast-plan/2")
"""Formats of runs that can be taken back still; what `apply` is given has to be of today's."""


def to_json(plan: Plan, decisions: Sequence[Decision] = (), refusal: str | None = None) -> bytes:
    """The plan as canonical JSON: ASCII, keys sorted, one line end at the end.

    `decisions` are for people, who find there what is not in the plan and why; nothing reads them
    back. A plan with a `refusal` is one that `from_json` refuses.
    """
    data = {
        "format": FORMAT,
        "tool": plan.tool,
        "created": plan.created,
        "root": {"path": _name(plan.root.path), "dev": plan.root.device, "ino": plan.root.inode},
        "policy": choices_to_json(plan.choices),
        "counts": {"before": dict(plan.before), "after": dict(plan.after)},
        "groups": [_group(number, group) for number, group in enumerate(plan.groups, 1)],
        "decisions": [_decision(decision) for decision in decisions],
    } | ({} if refusal is None else {"refusal": refusal})
    return json.dumps(data, sort_keys=True, indent=1, allow_nan=False).encode("ascii") + b"\n"


def from_json(text: bytes) -> Plan:
    """The way back. Raises NotAPlan for anything that `to_json` does not write."""
    return _plan_from(text, choices_from_json, (FORMAT,))


def carried_out_from_json(text: bytes) -> Plan:
    """The plan of a run, which an earlier version may have made: what it was made with is not read.

    Raises NotAPlan.
    """
    return _plan_from(text, lambda _: Choices(Policy()), (FORMAT, *_EARLIER))


def _plan_from(text: bytes, choices_from: Callable[[Any], Choices], formats: Collection[str]) -> Plan:
    try:
        data = json.loads(text)
        if not isinstance(data, dict) or data.get("format") not in formats:
            raise NotAPlan(f"its format is not {FORMAT}: make a new one")
        if "refusal" in data:
            raise NotAPlan(f"the plan was refused when it was made: {data['refusal']}")
        root, counts, policy = data["root"], data["counts"], data["policy"]
        return Plan(
            str(data["tool"]),
            str(data["created"]),
            Root(_unname(root["path"]), int(root["dev"]), int(root["ino"])),
            choices_from(policy),
            tuple(_group_from(group) for group in data["groups"]),
            {str(unit): int(count) for unit, count in counts["before"].items()},
            {str(unit): int(count) for unit, count in counts["after"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise NotAPlan(f"it cannot be read, make a new one ({type(error).__name__}: {error})") from None


def _decision(decision: Decision) -> dict[str, Any]:
    finding = decision.finding
    place: dict[str, Any] = {"rule": finding.rule, "path": _name(finding.path), "line": finding.line}
    place |= {} if finding.entry is None else {"entry": finding.entry}
    return place | {"outcome": decision.outcome, "reason": decision.reason}


def _group(number: int, group: Group) -> dict[str, Any]:
    reasons = [
        {"rule": r.rule, "path": _name(r.path), "line": r.line, "safety": r.safety, "why": r.why}
        | ({} if r.entry is None else {"entry": r.entry})
        for r in group.reasons
    ]
    keeps = [
        {"path": _name(k.path), "proof": k.proof, "removed": _name(k.removed)} | _stamp(k.stamp)
        for k in group.keeps
    ]
    data = {"id": number, "reasons": reasons, "keep": keeps, "ops": [_op(op) for op in group.ops]}
    data |= {"mentions": [mention_to(m) for m in group.mentions]} if group.mentions else {}
    return data | ({"changes": [change_to(c) for c in group.changes]} if group.changes else {})


def _group_from(data: Any) -> Group:
    reasons = tuple(
        Reason(
            str(r["rule"]),
            _unname(r["path"]),
            _line(r["line"]),
            str(r["safety"]),
            str(r["why"]),
            _line(r.get("entry")),
        )
        for r in data["reasons"]
    )
    keeps = tuple(
        Kept(_unname(k["path"]), _unstamp(k), str(k["proof"]), _unname(k["removed"])) for k in data["keep"]
    )
    mentions = tuple(mention_from(mention) for mention in data.get("mentions", ()))
    changes = tuple(change_from(change) for change in data.get("changes", ()))
    return Group(reasons, tuple(_op_from(op) for op in data["ops"]), keeps, mentions, changes)


def _line(data: Any) -> int | None:
    if data is not None and type(data) is not int:
        raise NotAPlan("the line of a reason is no number")
    return data


def _op(op: Op) -> dict[str, Any]:
    data: dict[str, Any] = {"op": op.act, "path": _name(op.path)}
    data |= {key: _stamp(stamp) for key, stamp in (("pre", op.pre), ("post", op.post)) if stamp}
    if op.to is not None:
        data["to"] = _name(op.to)
    if op.data is not None:
        data["data"] = _content(op.data)
    return data


def _op_from(data: Any) -> Op:
    act = Act(data["op"])
    pre, post = (_unstamp(data[key]) if key in data else None for key in ("pre", "post"))
    to = _unname(data["to"]) if "to" in data else None
    content = _uncontent(data["data"]) if "data" in data else None
    whole = {
        Act.REMOVE: pre is not None,
        Act.REPLACE: pre is not None and post is not None and content is not None and pre != post,
        Act.CREATE: post is not None and content is not None,
        Act.MOVE: pre is not None and to is not None,
    }
    if not whole[act]:
        raise NotAPlan(f"an act {act} lacks what it needs")
    return Op(act, _unname(data["path"]), pre, post, to, content)


def _stamp(stamp: Stamp) -> dict[str, Any]:
    return {"sha256": stamp.sha256, "size": stamp.size}


def _unstamp(data: Any) -> Stamp:
    return Stamp(str(data["sha256"]), int(data["size"]))


def _content(data: bytes) -> Any:
    return data.decode("ascii") if data.isascii() else {"b64": base64.b64encode(data).decode("ascii")}


def _uncontent(data: Any) -> bytes:
    return data.encode("ascii") if isinstance(data, str) else base64.b64decode(data["b64"])
