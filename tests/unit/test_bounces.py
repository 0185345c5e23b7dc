"""Whose mail a bounce could not deliver: formats, near misses, and what is made to hang it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.parse import parse_message

GONE = "gone@bakery.example"
QMAIL = f"""\
Hi. This is the qmail-send program at mx.bakery.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{GONE}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.
"""
EXIM = f"""\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {GONE}
    Unrouteable address
"""
REPORT = f"""\
--b
Content-Type: text/plain

Your mail came back.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.bakery.example

Final-Recipient: rfc822; {GONE}
Action: ACTION
Status: 5.1.1
--b--
"""
MIXED = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"


def bounced(head: str, text: str) -> tuple[str, ...]:
    return parse_message(f"{head}\nTo: support@host.example\n\n{text}".encode()).bounced


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("From: MAILER-DAEMON@mx.bakery.example\nSubject: failure notice", QMAIL),
        ("Subject: failure notice", QMAIL),
        ("From: x@bakery.example\nReturn-Path: <>", QMAIL),
        ("From: x@bakery.example\nSubject: Mail delivery failed", QMAIL),
        (f"From: Mail Delivery System <x@y.example>\nX-Failed-Recipients: {GONE}", EXIM),
        (f"From: x@bakery.example\n{MIXED}", REPORT.replace("ACTION", "failed")),
    ],
    ids=["qmail", "no From", "null reverse-path", "only its words", "exim", "report"],
)
def test_a_bounce_names_whom_it_did_not_reach(head: str, text: str) -> None:
    assert bounced(head, text) == (GONE,)


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (f"From: x@bakery.example\n{MIXED}", REPORT.replace("ACTION", "delayed")),
        ("From: x@bakery.example\nSubject: Hello", "Please unsubscribe me."),
        ("From: MAILER-DAEMON@mx.bakery.example\nSubject: Hello", "Nothing of use."),
    ],
    ids=["still waits", "a person", "a daemon"],
)
def test_nobody_is_named_where_nobody_is(head: str, text: str) -> None:
    assert bounced(head, text) == ()


@pytest.mark.parametrize(
    "line", ["a" * 9_000, "<" * 9_000, "a@" * 4_500, " " * 9_000, "<a" * 4_500]
)
def test_lines_that_would_hang_its_patterns_do_not(line: str) -> None:
    text = f"{QMAIL}\nThis Message was undeliverable due to the following reason:\n{line}\n" * 9
    assert bounced("Return-Path: <>", f"{text}\nUndeliverable Address: {line}\n") in ((), (GONE,))


@given(st.binary(max_size=300))
def test_any_octets_are_read(octets: bytes) -> None:
    assert isinstance(parse_message(b"Return-Path: <>\n\n" + octets).bounced, tuple)
