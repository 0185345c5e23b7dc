"""How messages are told to be in order, and that a card's messages stay together."""

from __future__ import annotations

import numpy as np
import pytest

from bench.amount import average_precision, found_at, left_out

VOTES = np.array([0.1, 0.9, 0.5, 0.7])
ASKED = np.array([0.0, 1.0, 1.0, 0.0])


def test_the_average_precision_is_that_down_to_each_request() -> None:
    assert average_precision(VOTES, ASKED) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(-VOTES, ASKED) == pytest.approx((1 / 2 + 2 / 4) / 2)


def test_what_is_found_is_counted_as_far_down_as_enough_is_right() -> None:
    assert found_at(VOTES, ASKED, least=0.99) == 0.5
    assert found_at(VOTES, ASKED, least=0.6) == 1.0
    assert found_at(-VOTES, ASKED, least=0.99) == 0.0


def test_a_share_has_all_messages_of_a_card_or_none() -> None:
    cases = [{"id": f"de-c{card}{letter}"} for card in range(40) for letter in "abcde"]
    out = left_out(cases, 4)
    assert left_out(cases, 1) == frozenset()
    assert 100 < len(out) < 190
    assert {number // 5 * 5 + place for number in out for place in range(5)} == out
