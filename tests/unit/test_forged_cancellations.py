"""A cancellation without proof: each way to have one confirmed, tried on the real route.

Parsed, screened, classified and decided on as in the daemon. The customer has not asked for it in
any of these; the store knows our question with its secret, where the way needs one.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from handlers.classify.shipped import shipped_classifier
from handlers.decide import decide
from handlers.memory import Memory
from handlers.people import decide_filed
from handlers.proof import prove
from handlers.reading import Desk, Reading, known_about, make_case, read_message
from handlers.secret import code_form, message_id, secret_hash
from handlers.values import Decision, Filing, Intent, Proof, RawMessage, Request, Role, State
from tests.unit.cases import CANCELLATION, DAY, NOW, OPT_OUT, POLICY, TOKENS, US, request
from tests.unit.letters import CANCELLATION as REFERENCE
from tests.unit.letters import SECRET, opened, plan, written
from tests.unit.messages import joined, part
from tests.unit.test_proof import LOOKALIKES

ANNA, EVE = "anna.b@shop.example", "eve@evil.example"
OURS = "mx.host.example"
BY_US = "Received: from relay.evil.example by mx.host.example (Postfix) with ESMTPS id 1; Z"
BY_EVIL = "Received: from desk.evil.example by relay.evil.example with ESMTP id 2; Z"
RESULT = "dmarc=pass header.from=shop.example"
ASKS = "Please cancel my account.\r\n"

QUESTION = opened(written(plan(("cancellation_question",))))
QUESTION_ID, QUESTION_TEXT = str(QUESTION["Message-ID"]), QUESTION.get_content()
assert message_id(SECRET, "host.example") == QUESTION_ID
CODE = code_form(SECRET)
THREAD = f"In-Reply-To: {QUESTION_ID}"
QUOTED = "".join(f"> {line}\r\n" for line in QUESTION_TEXT.splitlines())
OTHER, OPT_OUTS, GUESSED = "QQQQQQQQQQQQQQQQ", "RRRRRRRRRRRRRRRR", f"{SECRET[:-1]}Q"

PENDING = request(
    CANCELLATION, State.AWAITING_CONFIRMATION, reference=REFERENCE, address_key=ANNA,
    received_at=NOW - DAY, updated_at=NOW - DAY, language="en",
)  # fmt: skip
EVES = replace(PENDING, reference="C-EVE001", address_key=EVE)
OF_OPT_OUT = request(OPT_OUT, State.EFFECTIVE, reference="O-ANN001", address_key=ANNA)


@cache
def desk() -> Desk:
    return Desk(
        mailbox="support",
        role=Role.CANCEL,
        us=US,
        trusted_authserv_id=OURS,
        classifier=shipped_classifier(),
    )


def mail(
    *fields: str,
    text: str | bytes = ASKS,
    sender: str = ANNA,
    subject: str = "Cancellation",
    kind: str = "text/plain; charset=utf-8",
) -> bytes:
    """One with `fields` on top of those that its writer chose."""
    head = (
        *fields, f"From: {sender}", "To: cancel@host.example", f"Subject: {subject}",
        "Message-ID: <7@shop.example>", "MIME-Version: 1.0", f"Content-Type: {kind}",
    )  # fmt: skip
    body = text if isinstance(text, bytes) else text.encode()
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def results(value: str, *, ours: str = OURS) -> str:
    return f"Authentication-Results: {ours}; {value}"


def answer(*fields: str, text: str | bytes = f"YES\r\n\r\n{QUOTED}", **changes: str) -> bytes:
    return mail(*(fields or (THREAD,)), text=text, **{"subject": "Re: Cancellation"} | changes)


@cache
def read(raw: bytes) -> Reading:
    message = RawMessage(uid=7, raw=raw, size_bytes=len(raw), internal_date=NOW)
    return read_message(message, desk())


def decided(raw: bytes, *requests: Request) -> Decision:
    """What follows where the store holds `requests`, and our question about them."""
    reading = read(raw)
    memory = Memory(
        by_secret={
            secret_hash(SECRET): tuple(r for r in requests if r.address_key == ANNA),
            secret_hash(OTHER): (EVES,),
            secret_hash(OPT_OUTS): (OF_OPT_OUT,),
        },
        newest={(r.address_key, r.kind): r for r in (*requests, EVES)},
    )
    known = known_about(reading, memory)
    case = make_case(reading, desk(), known=known, tokens=TOKENS, now=NOW, refilled=False)
    return decide(case, POLICY)


def confirmed(decision: Decision) -> list[str]:
    """The references of Anna's cancellations that a decision confirms."""
    made = [
        r.reference
        for r in decision.requests
        if r.state is State.CONFIRMED and r.address_key == ANNA
    ]
    made += [c.reference for c in decision.changes if c.after is State.CONFIRMED]
    return [reference for reference in made if reference != EVES.reference]


