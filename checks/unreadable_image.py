"""Image file that cannot be decoded to its last row.

## What it does
Decodes every image in full, all frames of an animation too, and reports what fails: truncated
files, files of zero bytes, Git LFS pointers, HTML pages saved under an image's name, other formats.
A file that was not decoded because it is a link, is closed to the reader or breaks a limit (size,
pixels, time, memory) is reported as `not checked`: what was not looked at is never sound.

## Why is this bad?
A trainer skips such a file with a warning that nobody reads, stops in the middle of an epoch, or
learns from half a picture and half a grey field.

## Fix safety
Moving the image and its label to the quarantine is unsafe: the file may be worth restoring first.
Git LFS pointers and files that were not checked are never moved; `git lfs pull` brings the first.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Fault, Finding, Problem, check


@check(per="split", needs=("sha256", "fault", "detail"))
def unreadable_image(images: pl.DataFrame, problems: pl.DataFrame) -> Iterator[Finding]:
    """Images that do not decode, and what lies among them unread."""
    for path, fault, detail in (
        images.filter(pl.col("fault").is_not_null()).select("path", "fault", "detail").rows()
    ):
        yield Finding(path, f"{fault}: {detail}" if detail else fault, kind=fault)
    for path, message in problems.filter(kind=Problem.NOT_READ).select("path", "message").rows():
        yield Finding(path, message, kind=Fault.NOT_CHECKED)
