"""What staff decide and record from the command line, beside the daemon and without it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from daemon.ports import Store
from daemon.stores import open_store
from handlers.values import Intent, Request
from tests.acceptance.company import Company, clean_environment
from tests.acceptance.test_journey import read, replies_to


@contextmanager
def stored(company: Company) -> Iterator[Store]:
    """The store as it is now, looked at without another command."""
    store = open_store(
        "sqlite:///store/optoutd.db",
        access="read",
        base_dir=company.folder,
        now=datetime.now(UTC),
    )
    yield store
    store.close()


def states(company: Company) -> dict[tuple[str, str], str]:
    with stored(company) as store:
        return {(r.address_key, r.kind.value): r.state.value for r in store.requests()}


def the_request(company: Company, address: str, kind: Intent) -> Request:
    with stored(company) as store:
        (found,) = [r for r in store.requests() if (r.address_key, r.kind) == (address, kind)]
        return found


def history(company: Company, reference: str) -> list[str]:
    with stored(company) as store:
        return [f"{what} {detail}" for _, what, detail in store.history(reference)]


def test_staff_confirm_a_cancellation_beside_the_daemon_and_the_customer_is_told_once(
    company: Company, new_customer: Callable[[], str]
) -> None:
    customer, other = new_customer(), new_customer()
    with company.daemon() as daemon:
        daemon.wait_for("daemon_started")
        company.write_to(company.cancel, customer, "Closing down", "Please cancel my account.\n")
        replies_to(company, customer)
        reference = the_request(company, customer, Intent.CANCELLATION).reference

        done = company.command(
            "requests", "confirm", reference.lower(), "--by", "Kim", "--note", "called back"
        )
        assert done.returncode == 0, done.stderr
        assert f"{reference} ({customer}): confirmed, was awaiting confirmation" in done.stdout
        again = company.command("requests", "confirm", reference)
        assert again.returncode == 0
        assert "is confirmed already" in again.stdout

        # The outbox looks by itself once a minute; another mail has it look now.
        company.write_to(company.support, other, "News", "Please unsubscribe me.\n")
        replies_to(company, other)
        _, confirmation = replies_to(company, customer, 2)
        assert reference in read(confirmation.raw).get_content()

        done = company.command("requests", "complete", reference, "--by", "Lee")
        assert done.returncode == 0, done.stderr
    request = the_request(company, customer, Intent.CANCELLATION)
    assert (request.state, request.proof, request.note) == ("completed", "staff", "called back")
    told = history(company, reference)
    assert any("after=confirmed reason=confirmed-by-staff by=Kim" in event for event in told)
    assert any("after=completed reason=completed-by-staff by=Lee" in event for event in told)
    assert len(company.folder_of(customer)) == 2
    refused = company.command("requests", "reject", reference, "O-000000")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 2
    assert "cannot be rejected" in refused.stderr
    assert "there is no request O-000000" in refused.stderr


def test_what_waits_is_shown_with_its_message_and_ends_where_staff_decide(
    company: Company, customer: str
) -> None:
    hostile = (
        f"From: Anna <{customer}>\r\nTo: {company.cancel}\r\nSubject: Account \x1b]0;owned\x07\r\n"
        "Authentication-Results: mx.shop.example; dmarc=fail header.from=customer.example\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        "Please cancel my account.\x1b[2J \u202egnp.exe\u202c\r\n" + "x" * 200_000
    )
    company.dovecot.deliver(company.cancel, hostile.encode(), sender=customer)
    assert company.command("poll").returncode == 0
    before = company.folder_of(company.cancel)
    (waits,) = company.objects("review", "list")
    assert (waits["address"], waits["reason"]) == (customer, "dmarc-fail")
    assert waits["kinds"] == ["cancellation"]
    assert any("cancel my account" in evidence["words"] for evidence in waits["evidence"])

    page = company.command("review", "show", waits["id"])
    assert page.returncode == 0, page.stderr
    assert "[[cancel my account]]" in page.stdout
    assert "Our server: mx.shop.example; dmarc=fail" in page.stdout
    assert "more characters" in page.stdout
    acting = {c for c in page.stdout if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")}
    assert acting == {"\n"}
    assert company.folder_of(company.cancel) == before  # not marked as seen

    # The address is innocent: it is not asked, and staff have to make sure themselves.
    refused = company.command("review", "approve", waits["id"])
    assert refused.returncode == 1
    assert f"requests confirm {waits['id']}" in refused.stderr

    with company.dovecot.client(company.cancel) as client:
        client.create_folder("Elsewhere")
        client.select_folder("INBOX")
        client.move([before[0].uid], "Elsewhere")
    gone = company.command("review", "show", waits["id"])
    assert gone.returncode == 0
    assert "has been deleted, or moved" in gone.stdout
    assert "cancel my account" in gone.stdout  # what the store has of it

    dismissed = company.command("review", "dismiss", waits["id"], "--note", "forged")
    assert dismissed.returncode == 0, dismissed.stderr
    with stored(company) as store:
        assert store.reviews() == []
    assert states(company) == {(customer, "cancellation"): "rejected"}
    assert company.smtp.received == []


def test_a_message_without_a_request_is_made_one_or_dismissed(
    company: Company, customer: str
) -> None:
    for text in ("Please unsubscribe me.", "Please cancel my account."):
        two = f"From: a@a.example, b@b.example\r\nTo: {company.support}\r\n\r\n{text}\r\n"
        company.dovecot.deliver(company.support, two.encode())
    assert company.command("poll").returncode == 0
    waiting = {item["kinds"][0]: item for item in company.objects("review", "list")}
    opts_out, cancels = waiting["opt_out"], waiting["cancellation"]
    assert opts_out["id"].startswith("M-")

    (made,) = company.objects(
        "review", "approve", opts_out["id"], "--as", "opt-out", "--address", customer
    )
    assert (made["state"], made["mail_to"]) == ("effective", customer)
    (asked,) = company.objects(
        "review", "approve", cancels["id"], "--as", "cancellation", "--address", customer
    )
    assert asked["state"] == "awaiting_confirmation"
    with stored(company) as store:
        assert store.reviews() == []
    assert company.command("poll").returncode == 0
    mails = replies_to(company, customer, 2)
    (question,) = [m.raw for m in mails if asked["id"] in read(m.raw).get_content()]
    company.answer(question, "Yes\n")
    assert company.command("poll").returncode == 0
    assert states(company)[customer, "cancellation"] == "confirmed"


def test_a_call_is_recorded_once_and_confirmed_and_undone(company: Company, customer: str) -> None:
    call = ("record", "opt-out", customer, "--channel", "phone", "--received", "2026-01-02T10:00Z")
    (made,) = company.objects(*call, "--by", "Kim", "--note", "rang", "--language", "de")
    assert (made["state"], made["silence"]) == ("effective", "too-old-to-answer")
    (again,) = company.objects(*call)
    assert again["id"] == made["id"]
    assert "unchanged" in again
    request = the_request(company, customer, Intent.OPT_OUT)
    assert (request.channel, request.taken_by, request.note, request.proof) == (
        "phone", "Kim", "rang", "staff",
    )  # fmt: skip
    assert request.received_at == datetime(2026, 1, 2, 10, tzinfo=UTC)
    assert request.due_at == datetime(2026, 1, 3, 10, tzinfo=UTC)
    with stored(company) as store:
        assert store.suppression(customer) is not None
    (undone,) = company.objects("requests", "undo", made["id"])
    assert undone["mail_to"] == customer
    with stored(company) as store:
        assert store.suppression(customer) is None
    wrong = company.command("record", "opt-out", "nobody", "--channel", "phone")
    assert (wrong.returncode, wrong.stderr) == (2, "optoutd: nobody is not a mail address\n")


def test_many_calls_come_from_a_file_that_is_checked_whole_and_may_come_twice(
    company: Company, customer: str
) -> None:
    file = company.folder / "calls.csv"
    head = "kind;address;channel;received;by;note\r\n"
    file.write_text(f"{head}opt-out;{customer};phone;;Kim;\r\nfax;x;y;z;;\r\n", "utf-8-sig")
    assert company.command("poll").returncode == 0
    wrong = company.command("record", "import", str(file))
    assert wrong.returncode == 2
    assert len(wrong.stderr.splitlines()) == 6
    assert "line 3: channel" in wrong.stderr
    assert states(company) == {}

    many = "".join(f"opt-out;p{n}@many.example;letter;2026-02-01;Lee;\r\n" for n in range(500))
    calls = (
        f"cancellation;{customer};phone;01.02.2026 10:00;Kim;=1+1\r\n"
        f"cancellation;{customer};letter;02.02.2026;Kim;\r\n"
    )
    file.write_text(head + calls + many, "utf-8-sig")
    planned = company.objects("record", "import", str(file), "--dry-run")
    assert states(company) == {}
    assert [(line["line"], line["outcome"]) for line in planned[:3]] == [
        (2, "new"), (3, "repeated"), (4, "new"),
    ]  # fmt: skip
    assert len(planned) == 502
    done = company.command("record", "import", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Done: 501 new, 1 repeated.\n"
    again = company.command("record", "import", "--json", str(file))
    outcomes = [json.loads(line)["outcome"] for line in again.stdout.splitlines()]
    assert outcomes == ["known", "repeated"] + ["known"] * 500
    held = states(company)
    assert len(held) == 501
    assert held[customer, "cancellation"] == "confirmed"


# The real command, in transactions of three lines, with a fault about the second of them.
_CUT = """
import os, resource, signal
import daemon.cli.record_import
from daemon.office import Office
daemon.cli.record_import._A_CHUNK = 3
real, made = Office.record_many, []
def cut(self, *lines, **options):
    if made:
        BEFORE
    made.append(real(self, *lines, **options))
    if len(made) == 2:
        AFTER
    return made[-1]