def test_the_ways_that_do_confirm_are_these() -> None:
    """Or nothing below would say anything."""
    assert confirmed(decided(mail(results(RESULT), BY_US))) == [TOKENS.cancellation_reference]
    assert confirmed(decided(answer(), PENDING)) == [REFERENCE]
    assert confirmed(decided(answer(f"References: {QUESTION_ID}"), PENDING)) == [REFERENCE]
    assert confirmed(decided(answer("X-Nothing: else"), PENDING)) == [REFERENCE]  # the code
    assert confirmed(decided(answer(text=f"Ja\r\n\r\n{QUOTED}"), PENDING)) == [REFERENCE]


# Our own server vouches for nobody in any of these; "asked" and "held" say what follows.
ASKED, HELD = "asked", "held"
VOUCHING: dict[str, tuple[bytes, str]] = {
    "nothing at all": (mail(), ASKED),
    "another id": (mail(results(RESULT, ours="mx.evil.example")), ASKED),
    "another id above ours": (
        mail(results("none", ours="mx.evil.example"), results(RESULT)),
        ASKED,
    ),
    "ours below another server": (
        mail(results("none", ours="mx.evil.example"), BY_US, results(RESULT)),
        HELD,
    ),
    "ours below a Received": (mail(results("spf=none"), BY_US, results(RESULT)), HELD),
    "ours below two": (mail(BY_US, BY_EVIL, results(RESULT)), HELD),
    "ours below a stranger's": (mail(BY_EVIL, results(RESULT)), ASKED),
    "ours after another field": (
        mail(results("spf=none"), "X-Filter: yes", results(RESULT)),
        ASKED,
    ),
    "ours that says none above one that says pass": (
        mail(results("dmarc=none"), results(RESULT)),
        ASKED,
    ),
    "a version": (mail(results(RESULT, ours=f"{OURS} 1")), ASKED),
    "a comment": (mail(results(RESULT, ours=f"{OURS} (really)")), ASKED),
    "quotes": (mail(results(RESULT, ours=f'"{OURS}"')), ASKED),
    "capitals": (mail(results(RESULT, ours=OURS.upper())), ASKED),
    "folded into two names": (mail(results(RESULT, ours="mx.host.\r\n example")), HELD),
    "no id": (mail(f"Authentication-Results: {RESULT}"), ASKED),
    "no semicolon": (mail(f"Authentication-Results: {OURS} {RESULT}"), HELD),
    "other fields": (
        mail(
            f"X-Authentication-Results: {OURS}; {RESULT}",
            f"ARC-Authentication-Results: i=1; {OURS}; {RESULT}",
            f"Authentication-Results-Original: {OURS}; {RESULT}",
            "Received-SPF: pass (shop.example)",
            "DKIM-Signature: v=1; d=shop.example; s=s; b=AAAA",
        ),
        ASKED,
    ),
    "only in the body": (
        mail(text=f"{results(RESULT)}\r\n\r\nPlease cancel my hosting account.\r\n"),
        ASKED,
    ),
    "in a comment": (mail(results(f"spf=none ({RESULT})")), ASKED),
    "in a comment with its semicolon": (mail(results(f"spf=none (; {RESULT})")), ASKED),
    "in a quoted address": (mail(results(f'spf=none smtp.mailfrom="; {RESULT}"@x.y')), ASKED),
    "in a reason": (mail(results(f'spf=none reason="; {RESULT}"')), ASKED),
    "as a property": (mail(results(f"spf=none {RESULT}")), ASKED),
    "of a method like it": (mail(results(f"x-{RESULT}")), ASKED),
    "of other methods": (mail(results("spf=pass smtp.mailfrom=shop.example; dkim=pass")), ASKED),
    "without a domain": (mail(results("dmarc=pass")), ASKED),
    "for another domain": (mail(results("dmarc=pass header.from=evil.example")), ASKED),
    "for a subdomain": (mail(results("dmarc=pass header.from=mail.shop.example")), ASKED),
    "for the domain above": (mail(results("dmarc=pass header.from=example")), ASKED),
    "twice": (mail(results(f"{RESULT}; {RESULT}")), ASKED),
    "with another verdict": (mail(results(f"{RESULT}; dmarc=none")), ASKED),
    "with a failure": (mail(results(f"{RESULT}; dmarc=fail")), HELD),
    "cut off": (mail(results(f"{RESULT} (")), ASKED),
    "behind 400 signatures": (
        mail(results(";".join(f"dkim=fail header.d=d{n}.evil.example" for n in range(400)))),
        HELD,
    ),
    "of the second of two From": (
        mail(results("dmarc=pass header.from=evil.example"), f"From: {EVE}"),
        HELD,
    ),
    "of one of two in a From": (
        mail(results("dmarc=pass header.from=evil.example"), sender=f"{ANNA}, {EVE}"),
        HELD,
    ),
    "of the name before an address": (
        mail(results("dmarc=pass header.from=evil.example"), sender=f'"{ANNA}" <{EVE}>'),
        "",
    ),
    "of the Sender": (
        mail(results("dmarc=pass header.from=evil.example"), f"Sender: {EVE}"),
        ASKED,
    ),
    "of a form": (
        mail(results("dmarc=pass header.from=host.example"), f"Reply-To: {ANNA}",
             sender="forms@host.example"),
        ASKED,
    ),
    "of a colleague": (
        mail(results("dmarc=pass header.from=host.example"), sender="staff@host.example"),
        HELD,
    ),
}  # fmt: skip
VOUCHING |= {f"look-alike {theirs!a}": (mail(results(RESULT, ours=theirs)), HELD)
             for theirs in LOOKALIKES}  # fmt: skip


