from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from holdfast.similarity.groups import components

NODES = st.integers(0, 9)


def found(pairs: list[tuple[int, int]], size: int) -> list[int]:
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return components(table[:, 0], table[:, 1], size).tolist()


def test_a_chain_is_one_component_named_by_its_least() -> None:
    assert found([(2, 3), (1, 2), (5, 6), (3, 0)], 7) == [0, 0, 0, 0, 4, 5, 5]


def test_nothing() -> None:
    assert found([], 0) == []
    assert found([], 2) == [0, 1]


def test_a_long_chain_in_any_order() -> None:
    order = np.random.default_rng(1).permutation(5000)
    assert not components(order[:-1], order[1:], 5000).any()


@given(st.lists(st.tuples(NODES, NODES), max_size=12))
def test_same_as_following_the_pairs(pairs: list[tuple[int, int]]) -> None:
    for start, least in enumerate(found(pairs, 10)):
        reached, size = {start}, 0
        while size < len(reached):
            size = len(reached)
            reached |= {node for pair in pairs if reached & set(pair) for node in pair}
        assert least == min(reached)
