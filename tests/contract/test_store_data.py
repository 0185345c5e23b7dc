"""What every store promises about its own data: what goes, who is forgotten, what is disclosed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.errors import PermanentFailure
from daemon.ports import Store
from daemon.ports.data import Expiring, Head
from handlers.pseudonym import is_pseudonym
from handlers.values import Disposition, Evidence, Filing, Intent, State
from tests.contract.store_values import (
    ANNA,
    EVIDENCE,
    HOUR,
    NOW,
    change,
    digest,
    entry,
    happened,
    mail,
    ordinary,
    recall,
    record,
    request,
    suppression,
    take_one,
)
from tests.contract.stores import KINDS, place_of

DAY = timedelta(days=1)
LATER = NOW + 400 * DAY
ALL: tuple[Expiring, ...] = (
    "reply_bytes", "evidence", "ordinary", "requests", "tickets", "replies", "announcements",
    "processes",
)  # fmt: skip


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    yield opened
    opened.close()


def expire(store: Store, what: Expiring, *, days: int = 0, limit: int = 100) -> int:
    return store.expire(what, before=NOW + days * DAY, limit=limit, now=LATER)


def send_all(store: Store) -> None:
    for queued in store.take_due(100, now=LATER):
        store.sent({queued.row: f"250 {queued.mail.recipient.key} is fine"}, now=NOW)


# retention ----------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ALL)
def test_nothing_is_overdue_in_an_empty_store(store: Store, what: Expiring) -> None:
    assert store.overdue(what, before=LATER).rows == 0
    assert store.overdue(what, before=LATER).oldest is None
    assert expire(store, what, days=999) == 0


def test_the_bytes_of_settled_mails_go_and_those_that_wait_stay(store: Store) -> None:
    record(store, entry(1, mail(1)), entry(2, mail(2)))
    (sent,) = store.take_due(1, now=NOW)
    store.sent({sent.row: "250"}, now=NOW)
    assert expire(store, "reply_bytes") == 0  # queued at that very moment, not before it
    assert store.overdue("reply_bytes", before=NOW + DAY).rows == 1
    assert store.overdue("reply_bytes", before=NOW + DAY).oldest == NOW
    assert len(store.copies_to_file("support", 10)) == 1
    assert expire(store, "reply_bytes", days=1) == 1
    assert expire(store, "reply_bytes", days=1) == 0
    assert store.copies_to_file("support", 10) == []
    assert take_one(store).mail.raw == mail(2).raw


def test_a_late_answer_is_known_by_its_secret_after_the_bytes_are_gone(store: Store) -> None:
    record(store, entry(1, mail(1, "C-1", secret_hash="s"), requests=(request("C-1"),)))
    send_all(store)
    assert expire(store, "reply_bytes", days=1) == 1
    assert [r.reference for r in recall(store, secrets=["s"]).by_secret["s"]] == ["C-1"]


def test_a_message_is_answered_once_also_after_the_bytes_are_gone(store: Store) -> None:
    record(store, entry(1, mail(1)))
    send_all(store)
    expire(store, "reply_bytes", days=1)
    record(store, entry(2, mail(1)))
    assert store.take_due(10, now=LATER) == []


def test_evidence_goes_and_the_rest_of_the_ledger_stays(store: Store) -> None:
    record(store, entry(1), entry(2, evidence=()), ordinary(3))
    (before, *_) = store.ledger("support")
    assert expire(store, "evidence", days=1) == 1
    assert expire(store, "evidence", days=1) == 0
    (after, *_) = store.ledger("support")
    assert after == replace(before, evidence=())


def test_ordinary_and_automatic_mail_goes_from_the_ledger_and_no_other(store: Store) -> None:
    automatic: dict[str, Any] = {
        "disposition": Disposition.IGNORE, "filing": Filing.AUTOMATIC,
    }  # fmt: skip
    record(
        store,
        ordinary(1),
        ordinary(2, disposition=Disposition.IGNORE),
        entry(3),
        entry(4, disposition=Disposition.REVIEW, filing=Filing.REVIEW),
        entry(5, **automatic),  # not filed yet
        entry(6, repeated=("C-1",), **automatic),  # a bounce of a mail of ours
        # A copy of what waits for a person, flagged by another: its keyword goes when that ends.
        ordinary(7, reason="copy", filing=Filing.REVIEW),
    )
    store.filed("support", store.ledger("support")[0].uid_validity, [3, 4, 6, 7], now=NOW)
    assert store.overdue("ordinary", before=NOW).rows == 0
    assert expire(store, "ordinary", days=1) == 2
    assert [row.uid for row in store.ledger("support")] == [3, 4, 5, 6, 7]
    assert digest(3) in recall(store, digests=[digest(3)]).copies


def test_closed_requests_go_and_open_or_effective_ones_stay(store: Store) -> None:
    made = [request(f"C-{n}", address_key=f"{n}@a.example") for n in (1, 2)]
    record(store, entry(1, requests=(*made, request("O-1"), request("O-2"))))
    record(
        store,
        entry(
            2,
            changes=(
                change("C-1", State.AWAITING_CONFIRMATION, State.REJECTED),
                change("O-2", State.EFFECTIVE, State.UNDONE),
            ),
            suppress=(suppression("O-1"),),
        ),
    )
    assert store.overdue("requests", before=NOW + DAY).rows == 2
    assert expire(store, "requests", days=1) == 2
    assert [r.reference for r in store.every_request()] == ["C-2", "O-1"]
    # The audit still tells that there was one, and that it was erased.
    assert happened(store, "C-1")[-1] == "request_erased"
    assert store.history("C-1")[-1][2] == "by=retention"


def test_a_request_that_a_suppression_names_stays(store: Store) -> None:
    undone = request("O-1", state=State.UNDONE)
    record(store, entry(1, requests=(undone,), suppress=(suppression("O-1"),)))
    assert expire(store, "requests", days=1) == 0


def test_settled_mails_go_altogether_and_those_that_wait_stay(store: Store) -> None:
    record(store, entry(1, mail(1)), entry(2, mail(2)))
    (sent,) = store.take_due(1, now=NOW)
    store.sent({sent.row: "250"}, now=NOW)
    assert expire(store, "replies", days=1) == 1
    assert store.counts().get("outbox.sent", 0) == 0
    assert store.counts()["outbox.queued"] == 1


def test_what_is_overdue_goes_in_steps_oldest_first(store: Store) -> None:
    record(store, ordinary(1), ordinary(2), now=NOW + HOUR)
    record(store, ordinary(3), now=NOW)
    assert expire(store, "ordinary", days=1, limit=2) == 2
    assert [row.uid for row in store.ledger("support")] == [2]
    assert expire(store, "ordinary", days=1, limit=2) == 1
    assert expire(store, "ordinary", days=1, limit=2) == 0


def test_a_task_is_claimed_once_a_day(store: Store) -> None:
    assert store.claim("retention", every=DAY, now=NOW)
    assert not store.claim("retention", every=DAY, now=NOW)
    assert not store.claim("retention", every=DAY, now=NOW + 23 * HOUR)
    assert store.claim("other", every=DAY, now=NOW)
    assert store.claim("retention", every=DAY, now=NOW + DAY)
    assert not store.claim("retention", every=DAY, now=NOW + DAY)


# the audit ----------------------------------------------------------------------------------


def test_an_empty_audit_is_whole(store: Store) -> None:
    report = store.walk_audit()
    assert (report.events, report.broken_at, report.hash_at) == (0, None, "")
    assert report.newest == Head(sequence=0, hash="0" * 64)


def test_a_noted_head_is_found_again_later(store: Store) -> None:
    record(store, entry(1, requests=(request(),), suppress=(suppression(),)))
    noted = store.walk_audit().newest
    assert noted.sequence == 2
    record(store, entry(2, repeated=("O-1",)))
    seen: list[tuple[int, int]] = []
    report = store.walk_audit(ask=2, progress=lambda done, of: seen.append((done, of)))
    assert report.hash_at == noted.hash
    assert (report.events, report.newest.sequence, report.broken_at) == (3, 3, None)
    assert seen[-1] == (3, 3)
    assert store.walk_audit(ask=4).hash_at == ""


def test_what_people_do_with_the_data_is_told_by_name(store: Store) -> None:
    record(store, entry(1, requests=(request(),)))
    store.witness("data_disclosed", by="kim", now=NOW, references=["O-1"])
    store.witness("data_exported", by="kim", now=NOW, detail={"rows": 7})
    assert store.history("O-1")[-1] == (NOW, "data_disclosed", "by=kim")
    assert store.walk_audit().events == 3


def test_events_are_listed_by_request_and_time(store: Store) -> None:
    record(store, entry(1, requests=(request(),), suppress=(suppression(),)))
    store.witness("data_exported", by="kim", now=NOW + HOUR)
    every = [(e.sequence, e.at, e.what, e.reference) for e in store.audit_events()]
    assert every == [
        (1, NOW, "request_recorded", "O-1"),
        (2, NOW, "suppressed", "O-1"),
        (3, NOW + HOUR, "data_exported", ""),
    ]
    assert [e.sequence for e in store.audit_events(reference="O-1")] == [1, 2]
    assert [dict(e.detail) for e in store.audit_events(since=NOW + HOUR)] == [{"by": "kim"}]
    assert list(store.audit_events(reference="O-9")) == []


# everything, streamed -----------------------------------------------------------------------


def test_suppressions_come_by_address_and_list(store: Store) -> None:
    keys = ["b@b.example", "a@a.example", "c@c.example"]
    held = [suppression(address_key=key) for key in keys]
    weekly = replace(held[1], list_name="weekly")
    record(store, entry(1, suppress=(*held, weekly)))
    assert list(store.every_suppression()) == [held[1], weekly, held[0], held[2]]


def test_requests_come_in_the_order_of_recording_older_ones_too(store: Store) -> None:
    record(store, entry(1, requests=(request("O-2"),)))
    record(store, entry(2, requests=(request("O-1"),)))
    assert [r.reference for r in store.every_request()] == ["O-2", "O-1"]


# one person ---------------------------------------------------------------------------------


BEN = {"address_key": "ben@b.example", "address_written": "Ben@b.example"}


def fill(store: Store) -> None:
    """Anna has opted out and was answered; Ben as well. A copy of her message lies in cancel."""
    made = request(note="rang on Monday", wanted_end="at once", taken_by="Kim")
    record(
        store,
        entry(1, mail(1, "O-1", secret_hash="s"), requests=(made,), suppress=(suppression(),),
              digest=made.origin_digest, error="odd"),
        entry(2, mail(2, "O-2", to="ben@b.example"),
              requests=(request("O-2", **BEN),), suppress=(suppression("O-2", **BEN),)),
        ordinary(3),
    )  # fmt: skip
    copied = entry(9, mailbox="cancel", digest=made.origin_digest, reason="copy")
    record(store, copied, now=NOW + HOUR)
    record(store, entry(4, repeated=("O-1",)), now=NOW + HOUR)


def test_all_that_is_held_about_a_person_is_told(store: Store) -> None:
    fill(store)
    held = store.held_about(ANNA)
    assert [s.reference for s in held.suppressions] == ["O-1"]
    assert [r.note for r in held.requests] == ["rang on Monday"]
    (sent,) = held.mails
    assert (sent.recipient, sent.raw, sent.references) == (mail(1).recipient.written,
                                                           mail(1).raw, ("O-1",))  # fmt: skip
    assert [(m.mailbox, m.uid) for m in held.messages] == [
        ("cancel", 9), ("support", 1), ("support", 4),
    ]  # fmt: skip
    assert {m.evidence for m in held.messages} == {(EVIDENCE,)}


def test_nothing_is_held_about_a_stranger(store: Store) -> None:
    fill(store)
    held = store.held_about("nobody@n.example")
    assert (held.suppressions, held.requests, held.mails, held.messages) == ((), (), (), ())
    assert store.forget("nobody@n.example", by="kim", now=NOW).nothing
    assert "nobody" not in str(store.walk_audit())


def test_a_person_is_forgotten_and_stays_suppressed(store: Store) -> None:
    fill(store)
    send_all(store)
    trial = store.forget(ANNA, by="kim", now=LATER, dry_run=True)
    assert (trial.requests, trial.suppressions, trial.mails, trial.messages) == (1, 1, 1, 3)
    assert store.held_about(ANNA).requests[0].note == "rang on Monday"
    done = store.forget(ANNA, by="kim", now=LATER)
    assert replace(done, notes=()) == trial

    held = store.suppression(ANNA)
    assert held is not None
    assert (held.address_key, held.address_written, held.reference) == (ANNA, "", "O-1")
    left = store.request("O-1")
    assert left is not None
    assert is_pseudonym(left.address_key)
    assert (left.address_written, left.note, left.wanted_end, left.taken_by) == ("", "", "", "")
    assert left.state is State.EFFECTIVE
    (sent,) = store.held_about(ANNA).mails
    assert (sent.recipient, sent.raw, sent.response) == ("", None, "")
    about = [row for row in store.ledger("support") if "O-1" in row.references]
    assert [(row.evidence, row.error) for row in about] == [((), ""), ((), "")]
    assert happened(store, "O-1")[-1] == "person_forgotten"
    assert store.history("O-1")[-1][2] == "by=kim"
    assert store.walk_audit().broken_at is None
    everything = str([*store.every_suppression(), *store.every_request()]).lower()
    assert "anna" not in everything


def test_others_keep_what_they_have(store: Store) -> None:
    fill(store)
    send_all(store)
    before = store.held_about("ben@b.example")
    store.forget(ANNA, by="kim", now=LATER)
    assert store.held_about("ben@b.example") == before
    assert store.suppression("ben@b.example") is not None


def test_to_forget_twice_changes_nothing_more(store: Store) -> None:
    fill(store)
    send_all(store)
    store.forget(ANNA, by="kim", now=LATER)
    before = (store.held_about(ANNA), store.counts())
    assert store.forget(ANNA, by="kim", now=LATER).nothing
    assert (store.held_about(ANNA), store.counts()) == before


def test_a_new_message_of_a_forgotten_person_is_known_to_come_from_them(store: Store) -> None:
    fill(store)
    send_all(store)
    store.forget(ANNA, by="kim", now=LATER)
    memory = recall(store, secrets=["s"], addresses=[ANNA])
    found = memory.newest[ANNA, Intent.OPT_OUT]
    assert (found.reference, found.address_key, found.state) == ("O-1", ANNA, State.EFFECTIVE)
    assert memory.suppressed[ANNA].address_key == ANNA
    # The answer to what they were sent is theirs, too.
    assert [r.address_key for r in memory.by_secret["s"]] == [ANNA]
    assert memory.replies_last_day == {ANNA: 1}
    tagged = ANNA.replace("@", "+later@")
    assert recall(store, addresses=[tagged]).replies_last_day == {ANNA: 1}
    # Whom nobody asked about stays unknown.
    assert recall(store, addresses=["ben@b.example"]).suppressed.keys() == {"ben@b.example"}


def test_a_forgotten_person_may_undo_and_opt_out_again(store: Store) -> None:
    fill(store)
    send_all(store)
    store.forget(ANNA, by="kim", now=LATER)
    again = suppression("O-3")
    record(store, entry(5, suppress=(again,)))  # suppressed already: the first row stays
    assert [s.reference for s in store.held_about(ANNA).suppressions] == ["O-1"]
    undo = change("O-1", State.EFFECTIVE, State.UNDONE)
    record(store, entry(6, changes=(undo,), lift=(suppression("O-1"),)))
    assert store.suppression(ANNA) is None
    record(store, entry(7, requests=(request("O-3"),), suppress=(again,)))
    assert store.suppression(ANNA) == again
    newest = recall(store, addresses=[ANNA]).newest[ANNA, Intent.OPT_OUT]
    assert newest.reference == "O-3"
    # What came since is forgotten in the same way.
    assert store.forget(ANNA, by="kim", now=LATER).requests == 1
    assert store.suppression(ANNA) == replace(again, address_written="")


def test_staff_who_have_the_hash_alone_may_lift_a_suppression(store: Store) -> None:
    fill(store)
    send_all(store)
    store.forget(ANNA, by="kim", now=LATER)
    (held,) = store.held_about(ANNA).suppressions
    assert is_pseudonym(held.address_key)
    record(store, entry(8, lift=(held,)))
    assert store.suppression(ANNA) is None


def test_nobody_is_forgotten_while_a_request_is_open(store: Store) -> None:
    record(store, entry(1, requests=(request("C-1"),)))
    with pytest.raises(PermanentFailure, match="C-1"):
        store.forget(ANNA, by="kim", now=LATER)
    with pytest.raises(PermanentFailure, match="C-1"):
        store.forget(ANNA, by="kim", now=LATER, dry_run=True)
    held = store.request("C-1")
    assert held is not None
    assert held.address_key == ANNA


def test_nobody_is_forgotten_while_a_mail_to_them_waits(store: Store) -> None:
    fill(store)
    with pytest.raises(PermanentFailure, match="wait"):
        store.forget(ANNA, by="kim", now=LATER)
    assert store.held_about(ANNA).requests[0].address_key == ANNA


def test_words_about_a_person_go_wherever_their_request_was_named(store: Store) -> None:
    record(store, entry(1, requests=(request("O-1"),), suppress=(suppression(),)))
    said = Evidence(rule="r", words=f"it is {ANNA} again", part="text", start=0, end=9)
    record(store, entry(2, repeated=("O-1",), evidence=(said,)))
    store.forget(ANNA, by="kim", now=LATER)
    assert [row.evidence for row in store.ledger("support")] == [(), ()]


def test_a_mail_to_somebody_else_about_the_request_loses_its_bytes_and_not_its_recipient(
    store: Store,
) -> None:
    record(store, entry(1, mail(1, "O-1", to="staff@shop.example"), requests=(request("O-1"),)))
    send_all(store)
    assert store.forget(ANNA, by="kim", now=LATER).mails == 1
    (sent,) = store.held_about(ANNA).mails
    assert (sent.recipient, sent.raw) == ("staff@shop.example", None)
    assert store.forget(ANNA, by="kim", now=LATER).nothing
