"""The outbox in a storm: what the store says is what the server has, or is counted as unknown."""

from __future__ import annotations

from pathlib import Path

from bench.storm import storm
from tests.unit.log_capture import LogCapture


async def test_nothing_is_lost_in_a_storm_and_nothing_doubled_that_is_not_counted(
    tmp_path: Path, log: LogCapture
) -> None:
    found = await storm(tmp_path, seed=1, mails=40, fault_rate=0.2)
    assert found.wrong == ()
    assert found.faults > 20
    assert found.states["sent"] > 10
    # The log says the same: what went out again, and what was of unknown fate twice.
    again = log.fields("reply_sent", "perhaps_twice").count(True)
    lost = log.fields("reply_outcome_unknown", "again").count(False)
    assert again + lost == found.counted
    assert log.named("unexpected_error") == []
