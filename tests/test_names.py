from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.names import base64_name, display, from_base64, is_ambiguous, printable, to_os, to_text

NAMES = st.binary(max_size=40).map(os.fsdecode)


@given(NAMES)
def test_every_name_comes_back(name: str) -> None:
    text = to_text(name)
    text.encode("utf-8")
    if not is_ambiguous(name):
        assert to_os(text) == name
        encoded = base64_name(text)
        assert (from_base64(encoded) if encoded else printable(text)) == text


@given(NAMES)
def test_what_is_shown_is_one_harmless_line(name: str) -> None:
    shown = display(to_text(name))
    assert shown.isprintable()
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("wall 7.jpg", "wall 7.jpg"), ("Wände/🧗.jpg", "Wände/🧗.jpg"), ("a\nb", "a\\x0ab"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202egpj", "\\u202egpj"), ("a\u2028b", "a\\u2028b"), ("\U000e0001", "\\U000e0001"),
        (to_text(os.fsdecode(b"caf\xe9")), "caf\\xe9"),
    ],
)  # fmt: skip
def test_display(text: str, shown: str) -> None:
    assert display(text) == shown


def test_clean_names_need_no_second_form() -> None:
    assert base64_name("Wände/🧗 <b>.jpg") is None
    assert base64_name("a\nb") is not None
