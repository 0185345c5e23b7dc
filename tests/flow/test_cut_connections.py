"""A connection that is cut anywhere in a pass: nothing is lost, and nothing is done twice.

`python -m bench.cuts` does the same at hundreds of places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.cuts import WITHOUT_MOVE, Outcome, cut_campaign
from tests.servers.dovecot import Dovecot
from tests.unit.log_capture import LogCapture

pytestmark = pytest.mark.dovecot

AS_IT_SHOULD_BE = Outcome(
    sent=0,
    cut_passes=0,
    octets=0,
    lost=0,
    doubled=0,
    unanswered=0,
    answered_twice=0,
    unfiled=0,
    refiled=0,
    left_behind=0,
    changed=0,
    connections_at_once_above_one=0,
)


def test_a_cut_at_any_place_of_a_pass_loses_and_doubles_nothing(
    dovecot: Dovecot, new_user: Callable[[str], str], tmp_path: Path, log: LogCapture
) -> None:
    outcome = cut_campaign(dovecot, new_user("cut"), tmp_path, cuts=10)
    assert outcome.cut_passes >= 7
    assert replace(outcome, sent=0, cut_passes=0, octets=0) == AS_IT_SHOULD_BE
    told = {"filing_failed", "folder_failed", "message_set_aside", "unexpected_error"}
    assert told.isdisjoint(log.names)


def test_a_cut_without_move_doubles_no_request_no_answer_and_no_message(tmp_path: Path) -> None:
    user = "support@shop.example"
    with Dovecot({user: "secret"}, capability=WITHOUT_MOVE) as server:
        outcome = cut_campaign(server, user, tmp_path, cuts=5)
    assert outcome.cut_passes >= 4
    clean = replace(outcome, sent=0, cut_passes=0, octets=0, left_behind=0)
    assert clean == AS_IT_SHOULD_BE
