"""Feedback reports (RFC 5965) in the forms of the large providers, from bytes to the decision.

The texts are our own; the forms are known from these public sources:

- Yahoo, and AOL with it: "Yahoo Complaint Feedback Loop service FAQ" (help.yahoo.com, sln26007):
  the whole message, nothing redacted, From "Yahoo Mail AntiSpam Feedback"; the fields as people
  have posted them (User-Agent Yahoo!-Mail-Feedback/2.0, Original-Rcpt-To, Reported-Domain).
- Microsoft's former form, as programs that read it know it (sisimai's arf.rb, abuseio's parser):
  from staff@hotmail.com, "complaint about message from", no report part, the recipient in
  X-HmXmrOriginalRecipient of the mail complained of. Since June 2026, by suped.com ("Did Microsoft
  change the JMRP spam complaint report format?"): ARF whose recipients are masked. How its fields
  read has not been verified: no original was to be had.
- Validity's universal loop (Comcast, Cox and others): sisimai's set-of-emails, arf-15.eml, when it
  was Return Path's. It names nobody. That recipients are redacted: suped.com; the hash: RFC 6590.
- Amazon SES: complaints@email-abuse.amazonses.com, by sisimai's arf.rb.
- RFC 5965 appendix B.2; and AOL's own loop of before, which called everybody "redacted".
"""

from __future__ import annotations

import pytest

from handlers.values import Decision, Disposition, Filing, State
from tests.clients.test_unsubscribe_buttons import FORGED as FORGED_TOKENS
from tests.clients.test_unsubscribe_buttons import TOKEN, decided
from tests.unit.cases import ANNA

FIELD = f"List-Unsubscribe: <mailto:support@host.example?subject=unsubscribe%20{TOKEN}>,\n {{}}"
LINK = f"<https://www.host.example/u/{TOKEN}>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"
WAY_OUT = FIELD.format(LINK)
# What it is about must not matter: it stands in the mail complained of.
SPAM = "Cancel my account and unsubscribe me from everything. Click here to unsubscribe."


def newsletter(*, to: str, way_out: str = WAY_OUT, words: str = f"\n{SPAM}\n") -> str:
    """Our mail as a report brings it back."""
    fields = f"To: {to}\n" if to else ""
    return (
        "Return-Path: <bounces@news.host.example>\n"
        "Received: from mx1.host.example by mx.isp.example; Mon, 2 Mar 2026 09:00:00 +0000\n"
        f"From: Host <news@host.example>\n{fields}Subject: Please cancel my account\n"
        f"Date: Mon, 2 Mar 2026 08:59:00 +0000\nMessage-ID: <tips.77@news.host.example>\n"
        f"{way_out}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n{words}"
    )


def arf(
    *, sender: str, fields: str, original: str, subject: str = "FW: Tips", kind: str = "rfc822"
) -> str:
    """A report with its three parts."""
    attached = "text/rfc822-headers" if kind == "headers" else "message/rfc822"
    return (
        f"From: {sender}\nTo: support@host.example\nSubject: {subject}\n"
        "Date: Mon, 2 Mar 2026 10:00:00 +0000\nMessage-ID: <fbl.1@isp.example>\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report;\n"
        ' boundary="=_arf"\n\n--=_arf\nContent-Type: text/plain; charset="US-ASCII"\n\n'
        "This is an email abuse report for an email message received from IP 192.0.2.25 on\n"
        "Mon, 2 Mar 2026 09:00:00 +0000. I want to cancel my account.\n\n"
        f"--=_arf\nContent-Type: message/feedback-report\n\n{fields}\n"
        f"--=_arf\nContent-Type: {attached}\nContent-Disposition: inline\n\n{original}\n"
        "--=_arf--\n"
    )


