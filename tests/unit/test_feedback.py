"""Feedback reports as providers write them, and as forgers would: whom they name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.address import make_address
from handlers.feedback import Complaint, complaint_in
from handlers.list_token import KEY_BYTES, seal
from handlers.parse import parse_message
from handlers.screen import screen
from handlers.values import Proof
from tests.unit.cases import ANNA, BOB, US, address, message

KEYS = {1: bytes(range(KEY_BYTES))}
TOKEN = seal(address(ANNA), "tips", key_number=1, key=KEYS[1])
UNSUBSCRIBE = f"<mailto:support@host.example?subject=unsubscribe%20{TOKEN}>"
OTHERS_TOKEN = seal(address(ANNA), "tips", key_number=1, key=bytes(KEY_BYTES))

ALTERED = TOKEN[:30] + ("A" if TOKEN[30] != "A" else "B") + TOKEN[31:]


def report(
    *fields: str,
    original: str = "To: Undisclosed recipients:;",
    attached: str = "message/rfc822",
    kind: str = "multipart/report; report-type=feedback-report",
    part: str = "message/feedback-report",
    sender: str = "fbl@isp.example",
) -> bytes:
    lines = [
        f"From: {sender}", "To: support@host.example", "Subject: FW: Spring offers",
        "MIME-Version: 1.0", f'Content-Type: {kind}; boundary="b"', "", "--b",
        "Content-Type: text/plain", "", "This is an email abuse report.", "--b",
        f"Content-Type: {part}", "", *fields, "User-Agent: SomeGenerator/1.0", "Version: 1", "",
        "--b", f"Content-Type: {attached}", "", "From: news@host.example", original,
        "Subject: Spring offers", "Feedback-ID: 1:2:3:host", "",
        "Unsubscribe: mail unsubscribe to dora@mill.example", "--b--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def named(raw: bytes) -> list[str] | None:
    """The keys of whom a message names, ["too many"], or None where it is no complaint."""
    found = complaint_in(parse_message(raw), US, KEYS)
    if found is None:
        return None
    return ["too many"] if found.too_many else [a.key for a in found.people]


ABUSE, OPT_OUT = "Feedback-Type: abuse", "Feedback-Type: opt-out"
RCPT = "Original-Rcpt-To: <Anna@Garden.example>"


@pytest.mark.parametrize(
    "raw",
    [
        report(ABUSE, RCPT),
        report(OPT_OUT, RCPT),
        report("Feedback-Type: opt-out-list", RCPT),
        report("feedback-type:   ABUSE (of mail)", RCPT),
        report(OPT_OUT, "Removal-Recipient: anna@garden.example"),
        report(OPT_OUT, "Removal-Recipient: rfc822; anna@garden.example"),
        report(OPT_OUT, "Removal-Recipient: anna@garden.example", RCPT),
        report(ABUSE, "Original-Rcpt-To:\r\n <anna@garden.example>"),
        report("", ABUSE, RCPT),  # a blank line before the fields
        report(ABUSE, RCPT, kind="multipart/mixed"),
        report(ABUSE, RCPT, kind="multipart/report"),
        report(ABUSE, RCPT, attached="text/rfc822-headers"),
        report(ABUSE, original="To: Anna <anna@garden.example>"),
        report(ABUSE, original="To: anna@garden.example", attached="text/rfc822-headers"),
        report(ABUSE, "Original-Rcpt-To: redacted", original="To: anna@garden.example"),
        report(ABUSE, "Original-Rcpt-To: <xxx@isp.example>", original="To: anna@garden.example"),
        report(ABUSE, "Original-Rcpt-To: redacted7@b.example", original="To: anna@garden.example"),
        report(ABUSE, original="X-HmXmrOriginalRecipient: anna@garden.example"),
        report(original="X-HmXmrOriginalRecipient: anna@garden.example", part="text/plain",
               kind="multipart/mixed", sender="staff@hotmail.com"),
        report(ABUSE, original=f"To: x@isp.example\r\nList-Unsubscribe: {UNSUBSCRIBE}"),
        report(ABUSE, original=f"List-Unsubscribe:\r\n <https://x.example/u/{TOKEN}>"),
        # The token is before what anybody can write, and before where the mail was forwarded to.
        report(ABUSE, f"Original-Rcpt-To: {BOB}", original=f"List-Unsubscribe: {UNSUBSCRIBE}"),
        report(ABUSE, *(f"Original-Rcpt-To: p{n}@garden.example" for n in range(9)),
               original=f"List-Unsubscribe: {UNSUBSCRIBE}"),
        report(ABUSE, original=f"To: {BOB}\r\nList-Unsubscribe: {UNSUBSCRIBE}"),
        report(ABUSE,
               original=f"X-HmXmrOriginalRecipient: {BOB}\r\nList-Unsubscribe: {UNSUBSCRIBE}"),
        # RFC 6590: the local part as a hash
        report(ABUSE, "Original-Rcpt-To: rZ8cqXWGiKHzhz1MsFRGTysHia4=@isp.example",
               original="To: anna@garden.example"),
        report(ABUSE, f"Original-Rcpt-To: {'5d' * 20}@isp.example", original=f"To: {ANNA}"),
    ],
)  # fmt: skip
def test_whom_a_report_names(raw: bytes) -> None:
    assert named(raw) == [ANNA]


@pytest.mark.parametrize(
    "raw",
    [
        report("Feedback-Type: not-spam", RCPT),
        report("Feedback-Type: fraud", RCPT),
        report("Feedback-Type: virus", RCPT),
        report("Feedback-Type: auth-failure", RCPT),
        report("Feedback-Type: other", RCPT),
        report("Feedback-Type: abusive", RCPT),
        report("Feedback-Type:", RCPT),
        report(RCPT),
        report(ABUSE, "Feedback-Type: not-spam", RCPT),
        report(ABUSE),
        report(ABUSE, "Original-Rcpt-To: redacted"),
        report(ABUSE, "Original-Mail-From: <anna@garden.example>"),
        report(ABUSE, "Reported-URI: mailto:anna@garden.example"),
        report(ABUSE, RCPT, part="text/plain"),
        report(ABUSE, original="X-HmXmrOriginalRecipient: anna@garden.example", part="text/plain"),
        report(ABUSE, original="To: anna@garden.example, bob@bakery.example"),
        report(ABUSE, original="Cc: anna@garden.example"),
        report(ABUSE, original=f"List-Unsubscribe: <mailto:x?subject={OTHERS_TOKEN}>"),
        # ours
        report(ABUSE, "Original-Rcpt-To: support@host.example"),
        report(ABUSE, "Original-Rcpt-To: SUPPORT@HOST.EXAMPLE"),
        report(ABUSE, "Original-Rcpt-To: ceo@host.example"),
        report(ABUSE, "Original-Rcpt-To: ceo@mail.host.example"),
        report(ABUSE, "Original-Rcpt-To: forms@host.example", original="To: anna@garden.example"),
        report(ABUSE, original="To: cancel@host.example"),
        report(ABUSE, original="X-HmXmrOriginalRecipient: support@host.example"),
        # a mail that somebody has passed on
        b"From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n" + report(ABUSE, RCPT),
        b"From: a@b.example\r\nFeedback-Type: abuse\r\n" + RCPT.encode() + b"\r\n\r\nhi",
    ],
)  # fmt: skip
def test_what_names_nobody(raw: bytes) -> None:
    assert named(raw) is None


def test_a_report_names_few() -> None:
    people = [f"Original-Rcpt-To: p{n}@garden.example" for n in range(6)]
    assert named(report(ABUSE, *people[:5])) == [f"p{n}@garden.example" for n in range(5)]
    assert named(report(ABUSE, *people)) == ["too many"]
    assert named(report(ABUSE, *people[:5], *people[:5])) is not None
    assert named(report(ABUSE, RCPT, "Original-Rcpt-To: support@host.example")) == [ANNA]
    many = "Original-Rcpt-To: " + ", ".join(f"p{n}@garden.example" for n in range(900))
    assert named(report(ABUSE, many)) == ["too many"]


@pytest.mark.parametrize(
    ("way_out", "doubtful"),
    [
        (f"<mailto:support@host.example?subject={OTHERS_TOKEN}>", True),
        (f"<mailto:support+{OTHERS_TOKEN}@host.example>", True),
        (f"<mailto:support@host.example?subject={ALTERED}>", True),
        (f"<mailto:support@host.example?subject={TOKEN}>", False),
        (f"<mailto:leave@elsewhere.example?subject={OTHERS_TOKEN}>", False),
        # Another way of ours, of before or beside.
        ("<mailto:support@host.example?subject=u-8f14e45fceea167a5a36dedd4bea2543>", False),
    ],
)
def test_a_newsletter_of_ours_that_we_have_not_sent_makes_a_report_doubtful(
    way_out: str, doubtful: bool
) -> None:
    raw = report(ABUSE, RCPT, original=f"List-Unsubscribe: {way_out}")
    found = complaint_in(parse_message(raw), US, KEYS)
    assert found is not None
    assert ([a.key for a in found.people], found.doubtful) == ([ANNA], doubtful)


def test_a_feedback_id_alone_silences_nothing() -> None:
    said = message(("Feedback-ID", "1:2:3:garden"))
    assert screen(said, US, Proof.UNPROVEN).silent == ()
    assert complaint_in(said, US, KEYS) is None


FIELDS = st.lists(
    st.sampled_from(
        [
            ABUSE,
            OPT_OUT,
            RCPT,
            "Feedback-Type: not-spam",
            "Original-Rcpt-To: support@host.example",
            "Original-Rcpt-To: <support@host.example> (anna@garden.example)",
            "Removal-Recipient: Support@Host.Example",
            "Removal-Recipient: forms@host.example,bob@bakery.example",
            "Removal-Recipient: a@xn--hst-sna.example",
            "To: cancel@host.example",
            f"List-Unsubscribe: {UNSUBSCRIBE}",
            "\x00",
            "--b",
            " folded@host.example",
        ]
    ),
    max_size=12,
)


@given(fields=FIELDS, original=FIELDS)
def test_no_report_names_one_of_ours(fields: list[str], original: list[str]) -> None:
    keys = named(report(*fields, original="\r\n".join(original) or "X: y")) or []
    assert not [key for key in keys if key.endswith("host.example")]


def test_a_token_of_one_of_ours_names_nobody() -> None:
    ours = make_address("support@host.example")
    assert ours is not None
    token = seal(ours, "*", key_number=1, key=KEYS[1])
    assert named(report(ABUSE, original=f"List-Unsubscribe: <mailto:x?subject={token}>")) is None
    assert replace(Complaint(), too_many=True).people == ()
