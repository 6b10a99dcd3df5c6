"""Names, patterns and column files of strangers: nothing raises, and time is in proportion."""

from __future__ import annotations

import time
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.dataset import IMAGES, Dataset, Split, filled
from holdfast.errors import UsageError
from holdfast.sources import named_pairs, with_sources
from holdfast.sources.naming import groups
from holdfast.sources.pairs import LIMIT
from holdfast.sources.series import frames, moments, stems
from holdfast.sources.settings import Sources

SPLITS = tuple(Split("", name, (f"{name}/images",)) for name in ("train", "val", "test"))
PARTS = st.sampled_from(
    ["", "a", "IMG_", "E", "1234", "0", "9" * 30, "_copy", " (1)", "-edited", "Copy of ", ".rf.", "0a" * 16,
     "_jpg", "2024-05-01", "T12-00-03", "20240231_126199", "20240501_120003", "#", "(", "\\", "\n", "\0",
     "\u202e", "\U0010fe80", "é", "٣", "²"]
)  # fmt: skip
NAMES = st.one_of(st.lists(PARTS, max_size=6).map("".join), st.text(max_size=40))
PATTERNS = [
    r"(?P<source>.+)_",
    r"(?P<source>(a+)+)b",
    r"(?P<source>)",
    r"/(?P<source>[^/]*)\.",
    r"(?P<source>\d+)+$",
]


def dataset(paths: list[str], sources: Sources | None = None, root: Path = Path()) -> Dataset:
    """A dataset of these paths, as a reader gives it."""
    own = [path.rpartition("/")[2].rpartition(".")[0].partition(".rf.")[0] for path in paths]
    splits = [path.partition("/")[0] for path in paths]
    columns = {"path": paths, "source": own, "split": splits, "unit": splits, "collection": [""] * len(paths)}
    return Dataset(root, "any", SPLITS, images=filled(IMAGES, columns, len(paths)), sources=sources)


@settings(max_examples=150, deadline=None)
@given(
    names=st.lists(st.tuples(st.sampled_from(["train", "val", "test"]), NAMES), max_size=12, unique=True),
    patterns=st.lists(st.sampled_from(PATTERNS), max_size=2),
)
def test_no_name_makes_anything_raise(names: list[tuple[str, str]], patterns: list[str]) -> None:
    paths = sorted({f"{split}/images/{name}.jpg" for split, name in names})
    images = with_sources(dataset(paths, Sources(tuple(patterns)))).images
    assert images["path"].to_list() == paths
    first, second = named_pairs(images)
    assert all(one < other for one, other in zip(first, second, strict=True))
    assert all(
        images["split"][int(one)] != images["split"][int(other)]
        for one, other in zip(first, second, strict=True)
    )
    named = stems(images, SPLITS)
    assert len(moments(named)) == named.height == len(paths)
    assert frames(named)["row"].is_unique().all()


@settings(max_examples=100, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=80), st.lists(PARTS, max_size=8).map(lambda parts: ",".join(parts).encode())
    )
)
def test_no_column_file_does_more_than_a_usage_error(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "who.csv")
        file.write_bytes(b"path,who\n" + content)
        try:
            found = with_sources(dataset(["train/images/a.jpg"], Sources((), file, "who"), Path(folder)))
        except UsageError:
            return
        assert found.images.height == 1


def test_a_pattern_that_would_try_everything_takes_no_time() -> None:
    paths = [f"train/images/{'a' * 200}{number}!.jpg" for number in range(2_000)]
    began = time.process_time()
    images = with_sources(
        dataset(paths, Sources((r"^(?P<source>(a|a)+)+b$", r"(?P<source>(\w+\s?)*)#")))
    ).images
    assert images["known_by"].null_count() == len(paths)
    assert time.process_time() - began < 10  # a backtracking engine needs longer than the sun will shine


def test_as_many_pairs_as_are_worth_it_for_one_source_of_many_images() -> None:
    paths = sorted(
        f"{split}/images/i_jpg.rf.{number:032x}.jpg" for number in range(3_000) for split in ("train", "val")
    )
    first, second = named_pairs(with_sources(dataset(paths)).images)
    assert 0 < len(first) <= LIMIT
    assert len(set(first.tolist())) > LIMIT / 2
    assert len(set(second.tolist())) > LIMIT / 2


def test_one_series_of_a_hundred_thousand_numbers() -> None:
    paths = sorted(f"{('train', 'val')[number % 2]}/images/x_{number}.jpg" for number in range(100_000))
    found = frames(stems(dataset(paths).images, SPLITS))
    assert found.height == 100_000
    assert found["series"].n_unique() == 1
    assert found["frame"].sort().to_list() == list(range(100_000))


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["train/images/a_jpg.rf.{}.jpg", "val/images/a_jpg.rf.{}.jpg"], [(0, 1)]),
        (["train/images/a.jpg", "train/images/a (1).jpg", "val/images/a copy.jpg"], [(0, 2), (1, 2)]),
        (["train/images/a.jpg", "val/images/b.jpg"], []),
        (["train/images/a.rf.short.jpg", "val/images/a.rf.short.jpg"], []),
    ],
)
def test_pairs_of_one_name(paths: list[str], expected: list[tuple[int, int]]) -> None:
    paths = [path.format(f"{number}" * 32) for number, path in enumerate(paths)]
    first, second = named_pairs(with_sources(dataset(paths)).images)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == expected


def test_declared_sources_are_known_over_all_collections_and_need_no_proof() -> None:
    data = dataset(["train/images/p1_a.jpg", "val/images/p1_b.jpg"], Sources((r"^(?P<source>p\d)",)))
    images = with_sources(data).images.with_columns(collection=pl.Series(["x", "y"], dtype=pl.Categorical))
    assert groups(images)["source_key"].n_unique() == 1
    assert len(named_pairs(images)[0]) == 0