YAHOO = arf(
    sender="Yahoo! Mail AntiSpam Feedback <feedback@arf.mail.yahoo.com>",
    fields="Feedback-Type: abuse\nUser-Agent: Yahoo!-Mail-Feedback/2.0\nVersion: 0.1\n"
    f"Original-Mail-From: <bounces@news.host.example>\nOriginal-Rcpt-To: {ANNA}\n"
    "Received-Date: Mon, 2 Mar 2026 09:00:00 +0000\nReported-Domain: host.example\n"
    "Authentication-Results: authentication result string is not available\n",
    original=newsletter(to=ANNA),
)
MICROSOFT = arf(
    sender="staff@hotmail.com",
    subject="complaint about message from 192.0.2.25",
    fields="Feedback-Type: abuse\nUser-Agent: Microsoft-JMRP/1.0\nVersion: 1\n"
    "Source-IP: 192.0.2.25\nOriginal-Rcpt-To: <redacted@outlook.com>\n",
    original=newsletter(to="redacted@outlook.com", words=""),
    kind="headers",
)
MICROSOFT_BEFORE = (
    "From: <staff@hotmail.com>\nTo: support@host.example\n"
    "Subject: complaint about message from 192.0.2.25\nDate: Mon, 2 Mar 2026 02:00:00 -0800\n"
    'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=_m"\n\n--=_m\n'
    "Content-Type: message/rfc822\nContent-Disposition: attachment\n\n"
    f"X-HmXmrOriginalRecipient: <{ANNA}>\nX-SID-PRA: news@host.example\n"
    f"{newsletter(to='undisclosed-recipients:;', way_out='X-A: b')}\n--=_m--\n"
)
VALIDITY = arf(
    sender="feedbackloop@fbl.isp.example",
    subject="Abuse Report",
    fields="User-Agent: ReturnPathFBL/1.0\nAbuse-Type: complaint\n"
    "Arrival-Date: Mon, 2 Mar 2026 09:00:00 +0000\nFeedback-Type: abuse\nVersion: 1\n"
    "Source-IP: 192.0.2.25\nOriginal-Mail-From: bounces@news.host.example\n",
    original=newsletter(to='"undisclosed"'),
)
HASHED = arf(
    sender="fbl@isp.example",
    fields="Feedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n"
    "Original-Rcpt-To: rZ8cqXWGiKHzhz1MsFRGTysHia4=@isp.example\n",
    original=newsletter(to="rZ8cqXWGiKHzhz1MsFRGTysHia4=@isp.example"),
)
AMAZON = arf(
    sender="complaints@email-abuse.amazonses.com",
    fields="Feedback-Type: abuse\nUser-Agent: Amazon SES Mailbox Simulator\nVersion: 0.1\n"
    "Original-Mail-From: <0100018@eu-west-1.amazonses.com>\nReceived-Date: now\n"
    f"Original-Rcpt-To: {ANNA}\nSource-IP: 192.0.2.25\n",
    original=newsletter(to=ANNA, way_out="X-A: b"),
)
AOL_BEFORE = arf(
    sender="scomp@aol.net",
    subject="Email Feedback Report for IP 192.0.2.25",
    fields="Feedback-Type: abuse\nUser-Agent: AOL SComp\nVersion: 0.1\n"
    "Received-Date: Mon, 2 Mar 2026 09:00:00 +0000\nSource-IP: 192.0.2.25\n"
    "Reported-Domain: host.example\nRedacted-Address: redacted\nRedacted-Address: redacted@\n",
    original=newsletter(to="undisclosed-recipients: ;"),
)
RFC_5965 = arf(
    sender="<abusedesk@example.com>",
    fields="Feedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n"
    f"Original-Mail-From: <news@host.example>\nOriginal-Rcpt-To: <{ANNA}>\n"
    "Arrival-Date: Mon, 2 Mar 2026 14:00:00 EDT\nReporting-MTA: dns; mail.example.com\n"
    "Source-IP: 192.0.2.1\nAuthentication-Results: mail.example.com;\n"
    " spf=fail smtp.mail=news@example.com\nReported-Domain: example.net\n"
    "Reported-Uri: http://example.net/earn_money.html\n"
    f"Reported-Uri: mailto:user@example.com\nRemoval-Recipient: {ANNA}\n",
    original=newsletter(to="<Undisclosed Recipients>", way_out="X-A: b"),
)
FORMS = {
    "Yahoo and AOL": YAHOO,
    "Microsoft": MICROSOFT,
    "Microsoft's former form": MICROSOFT_BEFORE,
    "Validity": VALIDITY,
    "recipients hashed as RFC 6590 has it": HASHED,
    "Amazon SES": AMAZON,
    "AOL's former loop": AOL_BEFORE,
    "RFC 5965 appendix B.2": RFC_5965,
    "the reader has asked to be removed": YAHOO.replace("Type: abuse", "Type: opt-out"),
    "from our own null sender's relay": YAHOO.replace(
        "From: Yahoo", "Return-Path: <>\nFrom: Yahoo"
    ),
    "to cancel@": YAHOO.replace("To: support@", "To: cancel@", 1),
    "the mail was forwarded to where somebody complained": YAHOO.replace(
        f"Original-Rcpt-To: {ANNA}", "Original-Rcpt-To: other@yahoo.com"
    ),
}


