"""Other systems are told of every change, in order and once in effect, whatever dies and when."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator

import jsonschema
import pytest

from tests.acceptance.company import Company, clean_environment, until
from tests.servers.receiver import Call, ReceiverServer
from tests.unit.test_announcement import SCHEMA

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
RECEIVER = """
[[receiver]]
name = "{name}"
url = "{url}"
secret_files = ["{name}.key"]
"""
# The real command, which dies in a method of its store: before its work, or once it is done.
_DEADLY = """
import os, signal
from daemon.stores.sql_announcements import SqlAnnouncements
real = SqlAnnouncements.{method}
def deadly(self, *given, **named):
    done = {work}
    if done:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
SqlAnnouncements.{method} = deadly
from daemon.cli import main
main()
"""
BEFORE, AFTER = "True", "real(self, *given, **named)"


@pytest.fixture
def crm() -> Iterator[ReceiverServer]:
    with ReceiverServer() as server:
        yield server


@pytest.fixture
def billing() -> Iterator[ReceiverServer]:
    with ReceiverServer() as server:
        yield server


def tell(company: Company, **servers: ReceiverServer) -> None:
    """Adds the servers to the configuration."""
    sections = [RECEIVER.format(name=name, url=each.url) for name, each in servers.items()]
    for name in servers:
        (company.folder / f"{name}.key").touch(mode=0o600)
        (company.folder / f"{name}.key").write_text(f"{KEY}\n")
    company.write_config(extra="".join(sections))


def die(company: Company, *, method: str, work: str) -> None:
    """Polls with a process that dies there."""
    program = _DEADLY.format(method=method, work=work)
    done = subprocess.run(
        [sys.executable, "-c", program, "--config", str(company.config), "poll"],
        check=False,
        env=clean_environment(),
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def in_effect(calls: list[Call]) -> list[tuple[str, str]]:
    """What a receiver has learned that takes each id once: (reference, state), as it came."""
    seen: dict[str, bytes] = {}
    for call in calls:
        jsonschema.validate(call.json, SCHEMA)
        assert seen.setdefault(call.id, call.body) == call.body
    data = [json.loads(body)["data"] for body in seen.values()]
    return [(each["reference"], each["state"]) for each in data]


def known(company: Company, reference: str) -> list[tuple[str, str, str]]:
    """What `requests show` says of who knows what."""
    (shown,) = company.objects("requests", "show", reference)
    return [(a["receiver"], a["change"], a["state"]) for a in shown["announcements"]]


# Between the commit and the call, between the taking and the call, and between the receiver's
# answer and its note.
DEATHS = [
    ("take_announcements", BEFORE),
    ("take_announcements", AFTER),
    ("announced", BEFORE),
]


@pytest.mark.parametrize(
    ("company", "deaths"),
    [
        ("sqlite", DEATHS),
        pytest.param("postgres", DEATHS[2:], marks=pytest.mark.postgres),
    ],
    indirect=["company"],
)
def test_all_are_told_and_none_twice_in_effect_whatever_dies(
    company: Company, deaths: list[tuple[str, str]], crm: ReceiverServer, billing: ReceiverServer
) -> None:
    tell(company, crm=crm, billing=billing)
    people = [f"{name}@elsewhere.example" for name in ("anna", "bob", "carla")]
    for person in people:
        company.write_to(company.support, person, "News", "Please unsubscribe me.\n")
    company.write_to(company.cancel, people[0], "End", "Please cancel my account.\n")
    for method, work in deaths:
        die(company, method=method, work=work)
    assert company.command("poll").returncode == 0
    requests = {r["id"]: r for r in company.objects("requests", "list")}
    assert len(requests) == 4
    cancelled = next(name for name in requests if name.startswith("C-"))
    assert company.command("requests", "confirm", cancelled, "--no-reply").returncode == 0
    assert company.command("requests", "complete", cancelled).returncode == 0
    assert company.command("poll").returncode == 0

    states = ["awaiting_confirmation", "confirmed", "completed"]
    for server in (crm, billing):
        learned = in_effect(server.calls)
        assert len(learned) == 6
        assert {(ref, s) for ref, s in learned if ref != cancelled} == {
            (reference, "effective") for reference in requests if reference != cancelled
        }
        assert [state for reference, state in learned if reference == cancelled] == states
    assert sorted(known(company, cancelled)) == sorted(
        (name, state, "told") for name in ("crm", "billing") for state in states
    )
    # Each death in doubt was told of once more, or there was none.
    assert len(crm.calls) + len(billing.calls) > 12
    assert company.objects("receivers", "announcements") == []
    assert company.objects("receivers", "list")[0]["state"] == "ok"


def test_a_daemon_that_is_killed_while_a_receiver_thinks_tells_it_again(
    company: Company, crm: ReceiverServer, billing: ReceiverServer
) -> None:
    tell(company, crm=crm, billing=billing)
    with crm.holding(), company.daemon() as daemon:
        company.write_to(company.support, "anna@elsewhere.example", "News", "Unsubscribe me\n")
        until(lambda: len(crm.calls) == 1, lambda: daemon.log)
        # Nobody waits for it: neither the answer to the customer, nor the other receiver.
        daemon.wait_for("reply_sent")
        until(lambda: len(billing.answered) == 1, lambda: daemon.log)
        daemon.wait_for("announcement_told")
        daemon.kill()
    # What it has said since, nobody has heard.
    with company.daemon() as daemon:
        daemon.wait_for("announcements_recovered")
        (told,) = daemon.wait_for("announcement_told")
        # Another one comes with a reload, and is told from then on.
        with ReceiverServer() as mails:
            tell(company, crm=crm, mails=mails)
            daemon.process.send_signal(signal.SIGHUP)
            (reloaded,) = daemon.wait_for("configuration_reloaded")
            assert reloaded["changed"] == ["receiver.billing", "receiver.mails"]
            company.write_to(company.support, "bob@elsewhere.example", "News", "Unsubscribe me\n")
            daemon.wait_for("announcement_told", 3)
            assert [call.json["data"]["address"] for call in mails.calls] == [
                "bob@elsewhere.example"
            ]
        assert daemon.stop() == 0
    assert (told["receiver"], told["attempt"]) == ("crm", 2)
    first, second, _ = crm.calls
    assert first.id == second.id
    assert first.body == second.body
    assert first.json["data"]["address"] == "anna@elsewhere.example"
    assert len(billing.calls) == 1
    shown = company.command("requests", "show", first.json["data"]["reference"]).stdout
    assert "Who is told" in shown
    assert "anna@" not in daemon.log
    assert "bob@" not in daemon.log
