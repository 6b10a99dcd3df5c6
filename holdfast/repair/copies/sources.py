"""A source that is in two splits: its images go to where the first of them stays."""

from __future__ import annotations

from holdfast.dataset import Dataset
from holdfast.finding import Finding, Severity
from holdfast.names import display
from holdfast.repair.fix import Applicability, Fix, ToSplit
from holdfast.repair.lookup import Image, find_image
from holdfast.repair.policy import OnLeak, Policy


def settle_source(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """With `policy.on_leak` move, move the images of the finding to the split of the one that ranks first:
    nothing is lost. Else a person decides: versions of one source are no copies, and none can stand for
    another. A finding of severity warning is only shown.

    None for a finding of severity info, and where no image is left to move.
    """
    if finding.severity is Severity.INFO:
        return None
    found = (find_image(dataset, path) for path in (finding.path, *finding.related))
    images: list[Image] = [image for image in found if image is not None]
    stays = min(images, key=policy.rank, default=None)
    goes = [image for image in images if stays is not None and image.split != stays.split]
    if stays is None or not goes:
        return None
    moves = tuple(ToSplit(image.path, stays.split) for image in goes)
    what = f"{len(goes)} image{'s' * (len(goes) > 1)} of the source of {display(stays.path)}"
    if policy.on_leak is OnLeak.MOVE and finding.severity is Severity.ERROR:
        return Fix(Applicability.UNSAFE, f"{what}: to {stays.split}, where that one is", moves, (stays.path,))
    choice = "`resplit` deals whole sources out to the splits, --on-leak=move moves these"
    return Fix(Applicability.DISPLAY, f"{what} in another split: {choice}", moves, (stays.path,))
