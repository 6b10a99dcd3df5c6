"""Image whose pixels are stored in another way than those of the others.

## What it does
Sorts images by how their pixels are stored: plain (8 bits of grey or of red, green and blue), with
transparency, with a palette, CMYK, 16 bits or more, or another colour space; and reports those that are not
stored as most of the collection are.

## Options
`max_share` (default 0.1): a kind that more of the collection have is said once, as info (Datalab does the
same, `max_prevalence`).

## Why is this bad?
Loaders make different pictures of them: transparency turns black or white, CMYK inverts, the 16 bits of a
microscope are cut off to white by one library and scaled by another. A model sees what its loader made.

## Fix safety
Unsafe: a PNG with a palette, or a transparency that shows nothing, becomes RGB; no pixel changes. A JPEG
stored as CMYK without a colour profile is encoded anew as RGB. Everything else would change pixels, and which
result is right is for a person to see.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, usual

DEEP, OTHER = "with 16 bits or more", "in another colour space"
KINDS = {
    **dict.fromkeys(("1", "L", "RGB", "YCbCr"), "plainly"), **dict.fromkeys(("P", "PA"), "with a palette"),
    **dict.fromkeys(("RGBA", "RGBa", "LA", "La"), "with transparency"), "CMYK": "as CMYK", "RGBX": "plainly",
}  # fmt: skip


@check(per="collection", needs=("mode",), severity="warning")
def unusual_mode(images: pl.DataFrame, *, max_share: float = 0.1) -> Iterator[Finding]:
    """Images of the rarer kinds."""
    deep = pl.col("mode").str.contains(r"^(I|F)|;16")
    kind = pl.when(deep).then(pl.lit(DEEP)).otherwise(pl.col("mode").replace_strict(KINDS, default=OTHER))
    stored = images.filter(pl.col("mode").is_not_null()).with_columns(kind=kind)
    counted = stored["kind"].value_counts(sort=True).sort("count", "kind", descending=[True, False])
    for rare in counted["kind"].to_list()[1:]:
        rows = stored.filter(pl.col("kind") == rare)
        if common := usual(rows, images, max_share, f"stored {rare}"):
            yield common
            continue
        for path, mode in rows.select("path", "mode").rows():
            yield Finding(path, f"{mode}: stored {rare}, most others {counted['kind'][0]}", kind=mode)
