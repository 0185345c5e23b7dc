"""Messages in portions that the memory holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from daemon.portions import portions


def test_small_messages_stay_together_and_a_large_one_goes_alone() -> None:
    sizes = {1: 10, 2: 10, 3: 500, 4: 10, 5: 95}
    assert list(portions([1, 2, 3, 4, 5], sizes, most=200, total=100)) == [[1, 2], [3], [4], [5]]


def test_what_is_not_taken_of_a_message_does_not_count() -> None:
    assert list(portions([1, 2], {1: 10**9, 2: 10**9}, most=50, total=100)) == [[1, 2]]


@given(
    sizes=st.dictionaries(st.integers(1, 50), st.integers(0, 300)),
    most=st.integers(1, 200),
    uids=st.lists(st.integers(1, 60), unique=True),
)
def test_every_message_has_its_place_and_no_portion_is_too_large(
    sizes: dict[int, int], most: int, uids: list[int]
) -> None:
    found = list(portions(uids, sizes, most=most, total=250))
    assert [uid for portion in found for uid in portion] == uids
    assert all(portion for portion in found)
    for portion in found:
        assert len(portion) == 1 or sum(min(sizes.get(u, 0), most) for u in portion) <= 250
