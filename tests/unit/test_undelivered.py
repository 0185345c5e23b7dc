"""Whom a report calls undeliverable."""

from __future__ import annotations

import pytest

from handlers.parse import parse_message
from handlers.undelivered import MAX_UNDELIVERED, reports_failure, undelivered_to
from handlers.values import Message
from tests.unit.cases import message

ANNA, BEN = "anna@shop.example", "ben@shop.example"


def report(*blocks: str, subject: str = "Undelivered Mail", returned: str = "") -> Message:
    """A report as Postfix writes it, with these blocks of a recipient each."""
    fields = "\r\n\r\n".join(["Reporting-MTA: dns; mx.shop.example", *blocks])
    return parse_message(
        (
            "From: MAILER-DAEMON@mx.shop.example (Mail Delivery System)\r\n"
            f"To: support@host.example\r\nSubject: {subject}\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\n\r\nI'm sorry to have to inform you.\r\n"
            f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{fields}\r\n"
            f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--b--\r\n"
        ).encode()
    )


def block(*recipients: str, action: str = "failed") -> str:
    return "\r\n".join([*recipients, *([f"Action: {action}"] if action else []), "Status: 5.1.1"])


FINAL = f"Final-Recipient: rfc822; {ANNA}"


@pytest.mark.parametrize(
    ("found", "keys"),
    [
        (report(block(FINAL)), [ANNA]),
        (report(block(FINAL, action="FAILED (gave up)")), [ANNA]),
        (report(block(FINAL, action="")), [ANNA]),
        (report(block(FINAL, action="delayed")), []),
        (report(block(FINAL, action="relayed")), []),
        (report(block(FINAL, action="delivered"), block(f"Final-Recipient: rfc822;{BEN}")), [BEN]),
        (
            report(
                block(f"Original-Recipient: rfc822;{ANNA}", f"Final-Recipient: RFC822; <{BEN}>")
            ),
            [ANNA, BEN],
        ),
        (
            report(block("Original-Recipient: rfc822;anna+2Bnews@Shop.Example")),
            ["anna+2bnews@shop.example", "anna+news@shop.example"],
        ),
        (report(block("Final-Recipient: LOCAL; anna")), []),
        (report(block("Final-Recipient: x400; /G=Anna/S=A/")), []),
        (report(returned=f"To: {ANNA}"), []),
        (message(("X-Failed-Recipients", f"{ANNA}, {BEN}")), [ANNA, BEN]),
        (message(new_text=f"{FINAL}\nAction: failed"), [ANNA]),
    ],
)
def test_whom_a_report_calls_undeliverable(found: Message, keys: list[str]) -> None:
    assert list(undelivered_to(found)) == keys


def test_a_report_about_thousands_names_a_few() -> None:
    many = report(*(block(f"Final-Recipient: rfc822; n{n}@shop.example") for n in range(3_000)))
    assert len(undelivered_to(many)) == MAX_UNDELIVERED


@pytest.mark.parametrize(
    ("found", "failed"),
    [
        (report(block(FINAL)), True),
        (report(), True),
        (report(subject="Delayed Mail (still being retried)"), False),
        (report(block(FINAL), subject="Warning: returned after a delay"), True),
        (report(block(FINAL, action="delayed")), False),
        (report(block(FINAL, action="delayed"), block(FINAL)), True),
    ],
)
def test_whether_a_report_tells_of_a_failure(found: Message, failed: bool) -> None:
    assert reports_failure(found) is failed
