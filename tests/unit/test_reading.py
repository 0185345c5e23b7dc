"""From bytes to a case: what is read of a message, what is looked up, and which date counts."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from handlers.classify.answers import Answer
from handlers.classify.shipped import shipped_classifier
from handlers.decide import decide
from handlers.list_token import KEY_BYTES, seal
from handlers.memory import Known, Memory
from handlers.people import decide_filed
from handlers.reading import Desk, Reading, asked, known_about, make_case, read_message
from handlers.secret import secret_hash
from handlers.values import Filing, Proof, RawMessage, Role, State
from tests.unit.cases import (
    ANNA,
    BOB,
    DAY,
    EFFECTIVE,
    NOW,
    OLD_SECRET,
    OPT_OUT,
    OUR_ID,
    PENDING,
    POLICY,
    TOKENS,
    US,
    address,
    suppressed,
)

HEAD = f"From: Anna <{ANNA}>\r\nTo: support@host.example\r\nSubject: Hello\r\n"
PASS = "Authentication-Results: mx.host.example; dmarc=pass header.from=garden.example\r\n"
KEY = bytes(range(KEY_BYTES))


@cache
def desk() -> Desk:
    return Desk(
        mailbox="support",
        role=Role.SUPPORT,
        us=US,
        trusted_authserv_id="mx.host.example",
        classifier=shipped_classifier(),
    )


def reading(text: str, *, head: str = HEAD, received_at: datetime = NOW) -> Reading:
    raw = f"{head}\r\n{text}\r\n".encode()
    message = RawMessage(uid=7, raw=raw, size_bytes=len(raw), internal_date=received_at)
    return read_message(message, replace(desk(), token_keys={1: KEY}))


def test_a_message_is_read_with_its_sender_and_what_speaks_for_him() -> None:
    found = reading("Please take me off your mailing list.", head=PASS + HEAD)
    assert found.proof is Proof.PROVEN
    assert (found.requester and found.requester.key) == ANNA
    assert found.verdict.intents == (OPT_OUT,)
    assert (found.screening.may_reply, found.named, found.secret_hashes) == (True, (), ())


def test_a_no_below_which_our_own_question_is_quoted_is_no_opt_out() -> None:
    quoted = "NO\r\n\r\nOn Monday, Host wrote:\r\n> We got your request to cancel your account."
    head = HEAD.replace("Hello", "Spring sale")
    assert [found.intent for found in reading(quoted, head=head).verdict.certain] == [OPT_OUT]
    assert reading(quoted, head=f"{head}In-Reply-To: {OUR_ID}\r\n").verdict.certain == ()


def test_the_language_is_that_of_the_new_text() -> None:
    body = "Bitte kündigen Sie meinen Vertrag zum Monatsende.\n\n> Thank you for your message."
    assert reading(body).message.language == "de"
    assert reading("1234").message.language == ""


def test_an_answer_is_read_as_one_only_where_it_carries_a_secret() -> None:
    assert reading("Yes").answer is Answer.UNCLEAR
    answer = reading("Yes", head=f"{HEAD}In-Reply-To: {OUR_ID}\r\n")
    assert answer.answer is Answer.YES
    assert answer.secret_hashes == (secret_hash(OLD_SECRET),)


LEAVES = seal(address(BOB), "tips", key_number=1, key=KEY)


@pytest.mark.parametrize(
    "subject",
    [
        f"unsubscribe {LEAVES}",
        f"unsubscribe\r\n {LEAVES}",
        # As clients write it that encode or fold whatever is long.
        (
            f"=?utf-8?Q?unsubscribe_{LEAVES[:30].replace('_', '=5F')}?=\r\n"
            f" =?utf-8?Q?{LEAVES[30:].replace('_', '=5F')}?="
        ),
        f"=?utf-8?B?{b64encode(f'unsubscribe {LEAVES}'.encode()).decode()}?=",
    ],
)
def test_with_a_token_in_the_subject_the_requester_is_the_address_in_it(subject: str) -> None:
    found = reading("", head=HEAD.replace("Subject: Hello", f"Subject: {subject}"))
    assert (found.requester and found.requester.key) == BOB
    made = make_case(found, desk(), known=Known(), tokens=TOKENS, now=NOW, refilled=False)
    assert made.of_list == "tips"


CANCEL_WITH_TOKEN = "Please cancel my hosting account at the end of the month."


@pytest.mark.parametrize(("sender", "proof"), [(ANNA, Proof.UNPROVEN), (BOB, Proof.PROVEN)])
def test_what_vouches_for_a_sender_vouches_for_no_other_address_in_a_token(
    sender: str, proof: Proof
) -> None:
    domain = sender.partition("@")[2]
    head = PASS.replace("garden.example", domain) + HEAD.replace(ANNA, sender)
    found = reading(CANCEL_WITH_TOKEN, head=head.replace("Hello", f"unsubscribe {LEAVES}"))
    assert (found.requester and found.requester.key, found.proof) == (BOB, proof)


def test_a_token_of_somebody_elses_newsletter_never_confirms_a_cancellation_of_theirs() -> None:
    """Be it beside an answer to a letter of one's own, or dragged into the folder by people."""
    head = PASS + HEAD.replace("Hello", f"unsubscribe {LEAVES}")
    found = reading(CANCEL_WITH_TOKEN, head=f"{head}In-Reply-To: {OUR_ID}\r\n")
    known = Known(answered=(EFFECTIVE,))
    answered = make_case(found, desk(), known=known, tokens=TOKENS, now=NOW, refilled=False)
    (asked_about,) = decide(answered, POLICY).requests
    assert (asked_about.address_key, asked_about.state) == (BOB, State.AWAITING_CONFIRMATION)

    found = reading(CANCEL_WITH_TOKEN, head=head)
    alone = make_case(found, desk(), known=Known(), tokens=TOKENS, now=NOW, refilled=False)
    left, held = decide(alone, POLICY).requests
    assert (left.state, held.state, held.proof) == (State.EFFECTIVE, State.REVIEW, "unproven")
    (dragged,) = decide_filed(alone, POLICY, Filing.CANCELLATIONS).requests
    assert (dragged.address_key, dragged.state) == (BOB, State.AWAITING_CONFIRMATION)


