"""Forged cancellations and complaints, delivered into a real mailbox in one batch."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.acceptance.company import Company, mail

PASS = "dmarc=pass header.from=customer.example"
BY_STRANGER = "Received: from desk.evil.example by relay.evil.example with ESMTP id 2; Z"

# What the forger puts on top of his message, and whether the address in its From is asked.
FORGED = (
    ((f"Authentication-Results: mx.shop.example.evil.example; {PASS}",), False),
    ((f"Authentication-Results: mx.sh0p.example; {PASS}",), False),
    ((f"Authentication-Results: mx.shop.example.; {PASS}",), False),
    (("Authentication-Results: mx.shop.example; spf=none", BY_STRANGER,
      f"Authentication-Results: mx.shop.example; {PASS}"), False),
    (("Authentication-Results: mx.shop.example; dmarc=fail header.from=customer.example",
      f"Authentication-Results: mx.shop.example; {PASS}"), False),
    ((f"Authentication-Results: mx.evil.example; {PASS}",
      f"Authentication-Results: mx.shop.example; {PASS}"), True),
    ((BY_STRANGER, f"Authentication-Results: mx.shop.example; {PASS}"), True),
    ((f"Authentication-Results: mx.shop.example; spf=none ({PASS})",), True),
    ((f'Authentication-Results: mx.shop.example; spf=none smtp.mailfrom="; {PASS}"@x.example',),
     True),
    (("Authentication-Results: mx.shop.example; dmarc=pass",), True),
    (("Authentication-Results: mx.shop.example; dmarc=pass header.from=evil.example",), True),
    ((f"Authentication-Results: mx.shop.example; {PASS}; dmarc=none",), True),
)  # fmt: skip

COMPLAINT = """\
From: fbl@isp.example
To: {support}
Subject: FW: Spring offers
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <{person}>

--b
Content-Type: message/rfc822

From: news@shop.example
Subject: Unsubscribe here

Spring offers. To unsubscribe, answer.
--b--
"""


@pytest.mark.timeout(120)
def test_no_forged_cancellation_is_confirmed_and_a_complaint_is_honoured_in_silence(
    company: Company, new_customer: Callable[[], str]
) -> None:
    innocent = [new_customer() for _ in FORGED]
    for customer, (fields, _) in zip(innocent, FORGED, strict=True):
        head = "".join(f"{field}\r\n" for field in fields).encode()
        raw = head + mail(customer, company.cancel, "Goodbye", "Please cancel my account.\n")
        company.dovecot.deliver(company.cancel, raw, sender="eve@evil.example")
    for kind, person in (
        ("abuse", "carl@reader.example"),
        ("not-spam", "dora@reader.example"),
        ("opt-out", company.support),
    ):
        text = COMPLAINT.format(support=company.support, kind=kind, person=person)
        raw = text.replace("\n", "\r\n").encode()
        company.dovecot.deliver(company.support, raw, sender="fbl@isp.example")
    done = company.command("poll")
    assert done.returncode == 0, done.stderr

    requests = company.requests()
    asked = {to for received in company.smtp.received for to in received.recipients}
    for customer, (fields, is_asked) in zip(innocent, FORGED, strict=True):
        state = requests[customer, "cancellation"]["state"]
        assert state == ("awaiting_confirmation" if is_asked else "review"), fields
        assert (customer in asked) is is_asked, fields
    assert requests["carl@reader.example", "opt_out"]["state"] == "effective"
    assert len(requests) == len(FORGED) + 1
    assert asked <= set(innocent)
    assert company.command("suppressed", "carl@reader.example").returncode == 0
    assert len(company.folder_of(company.support)) == 2
    assert len(company.folder_of(company.support, "Optoutd/Opt-outs")) == 1