@pytest.mark.parametrize(("raw", "follows"), VOUCHING.values(), ids=VOUCHING)
@pytest.mark.parametrize("before", [(), (PENDING,)], ids=["new", "pending"])
def test_no_field_that_an_outsider_writes_confirms(
    raw: bytes, follows: str, before: tuple[Request, ...]
) -> None:
    decision = decided(raw, *before)
    assert confirmed(decision) == []
    asks = decision.reply is not None and decision.reply.asks
    if follows == HELD:
        assert decision.reply is None
        assert decision.filing is Filing.REVIEW
    elif follows == ASKED:
        assert asks is not bool(before)  # once


@pytest.mark.parametrize("trusted", ["", "exchange-online", "mx2.host.example"])
def test_another_setting_trusts_nothing_of_it_either(trusted: str) -> None:
    for raw, _ in VOUCHING.values():
        proof = prove(read(raw).message, US, trusted)
        without_id = raw.startswith(b"Authentication-Results: dmarc")
        assert proof is not Proof.PROVEN or (trusted == "exchange-online" and without_id)


# Eve has an address at the same provider, which vouches for its domain and not for her name.
@pytest.mark.parametrize(
    "sender",
    [
        '"anna.b@shop.example" <eve@shop.example>',
        "anna.b@shop.example <eve@shop.example>",
        "<eve@shop.example> <anna.b@shop.example>",
        "<anna.b@shop.example> <eve@shop.example>",
        "<anna.b@shop.example> eve@shop.example",
        "eve@shop.example <anna.b@shop.example>",
        "eve@shop.example (anna.b@shop.example)",
        "anna.b(eve@shop.example)@shop.example <eve@shop.example>",
        "anna.b@shop.example(<eve@shop.example>), eve@shop.example",
        '"<anna.b@shop.example>" <eve@shop.example>',
        '"x\\" <anna.b@shop.example>, \\"" <eve@shop.example>',
        '"x" <anna.b@shop.example> "y" <eve@shop.example>',
        "=?utf-8?q?anna.b=40shop.example?= <eve@shop.example>",
        "=?utf-8?q?=3Canna.b=40shop.example=3E?= <eve@shop.example>",
        "=?utf-8?q?x=0D=0AFrom=3A_anna.b=40shop.example?= <eve@shop.example>",
        "anna.b@shop.example\r\n <eve@shop.example>",
        "eve@shop.example,\r\n\tanna.b@shop.example",
        "anna.b@shop.example;eve@shop.example",
        "eve@shop.example; anna.b@shop.example",
        "Friends: anna.b@shop.example, eve@shop.example;",
        "Friends:; anna.b@shop.example, eve@shop.example",
        "<@shop.example,@evil.example:anna.b@shop.example>, <eve@shop.example>",
        "<eve%anna.b@shop.example>",
        "<eve+anna.b@shop.example>",
        '<"anna.b@shop.example"@shop.example>',
        '<"anna.b@shop.example> <eve"@shop.example>',
        "eve@shop.example\x00, anna.b@shop.example",
        "anna.b@shop.example\x00 <eve@shop.example>",
        "anna.b@shop.example\r <eve@shop.example>",
        "anna.b@shop.example\r\nFrom : eve@shop.example",
        "eve@shop.example\r\nFROM: anna.b@shop.example",
        "eve@shop.example\r\nResent-From: anna.b@shop.example\r\nSender: anna.b@shop.example",
        "eve@shop.example\r\nReply-To: anna.b@shop.example",
        "аnna.b@shop.example",
        "anna.b\u200b@shop.example",
    ],
)  # fmt: skip
def test_what_vouches_for_a_domain_vouches_for_no_second_name_in_the_from(sender: str) -> None:
    raw = mail(results(RESULT), BY_US, sender=sender)
    assert confirmed(decided(raw)) == []


