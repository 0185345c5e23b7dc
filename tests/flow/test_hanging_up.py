"""One message at which a server hangs up, and words that take turns: nothing waits behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from daemon.errors import TemporaryFailure
from daemon.troubles import MOST_TELLINGS
from tests.flow.routes import message
from tests.flow.test_refusals import LOST, OPT_OUTS, Office, raising
from tests.unit.log_capture import LogCapture


@pytest.fixture
def office() -> Office:
    return Office()


def hangs_up_at(office: Office, *uids: int) -> Callable[..., None]:
    """A `move` at which the connection is lost where it names one of these messages."""
    move = office.box.move

    def lose(moved: Sequence[int], folder: str, *, again: bool = False) -> None:
        if set(uids) & set(moved):
            office.box.lose_connection()
            raise LOST
        move(moved, folder, again=again)

    return lose


def run_in_vain(office: Office, passes: int) -> int:
    """How many of so many passes the server ended."""
    failed = 0
    for _ in range(passes):
        try:
            office.route.run()
        except TemporaryFailure:
            failed += 1
    return failed


def test_a_message_at_whose_move_the_server_hangs_up_keeps_no_other_back(
    office: Office, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(office.box, "move", hangs_up_at(office, 2, 5))
        for _ in range(6):
            office.receive()
        review = office.box.deliver(message("When can you cancel my account?", number=79))
        assert run_in_vain(office, 12) <= 8
        assert [held.uid for held in office.box.folder()] == [2, 5, review]
        assert office.box.folder()[-1].flags >= {r"\Flagged"}
        assert log.fields("filing_failed", "uids") == [[2]]
        office.receive()  # and new mail is filed without ado
        assert run_in_vain(office, 20) == 0
        assert len(office.box.folder(OPT_OUTS)) == 5
        office.clock.forward(hours=2)
        assert run_in_vain(office, 5) == 2
    office.clock.forward(hours=5)
    office.route.run()
    assert [held.uid for held in office.box.folder()] == [review]
    assert log.fields("filing_recovered", "folder") == [OPT_OUTS]


def test_a_server_that_hangs_up_at_a_move_keeps_no_folder_from_being_visited(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office.box, "move", raising(LOST))
    uid = office.box.deliver(message("See the attached letter", sender="o@customer.example"))
    office.receive()
    assert run_in_vain(office, 2) == 2
    office.box.drag(uid, "Optoutd/Cancellations")
    office.receive()
    assert run_in_vain(office, 2) == 2
    kinds = [found.kind.value for found in office.store.requests()]
    assert sorted(kinds) == ["cancellation", "opt_out", "opt_out"]


def test_a_connection_that_breaks_now_and_then_has_no_message_held(
    office: Office, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(10):
        office.receive()
        with monkeypatch.context() as patch:
            patch.setattr(office.box, "move", raising(LOST))
            assert run_in_vain(office, 2) == 2
        assert run_in_vain(office, 2) == 0
    assert office.box.folder() == []
    assert log.named("filing_failed") == []


def test_words_that_take_turns_are_one_alarm_each_and_few(
    office: Office, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["locked by another session", "backend gone away"] * 10
    words += [f"no, by {chr(letter)}" for letter in range(ord("a"), ord("z"))]
    office.receive()
    with monkeypatch.context() as patch:
        for said in words:
            error = TemporaryFailure(f"support: NO {said}", part="support", is_refusal=True)
            patch.setattr(office.box, "move", raising(error))
            office.route.run()
            if said == words[19]:
                assert len(log.named("filing_failed")) == 2
    assert len(log.named("filing_failed")) == MOST_TELLINGS
    office.route.run()
    assert len(log.named("filing_recovered")) == 1
