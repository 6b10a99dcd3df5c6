"""By what pairs of pictures are looked for, and which of them a rule reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from holdfast.dataset import PairKind, Signal
from holdfast.names import display

_SAMENESS: dict[str, str] = {
    PairKind.BYTES: "same bytes as",
    PairKind.PICTURE: "same picture in other bytes as",
    PairKind.SCENE: "no copy, but the same scene as",
}


@dataclass(frozen=True, slots=True)
class Signals:
    """By what candidates are found: perceptual hashes within `distance` bits (None: equal pictures only), the
    eight orientations of a picture, local features. Each finds pairs that those before it do not see."""

    distance: int | None = None
    orientations: bool = False
    features: bool = False

    def __or__(self, other: Signals) -> Signals:
        """What finds the pairs of both."""
        distances = [one for one in (self.distance, other.distance) if one is not None]
        return Signals(
            max(distances, default=None),
            self.orientations or other.orientations,
            self.features or other.features,
        )


def found_by(distance: int, orientations: bool, features: bool) -> pl.Expr:
    """Which rows of `pairs` are found by these signals."""
    on = [Signal.DIGEST, Signal.SOURCE]
    on += [Signal.ORIENTATIONS] * orientations + [Signal.FEATURES] * features
    return pl.col("signal").is_in(on) | (pl.col("distance") <= distance)


def one_scene_an_image(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs, but of those of the same scene only the closest of each image: a fixed camera makes a pair
    of any two of its pictures."""
    rows = pairs.with_row_index("row")
    scenes = rows.filter(kind=PairKind.SCENE).sort("correlation", "row", descending=[True, False])
    ends = pl.concat([scenes.select("row", path=pl.col(end)) for end in ("path", "other")])
    closest = ends.join(scenes.select("row", "correlation"), on="row").sort(
        "correlation", descending=True, maintain_order=True
    )
    kept = closest.unique("path", keep="first", maintain_order=True)["row"]
    return rows.filter((pl.col("kind") != PairKind.SCENE) | pl.col("row").is_in(kept.implode())).drop("row")


def sameness(pair: Mapping[str, Any]) -> str:
    """What the first image of a pair (a row of `pairs`, by name) is to the other: `same bytes as x.jpg`."""
    said = _SAMENESS.get(pair["kind"], f"{pair['kind']}: the same shot as")
    return f"{said} {display(pair['other'])}"
