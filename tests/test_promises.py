"""docs/promises.md names the tests that hold its promises."""

from __future__ import annotations

import ast
import re

import pytest

from tests.checking import REPOSITORY

PAGE = (REPOSITORY / "docs" / "promises.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED, ids="::".join)
def test_every_test_that_is_named_is_there(file: str, name: str) -> None:
    tree = ast.parse((REPOSITORY / file).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_promise_has_a_test() -> None:
    parts = re.split(r"^## (F\d+)\. ", PAGE, flags=re.MULTILINE)[1:]
    promises = dict(zip(parts[::2], parts[1::2], strict=True))
    assert list(promises) == [f"F{number}" for number in range(1, 16)]
    for promise, text in promises.items():
        assert re.search(r"^- `tests/[\w/]+\.py::\w+`", text.split("\n## ")[0], re.MULTILINE), promise
    assert "`tests/" not in re.sub(r"`tests/[\w/]+\.py::\w+`", "", PAGE), "a test is named in another way"


def test_the_page_is_linked() -> None:
    assert "(docs/promises.md)" in (REPOSITORY / "README.md").read_text("utf-8")
    assert "(promises.md)" in (REPOSITORY / "docs" / "repairing.md").read_text("utf-8")
