"""Each way that the policy gives customers ends in the one ledger, with one clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.api_keys import ApiKeys
from daemon.office import Office
from daemon.tokens import draw_tokens
from handlers.case import Policy
from handlers.recorded import Recorded
from handlers.values import Intent, Role, State
from tests.contract.fake_mailbox import FakeMailbox
from tests.flow.routes import US, message, route, writer
from tests.flow.web_world import NOW, World, running
from tests.unit.cases import address
from tests.unit.test_office import box as settings_of

PANEL = "p" * 32
OPT_OUT, CANCELLATION = Intent.OPT_OUT, Intent.CANCELLATION
DUE = {OPT_OUT: timedelta(hours=24), CANCELLATION: timedelta(hours=72)}
PROVEN = "Authentication-Results: mx.shop.example; dmarc=pass header.from=garden.example\r\n"


@dataclass
class Town:
    """The company, and everything by which it is reached."""

    world: World

    def now(self) -> datetime:
        return self.world.now

    def click(self, who: str) -> None:
        token = self.world.token("tips", who)
        assert self.world.post(f"/u/{token}").status == 200

    def button(self, who: str) -> None:
        """A mail client's, with the token in the subject, to the address of the newsletter."""
        token = self.world.token("tips", who)
        self._mail(message("", sender=who, subject=f"unsubscribe {token}", when=self.now()))

    def support(self, who: str) -> None:
        self._mail(message("Please unsubscribe me.", sender=who, when=self.now()))

    def cancel(self, who: str) -> None:
        text = "Please cancel my account."
        to = "cancel@shop.example"
        self._mail(message(text, sender=who, to=to, when=self.now(), more=PROVEN), Role.CANCEL)

    def panel(self, who: str) -> None:
        fields = {"Authorization": f"Bearer {PANEL}", "Content-Type": "application/json"}
        body = json.dumps({"ticket": "4711", "address": who}).encode()
        assert self.world.post("/api/cancellations", fields=fields, body=[body]).status == 201

    def told(self, channel: str, kind: Intent) -> Callable[[str], None]:
        """Staff type what they were told on the telephone, or read in a letter."""

        def record(who: str) -> None:
            office = Office(
                store=self.world.store,
                boxes=(settings_of("support", "support"), settings_of("cancel", "cancel")),
                policy=Policy(us=US),
                writer=writer(),
                now=self.now,
                draw=draw_tokens,
            )
            recorded = Recorded(
                kind=kind,
                address=address(who),
                channel=channel,
                received_at=self.now(),
                taken_by="ida",
                mailbox="support" if kind is OPT_OUT else "cancel",
                language="en",
            )
            office.record(recorded, by="ida", reply=True)

        return record

    def _mail(self, raw: bytes, role: Role = Role.SUPPORT) -> None:
        box = FakeMailbox(name=role.value)
        one = route(box, self.world.store, clock=self.now, role=role)
        one.run()
        box.deliver(raw, internal_date=self.now())
        one.run()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with running("sqlite", tmp_path) as world:
        world.keys = ApiKeys(panel=(PANEL,))
        world.start()
        yield Town(world)


WAYS: dict[str, tuple[Intent, str, Callable[[Town, str], None]]] = {
    "the newsletter's link": (OPT_OUT, "newsletter", lambda town, who: town.click(who)),
    "the newsletter's address": (OPT_OUT, "mail", lambda town, who: town.button(who)),
    "mail to support@": (OPT_OUT, "mail", lambda town, who: town.support(who)),
    "a call": (OPT_OUT, "phone", lambda town, who: town.told("phone", OPT_OUT)(who)),
    "a letter": (OPT_OUT, "letter", lambda town, who: town.told("letter", OPT_OUT)(who)),
    "the panel's ticket": (CANCELLATION, "panel", lambda town, who: town.panel(who)),
    "mail to cancel@": (CANCELLATION, "mail", lambda town, who: town.cancel(who)),
    "a call to cancel": (
        CANCELLATION, "phone", lambda town, who: town.told("phone", CANCELLATION)(who),
    ),
    "a letter to cancel": (
        CANCELLATION, "letter", lambda town, who: town.told("letter", CANCELLATION)(who),
    ),
}  # fmt: skip


def test_each_way_ends_in_the_ledger_with_its_deadline_from_the_same_clock(town: Town) -> None:
    people = {f"p{number}@garden.example": way for number, way in enumerate(WAYS)}
    for minute, (who, way) in enumerate(people.items()):
        town.world.now = NOW + timedelta(minutes=minute)
        WAYS[way][2](town, who)
    found = {request.address_key: request for request in town.world.store.requests()}
    assert len(found) == len(WAYS)
    for minute, (who, way) in enumerate(people.items()):
        kind, channel, _ = WAYS[way]
        request, asked_at = found[who], NOW + timedelta(minutes=minute)
        told = (request.kind, request.channel, request.received_at, request.due_at)
        assert told == (kind, channel, asked_at, asked_at + DUE[kind]), way
        assert request.state is (State.EFFECTIVE if kind is OPT_OUT else State.CONFIRMED), way
