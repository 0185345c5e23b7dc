"""The link in a newsletter: what it does, and what it takes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.page_texts import load_page_texts
from handlers.accept_language import wanted_language
from handlers.dossier import Dossier
from handlers.list_token import ListToken
from handlers.one_click import UNDO_WITHIN, Standing, concerned, leave, standing, undo
from handlers.values import Decision, Request, State, Suppression
from tests.unit.cases import ANNA, EFFECTIVE, HELD_OPT_OUT, NOW, OPT_OUT, POLICY, TOKENS, address

TIPS = ListToken(address=address(ANNA), list_name="tips")
ALL = ListToken(address=address(ANNA), list_name="*")


def held(name: str, reference: str = "O-OLD001", since: datetime = NOW) -> Suppression:
    return Suppression(
        address_key=ANNA, address_written=ANNA, list_name=name, since=since, reference=reference
    )


def by_link(reference: str = "O-OLD001") -> Request:
    return replace(EFFECTIVE, reference=reference, channel="newsletter", reason="left-list")


def dossier(*suppressions: Suppression, newest: Request | None = None) -> Dossier:
    return Dossier(
        newest={(ANNA, OPT_OUT): newest} if newest else {},
        suppressions={(s.address_key, s.list_name): s for s in suppressions},
    )


def left(token: ListToken, list_name: str, known: Dossier) -> Decision | None:
    return leave(
        token, list_name, dossier=known, policy=POLICY, tokens=TOKENS, language="de", now=NOW
    )


@pytest.mark.parametrize("name", ["tips", "*"])
def test_leaving_makes_a_request_with_the_clock_of_the_others_and_writes_to_nobody(
    name: str,
) -> None:
    decision = left(TIPS, name, dossier())
    assert decision is not None
    (request,) = decision.requests
    assert (request.address_key, request.channel, request.state) == (
        ANNA,
        "newsletter",
        "effective",
    )
    assert (request.received_at, request.due_at) == (NOW, NOW + POLICY.opt_out_due)
    assert (request.language, request.reason) == ("de", "left-list")
    (suppression,) = decision.suppress
    assert (suppression.list_name, suppression.reference) == (name, request.reference)
    assert (decision.reply, decision.silence) == (None, "left-list")


@pytest.mark.parametrize(
    ("known", "name"),
    [
        (dossier(held("tips")), "tips"),
        (dossier(held("*")), "tips"),
        (dossier(held("*")), "*"),
    ],
)
def test_who_has_left_leaves_again_without_a_trace(known: Dossier, name: str) -> None:
    assert left(TIPS, name, known) is None


def test_who_has_left_one_list_may_leave_all() -> None:
    decision = left(TIPS, "*", dossier(held("tips"), newest=by_link()))
    assert decision is not None
    assert [s.list_name for s in decision.suppress] == ["*"]


def test_leaving_all_ends_a_review_of_the_same_wish_and_leaving_one_does_not() -> None:
    known = dossier(newest=HELD_OPT_OUT)
    decision = left(TIPS, "*", known)
    assert decision is not None
    (change,) = decision.changes
    assert (change.before, change.after, decision.requests) == (State.REVIEW, "effective", ())
    decision = left(TIPS, "tips", known)
    assert decision is not None
    assert (decision.changes, len(decision.requests)) == ((), 1)


LATE = NOW - UNDO_WITHIN - timedelta(seconds=1)
UNDOING = {
    "the list that it left": (TIPS, [held("tips")], by_link(), (["tips"], ["O-OLD001"])),
    "all that it left": (ALL, [held("*")], by_link(), (["*"], ["O-OLD001"])),
    "both": (TIPS, [held("tips"), held("*")], by_link(), (["tips", "*"], ["O-OLD001"])),
    "one of two lists of a request": (
        TIPS, [held("tips"), held("news")], by_link(), (["tips"], []),
    ),
    "nothing of another list": (TIPS, [held("news")], by_link(), None),
    "nothing after a day": (TIPS, [held("tips", since=LATE)], by_link(), None),
    "nothing that was asked by mail": (TIPS, [held("*")], EFFECTIVE, None),
    "nothing that staff recorded": (
        TIPS, [held("tips")], replace(by_link(), reason="recorded-by-staff"), None,
    ),
    "nothing where nothing was left": (TIPS, [], by_link(), None),
}  # fmt: skip


@pytest.mark.parametrize(
    ("token", "suppressions", "request_", "wanted"), UNDOING.values(), ids=UNDOING
)
def test_what_is_taken_back_is_what_the_link_did(
    token: ListToken,
    suppressions: list[Suppression],
    request_: Request,
    wanted: tuple[list[str], list[str]] | None,
) -> None:
    known = dossier(*suppressions, newest=request_)
    requests = {request_.reference: request_}
    decision = undo(token, dossier=known, requests=requests, repeated=(), now=NOW)
    found = decision and (
        [s.list_name for s in decision.lift],
        [c.reference for c in decision.changes],
    )
    assert found == wanted
    how = standing(token, known, requests, repeated=(), now=NOW)
    assert how.may_undo is (wanted is not None)
    assert set(concerned(token, known)) <= {"O-OLD001"}


def test_what_was_asked_for_once_more_in_another_way_is_not_taken_back() -> None:
    known = dossier(held("tips"), held("*", "O-2"), newest=by_link("O-2"))
    requests = {name: by_link(name) for name in ("O-OLD001", "O-2")}
    decision = undo(TIPS, dossier=known, requests=requests, repeated={"O-2"}, now=NOW)
    assert decision is not None
    assert [s.reference for s in decision.lift] == ["O-OLD001"]
    both = {"O-OLD001", "O-2"}
    assert undo(TIPS, dossier=known, requests=requests, repeated=both, now=NOW) is None
    assert not standing(TIPS, known, requests, repeated=both, now=NOW).may_undo


def test_a_reader_stands_as_the_store_says() -> None:
    assert standing(TIPS, dossier(), {}, repeated=(), now=NOW) == Standing(
        left_list=False, left_all=False, may_undo=False
    )
    assert standing(TIPS, dossier(held("tips")), {}, repeated=(), now=NOW).left_list
    assert not standing(TIPS, dossier(held("tips")), {}, repeated=(), now=NOW).left_all
    assert standing(TIPS, dossier(held("*")), {}, repeated=(), now=NOW).left_all


# The visitor's language ------------------------------------------------------------------------

OFFERED = load_page_texts().keys()


@pytest.mark.parametrize(
    ("field", "language"),
    [
        ("", "fi"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("gsw, en;q=0.7, fr;q=0.9", "fr"),
        ("en;q=0.5,fr;q=0.5", "en"),
        ("nb-NO", "no"),
        ("nn,en;q=0.3", "no"),
        ("zh-Hant-TW", "zh"),
        ("pt-BR, *;q=0.1", "pt"),
        ("*", "fi"),
        ("de;q=0", "fi"),
        ("xx", "fi"),
        ("DE ; Q=0.4", "de"),
        ("de;q=2", "fi"),
        ("<script>", "fi"),
    ],
)
def test_the_language_is_the_one_that_is_wanted_most(field: str, language: str) -> None:
    assert wanted_language(field, OFFERED, "fi") == language


@given(st.text())
def test_whatever_the_field_says_there_is_a_page(field: str) -> None:
    assert wanted_language(field, OFFERED, "en") in OFFERED
