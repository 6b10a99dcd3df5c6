"""The figures behind the rules, against plain definitions of them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from holdfast import class_counts, class_shares, clues, names_below, share_drift, value_drift

NUMBERS = st.lists(st.integers(0, 12), min_size=1, max_size=40)


def counted(*splits: list[list[int]]) -> pl.DataFrame:
    """Counts from, for each split, a list of images that are lists of classes."""
    rows = [
        (name, f"{name}{number}", kind)
        for name, images in zip(("train", "val"), splits, strict=True)
        for number, image in enumerate(images)
        for kind in image
    ]
    names = pl.DataFrame(
        rows, schema=["split", "image", "class_name"], orient="row", infer_schema_length=None
    )
    types = {"split": pl.String, "image": pl.String, "class_name": pl.Int64}
    return class_counts(
        names.cast(types).with_columns(pl.col("class_name").cast(pl.String), class_id=pl.lit(0))
    )


@settings(max_examples=60, deadline=None)
@given(NUMBERS, NUMBERS)
def test_distance_of_values_is_that_of_cumulative_shares(first: list[int], second: list[int]) -> None:
    drift = value_drift(pl.Series(first), pl.Series(second), (len(first), len(second)))
    below = [[np.mean(np.array(side) <= place) for place in range(13)] for side in (first, second)]
    assert drift.effect == pytest.approx(max(abs(a - b) for a, b in zip(*below, strict=True)))
    assert 0 <= drift.p <= 1


def test_chance_of_a_distance_is_that_of_scipy() -> None:
    random = np.random.default_rng(1)
    first, second = random.random(900), random.random(1100) * 1.1
    drift = value_drift(pl.Series(first), pl.Series(second), (900, 1100))
    assert drift.p == pytest.approx(stats.ks_2samp(first, second, method="exact").pvalue, rel=0.1)


def test_values_that_are_absent_are_left_out() -> None:
    assert value_drift(pl.Series([1.0, None, float("nan")]), pl.Series([1.0]), (3, 1)).effect == 0
    none = value_drift(pl.Series([], dtype=pl.Float64), pl.Series([1.0]), (0, 1))
    assert (none.effect, none.p) == (0.0, 1.0)


def test_the_effect_is_cramers_v_of_equal_splits() -> None:
    """One annotation an image and two splits of one size: the plain formula, less the bias."""
    first, second = [[0]] * 700 + [[1]] * 300, [[0]] * 300 + [[1]] * 700
    drift = share_drift(counted(first, second), "train", "val")
    assert drift.effect == pytest.approx(0.4, abs=0.001)
    assert drift.p < 1e-12


def test_the_effect_does_not_depend_on_the_sizes_of_the_splits() -> None:
    large, small = [[0]] * 7000 + [[1]] * 3000, [[0]] * 300 + [[1]] * 700
    assert share_drift(counted(large, small), "train", "val").effect == pytest.approx(0.4, abs=0.002)


def test_a_test_of_single_annotations_agrees_with_chi_square() -> None:
    first, second = [[0]] * 120 + [[1]] * 80, [[0]] * 90 + [[1]] * 110
    drift = share_drift(counted(first, second), "train", "val")
    plain = stats.chi2_contingency([[120, 80], [90, 110]], correction=False)
    assert drift.p == pytest.approx(plain.pvalue, rel=0.1)


def test_random_splits_of_images_with_one_class_each_are_no_drift() -> None:
    """Each image has twenty annotations of one class: a plain chi-square test would cry out each time."""
    random = np.random.default_rng(3)
    chances = []
    for _ in range(60):
        images = [[int(kind)] * 20 for kind in random.integers(0, 3, 120)]
        chances.append(share_drift(counted(images[:80], images[80:]), "train", "val").p)
    assert min(chances) > 0.001
    assert np.mean(np.array(chances) < 0.5) == pytest.approx(0.5, abs=0.2)


@pytest.mark.parametrize("splits", [([], []), ([[0]], []), ([[0]], [[0]]), ([[0, 0]], [[1]])])
def test_little_data_never_fails(splits: tuple[list[list[int]], list[list[int]]]) -> None:
    drift = share_drift(counted(*splits), "train", "val")
    effect, p = drift.effect, drift.p
    assert 0 <= effect <= 1
    assert 0 <= p <= 1


def test_shares_with_the_largest_change_first() -> None:
    shares = class_shares(counted([[0, 0, 0, 1], [2]], [[1, 1], [2], [0]]), "train", "val")
    assert shares.rows() == [("0", 0.6, 0.25), ("1", 0.2, 0.5), ("2", 0.2, 0.25)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 6)), min_size=2, max_size=40))
def test_the_best_cut_is_the_best_of_all_cuts(images: list[tuple[str, int]]) -> None:
    found = {
        row["class"]: row["accuracy"] for row in told(images).filter(property="width").iter_rows(named=True)
    }
    for kind in {kind for kind, _ in images}:
        own = [value for name, value in images if name == kind]
        rest = [value for name, value in images if name != kind]
        if rest and len({name for name, _ in images}) > 2:
            cuts = [hit(own, cut, side) - hit(rest, cut, side) for cut in own for side in (True, False)]
            assert found[kind] == pytest.approx((1 + max(cuts)) / 2)


def hit(values: list[int], cut: int, most: bool) -> float:
    return sum(value <= cut if most else value >= cut for value in values) / len(values)


def told(images: list[tuple[str, int]]) -> pl.DataFrame:
    """Clues of images that have a class and a width; all else is the same."""
    names = [f"{number}.png" for number in range(len(images))]
    table = pl.DataFrame({
        "path": names, "width": [width + 1 for _, width in images], "height": 1, "size": 9, "format": "PNG",
        "mode": "RGB", "brightness": 0.5, "sharpness": None,
    })  # fmt: skip
    kinds = [kind for kind, _ in images]
    annotations = pl.DataFrame({"image": names, "class_name": kinds, "class_id": 0})
    return clues(table, annotations, 1)


def test_an_image_of_two_classes_gives_no_clue() -> None:
    images = pl.DataFrame({"path": ["a", "b"], "width": [1, 2]}).with_columns(
        height=1, size=1, format=pl.lit("PNG"), mode=pl.lit("RGB"), brightness=0.5, sharpness=0.5
    )
    mixed = pl.DataFrame({"image": ["a", "a", "b"], "class_name": ["x", "y", "x"], "class_id": 0})
    assert clues(images, mixed, 1).is_empty()


def test_files_and_the_folders_above_them() -> None:
    found = names_below(
        pl.DataFrame({"path": ["A/b/c.jpg", "A/d.txt", "e\u0301"]}), pl.DataFrame({"path": ["A/d.txt"]})
    )
    assert sorted(found.rows(), key=lambda row: row[0]) == [
        ("A", "", "A", "a"), ("A/b", "A", "b", "b"), ("A/b/c.jpg", "A/b", "c.jpg", "c.jpg"),
        ("A/d.txt", "A", "d.txt", "d.txt"), ("e\u0301", "", "e\u0301", "\u00e9"),
    ]  # fmt: skip
