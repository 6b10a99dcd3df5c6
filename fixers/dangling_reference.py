"""Take an entry about an image that does not exist out of its file.

## What it does
A COCO image with its annotations, a line of a list or of image sets, the rows of a CSV list go; all else of
the file stays byte for byte.

## Fix safety
Unsafe: the image may have been left out of the upload. Left to a person where a file of that name lies
elsewhere in the tree, and for all other references: an annotation whose image or category is not there,
VOC's `<filename>`.
"""

from __future__ import annotations

from holdfast import Dataset, Finding, display
from holdfast.repair import Applicability, DropName, Fix, Policy, also_in, named_at, of_that_name


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Drop the entry."""
    text = named_at(dataset, finding.path, finding.line, finding.pointer)
    if text is None:
        return Fix(Applicability.DISPLAY, "restore what it refers to, or take it out by hand")
    if there := next(of_that_name(dataset, text), None):
        told = f"names {display(text)}, and there is {display(there)}: name it as it is, or move it"
        return Fix(Applicability.DISPLAY, told)
    reason = f"names {display(text)}, which is nowhere: what is said of it goes"
    files = (finding.path, *also_in(dataset, finding.path, text))
    return Fix(Applicability.UNSAFE, reason, tuple(DropName(file, text) for file in files))
