from __future__ import annotations

from datetime import timedelta

import pytest

from daemon.cli.spans import ago, left, span
from tests.contract.store_values import HOUR, NOW


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=5.9), "5 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(minutes=119), "119 min"),
        (5.5 * HOUR, "5 h"),
        (47 * HOUR, "47 h"),
        (timedelta(days=900), "900 d"),
    ],
)
def test_a_span_is_told_in_one_unit(length: timedelta, words: str) -> None:
    assert span(length) == words
    assert ago(NOW - length, NOW) == f"{words} ago"


def test_what_is_left_is_told_before_and_after() -> None:
    assert left(NOW + 5 * HOUR, NOW) == "in 5 h"
    assert left(NOW - 5 * HOUR, NOW) == "5 h late"
    assert left(NOW, NOW) == "0 s late"
    assert ago(None, NOW) == "never"