def test_a_batch_is_looked_up_with_all_its_keys_at_once() -> None:
    received = f"Received: by mx.host.example; Tue, 24 Nov 2026 12:00:00 +0000\r\n{HEAD}"
    named = reading(
        f"Please take me off your mailing list, I get your offers at {BOB} too.", head=received
    )
    answer = reading("Yes", head=f"{HEAD}In-Reply-To: {OUR_ID}\r\n".replace("anna", "carla"))
    nobody = reading("Hello", head=HEAD.replace(f"<{ANNA}>", ""))
    keys = asked([named, answer, nobody])
    assert keys.address_keys == {ANNA, BOB, "carla@garden.example"}
    assert keys.secret_hashes == {secret_hash(OLD_SECRET)}
    every = (named, answer, nobody)
    # Each may stand in the ledger as what could not be read.
    assert keys.digests == {d for each in every for d in (each.message.digest, each.octets)}
    assert len(keys.digests) == 6
    # Without a Received field the next message of the same form may have the same header.
    assert keys.copy_hashes == {named.copy_hash}


def test_what_is_known_is_known_of_the_requester() -> None:
    memory = Memory(
        by_secret={secret_hash(OLD_SECRET): (PENDING,)},
        newest={(ANNA, OPT_OUT): EFFECTIVE},
        suppressed={ANNA: suppressed()},
        replies_last_day={ANNA: 2},
    )
    answer = reading("Yes", head=f"{HEAD}In-Reply-To: {OUR_ID}\r\n")
    assert known_about(answer, memory) == Known(
        answered=(PENDING,),
        newest={OPT_OUT: EFFECTIVE},
        suppressed=suppressed(),
        replies_last_day=2,
    )
    nobody = reading("Hello", head=HEAD.replace(f"<{ANNA}>", ""))
    assert known_about(nobody, memory) == Known()


@pytest.mark.parametrize(
    ("date", "refilled", "age"),
    [
        ("Sun, 01 Feb 2026 09:30:00 +0000", False, timedelta()),
        ("Sun, 01 Feb 2026 09:30:00 +0000", True, 29 * DAY),
        ("Wed, 01 Apr 2026 09:30:00 +0000", True, timedelta()),
        ("once upon a time", True, timedelta()),
        ("", True, timedelta()),
    ],
    ids=["usual", "refilled", "in the future", "unreadable", "none"],
)
def test_the_date_counts_only_where_the_folder_was_filled_anew(
    date: str, refilled: bool, age: timedelta
) -> None:
    found = reading("Hello", head=HEAD + (f"Date: {date}\r\n" if date else ""))
    made = make_case(found, desk(), known=Known(), tokens=TOKENS, now=NOW, refilled=refilled)
    assert made.age == age
    assert made.received_at == NOW


@pytest.mark.parametrize(
    ("stamp", "refilled", "age"),
    [
        (NOW - 2 * DAY, False, 29 * DAY),
        (NOW - timedelta(hours=23), False, timedelta()),
        (NOW + 2 * DAY, False, timedelta()),
        (NOW - 40 * DAY, True, 40 * DAY),
        (NOW - 40 * DAY, False, 40 * DAY),
    ],
    ids=["copied in", "a slow night", "in the future", "refilled", "older than its Date"],
)
def test_what_our_own_server_received_long_before_was_copied_in(
    stamp: datetime, refilled: bool, age: timedelta
) -> None:
    received = f"Received: by mx; {stamp:%a, %d %b %Y %H:%M:%S} +0000\r\n"
    head = f"{received}{HEAD}Date: Sun, 01 Feb 2026 09:30:00 +0000\r\n"
    found = reading("Hello", head=head)
    for started_at, before in ((NOW - 50 * DAY, False), (NOW - DAY, age > DAY), (None, False)):
        made = make_case(
            found,
            desk(),
            known=Known(),
            tokens=TOKENS,
            now=NOW,
            refilled=refilled,
            started_at=started_at,
        )
        assert (made.age, made.from_before) == (age, before)


@pytest.mark.parametrize(
    ("text", "language", "default", "answer"),
    [
        pytest.param("Tak", "pl", "en", Answer.YES, id="yes in Polish"),
        pytest.param("Tak!", "da", "en", Answer.THANKS, id="thanks in Danish"),
        pytest.param("Tak", "en", "en", Answer.UNCLEAR, id="asked in another language"),
        pytest.param("Tak", "", "pl", Answer.YES, id="asked in the configured language"),
        pytest.param("Tak", "uk", "pl", Answer.YES, id="asked in it for want of another"),
        pytest.param("Oui", "pl", "en", Answer.YES, id="answered in a language of their own"),
        pytest.param("Tak, nej tak", "pl", "en", Answer.NO, id="a Danish no after all"),
    ],
)
def test_an_answer_is_read_in_the_language_that_was_asked_in(
    text: str, language: str, default: str, answer: Answer
) -> None:
    found = reading(text, head=f"{HEAD}In-Reply-To: {OUR_ID}\r\n")
    made = make_case(
        found,
        replace(desk(), language=default),
        known=Known(answered=(replace(PENDING, language=language),)),
        tokens=TOKENS,
        now=NOW,
        refilled=False,
    )
    assert made.answer is answer