BOUNCE = joined(
    part("Your message could not be delivered.\r\nYES\r\n"),
    part("Final-Recipient: rfc822; anna.b@shop.example\r\nAction: failed\r\n",
         "message/delivery-status"),
    part(f"Message-ID: {QUESTION_ID}\r\nSubject: YES\r\n\r\nYES\r\n{QUESTION_TEXT}",
         "message/rfc822"),
)  # fmt: skip
COMPLAINT = BOUNCE.replace(b"message/delivery-status", b"message/feedback-report").replace(
    b"Final-Recipient: rfc822;", b"Feedback-Type: abuse\r\nOriginal-Rcpt-To:"
)
REPORT = 'multipart/report; report-type=delivery-status; boundary="b1"'
HIDDEN = f'<p>I did not ask for this.</p><div style="display:none">YES</div><p>{CODE}</p>'

ANSWERS: dict[str, bytes] = {
    "a yes alone": answer("X-Nothing: else", text="YES\r\n"),
    "the reference in subject and text": answer(
        "X-Nothing: else", text=f"YES {REFERENCE}\r\nYES\r\n", subject=f"Re: [{REFERENCE}] YES"
    ),
    "the reference as a Message-ID": answer(
        f"In-Reply-To: <optoutd.{REFERENCE}@host.example>", text="YES\r\n"
    ),
    "a guessed secret": answer(f"In-Reply-To: {message_id(GUESSED, 'host.example')}", text="YES"),
    "a guessed code": answer("X-Nothing: else", text=f"YES\r\n\r\n{code_form(GUESSED)}\r\n"),
    "half a code": answer("X-Nothing: else", text=f"YES\r\n\r\n{CODE[:10]}]\r\n"),
    "twenty guesses": answer(
        "References: " + " ".join(message_id(f"{SECRET[:-2]}{a}{b}", "host.example")
                                  for a in "ABCDE" for b in "ABCD"),
        text="YES\r\n",
    ),
    "the hash of the secret": answer(f"In-Reply-To: <optoutd.{secret_hash(SECRET)}@host.example>",
                                     text=f"YES\r\n{secret_hash(SECRET)}\r\n"),
    "the secret of one's own question": answer(
        f"In-Reply-To: {message_id(OTHER, 'host.example')}", text="YES\r\n"
    ),
    "the secret of the opt-out": answer(
        f"In-Reply-To: {message_id(OPT_OUTS, 'host.example')}", text="YES\r\n"
    ),
    "the secret in a field of another name": answer(f"X-Reply-To: {QUESTION_ID}", text="YES\r\n"),
    "from another address": answer(sender=EVE),
    "from another address that answers for her": answer(
        f"Reply-To: {ANNA}", THREAD, f"Sender: {ANNA}", sender=EVE
    ),
    "from a tag of hers": answer(sender="anna.b+x@shop.example"),
    "from her subdomain": answer(sender="anna.b@mail.shop.example"),
    "from one who looks like her": answer(sender="аnna.b@shop.example"),
    "from one who calls himself her": answer(sender=f'"{ANNA}" <{EVE}>'),
    "from both": answer(sender=f"{ANNA}, {EVE}"),
    "from two From": answer(THREAD, f"From: {EVE}"),
    "from nobody": answer(sender=""),
    "from a form in her name": answer(
        THREAD, f"Reply-To: {EVE}", sender="forms@host.example"
    ),
    "from ourselves": answer(sender="support@host.example"),
    "refuted": answer(results("dmarc=fail header.from=shop.example"), THREAD),
    "posing": answer(results(RESULT, ours="mx.h0st.example"), THREAD),
    "a notice of absence": answer(
        THREAD, "Auto-Submitted: auto-replied",
        text=f"I am out of office until Monday.\r\n\r\n{QUOTED}",
    ),
    "a notice of absence that says yes": answer(
        THREAD, "Auto-Submitted: auto-replied (yes)", text=f"YES\r\n\r\n{QUOTED}"
    ),
    "a notice of absence without a sign": answer(
        THREAD, subject="Automatic reply: Cancellation",
        text=f"Yes, I am away.\r\nI am back on Monday.\r\n\r\n{QUOTED}",
    ),
    "one in German": answer(
        THREAD, text=f"Ich bin bis Montag nicht im Büro.\r\nJa, wirklich.\r\n\r\n{QUOTED}"
    ),
    "one by Precedence": answer(THREAD, "Precedence: bulk"),
    "one by a null sender": answer("Return-Path: <>", THREAD),
    "one by X-Autoreply": answer(THREAD, "X-Autoreply: yes"),
    "a list's copy": answer(THREAD, "List-Id: <roses.shop.example>"),
    "a bounce": answer(THREAD, text=BOUNCE, kind=REPORT),
    "a bounce to nobody": answer("Return-Path: <>", text=BOUNCE, kind=REPORT,
                                 sender="MAILER-DAEMON@shop.example"),
    "a bounce in her name without a report": answer(
        THREAD, subject="Undelivered Mail Returned to Sender",
        text=f"YES\r\nThis is the mail system at host mx.shop.example.\r\n\r\n{QUOTED}",
    ),
    "a complaint": answer(THREAD, text=COMPLAINT,
                          kind=REPORT.replace("delivery-status", "feedback-report")),
    "a receipt": answer(THREAD, text="", subject="Read: Cancellation"),
    "a receipt with its part": answer(
        THREAD, kind=REPORT.replace("delivery-status", "disposition-notification"),
        text=BOUNCE.replace(b"delivery-status", b"disposition-notification"),
    ),
    "a ticket": answer(
        THREAD, text=f"We have received your message, ticket 77. YES, we will answer.\r\n{QUOTED}"
    ),
    "our question come back": answer(text=QUESTION_TEXT),
    "our question quoted": answer(text=QUOTED),
    "our question below a blank line": answer(text=f"\r\n\r\n{QUOTED}"),
    "our question passed on": answer(
        text=f"----- Original Message -----\r\nFrom: {ANNA}\r\n\r\nYES\r\n{QUESTION_TEXT}"
    ),
    "a yes inside the quotation": answer(text=f"> YES\r\n{QUOTED}"),
    "a yes below a signature's mark": answer(text=f"\r\n-- \r\nYES\r\n\r\n{QUOTED}"),
    "a yes in the subject": answer(text=f"{QUOTED}", subject="YES"),
    "a hidden yes": answer(text=HIDDEN, kind="text/html; charset=utf-8"),
    "an attached yes": answer(
        text=joined(
            part("Hello.\r\n"), part(b"From: a@b.example\r\n\r\nYES\r\n", "message/rfc822"),
            part("YES\r\n", 'text/plain; name="yes.txt"', "Content-Disposition: attachment"),
        ),
        kind='multipart/mixed; boundary="b1"',
    ),
    "a yes with an open question": answer(text=f"YES?\r\n\r\n{QUOTED}"),
    "a yes that waits": answer(text=f"Yes, but not yet.\r\n\r\n{QUOTED}"),
    "a yes with a condition": answer(text=f"Yes, if I get my money back.\r\n\r\n{QUOTED}"),
    "a yes and a no": answer(text=f"YES\r\nNO\r\n\r\n{QUOTED}"),
    "a no": answer(text=f"NO\r\n\r\n{QUOTED}"),
    "thanks": answer(text=f"Thank you!\r\n\r\n{QUOTED}"),
    "OK, and a protest": answer(text=f"OK. I never asked for that.\r\n\r\n{QUOTED}"),
    "nothing": answer(text=""),
}  # fmt: skip


