from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from holdfast.similarity.groups import components

NAMES = st.sampled_from("abcdefgh")


def test_a_chain_is_one_component_named_by_its_least() -> None:
    found = components([("c", "d"), ("b", "c"), ("x", "y"), ("d", "a")])
    assert found == {"a": "a", "b": "a", "c": "a", "d": "a", "x": "x", "y": "x"}


def test_nothing() -> None:
    assert components([]) == {}


@given(st.lists(st.tuples(NAMES, NAMES), max_size=12))
def test_same_as_following_the_pairs(pairs: list[tuple[str, str]]) -> None:
    found = components(pairs)
    assert set(found) == {name for pair in pairs for name in pair}
    for start in found:
        reached, size = {start}, 0
        while size < len(reached):
            size = len(reached)
            reached |= {name for pair in pairs if reached & set(pair) for name in pair}
        assert found[start] == min(reached)
        assert {name for name in found if found[name] == found[start]} == reached
