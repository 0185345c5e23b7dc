"""A few random lives of two mailboxes; `python -m bench.moved_about` has many."""

from __future__ import annotations

import pytest

from bench.moved_about import live


@pytest.mark.parametrize("seed", [1, 3, 5, 8, 13])
def test_whatever_happens_to_the_mailboxes_each_message_is_acted_upon_once(seed: int) -> None:
    wrong, tale, came_to = live(seed)
    assert not wrong, "\n".join((*wrong, *tale))
    assert came_to
