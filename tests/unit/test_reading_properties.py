"""What holds of whatever comes: it is read and decided on, or refused in the one allowed way.

Unlike `judge`, which takes every exception for a message that cannot be read, nothing is caught
here but the refusal.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.case import Policy
from handlers.classify.shipped import shipped_classifier
from handlers.decide import decide
from handlers.memory import Known
from handlers.parse import UnparseableMessage
from handlers.reading import Desk, make_case, read_message
from handlers.values import Disposition, Message, Proof, RawMessage, Role, State
from tests.unit.cases import NOW, SUPPORT, TOKENS, US
from tests.unit.messages import SECRET, joined

OURS = "mx.gigapros.example"
RECEIVED = datetime(2026, 11, 25, 10, tzinfo=UTC)
PERSON = f"From: Anna <anna@x.example>\r\nTo: {SUPPORT}\r\n".encode()

# Names of fields that something is read from, in every spelling.
NAMES = st.sampled_from(
    ["From", "from ", "Sender", "Reply-To", "To", "Cc", "Delivered-To", "Resent-To", "Subject",
     "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Precedence", "List-Id",
     "List-Unsubscribe", "Return-Path", "Received", "Authentication-Results", "X-Spam-Flag",
     "X-Spam-Status", "X-Auto-Response-Suppress", "X-Loop", "X-Failed-Recipients", "Feedback-ID",
     "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version", "X",
     "no field"]
)  # fmt: skip
# Pieces of their values: what is right, what is nearly right, and what is none.
PIECES = st.sampled_from(
    ["anna@x.example", SUPPORT, "<", ">", "<>", "@", ",", ";", ":", "(", ")", '"', "\\", " ",
     "\r\n ", "\r\n\t", "\r", "\n", "\0", "\u202e", "ü", "\udcff", "=?utf-8?q?=0D=0A?=", "=?",
     "=?utf-8?b?4pyT?=", "=?x?b?!!?=", "a@[1.2.3.4]", "аnna@x.example", "Re: ", "unsubscribe",
     "auto-replied", "no", "bulk", "All", "YES", SECRET, f"<optoutd.{SECRET}@gigapros.example>",
     f"{OURS}; dmarc=pass header.from=x.example", f"{OURS}; dmarc=fail", "dmarc=pass",
     "from a by b; Wed, 25 Nov 2026 10:00:00 +0000", "Wed, 25 Nov 2026 10:00:00 +0000",
     "99 Foo 9999999 99:99 +9999", "text/plain", "text/html", "multipart/mixed",
     "multipart/report", "message/rfc822", "; charset=", "; boundary=b1", "; report-type=",
     "delivery-status", "feedback-report", "utf-16", "utf-7", "base64", "quoted-printable",
     "attachment", "*0*=utf-8''%ff", "x" * 300]
)  # fmt: skip
VALUES = st.lists(PIECES | st.text(max_size=4), max_size=5).map("".join)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
LINES = st.sampled_from(
    ["Please unsubscribe me.", "Please cancel my account.", "Bitte kündigen.", "YES", "no",
     f"> {SECRET}", "> quoted", "On Monday, Anna wrote:", "-- ", "--b1", "--b1--", "", "<p>hi</p>",
     "<div style='display:none'>cancel my account</div>", "<!--", "&#0;", "\u202e", "\0", "=00=",
     "Out of office until Monday.", "Feedback-Type: abuse", "Original-Rcpt-To: a@x.example",
     "Final-Recipient: rfc822; anna@x.example", "Action: failed", "stop@x.example"]
)  # fmt: skip
BODIES = st.lists(LINES | st.text(max_size=8), max_size=6).map("\r\n".join)


def octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


@st.composite
def parts(draw: st.DrawFn, depth: int = 2) -> bytes:
    """The fields and the body of a message or of a part."""
    head = "".join(f"{name}: {value}\r\n" for name, value in draw(FIELDS))
    if depth and draw(st.booleans()):
        kind = draw(st.sampled_from(["mixed", "alternative", "report", "digest", "related", "x"]))
        inside = draw(st.lists(parts(depth=depth - 1), max_size=3))
        body = joined(*inside, boundary=f"b{depth}")
        head = f"Content-Type: multipart/{kind}; boundary=b{depth}\r\n{head}"
    else:
        body = octets(draw(BODIES))
    return octets(head) + draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b""])) + body


@cache
def desk() -> Desk:
    return Desk(
        mailbox="support",
        role=Role.SUPPORT,
        us=US,
        trusted_authserv_id=OURS,
        classifier=shipped_classifier(),
    )


def check(raw: bytes, size_bytes: int) -> None:
    """Reads and decides on a message; everything that is read can be stored and sent on."""
    fetched = RawMessage(uid=1, raw=raw, size_bytes=size_bytes, internal_date=RECEIVED)
    try:
        reading = read_message(fetched, desk())
    except UnparseableMessage:
        return
    check_message(reading.message)
    case = make_case(reading, desk(), known=Known(), tokens=TOKENS, now=NOW, refilled=False)
    decision = decide(case, Policy(us=US))
    assert decision.disposition in Disposition
    assert decision.reason
    if not reading.screening.may_reply:
        assert decision.reply is None
    if reading.proof is not Proof.PROVEN:
        assert all(request.state is not State.CONFIRMED for request in decision.requests)


def check_message(message: Message) -> None:
    texts = (message.new_text, message.quoted_text, message.signature, message.hidden_text)
    for text in (*texts, message.subject, message.message_id, message.language):
        text.encode("utf-8")
        assert "\0" not in text
    for _, value in message.headers.items():  # noqa: PERF102 - Headers is no mapping
        value.encode("utf-8")
        # A NUL stays, so that an address with one is none; no field is stored or sent.
        assert not {"\r", "\n"} & set(value)
    people = (*message.senders, *message.recipients, *message.reply_to, *message.delivered_to)
    for person in people:
        said = f"{person.written}{person.key}{person.display}"
        assert not [c for c in said if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
        assert not {" ", "<", ">", ","} & set(person.written + person.key)
    for one in (message.message_id, *message.in_reply_to, *message.references):
        assert not [c for c in one if c.isspace() or ord(c) < 32]
    assert message.date is None or message.date.tzinfo is UTC


@settings(max_examples=100)
@given(parts(), st.sampled_from([b"", PERSON]), st.integers(0, 3))
def test_structured_mail_is_read_and_decided_on(raw: bytes, above: bytes, more: int) -> None:
    check(above + raw, len(above + raw) + more)


@settings(max_examples=100)
@given(st.binary(max_size=500))
def test_any_bytes_are_read_and_decided_on(raw: bytes) -> None:
    check(raw, len(raw))
