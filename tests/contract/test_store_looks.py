"""What every store promises about messages that people move, and about the end of reviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.ports import Entry, Store
from handlers.memory import Asked, Identity, Known, Memory, Placed
from handlers.values import Disposition, Filing, State
from tests.contract.store_values import (
    HOUR,
    NOW,
    UID_VALIDITY,
    change,
    digest,
    entry,
    ordinary,
    record,
    request,
)
from tests.contract.stores import KINDS, place_of

FOLDER = "support:Optoutd/Opt-outs"


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = place_of(request.param, tmp_path).open()
    yield opened
    opened.close()


def look(uid: int = 1, **changes: Any) -> Entry:
    """A look at the message 1, which was filed under Opt-outs."""
    return entry(uid, **{"digest": digest(1), "copy_hash": "c"} | changes)


def held(uid: int = 1, **changes: Any) -> Entry:
    """A message that lies flagged in the inbox."""
    values = {
        "disposition": Disposition.REVIEW,
        "reason": "unsure",
        "filing": Filing.REVIEW,
    }
    return entry(uid, **values | changes)


def recall(store: Store, *account: str, number: int = 1) -> Memory:
    asked = Asked(
        digests=frozenset({digest(number)}),
        secret_hashes=frozenset(),
        address_keys=frozenset(),
        account=account,
    )
    with store.batch() as batch:
        return batch.recall(asked, now=NOW)


def placed(store: Store, *account: str, copy_hash: str = "c") -> Placed | None:
    memory = recall(store, *(account or ("support",)))
    return memory.about(
        Identity(digest=digest(1), copy_hash=copy_hash), secret_hashes=(), address_key=""
    ).placed


def filed(store: Store, *uids: int, place: str = "support", now: datetime = NOW) -> None:
    store.filed(place, UID_VALIDITY, uids, now=now)


# where a message lies -----------------------------------------------------------------------


def test_the_last_look_at_a_message_in_its_mailbox_says_where_it_lies(store: Store) -> None:
    record(store, look())
    assert placed(store) == Placed(
        place="support",
        filing=Filing.OPT_OUTS,
        is_filed=False,
        received_at=NOW - HOUR,
        copy_hash="c",
    )
    filed(store, 1)
    record(store, look(1, mailbox=FOLDER, filing=Filing.REVIEW, flagged=True), now=NOW + HOUR)
    found = placed(store)
    assert found is not None
    assert (found.place, found.filing, found.flagged) == (FOLDER, Filing.REVIEW, True)
    assert found.folder is Filing.OPT_OUTS
    assert placed(store, "cancel") is None
    assert placed(store, "cancel", "support") == found
    assert recall(store).placed == {}


def test_one_more_copy_of_a_message_does_not_say_where_the_first_lies(store: Store) -> None:
    record(store, look())
    record(store, ordinary(2, digest=digest(1), reason="copy"), now=NOW + HOUR)
    found = placed(store)
    assert found is not None
    assert found.folder is Filing.OPT_OUTS
    record(store, ordinary(3, digest=digest(1), reason="moved-back-by-staff"), now=NOW + 2 * HOUR)
    found = placed(store)
    assert found is not None
    assert found.folder is Filing.NOWHERE


def test_of_two_copies_each_one_has_a_place_of_its_own(store: Store) -> None:
    record(store, look())
    record(store, look(2, mailbox="cancel", reason="copy", copy_hash="d"), now=NOW + HOUR)
    here = "support", "cancel"
    places = [placed(store, *here, copy_hash=copy) for copy in ("c", "d", "of a third")]
    assert [found.place for found in places if found] == ["support", "cancel", "cancel"]
    # What was left where it lay has no hash: it may be any of them.
    record(store, ordinary(3, digest=digest(1), reason="moved-back-by-staff"), now=NOW + 2 * HOUR)
    found = placed(store, *here)
    assert found is not None
    assert found.folder is Filing.NOWHERE


def test_a_copy_is_known_by_its_mailbox_wherever_in_it_the_first_lay(store: Store) -> None:
    record(store, look(mailbox=FOLDER))
    assert recall(store).copies[digest(1)].mailbox == "support"


def test_the_copy_from_which_something_followed_counts_before_one_left_alone(
    store: Store,
) -> None:
    record(store, ordinary(1, digest=digest(1), mailbox="cancel"))
    record(store, look(2), now=NOW + HOUR)
    record(store, look(3, mailbox="cancel", filing=Filing.REVIEW), now=NOW + 2 * HOUR)
    held = recall(store).copies[digest(1)]
    assert (held.mailbox, held.filing) == ("support", Filing.OPT_OUTS)


def test_a_copy_that_a_person_has_looked_at_counts_wherever_it_lies(store: Store) -> None:
    record(store, ordinary(1, digest=digest(1)), held(2, digest=digest(1)))
    filed(store, 2)
    store.end_reviews("support", UID_VALIDITY, {2: Filing.NOWHERE}, now=NOW)
    found = recall(store).copies[digest(1)]
    assert (found.filing, found.reviewed, found.is_settled) == (Filing.NOWHERE, True, True)


def test_a_message_concerns_the_requests_of_all_looks_at_it(store: Store) -> None:
    record(store, look(requests=(request("O-1"),)))
    record(store, look(2, mailbox="cancel", requests=(request("C-1"),)), now=NOW + HOUR)
    assert [r.reference for r in recall(store, "support").concerned[digest(1)]] == ["O-1", "C-1"]
    assert recall(store).concerned == recall(store, "support").concerned
    assert recall(store, "support", number=9).concerned == {}


def test_lying_in_tells_by_the_header_where_each_message_was_put(store: Store) -> None:
    record(store, look(), entry(2, copy_hash="d", filing=Filing.CANCELLATIONS), ordinary(3))
    record(store, look(1, mailbox="cancel", copy_hash="e"), now=NOW)
    assert store.lying_in(["support"], {"c", "d", "e", "x", ""}) == {
        "c": Filing.OPT_OUTS,
        "d": Filing.CANCELLATIONS,
    }
    assert store.lying_in(["support"], set()) == {}
    assert store.lying_in(["cancel", "support"], {"e"}) == {"e": Filing.OPT_OUTS}


def test_lying_in_leaves_out_what_is_set_aside_until_we_file_it(store: Store) -> None:
    aside = {"reason": "set-aside", "error": "unexpected KeyError"}
    record(store, held(1, copy_hash="c", **aside), held(2, copy_hash="d", **aside))
    filed(store, 1, 2)
    record(store, look(3), now=NOW + HOUR)  # the first, read in a renumbered folder
    assert store.lying_in(["support"], {"c", "d"}) == {"c": Filing.OPT_OUTS}
    store.end_reviews("support", UID_VALIDITY, {2: Filing.CANCELLATIONS}, now=NOW + HOUR)
    assert store.lying_in(["support"], {"d"}) == {"d": Filing.CANCELLATIONS}


def test_lying_in_goes_by_the_last_look_though_it_kept_no_hash(store: Store) -> None:
    record(store, look())
    back = ordinary(2, digest=digest(1), copy_hash="c", reason="moved-back-by-staff")
    record(store, back, now=NOW + HOUR)
    assert store.lying_in(["support"], {"c"}) == {"c": Filing.NOWHERE}


def test_lying_in_says_nothing_where_two_messages_with_one_header_lie_apart(store: Store) -> None:
    record(store, look(), look(2, digest=digest(2), filing=Filing.CANCELLATIONS))
    assert store.lying_in(["support"], {"c"}) == {}


# what could not be read ---------------------------------------------------------------------


def aside(uid: int = 1, **changes: Any) -> Entry:
    """A message that could not be read."""
    values = {"reason": "set-aside", "error": "unexpected KeyError", "copy_hash": "c"}
    return held(uid, **values | changes)


def known(store: Store, **identity: str) -> Known:
    asked = Asked(
        digests=frozenset({identity["digest"], identity.get("octets", "")}),
        secret_hashes=frozenset(),
        address_keys=frozenset(),
        account=("support",),
        copy_hashes=frozenset({identity.get("copy_hash", "")}),
    )
    with store.batch() as batch:
        memory = batch.recall(asked, now=NOW)
    return memory.about(Identity(**identity), secret_hashes=(), address_key="")


@pytest.mark.parametrize("by", ["copy_hash", "octets"])
def test_what_could_not_be_read_is_known_again_when_it_can_be(store: Store, by: str) -> None:
    record(store, aside(1, requests=(request("C-1"),), flagged=True))
    found = known(store, digest=digest(9), **{by: "c" if by == "copy_hash" else digest(1)})
    assert found.also == (digest(1),)
    assert [r.reference for r in found.concerned] == ["C-1"]
    assert found.placed is not None
    assert (found.placed.is_aside, found.placed.waits, found.placed.flagged) == (True, True, True)
    assert found.copy_of is None  # nobody has decided on it yet
    assert known(store, digest=digest(9), copy_hash="d", octets=digest(8)) == Known()


def test_what_could_be_read_is_known_again_when_it_cannot_be(store: Store) -> None:
    record(store, look(1, requests=(request("O-1"),)))
    found = known(store, digest=digest(9), octets=digest(9), copy_hash="c")
    assert [r.reference for r in found.concerned] == ["O-1"]
    assert found.copy_of is not None
    # Two that can be read may have the same header: these are told apart by their digest.
    assert known(store, digest=digest(9), octets=digest(8), copy_hash="c") == Known()


@pytest.mark.parametrize(
    ("resolution", "is_copy"),
    [("dismissed", True), ("recorded-by-staff", True), ("looked-at-again", False)],
)
def test_what_could_not_be_read_counts_as_a_copy_once_people_have_decided_on_it(
    store: Store, resolution: str, is_copy: bool
) -> None:
    record(store, aside(1))
    (row,) = store.reviews()
    with store.batch() as batch:
        batch.end_review(row, resolution=resolution, by="eva", now=NOW)
    found = known(store, digest=digest(9), copy_hash="c")
    assert (found.copy_of is not None) == is_copy
    assert found.placed is not None
    assert not found.placed.waits


def test_the_last_look_counts_under_whichever_digest(store: Store) -> None:
    record(store, look(1))
    record(store, aside(2), now=NOW + HOUR)
    record(store, look(3, mailbox=FOLDER), now=NOW + 2 * HOUR)
    found = known(store, digest=digest(1), octets=digest(2), copy_hash="c").placed
    assert found is not None
    assert found.place == FOLDER
    record(store, aside(4, digest=digest(2)), now=NOW + 3 * HOUR)
    found = known(store, digest=digest(1), octets=digest(2), copy_hash="c").placed
    assert found is not None
    assert found.is_aside


def test_one_more_look_ends_the_reviews_under_its_other_digests_too(store: Store) -> None:
    record(store, aside(1), aside(2))
    anew = ordinary(9, also=(digest(1),), ends_review="looked-at-again", flagged=True)
    record(store, anew, now=NOW + HOUR)
    assert [row.uid for row in store.reviews()] == [2]
    # Our flag is still to be taken away.
    assert store.unfiled("support", UID_VALIDITY)[Filing.NOWHERE].keys() == {9}
    filed(store, 9)
    assert store.our_flags("support", UID_VALIDITY, [9]) == set()


def test_a_review_ends_in_all_numberings_of_its_folder(store: Store) -> None:
    values = {"digest": digest(1), "filing": Filing.REVIEW}
    record(store, held(1, uid_validity=7), held(2, uid_validity=7))
    elsewhere = held(1, mailbox="cancel", uid_validity=7, digest=digest(1))
    record(store, elsewhere, ordinary(5, reason="copy", **values), now=NOW + HOUR)
    filed(store, 5)
    store.end_reviews("support", UID_VALIDITY, {5: Filing.NOWHERE}, now=NOW + 2 * HOUR)
    assert [(row.mailbox, row.uid) for row in store.reviews()] == [("cancel", 1), ("support", 2)]
    ended = next(row for row in store.ledger("support") if row.uid == 1)
    assert (ended.resolved_at, ended.resolution) == (NOW + 2 * HOUR, "settled")


# whose flag it is ---------------------------------------------------------------------------


def test_flags_are_ours_as_long_as_the_review_lasts(store: Store) -> None:
    record(store, held(1), held(2), held(3, flagged=True))
    store.note_flags("support", UID_VALIDITY, [1, 99], ours=True)
    assert store.our_flags("support", UID_VALIDITY, [1, 2, 3, 99]) == {1, 3}
    filed(store, 1, 2, 3)
    assert store.our_flags("support", UID_VALIDITY, [1, 2, 3]) == {1, 3}
    assert store.our_flags("support", UID_VALIDITY - 1, [1, 2, 3]) == set()


def test_what_people_have_filed_keeps_no_flag_of_ours(store: Store) -> None:
    record(store, entry(1, mailbox=FOLDER, flagged=True))
    assert store.our_flags(FOLDER, UID_VALIDITY, [1]) == {1}
    filed(store, 1, place=FOLDER)
    assert store.our_flags(FOLDER, UID_VALIDITY, [1]) == set()


# the end of a review ------------------------------------------------------------------------


def test_what_lies_flagged_is_told_with_its_requests_as_they_are_now(store: Store) -> None:
    asked = held(1, requests=(request("C-1", state=State.REVIEW),), copy_hash="c")
    record(store, asked, held(2), entry(3))
    assert [*store.open_reviews("support", UID_VALIDITY)] == []  # not flagged yet
    store.note_flags("support", UID_VALIDITY, [1], ours=True)
    filed(store, 1, 2, 3)
    record(
        store,
        entry(4, changes=(change("C-1", State.REVIEW, State.CONFIRMED),)),
        now=NOW + HOUR,
    )
    first, second = store.open_reviews("support", UID_VALIDITY)
    assert (first.uid, first.flagged, second.uid, second.flagged) == (1, True, 2, False)
    assert [(r.state, r.updated_at) for r in first.requests] == [(State.CONFIRMED, NOW + HOUR)]
    assert (first.decided_at, first.resolved_at, first.resolution) == (NOW, None, "")
    assert second.requests == ()
    assert (first.copy_hash, second.copy_hash) == ("c", "")
    assert [*store.open_reviews(FOLDER, UID_VALIDITY)] == []


def test_however_many_lie_flagged_each_is_told_once_by_uid(store: Store) -> None:
    some = [held(n, requests=(request(f"O-{n}", state=State.REVIEW),)) for n in range(1, 402)]
    record(store, *reversed(some))
    filed(store, *range(1, 402))
    found = [*store.open_reviews("support", UID_VALIDITY)]
    assert [review.uid for review in found] == [*range(1, 402)]
    assert [r.reference for review in found for r in review.requests] == [
        f"O-{n}" for n in range(1, 402)
    ]


def test_a_review_that_is_over_waits_for_being_filed_or_stays(store: Store) -> None:
    record(store, held(1), held(2))
    store.note_flags("support", UID_VALIDITY, [1, 2], ours=True)
    filed(store, 1, 2)
    ends = {1: Filing.OPT_OUTS, 2: Filing.NOWHERE, 99: Filing.NOWHERE}
    for _ in range(2):
        store.end_reviews("support", UID_VALIDITY, ends, now=NOW + HOUR)
    assert [*store.open_reviews("support", UID_VALIDITY)] == []
    assert {k: set(v) for k, v in store.unfiled("support", UID_VALIDITY).items()} == {
        Filing.OPT_OUTS: {1}
    }
    assert store.our_flags("support", UID_VALIDITY, [1, 2]) == set()
    rows = store.ledger("support")
    assert [(r.resolved_at, r.resolution) for r in rows] == [(NOW + HOUR, "settled")] * 2
    assert [r.filed_at for r in rows] == [None, NOW]


def test_a_copy_in_another_mailbox_waits_for_what_the_first_one_waits_for(store: Store) -> None:
    record(store, held(1, requests=(request("C-1", state=State.REVIEW),)))
    copy = held(7, digest=digest(1), mailbox="cancel", disposition=Disposition.LEAVE)
    record(store, copy, now=NOW + HOUR)
    filed(store, 7, place="cancel")
    (found,) = store.open_reviews("cancel", UID_VALIDITY)
    assert [r.reference for r in found.requests] == ["C-1"]
    assert found.resolved_at is None


def test_what_people_move_ends_the_reviews_of_it_and_of_nothing_else(store: Store) -> None:
    record(store, held(1), held(2))
    filed(store, 1, 2)
    drag = entry(1, mailbox=FOLDER, disposition=Disposition.REVIEW, ends_review="filed-by-staff")
    record(store, drag, now=NOW + HOUR)
    first, second = store.ledger("support")
    assert (first.resolved_at, first.resolution) == (NOW + HOUR, "filed-by-staff")
    assert second.resolved_at is None
    assert [row.resolved_at for row in store.ledger(FOLDER)] == [None]
    store.end_reviews("support", UID_VALIDITY, {1: Filing.NOWHERE}, now=NOW + 2 * HOUR)
    assert store.ledger("support")[0].resolved_at == NOW + HOUR
    assert store.ledger("support")[0].resolution == "filed-by-staff"