Office.record_many = cut
from daemon.cli import main
main()
"""
_FULL = ("resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))", "pass")
_KILLED = ("pass", "os.kill(os.getpid(), signal.SIGKILL)")


def test_an_import_that_is_cut_after_a_chunk_is_finished_by_the_same_file(
    company: Company,
) -> None:
    file = company.folder / "calls.csv"
    people = [f"p{number}@many.example" for number in range(10)]
    today = f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}"
    lines = "".join(f"opt-out,{person},phone,{today}\n" for person in people)
    file.write_text(f"kind,address,channel,received\n{lines}")

    def import_with(fault: tuple[str, str]) -> subprocess.CompletedProcess[str]:
        program = _CUT.replace("BEFORE", fault[0]).replace("AFTER", fault[1])
        return subprocess.run(
            [sys.executable, "-c", program, "--config", company.config, "record", "import", file],
            check=False,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )

    full = import_with(_FULL)
    assert (full.returncode, full.stdout) == (1, "")
    first, second = full.stderr.splitlines()
    assert "3 of 10 lines are recorded" in first
    assert "space" in second
    assert import_with(_KILLED).returncode == -signal.SIGKILL
    assert {address for address, _ in states(company)} == set(people[:6])
    done = company.command("record", "import", str(file))
    assert (done.returncode, done.stdout) == (0, "Done: 4 new, 6 known.\n")
    assert {address for address, _ in states(company)} == set(people)
    with stored(company) as store:
        assert store.counts()["outbox.queued"] == len(people)
        assert store.walk_audit().broken_at is None
