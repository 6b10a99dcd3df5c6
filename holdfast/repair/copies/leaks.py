"""A picture that is in two splits: one of the two goes, or goes to where the other one is."""

from __future__ import annotations

from holdfast.dataset import Dataset
from holdfast.finding import Finding, Severity
from holdfast.repair.copies.duplicates import doubt_about, remove_copy, what
from holdfast.repair.fix import Applicability, Fix, ToSplit
from holdfast.repair.lookup import find_image
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
        return Fix(Applicability.DISPLAY, f"{told}: `resplit` deals whole groups out to the splits")
    reason = f"{told}: goes from {goes.split} to {stays.split}, where that one is"
    return Fix(Applicability.UNSAFE, reason, (ToSplit(goes.path, stays.split),))
