"""File name that another system cannot hold, or takes for another one.

## What it does
Looks at the name of each file and folder of the dataset. Errors: two names of one folder that differ only in
case, or in how an accent is written (Unicode normalisation). Warnings: names that Windows reserves
(`aux.txt`), that end in a dot or a blank, hold one of `<>:"|?*\\`, a control character or bytes that are not
UTF-8, begin with `-`, or are longer than 255 bytes (Microsoft, Naming Files, Paths, and Namespaces;
POSIX.1-2017, 3.282).

## Why is this bad?
Unpacked or checked out on Windows or macOS, one of two clashing files silently replaces the other: an image
has the label of another one. A reserved name stops the copy; `-rf.jpg` is an option to many commands.

## Fix safety
Safe: an image is renamed where the new name is free, and its label and all that names it follow.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Severity, check, display, names_below

WRONG = {
    "is reserved by Windows": r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)",
    "ends in a dot or a blank": r"[. ]$",
    "begins with a dash": "^-",
    "holds a control character": r"[\x00-\x1f\x7f-\x{9f}]",
    'holds one of < > : " | ? * \\': r'[<>:"|?*\\]',
    "is not UTF-8": r"[\x{10fe80}-\x{10feff}]",
    "is longer than 255 bytes": "(?s)^.{0}$",
}


@check(per="dataset")
def unsafe_file_name(
    images: pl.DataFrame, labels: pl.DataFrame, masks: pl.DataFrame, files: pl.DataFrame
) -> Iterator[Finding]:
    """Clashes first, then names that are not portable."""
    names = names_below(images, labels, masks, files)
    clashing = (
        names.filter(pl.struct("folder", "folded").is_duplicated()).group_by("folder", "folded").agg("path")
    )
    for first, *others in clashing["path"].list.sort().sort():
        what = "case" if first.casefold() == others[0].casefold() else "the Unicode form of an accent"
        yield Finding(
            first, f"differs only in {what} from {display(others[0].rpartition('/')[2])}",
            related=tuple(others), kind="clash",
        )  # fmt: skip
    wrong = [
        pl.when(pl.col("name").str.contains(pattern)).then(pl.lit(what)).alias(what)
        for what, pattern in WRONG.items()
    ]
    wrong[-1] = pl.when(pl.col("name").str.len_bytes() > 255).then(pl.lit(list(WRONG)[-1])).alias("length")
    found = names.select("path", what=pl.coalesce(wrong)).drop_nulls().sort("path")
    for path, what in found.rows():
        yield Finding(path, f"its name {what}", Severity.WARNING, kind="unportable")