@pytest.mark.parametrize("raw", ANSWERS.values(), ids=ANSWERS)
def test_no_answer_without_the_secret_and_a_yes_confirms(raw: bytes) -> None:
    assert confirmed(decided(raw, PENDING)) == []


@pytest.mark.parametrize(
    "state",
    [s for s in State if s is not State.AWAITING_CONFIRMATION and s is not State.EFFECTIVE],
)
def test_a_secret_works_once(state: State) -> None:
    over = replace(PENDING, state=state, reason="confirmed-by-answer")
    assert confirmed(decided(answer(), over)) == []
    # Nor for what is asked later: that has a secret of its own.
    anew = replace(PENDING, reference="C-NEW777")
    reading = read(answer())
    memory = Memory(
        by_secret={secret_hash(SECRET): (over,)}, newest={(ANNA, Intent.CANCELLATION): anew}
    )
    case = make_case(
        reading, desk(), known=known_about(reading, memory), tokens=TOKENS, now=NOW, refilled=False
    )
    assert confirmed(decide(case, POLICY)) == []


@pytest.mark.parametrize("raw", [raw for raw, _ in VOUCHING.values()], ids=VOUCHING)
def test_staff_who_drag_a_message_decide_of_its_intent_and_not_of_its_proof(raw: bytes) -> None:
    reading = read(raw)
    known = known_about(reading, Memory())
    case = make_case(reading, desk(), known=known, tokens=TOKENS, now=NOW, refilled=False)
    assert confirmed(decide_filed(case, POLICY, Filing.CANCELLATIONS)) == []


