"""A person's data from the first message to the last byte; a store that is lost and restored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from daemon.opening import utc_now
from daemon.stores.sqlite import SqliteStore
from tests.acceptance.company import Company, until

OPT_OUT = "Please unsubscribe me.\n"


@contextmanager
def looking(company: Company) -> Iterator[SqliteStore]:
    """The store, to look into; a command each time would cost a process."""
    store = SqliteStore(company.folder / "store" / "optoutd.db", access="read", now=utc_now())
    yield store
    store.close()


def is_suppressed(company: Company, address: str) -> bool:
    with looking(company) as store:
        return store.suppression(address) is not None


def held_in_files(company: Company, words: str) -> int:
    """How often an address stands in the files of the store, in whatever case."""
    files = (company.folder / "store").iterdir()
    return sum(file.read_bytes().lower().count(words.lower().encode()) for file in files)


def restore(company: Company, backup: Path) -> None:
    """Puts a backup in the place of the store, as the page says."""
    store = company.folder / "store"
    for name in ("optoutd.db", "optoutd.db-wal", "optoutd.db-shm"):
        (store / name).unlink(missing_ok=True)
    target = store / "optoutd.db"
    target.touch(mode=0o600)
    target.write_bytes(backup.read_bytes())


def test_a_person_is_forgotten_beside_the_daemon_and_stays_suppressed(
    company: Company, customer: str
) -> None:
    with company.daemon() as daemon:
        daemon.wait_for("daemon_started")
        company.write_to(company.support, customer, "News", OPT_OUT)
        daemon.wait_for("reply_sent")
        until(lambda: bool(company.folder_of(company.support, "Sent")), lambda: "no copy")
        assert held_in_files(company, customer) > 3

        (done,) = company.objects("forget", customer, "--yes", "--by", "kim")
        assert done["requests"] == done["suppressions"] == done["mails"] == done["messages"] == 1
        assert held_in_files(company, customer) == 0
        # They are still left alone, and known when they write again.
        assert is_suppressed(company, customer)
        company.write_to(company.support, customer, "Again", OPT_OUT)
        again = daemon.wait_for("message_decided", 2)[1]
        assert (again["reason"], again["silence"]) == ("opt-out-again", "already-answered")
        # And their answer to what they were sent is understood.
        company.answer(company.smtp.received[0].raw, "UNDO\n")
        undone = daemon.wait_for("message_decided", 3)[2]
        assert undone["reason"] == "opt-out-undone"
        daemon.wait_for("reply_sent", 2)
        assert not is_suppressed(company, customer)
        # What came since is new, and forgotten in its turn.
        (done,) = company.objects("forget", customer, "--yes", "--by", "kim")
        assert (done["requests"], done["mails"]) == (0, 1)
        assert held_in_files(company, customer) == 0
        assert daemon.stop() == 0
    assert company.command("audit", "verify").returncode == 0


def test_a_backup_beside_a_daemon_at_work_is_whole(company: Company) -> None:
    writing = threading.Event()

    def write() -> None:
        for number in range(30):
            sender = f"c{number}@other.example"
            company.write_to(company.support, sender, f"News {number}", OPT_OUT)
            writing.set()

    with company.daemon() as daemon:
        daemon.wait_for("daemon_started")
        writer = threading.Thread(target=write)
        writer.start()
        writing.wait(30)
        # A copy of nothing would prove nothing.
        daemon.wait_for("request_recorded", 30)
        (made,) = company.objects("backup", str(company.folder / "copy.db"))
        writer.join()
        assert daemon.stop() == 0
    for place in (None, Path(made["file"])):
        if place is not None:
            restore(company, place)
        with looking(company) as store:
            report = store.walk_audit(ask=made["newest"])
            assert (report.hash_at, report.broken_at) == (made["hash"], None)


def test_a_store_is_restored_as_the_page_says(
    company: Company, new_customer: Callable[[], str]
) -> None:
    before, since, left, asked = (new_customer() for _ in range(4))
    company.write_to(company.support, before, "News", OPT_OUT)
    company.write_to(company.support, "bob@other.example", "Hello", "Where is my invoice?\n")
    assert '"retention_done"' in company.command("poll").stderr
    (made,) = company.objects("backup", str(company.folder / "copy.db"))
    company.write_to(company.support, since, "News", OPT_OUT)
    company.write_to(company.support, left, "News", OPT_OUT)
    company.write_to(company.cancel, asked, "Account", "Please cancel my account.\n")
    # What is overdue goes once a day.
    assert '"retention_done"' not in company.command("poll").stderr
    answered = len(company.smtp.received)
    assert answered == 4

    # The disk is lost. Steps 2 and 3 of docs/store.md, "Restoring".
    restore(company, Path(made["file"]))
    head = f"{made['newest']}:{made['hash']}"
    assert company.command("audit", "verify", "--head", head).returncode == 0
    assert is_suppressed(company, before)
    assert not is_suppressed(company, since)

    # Step 4: answers are switched off, and people move back what came since; one they overlook.
    company.write_config(extra="[limits]\nreply_max_age_days = 0.000001\n")
    for box, folder, sender in (
        (company.support, "Optoutd/Opt-outs", since),
        (company.cancel, "Optoutd/Cancellations", asked),
    ):
        with company.dovecot.client(box) as client:
            client.select_folder(folder)
            client.move(client.search(["FROM", sender]), "INBOX")
    assert company.command("poll").returncode == 0
    with looking(company) as store:
        found = {request.address_key: request for request in store.requests()}
    states = {address: request.state.value for address, request in found.items()}
    assert states == {
        before: "effective", since: "effective", left: "effective", asked: "review",
    }  # fmt: skip
    assert is_suppressed(company, since)
    assert is_suppressed(company, left)
    # Nobody got a second answer, and ordinary mail was left alone again.
    assert len(company.smtp.received) == answered
    waiting = [stored.raw for stored in company.folder_of(company.support)]
    assert len(waiting) == 1
    assert b"Where is my invoice?" in waiting[0]