def off(decision: Decision) -> list[tuple[str, str]]:
    return [(held.address_key, held.list_name) for held in decision.suppress]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_whom_a_providers_report_names_is_off_all_lists_in_silence(form: str) -> None:
    decision = decided(form)
    assert (decision.disposition, decision.filing) == (Disposition.ACT, Filing.OPT_OUTS)
    assert off(decision) == [(ANNA, "*")]
    assert [(made.kind, made.state) for made in decision.requests] == [
        ("opt_out", State.EFFECTIVE)
    ]
    assert (decision.reply, decision.silence) == (None, "complaint")


@pytest.mark.parametrize("kind", ["not-spam", "fraud", "virus", "other", "auth-failure"])
@pytest.mark.parametrize("name", [name for name in FORMS if "former form" not in name])
def test_reports_of_other_kinds_change_nothing_and_are_no_request(name: str, kind: str) -> None:
    text = FORMS[name].replace("Feedback-Type: abuse", f"Feedback-Type: {kind}")
    decision = decided(text.replace("Feedback-Type: opt-out", f"Feedback-Type: {kind}"))
    assert decision.disposition is Disposition.IGNORE
    assert (off(decision), decision.requests, decision.changes) == ([], (), ())
    assert decision.reply is None


FORGED = {
    "our server says that the sender is forged": "Authentication-Results: mx.host.example;"
    " dmarc=fail header.from=yahoo.com\n" + YAHOO,
    "a token of another key": YAHOO.replace(TOKEN, FORGED_TOKENS["of another company"]),
    "a token that was altered": YAHOO.replace(TOKEN, FORGED_TOKENS["altered"]),
}


@pytest.mark.parametrize("form", FORGED.values(), ids=FORGED)
def test_a_forged_report_suppresses_nobody_and_waits_for_a_person(form: str) -> None:
    decision = decided(form)
    assert (decision.disposition, off(decision)) == (Disposition.REVIEW, [])
    assert [(made.kind, made.state) for made in decision.requests] == [("opt_out", State.REVIEW)]
    assert decision.reply is None


def test_a_forger_cannot_add_names_to_a_mail_of_ours() -> None:
    names = "".join(f"Original-Rcpt-To: p{number}@garden.example\n" for number in range(5))
    decision = decided(YAHOO.replace("Version: 0.1\n", f"Version: 0.1\n{names}"))
    assert off(decision) == [(ANNA, "*")]


def test_a_report_of_ours_about_ourselves_stops_nothing() -> None:
    decision = decided(AMAZON.replace(ANNA, "support@host.example"))
    assert (decision.disposition, off(decision), decision.requests) == ("ignore", [], ())
