"""What holds for every fixer."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from holdfast.repair.fixers import fixer_names, fixers_folder


@pytest.mark.parametrize("name", fixer_names())
def test_every_fixer_says_how_safe_it_is(name: str) -> None:
    text = Path(fixers_folder(), f"{name}.py").read_text()
    assert "## Fix safety" in (ast.get_docstring(ast.parse(text)) or "")
