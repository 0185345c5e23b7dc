"""The whole journey, as a customer and as an administrator live it."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from tests.acceptance.company import Company, Daemon, until
from tests.servers.dovecot import Stored

# On one store of SQLite with one daemon, and on one of PostgreSQL with two.
BOTH_STORES = pytest.mark.parametrize(
    "company",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
    indirect=True,
)


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def replies_to(company: Company, customer: str, count: int = 1) -> list[Stored]:
    """Waits until the customer has so many mails; all of them."""
    until(
        lambda: len(company.folder_of(customer)) >= count,
        lambda: f"{customer} has got {len(company.folder_of(customer))} of {count} replies",
    )
    return company.folder_of(customer)


def of_request(daemon: Daemon, reference: str) -> list[str]:
    """The names of the events that carry a reference, in their order."""
    return [
        event["event"]
        for event in daemon.events()
        if event.get("request") == reference or reference in event.get("requests", ())
    ]


@BOTH_STORES
def test_an_opt_out_from_the_customers_mail_to_the_customers_answer(
    company: Company, customer: str
) -> None:
    company.write_to(company.support, "bob@other.example", "Invoice", "Where is my invoice?\n")
    (before,) = company.folder_of(company.support)
    with company.daemon() as daemon:
        daemon.wait_for("daemon_started")
        wanted = company.write_to(
            company.support, customer, "Too much mail", "Please stop sending me your newsletter.\n"
        )
        (stored,) = replies_to(company, customer)
        until(
            lambda: len(company.folder_of(company.support, "Sent")) == 1,
            lambda: f"no copy in Sent:\n{daemon.log}",
        )
        log = daemon
        reply = read(stored.raw)

        # What the customer reads.
        text = reply.get_content()
        (reference,) = re.findall(r"O-[0-9A-Z]{6}", str(reply["Subject"]))
        assert reply["To"] == customer
        assert reply["In-Reply-To"] == read(wanted)["Message-ID"]
        assert reply["Auto-Submitted"] == "auto-replied"
        assert stored.raw.startswith(b"Return-Path: <>")  # the null sender
        for promised in (
            reference, customer, company.cancel, "UNDO", "+1 555 0100", "1 Harbour Road",
        ):  # fmt: skip
            assert promised in text

        # What the administrator sees.
        assert [s.raw for s in company.folder_of(company.support, "Optoutd/Opt-outs")]
        assert company.folder_of(company.support) == [before]
        request = company.requests()[customer, "opt_out"]
        assert (request["id"], request["state"]) == (reference, "effective")
        assert company.command("suppressed", customer).returncode == 0
        assert company.command("suppressed", customer, "bob@other.example").returncode == 1
        (copy,) = company.folder_of(company.support, "Sent")
        assert copy.flags == {r"\Seen"}
        assert read(copy.raw)["Message-ID"] == reply["Message-ID"]

        # From fetch to reply by its reference, and no words of anybody's in it.
        steps = of_request(log, reference)
        assert steps[:3] == ["message_decided", "request_recorded", "reply_queued"]
        # Filing and delivery go on beside each other.
        assert sorted(steps[3:]) == ["messages_filed", "reply_sent"]
        (decided,) = [e for e in log.events("message_decided") if reference in e["requests"]]
        batch = next(e for e in log.events("batch_fetched") if e["last_uid"] >= decided["uid"])
        assert batch["first_uid"] <= decided["uid"]
        assert customer not in log.log
        assert "sending me" not in log.log
        assert str(reply["Message-ID"]).strip("<>").split("@")[0] not in log.log

        assert daemon.stop() == 0
        assert {stopped["clean"] for stopped in daemon.events("daemon_stopped")} == {True}


def test_ordinary_mail_lies_where_it_lay_with_the_same_flags_uids_and_bytes(
    company: Company,
) -> None:
    ordinary = [
        ("My site is down", "My site shows an error since this morning. Can you help?\n"),
        ("Cancelling", "How do I cancel, and what happens to my domain then?\n"),
        ("slow", "If this does not get better I will have to cancel.\n"),
        ("Re: Autumn offers", "Is the big plan in the offer?\n\n> To unsubscribe click here\n"),
        ("Unsubscribe links", "Can your system add a List-Unsubscribe header to my mailings?\n"),
        ("Order 5512", "Please cancel order 5512, I ordered twice by mistake.\n"),
    ]
    for subject, text in ordinary:
        company.write_to(company.support, "bob@other.example", subject, text)
    with company.dovecot.client(company.support) as client:
        client.select_folder("INBOX")
        client.add_flags([1], [rb"\Seen", rb"\Answered", b"$Important"])
        client.add_flags([2], [rb"\Flagged"])
    before = company.folder_of(company.support)
    assert len(before) == len(ordinary)
    done = company.command("poll")
    assert done.returncode == 0, done.stderr
    assert company.folder_of(company.support) == before
    assert company.smtp.received == []
    assert company.requests() == {}


@BOTH_STORES
def test_an_unproven_cancellation_is_asked_about_and_confirmed_by_the_answer(
    company: Company, customer: str
) -> None:
    with company.daemon() as daemon:
        daemon.wait_for("daemon_started")
        company.write_to(company.cancel, customer, "Closing down", "Please cancel my account.\n")
        (question,) = replies_to(company, customer)
        text = read(question.raw).get_content()
        assert "YES" in text
        assert re.search(r"\[\w{4}-\w{4}-\w{4}-\w{4}\]", text)
        # A question that cannot be delivered has to come back to us.
        assert company.smtp.received[0].sender == company.cancel
        assert company.requests()[customer, "cancellation"]["state"] == "awaiting_confirmation"

        company.answer(question.raw, "Yes\n")
        _, confirmation = replies_to(company, customer, 2)
        confirmed = read(confirmation.raw).get_content()
        assert company.requests()[customer, "cancellation"]["id"] in confirmed
        assert not re.search(r"\[\w{4}-\w{4}-\w{4}-\w{4}\]", confirmed)
        assert company.smtp.received[1].sender == ""
        assert company.requests()[customer, "cancellation"]["state"] == "confirmed"
        folder = company.folder_of(company.cancel, "Optoutd/Cancellations")
        assert len(folder) == 2
        assert company.folder_of(company.cancel) == []


def test_nobody_else_confirms_a_cancellation_nor_does_a_machine(
    company: Company, new_customer: Callable[[], str]
) -> None:
    customer, stranger = new_customer(), new_customer()
    company.write_to(company.cancel, customer, "Closing down", "Please cancel my account.\n")
    assert company.command("poll").returncode == 0
    (question,) = replies_to(company, customer)

    # An answer without the secret, by somebody who knows the public reference.
    reference = company.requests()[customer, "cancellation"]["id"]
    company.write_to(company.cancel, customer, f"Re: Closing down [{reference}]", "Yes\n")
    # A vacation notice in the thread.
    asked = read(question.raw)
    company.write_to(
        company.cancel, customer, "Automatic reply", "Yes, I am away until Monday.\n",
        **{"In-Reply-To": str(asked["Message-ID"]), "Auto-Submitted": "auto-replied"},
    )  # fmt: skip
    assert company.command("poll").returncode == 0
    assert company.requests()[customer, "cancellation"]["state"] == "awaiting_confirmation"

    # The right secret from the wrong address: a person has to look.
    company.answer(question.raw, "Yes\n", sender=stranger)
    assert company.command("poll").returncode == 0
    assert company.requests()[customer, "cancellation"]["state"] == "review"
    flagged = [m for m in company.folder_of(company.cancel) if r"\Flagged" in m.flags]
    assert len(flagged) == 1
    assert "$OptoutdReview" in flagged[0].flags
    assert company.folder_of(stranger) == []


def test_what_our_own_server_vouches_for_is_confirmed_at_once_and_what_it_refutes_never(
    company: Company, new_customer: Callable[[], str]
) -> None:
    proven, refuted = new_customer(), new_customer()
    for customer, result in ((proven, "pass"), (refuted, "fail")):
        raw = (
            f"Authentication-Results: mx.shop.example; dmarc={result} "
            "header.from=customer.example\r\n"
        ).encode() + company_mail(company, customer)
        company.dovecot.deliver(company.cancel, raw, sender=customer)
    assert company.command("poll").returncode == 0
    assert company.requests()[proven, "cancellation"]["state"] == "confirmed"
    assert company.requests()[refuted, "cancellation"]["state"] == "review"
    assert len(replies_to(company, proven)) == 1
    assert company.folder_of(refuted) == []


def test_an_opt_out_is_undone_by_the_answer_to_its_confirmation(
    company: Company, customer: str
) -> None:
    company.write_to(company.support, customer, "Newsletter", "Unsubscribe me, please.\n")
    assert company.command("poll").returncode == 0
    (confirmation,) = replies_to(company, customer)
    assert company.command("suppressed", customer).returncode == 0
    company.answer(confirmation.raw, "UNDO\n")
    assert company.command("poll").returncode == 0
    assert company.requests()[customer, "opt_out"]["state"] == "undone"
    assert company.command("suppressed", customer).returncode == 1
    assert len(replies_to(company, customer, 2)) == 2


@BOTH_STORES
def test_a_copy_to_both_mailboxes_is_one_request_with_one_answer(
    company: Company, customer: str
) -> None:
    raw = company_mail(company, customer, "Please cancel my account and stop the newsletter.\n")
    for box in (company.support, company.cancel):
        company.dovecot.deliver(box, raw, sender=customer)
    assert company.command("poll").returncode == 0
    assert len(company.requests()) == 2
    assert len(company.smtp.received) == 1
    for box in (company.support, company.cancel):
        assert company.folder_of(box) == []
        assert len(company.folder_of(box, "Optoutd/Cancellations")) == 1


def company_mail(
    company: Company, customer: str, text: str = "Please cancel my account.\n"
) -> bytes:
    from tests.acceptance.company import mail

    return mail(customer, company.cancel, "Goodbye", text)
