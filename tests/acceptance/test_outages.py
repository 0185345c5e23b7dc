"""Kill and restart, servers that go away, and signals: nothing lost, nothing said twice."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.company import PATIENCE_S, Company, clean_environment, mail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import HANG, DeafServer, SmtpServer

# Far longer than a test may take: what waits for such a server to answer, fails the test.
NEVER_S = 600.0

# The real command with a fault in it, at one message: an exception, or what no exception tells of,
# as when memory runs out.
_FAULTY = """
import os, signal, sys
import daemon.child
import handlers.parse
real = handlers.parse.find_secrets
def faulty(text):
    if "deadly words" in text:
        FAULT
    return real(text)
handlers.parse.find_secrets = faulty
daemon.child.module = lambda _: (sys.executable, "-c", CHILD)
from daemon.MODULE import main
main()
"""


def _with_fault(fault: str, *, module: str = "cli", child: str = "") -> str:
    program = _FAULTY.replace("FAULT", fault).replace("MODULE", module)
    return program.replace("CHILD", repr(child))


_KILL = "os.kill(os.getpid(), signal.SIGKILL)"
_BREAKING = _with_fault("raise ZeroDivisionError")
# Whoever reads it ends, the process that reads it on trial as well.
_DEADLY = _with_fault(_KILL, child=_with_fault(_KILL, module="trial_child"))


def _poll_with(company: Company, program: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", program, "--config", str(company.config), "poll"],
        check=False,
        env=clean_environment(),
        capture_output=True,
        timeout=60,
    )


def seed(company: Company, count: int) -> set[str]:
    """Fills support@ with opt-outs of as many customers; their addresses."""
    senders = [f"customer-{number}@elsewhere.example" for number in range(count)]

    def make(number: int) -> bytes:
        return mail(senders[number], company.support, "News", f"Please unsubscribe me. {number}\n")

    company.dovecot.seed(company.support, count, make)
    return set(senders)


def wait_for_servers(company: Company, seconds: float) -> None:
    """Lets the daemon wait so long for each answer of a server."""
    text = company.config.read_text()
    plain = 'security = "none"\n'
    company.config.write_text(text.replace(plain, f"{plain}timeout_seconds = {seconds}\n"))


def test_sigterm_finishes_the_batch_in_hand_and_leaves(company: Company) -> None:
    company.write_config(extra="[limits]\nbatch_messages = 20\n")
    senders = seed(company, 400)
    with company.daemon() as daemon:
        daemon.wait_for("batch_committed")
        assert daemon.stop() == 0
        (stopped,) = daemon.events("daemon_stopped")
        assert stopped["clean"] is True
        committed = sum(e["messages"] for e in daemon.events("batch_committed"))
        filed = sum(len(e["uids"]) for e in daemon.events("messages_filed"))
    assert 0 < committed < 400
    assert filed == committed == len(company.folder_of(company.support, "Optoutd/Opt-outs"))
    # What was not done is done by the next one.
    assert company.command("poll").returncode == 0
    assert {address for address, _ in company.requests()} == senders
    assert len(company.smtp.received) == 400


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_daemon_that_waits_for_a_server_without_an_answer_still_leaves(
    company: Company, number: signal.Signals
) -> None:
    wait_for_servers(company, NEVER_S)
    with DeafServer() as deaf:
        text = company.config.read_text()
        company.config.write_text(
            text.replace(f"port = {company.dovecot.imap_port}", f"port = {deaf.port}")
        )
        with company.daemon() as daemon:
            daemon.wait_for("daemon_started")
            time.sleep(0.3)
            daemon.process.send_signal(number)
            assert daemon.process.wait(PATIENCE_S) == 0


def test_a_daemon_in_the_middle_of_a_delivery_that_hangs_leaves_and_repeats_it(
    company: Company, customer: str
) -> None:
    wait_for_servers(company, NEVER_S)
    company.smtp.answer("dot", HANG, times=1)
    with company.daemon() as daemon:
        daemon.wait_for("daemon_started")
        company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
        daemon.wait_for("messages_filed")
        time.sleep(0.5)
        assert daemon.stop() == 0
    assert company.smtp.received == []
    assert company.command("poll").returncode == 0
    assert len(company.smtp.received) == 1


def test_a_daemon_outlives_its_mail_server_and_finds_what_came_meanwhile(
    tmp_path: Path, mail_out: SmtpServer, new_customer: Callable[[], str]
) -> None:
    customer = new_customer()
    support, cancel = "support@shop.example", "cancel@shop.example"
    with Dovecot({support: "secret", cancel: "secret"}) as server:
        company = Company(tmp_path, server, mail_out, support=support, cancel=cancel)
        company.write_config(poll_seconds=1)
        # Makes the folders: a Dovecot that is killed while it subscribes one leaves a lock behind,
        # and waits for it after its restart, longer than anybody here.
        assert company.command("check").returncode == 0
        with company.daemon() as daemon:
            daemon.wait_for("folder_watched", 4)
            server.stop()
            daemon.wait_for("mailbox_failed", 2)
            time.sleep(2.5)
            # One alarm for one trouble, however often it is tried, and whatever the words for it.
            told = Counter(e["mailbox"] for e in daemon.events("mailbox_failed"))
            assert max(told.values()) == 1
            server.start()
            company.write_to(support, customer, "News", "Please unsubscribe me.\n")
            daemon.wait_for("mailbox_recovered", 2)
            daemon.wait_for("reply_sent")
            assert daemon.process.poll() is None
            assert daemon.stop() == 0
    assert len(mail_out.received) == 1


def test_polling_finds_mail_where_idle_is_switched_off(company: Company, customer: str) -> None:
    company.write_config(box_extra="idle = false", poll_seconds=1)
    with company.daemon() as daemon:
        daemon.wait_for("mailbox_connected", 2)
        company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
        daemon.wait_for("reply_sent")
        assert daemon.stop() == 0
    assert company.dovecot.logins(company.support) == 1


def test_an_smtp_server_that_is_down_does_not_hold_up_reading(
    company: Company, customer: str
) -> None:
    company.smtp.stop()
    with company.daemon() as daemon:
        daemon.wait_for("daemon_started")
        company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
        daemon.wait_for("courier_failed")
        assert company.requests()[customer, "opt_out"]["state"] == "effective"
        company.write_to(
            company.support, "bob@other.example", "News", "Please unsubscribe me, too.\n"
        )
        daemon.wait_for("request_recorded", 2)
        company.smtp.start()
        daemon.wait_for("reply_sent", 2)
        assert len(daemon.events("courier_failed")) == len(daemon.events("courier_recovered")) == 1
        assert daemon.stop() == 0
    assert len(company.smtp.received) == 2


def test_a_message_that_cannot_be_read_is_set_aside_and_the_others_go_on(
    company: Company, customer: str
) -> None:
    company.write_to(company.support, "someone@elsewhere.example", "News", "deadly words\n")
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    done = _poll_with(company, _BREAKING)
    assert done.returncode == 0
    events = [json.loads(line) for line in done.stderr.splitlines()]
    (aside,) = [e for e in events if e["event"] == "message_set_aside"]
    assert aside["error"]
    (left,) = company.folder_of(company.support)
    assert left.flags == {r"\Flagged", "$OptoutdReview"}
    assert company.requests()[customer, "opt_out"]["state"] == "effective"


def test_systemd_is_told_of_the_start_and_of_the_end(company: Company, tmp_path: Path) -> None:
    from tests.acceptance.company import COMMAND

    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(address))
        manager.settimeout(30)
        process = subprocess.Popen(
            [COMMAND, "--config", company.config, "run"],
            env={**clean_environment(), "NOTIFY_SOCKET": str(address)},
            stderr=subprocess.DEVNULL,
        )
        try:
            assert manager.recv(4096).startswith(b"READY=1\n")
            process.terminate()
            assert manager.recv(4096) == b"STOPPING=1"
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()


def test_mail_from_before_the_first_start_is_left_alone_unless_the_backlog_says_otherwise(
    company: Company, customer: str
) -> None:
    company.config.write_text(company.config.read_text().replace('backlog = "all"\n', ""))
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    before = company.folder_of(company.support)
    assert company.command("poll").returncode == 0
    assert company.folder_of(company.support) == before
    company.write_to(company.support, "bob@other.example", "News", "Please unsubscribe me.\n")
    assert company.command("poll").returncode == 0
    assert {address for address, _ in company.requests()} == {"bob@other.example"}


def test_a_daemon_killed_while_it_reads_a_renumbered_folder_anew_answers_nobody_twice(
    company: Company,
) -> None:
    company.write_config(extra="[limits]\nbatch_messages = 3\n")
    senders = seed(company, 24)
    company.write_to(company.support, "bob@other.example", "Hello", "Where is my invoice?\n")
    assert company.command("poll").returncode == 0
    # A person moves the requests back, and the server numbers the folder anew.
    with company.dovecot.client(company.support) as client:
        client.select_folder("Optoutd/Opt-outs")
        client.move(client.search("ALL"), "INBOX")
    company.dovecot.renumber(company.support)
    before = [(m.flags, m.raw) for m in company.folder_of(company.support)]
    with company.daemon() as daemon:
        daemon.wait_for("batch_committed", 3)
        assert len(daemon.events("uid_validity_changed")) == 1
        daemon.kill()
    company.write_to(company.support, "carl@other.example", "News", "Please unsubscribe me.\n")
    assert company.command("poll").returncode == 0
    assert {address for address, _ in company.requests()} == {*senders, "carl@other.example"}
    answered = Counter(taken.recipients[0] for taken in company.smtp.received)
    assert answered == dict.fromkeys((*senders, "carl@other.example"), 1)
    assert [(m.flags, m.raw) for m in company.folder_of(company.support)] == before


def test_a_message_that_ends_the_process_is_not_read_for_ever_and_the_others_go_on(
    company: Company,
) -> None:
    texts = ["Please unsubscribe me.\n", "deadly words\n", "Please unsubscribe me, too.\n"]
    for number, text in enumerate(texts):
        company.write_to(company.support, f"anna-{number}@elsewhere.example", "News", text)
    ends = [_poll_with(company, _DEADLY) for _ in range(5)]
    assert [end.returncode for end in ends] == [-signal.SIGKILL] * 4 + [0], ends[4].stderr
    events = [json.loads(line) for line in ends[4].stderr.splitlines()]
    (aside,) = [e for e in events if e["event"] == "message_set_aside"]
    assert aside["error"] == "the process ended while it was being read"
    assert {address for address, _ in company.requests()} == {
        "anna-0@elsewhere.example",
        "anna-2@elsewhere.example",
    }
    assert len(company.smtp.received) == 2
