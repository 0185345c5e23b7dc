"""Two daemons on one PostgreSQL: each message is handled and answered once, whoever dies."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.company import Company, Daemon, Daemons, mail, until
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.postgres

MESSAGES = 60
LEASE_S = 5.0
BATCHES = "[limits]\nbatch_messages = 4\n"


@pytest.fixture
def company(company: Company, postgres: Postgres) -> Company:
    """A company whose store several daemons may own."""
    company.share_store(postgres.url(postgres.new_database()), lease_s=LEASE_S)
    return company


def seed(company: Company, count: int = MESSAGES, first: int = 0) -> set[str]:
    """Opt-outs of many customers; every third writes to both mailboxes. Their addresses."""
    senders = [f"customer-{number}@elsewhere.example" for number in range(first, first + count)]
    letters = [
        mail(sender, company.support, "News", f"Please unsubscribe me. {number}\n")
        for number, sender in enumerate(senders, first)
    ]
    company.dovecot.seed(company.support, count, lambda number: letters[number])
    copies = letters[::3]
    company.dovecot.seed(company.cancel, len(copies), lambda number: copies[number])
    return set(senders)


def answered(company: Company) -> Counter[str]:
    """How many different replies each customer has got."""
    replies = {(taken.recipients[0], taken.raw) for taken in company.smtp.received}
    return Counter(recipient for recipient, _ in replies)


def wait_until_all_are_answered(company: Company, senders: set[str], daemons: Daemon) -> None:
    until(
        lambda: set(answered(company)) >= senders,
        lambda: f"{len(answered(company))} of {len(senders)} are answered:\n{daemons.log}",
    )


def wait_until_all_are_filed(company: Company, count: int) -> None:
    until(
        lambda: len(company.folder_of(company.support, "Optoutd/Opt-outs")) == count,
        lambda: "not all are filed",
    )
    assert company.folder_of(company.support) == []


def readers(daemons: Daemons, mailbox: str) -> list[Daemon]:
    """The daemons that have committed something of a mailbox."""
    return [
        daemon
        for daemon in daemons.each
        if any(e["mailbox"] == mailbox for e in daemon.events("batch_committed"))
    ]


def status(company: Company) -> dict[str, Any]:
    """What the screen tells programs."""
    return json.loads(company.command("status", "--json").stdout)  # type: ignore[no-any-return]


def both_run(company: Company) -> bool:
    """Whether two run, and each has told so since the other began."""
    processes = status(company)["processes"]
    beats, starts = ([p[name] for p in processes] for name in ("beat_at", "started_at"))
    return len(processes) == 2 and min(beats) > max(starts)


@pytest.mark.timeout(240)
def test_who_reads_is_killed_in_the_middle_and_the_other_goes_on(
    company: Company, postgres: Postgres
) -> None:
    company.write_config(extra=BATCHES)
    with company.daemon() as daemons:
        assert isinstance(daemons, Daemons)
        # Each has told the store since the other began: else it might have been replaced by it.
        until(lambda: both_run(company), lambda: str(status(company)))
        senders = seed(company)
        until(
            lambda: any(len(d.events("batch_committed")) >= 3 for d in daemons.each),
            lambda: daemons.log,
        )
        victim = max(daemons.each, key=lambda d: len(d.events("batch_committed")))
        victim.kill()
        (survivor,) = (d for d in daemons.each if d is not victim)
        survivor.wait_for("lease_taken_over")

        def reads_support() -> bool:
            taken = survivor.events("lease_taken_over") + survivor.events("lease_taken")
            return "support" in {event["mailbox"] for event in taken}

        # The leases of the dead one end one after the other.
        until(reads_support, lambda: survivor.log)
        wait_until_all_are_answered(company, senders, daemons)
        wait_until_all_are_filed(company, MESSAGES)
        until(
            lambda: company.folder_of(company.cancel) == [],
            lambda: f"cancel@ is not empty:\n{daemons.log}",
        )
        until(lambda: len(status(company)["wrong"]) == 1, lambda: str(status(company)))
        states = {p["pid"]: p["state"] for p in status(company)["processes"]}
        assert states == {survivor.process.pid: "runs", victim.process.pid: "died"}
        assert survivor.stop() == 0
        assert daemons.events("unexpected_error") == []

    # Each customer: one request, in effect, and one reply, copies in two mailboxes or not.
    requests = company.requests()
    assert set(requests) == {(sender, "opt_out") for sender in senders}
    assert {r["state"] for r in requests.values()} == {"effective"}
    assert set(answered(company)) == senders
    assert set(answered(company).values()) == {1}
    # What the dead one had in delivery may have come twice, as the same mail.
    again = sum(e["unknown"] for e in daemons.events("outbox_recovered"))
    assert len(company.smtp.received) <= MESSAGES + again
    database = company.store.split("?")[0].rpartition("/")[2]
    rows = postgres.execute(
        "SELECT mailbox, count(*), count(DISTINCT uid) FROM message GROUP BY 1 ORDER BY 1",
        database,
    )
    assert rows == [("cancel", 20, 20), ("support", 60, 60)]
    assert postgres.execute("SELECT DISTINCT state FROM outbox", database) == [("sent",)]
    assert postgres.execute("SELECT count(*) FROM lease WHERE holder <> ''", database) == [(0,)]


@pytest.mark.timeout(240)
def test_both_deliver_and_one_that_was_only_stopped_for_a_while_commits_nothing_more(
    company: Company,
) -> None:
    company.write_config(extra=BATCHES, box_extra="timeout_seconds = 600.0")
    company.smtp.delay_s = 0.25  # so that one alone would take four seconds
    senders = seed(company)
    with company.daemon() as daemons:
        assert isinstance(daemons, Daemons)
        until(
            lambda: any(len(d.events("batch_committed")) >= 3 for d in daemons.each),
            lambda: daemons.log,
        )
        victim = max(daemons.each, key=lambda d: len(d.events("batch_committed")))
        (other,) = (d for d in daemons.each if d is not victim)
        victim.process.send_signal(signal.SIGSTOP)
        other.wait_for("lease_taken_over")
        victim.process.send_signal(signal.SIGCONT)
        victim.wait_for("lease_lost")
        wait_until_all_are_answered(company, senders, daemons)
        wait_until_all_are_filed(company, MESSAGES)
        until(lambda: status(company)["well"], lambda: str(status(company)))
        shown = status(company)
        running = {p["pid"] for p in shown["processes"] if p["state"] == "runs"}
        assert running == {d.process.pid for d in daemons.each}
        assert [box["state"] for box in shown["mailboxes"]] == ["ok", "ok"]
        assert daemons.stop() == 0
        assert {d.events("daemon_stopped")[0]["clean"] for d in daemons.each} == {True}
        assert all(d.events("reply_sent") for d in daemons.each)
        assert daemons.events("unexpected_error") == []
    assert set(answered(company).values()) == {1}
    assert len(company.requests()) == MESSAGES


@pytest.mark.timeout(240)
def test_a_database_that_goes_away_and_comes_back_is_waited_for(company: Company) -> None:
    with Postgres() as server:
        company.share_store(server.url(server.new_database(fresh=True)), daemons=1)
        company.write_config(extra=BATCHES, poll_seconds=1)
        senders = seed(company, 20)
        with company.daemon() as daemon:
            daemon.wait_for("batch_committed")
            server.stop()
            senders |= seed(company, 20, first=20)
            daemon.wait_for("store_failed")
            # What has been its standby so far takes no writes yet: another trouble.
            server.start(standby=True)
            (_, told) = daemon.wait_for("store_failed", 2)
            assert "primary" in told["cure"]
            assert daemon.events("store_recovered") == []
            server.promote()
            wait_until_all_are_answered(company, senders, daemon)
            wait_until_all_are_filed(company, 40)
            daemon.wait_for("store_recovered")
            assert daemon.stop() == 0
            warnings = [e["event"] for e in daemon.events() if e["level"] in ("warning", "error")]
            # What the database's library says of connections that broke depends on the moment.
            alarms = [name for name in warnings if name != "library_warning"]
            assert alarms == ["store_failed", "store_failed"]
            assert len(daemon.events("store_recovered")) == 1
        assert set(answered(company).values()) == {1}
        assert len(company.requests()) == 40


@pytest.mark.timeout(120)
def test_poll_leaves_a_living_daemons_mailbox_to_it_and_waits_out_a_dead_ones(
    company: Company, customer: str, tmp_path: Path
) -> None:
    company.daemons = 1
    with company.daemon() as daemon:
        until(lambda: len(daemon.events("lease_taken")) == 2, lambda: daemon.log)
        done = company.command("poll", "--json")
        assert done.returncode == 1
        (line,) = [text for text in done.stderr.splitlines() if text.startswith("optoutd:")]
        assert f":{daemon.process.pid}:" in line
        assert "is alive and reads support, cancel" in line
        assert '"ok":false' in done.stdout.replace(" ", "")
        # Looking, and what staff record, is free.
        assert company.command("requests", "list").returncode == 0
        daemon.kill()
    company.write_to(company.support, customer, "News", "Please unsubscribe me.\n")
    done = company.command("poll", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count('"lease_taken_over"') == 2
    assert len(company.smtp.received) == 1
    # Who has ended properly is not waited for.
    again = company.command("poll", "--json")
    assert again.returncode == 0
    assert "lease_taken_over" not in again.stderr


@pytest.mark.timeout(120)
def test_a_mailbox_that_a_reload_brings_is_read_by_one_and_one_that_goes_is_given_back(
    company: Company, customer: str, new_user: Callable[[str], str], postgres: Postgres
) -> None:
    sales = new_user("sales")
    database = company.store.split("?")[0].rpartition("/")[2]
    with company.daemon() as daemons:
        assert isinstance(daemons, Daemons)
        until(lambda: len(daemons.events("lease_taken")) >= 2, lambda: daemons.log)
        for daemon in daemons.each:
            daemon.wait_for("daemon_started")
        text = company.config.read_text().replace(company.cancel, sales)
        company.config.write_text(text.replace('name = "cancel"', 'name = "sales"'))
        for daemon in daemons.each:
            daemon.process.send_signal(signal.SIGHUP)
            daemon.wait_for("configuration_reloaded")
        until(
            lambda: any(e["mailbox"] == "sales" for e in daemons.events("lease_taken")),
            lambda: daemons.log,
        )
        company.write_to(sales, customer, "News", "Please unsubscribe me.\n")
        until(lambda: len(company.smtp.received) == 1, lambda: daemons.log)
        held = "SELECT mailbox FROM lease WHERE holder <> '' AND mailbox NOT LIKE 'process:%'"
        until(
            lambda: set(postgres.execute(held, database)) == {("sales",), ("support",)},
            lambda: daemons.log,
        )
        assert len(readers(daemons, "sales")) == 1
        # The support mailbox is read on by who read it before.
        support = [e for e in daemons.events("lease_taken") if e["mailbox"] == "support"]
        assert len(support) == 1
        assert daemons.stop() == 0
        assert daemons.events("unexpected_error") == daemons.events("lease_lost") == []
    assert len(company.smtp.received) == 1
