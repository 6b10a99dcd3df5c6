"""Whatever the files hold that say what a tree is: it is recognised, or a message says why not."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageError
from tests.formats.reading import read_tree
from tests.formats.recognition.exports import shot
from tests.trees import BOX, Tree

WORDS = (
    b"train = ", b"names = ", b"obj.names", b"data/", b"obj/a.jpg", b"=", b"\n", b"\r\n", b"\xff\xfe", b"\0",
    b"\xef\xbb\xbf", b"0 0.5 0.5 0.1 0.1", b"../", b"/", b'{"image": ', b'"shapes":', b"nan", b" ",
    b"cat", b"PAR1",
)  # fmt: skip
ANY = st.one_of(st.binary(max_size=60), st.lists(st.sampled_from(WORDS), max_size=12).map(b"".join))


@settings(max_examples=150, deadline=None)
@given(data=ANY, names=ANY, listed=ANY, label=ANY, other=ANY)
def test_nothing_raises(data: bytes, names: bytes, listed: bytes, label: bytes, other: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(Path(folder) / "data")
        tree.file("obj.data", data).file("obj.names", names).file("train.txt", listed).file(
            "obj/a.txt", label
        )
        for name in ("a.json", "a.csv", "a.jsonl", "a.parquet"):
            tree.file(name, other)
        shot(tree, "obj/a.jpg")
        with suppress(UsageError):
            assert read_tree(tree.root).images.height == 1


def test_long_lines_take_no_longer(tmp_path: Path) -> None:
    """Lines as long as the limit allows, of what each part of an entry may repeat."""
    for filler in (b" ", b"=", b"x", b"9", b". ", b"0,"):
        tree = Tree(tmp_path / filler.hex()).file("obj.data", b"train = " + filler * 400_000)
        tree.file("a.txt", b"0 " + filler * 400_000).file("a.csv", filler * 400_000).file("b.txt", BOX)
        shot(tree, "a.jpg", "b.jpg")
        with suppress(UsageError):
            read_tree(tree.root)
