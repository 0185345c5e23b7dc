"""Servers that go away and come back: one alarm, its end, one connection, and the mail is seen.

`python -m bench.recovery` measures how soon.
"""

from __future__ import annotations

import pytest

from bench.recovery import recovery

pytestmark = pytest.mark.dovecot


@pytest.mark.parametrize("fault", ["black_hole", "crowded"])
async def test_a_server_that_was_away_is_one_alarm_and_one_recovery(fault: str) -> None:
    found = await recovery(fault, down_s=0.8, poll_seconds=1, timeout_s=0.3)
    assert (found.alarms, found.recovered, found.most_at_once) == (1, 1, 1)


async def test_a_poll_finds_mail_of_which_idle_tells_nothing() -> None:
    found = await recovery("", down_s=0, poll_seconds=1, timeout_s=5)
    assert (found.alarms, found.most_at_once) == (0, 1)
