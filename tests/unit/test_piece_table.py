"""The table of pieces says what a dictionary would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.piece_table import PieceTable

NAMES = st.text("abc^$ é退", min_size=1, max_size=3)
TENTHS = st.integers(-99, 99).map(lambda number: number / 10)


@given(
    st.dictionaries(NAMES, st.tuples(TENTHS, TENTHS), max_size=30), st.lists(NAMES, max_size=30)
)
def test_it_has_the_weights_of_a_dictionary(
    weights: dict[str, tuple[float, float]], names: list[str]
) -> None:
    table = PieceTable.of(weights)
    assert len(table) == len(weights)
    wanted = [list(weights.get(name, (0.0, 0.0))) for name in names]
    assert table.weights_of(names).tolist() == wanted


@given(st.lists(st.lists(NAMES, min_size=1, max_size=5), min_size=1, max_size=9))
def test_sums_are_those_of_each_group(groups: list[list[str]]) -> None:
    weights = {"a": (0.5, -1.0), "b": (2.0, 0.25), "退": (-1.5, 3.0)}
    sums = PieceTable.of(weights).sums_of(groups).tolist()
    for (one, other), names in zip(sums, groups, strict=True):
        assert one == pytest.approx(sum(weights.get(name, (0, 0))[0] for name in names))
        assert other == pytest.approx(sum(weights.get(name, (0, 0))[1] for name in names))


def test_a_table_of_nothing_weighs_nothing() -> None:
    table = PieceTable.of({})
    assert table.weights_of(["a"]).tolist() == [[0, 0]]
    assert table.sums_of([["a", "b"], ["c"]]).tolist() == [[0, 0], [0, 0]]
    assert not len(table)


@given(
    st.dictionaries(NAMES, st.tuples(TENTHS, TENTHS), max_size=30),
    st.lists(st.lists(NAMES, min_size=1, max_size=40), min_size=1, max_size=9),
)
def test_a_sum_hangs_on_nothing_beside_it(
    weights: dict[str, tuple[float, float]], groups: list[list[str]]
) -> None:
    # To the last digit: a verdict is the same whatever was read before.
    table = PieceTable.of(weights)
    alone = [table.sums_of([names]).tolist()[0] for names in groups]
    assert table.sums_of(groups).tolist() == alone
