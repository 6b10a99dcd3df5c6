"""Of two proved copies the worse one goes: what the fixers of duplicates and leaks share."""

from __future__ import annotations

from holdfast.dataset import COPIES, EXACT, Dataset, PairKind
from holdfast.finding import Finding, Severity
from holdfast.names import display
from holdfast.repair.copies.conflicts import Copies, Union, compare, in_words, unite
from holdfast.repair.fix import AppendLines, Applicability, Fix, Remove
from holdfast.repair.lookup import Image, find_image
from holdfast.repair.policy import OnConflict, Policy, Ruling

_SAMENESS: dict[str, str] = {PairKind.BYTES: "same bytes", PairKind.PICTURE: "same picture"}
_FRAMES = frozenset({"GIF", "TIFF"})
"""Formats of which the near proof may have seen a part only: animations, stacks."""


def remove_copy(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Remove the image of the pair that ranks lower, or that a person decided against, with its label.

    Safe for equal bytes with equal annotations in one split; unsafe for other proved pairs and when
    `policy.on_conflict` says what to do about differing annotations; display when it does not.
    None for a finding of severity info and for an image that no split has.
    """
    if finding.severity is Severity.INFO or not finding.related:
        return None
    if doubt := doubt_about(finding):
        return Fix(Applicability.DISPLAY, doubt)
    one, other = find_image(dataset, finding.path), find_image(dataset, finding.related[0])
    if one is None or other is None:
        return None
    ruling = policy.ruling(finding.rule, one.path, other.path)
    kept, gone = _in_order(one, other, ruling, policy)
    if ruling is None and finding.kind not in EXACT and (formats := {kept.format, gone.format} & _FRAMES):
        told = f"{what(finding, kept)}: {min(map(str, formats))} holds several frames, the first was compared"
        return Fix(Applicability.DISPLAY, told, (Remove(gone.path),), (kept.path,))
    if ruling is None and finding.severity is Severity.WARNING:
        told = f"{what(finding, kept)}: made on purpose, or a copy too many? a person decides"
        return Fix(Applicability.DISPLAY, told, (Remove(gone.path),), (kept.path,))
    copies = compare(dataset, kept, gone)
    if not copies.agree:
        return _resolve(copies, unite(copies, dataset), finding, policy, ruling)
    safe = finding.kind == PairKind.BYTES and kept.split == gone.split
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    reason = f"{what(finding, kept)}, equal annotations ({len(copies.ours)})"
    if ruling is not None:
        applicability, reason = Applicability.DECIDED, f"{reason}; decided"
    return Fix(applicability, reason, (Remove(gone.path),), (kept.path,))


def doubt_about(finding: Finding) -> str | None:
    """What a finding about a pair does not say, or says wrongly; None for a sound one."""
    if finding.path == finding.related[0]:
        return "is said to be a copy of itself"
    return None if finding.kind in COPIES else "how the two are the same is not said"


def what(finding: Finding, kept: Image) -> str:
    """What an image is to the one that stays."""
    distance = "" if finding.kind in EXACT else f", distance {finding.distance}"
    same = _SAMENESS.get(finding.kind or "", f"same shot ({finding.kind})")
    return f"{same} as {display(kept.path)}{distance}"


def _in_order(one: Image, other: Image, ruling: Ruling | None, policy: Policy) -> tuple[Image, Image]:
    """The one that stays, the one that goes."""
    if ruling is not None:
        return (one, other) if one.path == ruling.keep else (other, one)
    return (one, other) if policy.rank(one) < policy.rank(other) else (other, one)


def _resolve(copies: Copies, union: Union, finding: Finding, policy: Policy, ruling: Ruling | None) -> Fix:
    """The fix for a copy with other annotations, as the policy or a person says."""
    choice = policy.on_conflict if ruling is None else ruling.annotations
    told = f"{what(finding, copies.kept)}, {in_words(copies, union)}"
    remove, keeps = Remove(copies.gone.path), (copies.kept.path,)
    if choice is OnConflict.UNION and union.doubt is not None:
        return Fix(Applicability.DISPLAY, f"{told}; a person decides", (remove,), keeps)
    if choice is None:
        say = f"{told}; decided, but not whether to keep or union: say `annotations`"
        return Fix(Applicability.DISPLAY, say, (remove,), keeps)
    if choice is OnConflict.SKIP:
        ask = f"{told}; choose with --on-conflict or --decisions"
        return Fix(Applicability.DISPLAY, ask, (remove,), keeps)
    applicability = Applicability.UNSAFE if ruling is None else Applicability.DECIDED
    chosen = f"{told}; {'chosen' if ruling is None else 'decided'}: {choice}"
    added = _added(copies, union) if choice is OnConflict.UNION else ()
    return Fix(applicability, chosen, (remove, *added), keeps)


def _added(copies: Copies, union: Union) -> tuple[AppendLines, ...]:
    """The lines for the label that stays: made, though empty, where only the other image has a label."""
    assert copies.kept.label is not None  # else the union has a doubt
    if not union.added and (copies.kept.has_label or not copies.gone.has_label):
        return ()
    origins = tuple(f"{display(copies.gone.label or copies.gone.path)}:{new.line}" for new in union.added)
    return (AppendLines(copies.kept.label, tuple(new.text for new in union.added), origins),)
