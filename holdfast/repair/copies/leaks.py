"""A picture that is in two splits: one of the two goes, or goes to where the other one is."""

from __future__ import annotations

from holdfast.dataset import Dataset
from holdfast.finding import Finding, Severity
from holdfast.names import display
from holdfast.repair.copies.duplicates import doubt_about, remove_copy, what
from holdfast.repair.fix import Applicability, Fix, ToSplit
from holdfast.repair.lookup import Image, find_image, partners_of
from holdfast.repair.policy import OnLeak, Policy


def settle_leak(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """As `policy.on_leak` says: remove the copy that ranks lower, move it to the split of the other one, or
    leave it to `resplit`. A pair about which a person decided is settled as that says.

    None for a finding of severity info and for an image that no split has.
    """
    if finding.severity is Severity.INFO or not finding.related:
        return None
    decided = policy.ruling(finding.rule, finding.path, finding.related[0]) is not None
    if policy.on_leak is OnLeak.REMOVE or decided or doubt_about(finding):
        return remove_copy(finding, dataset, policy)
    one, other = find_image(dataset, finding.path), find_image(dataset, finding.related[0])
    if one is None or other is None:
        return None
    stays, goes = sorted((one, other), key=policy.rank)
    told = what(finding, stays)
    if policy.on_leak is OnLeak.RESPLIT:
        reason = f"{told}: `resplit` deals whole groups out to the splits"
        return Fix(Applicability.DISPLAY, reason, (ToSplit(goes.path, stays.split),))
    if (holder := _holder(goes, stays, dataset, policy)) is not None:
        why = f"is a copy of {display(holder.path)} too, which is in {holder.split} and comes first"
        return Fix(Applicability.DISPLAY, f"{told}: {display(goes.path)} {why}; it stays there")
    reason = f"{told}: goes from {goes.split} to {stays.split}, where that one is"
    return Fix(Applicability.UNSAFE, reason, (ToSplit(goes.path, stays.split),), (stays.path,))


def _holder(goes: Image, stays: Image, dataset: Dataset, policy: Policy) -> Image | None:
    """A copy in its own split that ranks above `stays`: with it the image would go to and fro for ever."""
    partners = (find_image(dataset, path) for path in partners_of(dataset, goes.path))
    here = (
        one for one in partners if one and one.split == goes.split and policy.rank(one) < policy.rank(stays)
    )
    return next(here, None)
