"""Neighbours of one sequence in two splits: frames of a video, shots of a burst.

## What it does
Reports each image of an evaluation split that has a neighbour in a split before it (train, val, test):
- frames of a clip, by the number in the name (`clip_0038`, `frame_sec_10`, `x_mp4-0038_jpg.rf...`). Which
  number counts is found by itself, and `related_names` says which. Numbers prove nothing (`cat-001`,
  `cat-002`): the neighbours of a series have to look alike, in the median at most 16 of 64 bits between
  their hashes, and nearer to each other than to pictures outside: where a fixed camera makes all alike, a
  number tells nothing;
- pictures taken within moments, by times in names (`20240501_120003`) or EXIF, if the two look alike.
Each message ends with the share of the evaluation split that has such a neighbour.

## Options
`gap` (default 1): frames that neighbours are apart, counted in the clip's usual step: the next frame is all
but the same picture, of those beyond only a person knows.
`seconds` (default 10): between neighbours in time; bursts of cameras and camera traps are shorter.

## Why is this bad?
The neighbour of a training frame is all but a training frame: a set of video frames that was split at
random tests what was learnt by heart.

## Fix safety
No fixer here. `resplit` keeps neighbours together.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Unit, check, display

TIMES = ("time in the name", "time of capture")


@check(per="split_pair", needs=("taken",))
def sequence_leakage(
    relatives: pl.DataFrame, images: pl.DataFrame, unit: Unit, *, gap: int = 1, seconds: int = 10
) -> Iterator[Finding]:
    """One finding for each image of the later split."""
    timed, by_frame = pl.col("known_by").is_in(TIMES), pl.col("known_by") == "frame number"
    near = relatives.filter((by_frame & (pl.col("apart") <= gap)) | (timed & (pl.col("apart") <= seconds)))
    later = unit.sides[-1]
    evaluated = pl.when(split=later).then("path").otherwise("other")
    found = near.with_columns(evaluated=evaluated).sort("apart", "path", "other")
    found = found.unique("evaluated", keep="first", maintain_order=True).sort("path", "other")
    total = images.filter(split=later).height
    share = f"{found.height} of {total} {later} images, {100 * found.height / max(total, 1):.1f} %"
    for row in found.iter_rows(named=True):
        unlike = "" if row["distance"] is None else f", distance {row['distance']}"
        step = "s" if row["known_by"] in TIMES else "frame" if row["apart"] == 1 else "frames"
        apart = f"{row['apart']:.4g} {step} apart by {row['known_by']}"
        place = f"{apart} in `{display(row['name'][:120])}`{unlike}"
        message = f"next to {display(row['other'])}: {place} (leaked: {share})"
        yield Finding(row["path"], message, related=(row["other"],), distance=row["distance"])