def test_a_thousand_forgeries_bring_an_innocent_one_question() -> None:
    """And after her no, none for a month; each message is decided on as part of one batch."""
    memory, asked = Memory(), 0
    for number in range(40):
        raw = mail(f"X-Number: {number}", text=f"Please cancel my account.\r\n{number}\r\n")
        asked += _next(raw, memory)
    assert asked == 1
    memory.by_secret = {secret_hash(SECRET): (memory.newest[ANNA, Intent.CANCELLATION],)}
    memory.replies_last_day = {}
    _next(answer(text=f"NO\r\n\r\n{QUOTED}"), memory)
    assert memory.newest[ANNA, Intent.CANCELLATION].state is State.REJECTED
    memory.replies_last_day = {}
    assert (
        sum(_next(mail(f"X-Number: {n}", text=f"{ASKS}again {n}"), memory) for n in range(40)) == 0
    )
    assert memory.newest[ANNA, Intent.CANCELLATION].reason == "refused-before"


def _next(raw: bytes, memory: Memory) -> bool:
    """Decides on one message of a batch; whether it has somebody asked."""
    reading = read(raw)
    case = make_case(
        reading, desk(), known=known_about(reading, memory), tokens=TOKENS, now=NOW, refilled=False
    )
    decision = decide(case, POLICY)
    memory.learn(reading.message.digest, "support", decision)
    assert confirmed(decision) == []
    return decision.reply is not None and decision.reply.asks
