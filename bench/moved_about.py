"""Random lives of two mailboxes, and whether each message was acted upon once all the same.

    python -m bench.moved_about [--lives 500] [--first 0]

Customers write to one mailbox or to both. Meanwhile the daemon is killed or fails at any call,
folders are renumbered, restored from a backup or copied into a new account (with the time of the
copying, also while it looks), mail is delivered a second time, moved away and back, dragged into
folders and out of them, people refuse what is on review, the setting `filing` changes, months
pass, and retention erases. Some messages cannot be read for a while, and people approve or dismiss
them unread. Everything is real but the mailboxes, which are tests/contract/fake_mailbox.py.

It prints what is wrong with the number of the life, which brings it about again, and sums up.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.settings import RetentionSettings
from daemon.errors import TemporaryFailure
from daemon.office import Office
from daemon.ports import Act, Store
from daemon.retention import retain
from daemon.tokens import draw_tokens
from handlers.case import Policy
from handlers.copy_hash import octets_digest
from handlers.message_id import message_id_in
from handlers.parse import UnparseableMessage, parse_message
from handlers.places import mailbox_of
from handlers.recorded import Recorded
from handlers.steps import NotPossible
from handlers.values import Change, Decision, Disposition, Filing, Intent, Message, Role, State
from tests.contract.fake_mailbox import Backup, FakeMailbox, FakeMessage
from tests.flow.routes import US, Clock, message, route, store_in, writer
from tests.unit.cases import address
from tests.unit.log_capture import captured_log
from tests.unit.test_office import box as box_settings

TEXTS = {
    "opt-out": "Please unsubscribe me.",
    "cancellation": "Please cancel my account.",
    "unsure": "Please unsubscribe me if the price goes up.",
    "ordinary": "Where is my invoice?",
}
PROVEN = b"Authentication-Results: mx.shop.example; dmarc=pass header.from=customer.example\r\n"
OPT_OUTS, CANCELLATIONS = Filing.OPT_OUTS.value, Filing.CANCELLATIONS.value


class Killed(BaseException):
    """The process ends here: nothing may catch this."""


class Failing(TemporaryFailure):
    """Store or server fail for a moment."""

    def __init__(self, moment: str) -> None:
        super().__init__(moment, part="bench", is_refusal=True)


class Doomed:
    """Passes every call on to what is inside until the fuse has burnt down, and raises `end`."""

    def __init__(self, inner: object, fuse: list[int], end: type[BaseException]) -> None:
        object.__setattr__(self, "_inner", inner)
        object.__setattr__(self, "_fuse", fuse)
        object.__setattr__(self, "_end", end)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found) or name == "inside":
            return found

        def call(*args: object, **named: object) -> object:
            self._burn(f"before {name}")
            answer = found(*args, **named)
            self._burn(f"after {name}")
            return answer

        return call

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._inner, name, value)

    def _burn(self, moment: str) -> None:
        self._fuse[0] -= 1
        if not self._fuse[0]:
            raise self._end(moment)


@dataclass
class Person:
    """A customer, who writes once, and what other people did with that message."""

    number: int
    kind: str
    dragged: bool = False  # into a folder of ours
    stopped: bool = False  # back to the inbox
    refused: bool = False
    dismissed: bool = False  # unread
    was_restored: bool = False  # flagged
    approved: bool = False  # unread: a copy that is read later in another mailbox says it again

    @property
    def address(self) -> str:
        """Whose answers are counted."""
        return f"p{self.number}@customer.example"


class Life:
    """One of them; `tale` has what happened, line by line."""

    def __init__(self, seed: int, store: Store, clock: Clock) -> None:
        self.dice = random.Random(seed)
        self.store, self.clock = store, clock
        self.tale: list[str] = []
        self.people: dict[int, Person] = {}
        self.sent: Counter[str] = Counter()
        self.backups: dict[str, Backup] = {}
        self.unreadable: set[int] = set()  # the messages of these people, for the time being
        self.written: dict[str, int] = {}  # by the digest of its octets, who wrote a message
        self.was_idle = False  # nothing was filed at all for a time
        self.boxes = {name: FakeMailbox(name) for name in ("support", "cancel")}
        self.routes = {
            name: route(
                box,
                store,
                clock=clock,
                role=Role(name),
                batch_messages=self.dice.choice((1, 3, 50)),
            )
            for name, box in self.boxes.items()
        }
        for one in self.routes.values():
            one.desk = replace(one.desk, parse=self.parse)

    def parse(self, raw: bytes) -> Message:
        """Reads a message, if it can be read now."""
        if int(message_id_in(raw)[1:].partition("@")[0]) in self.unreadable:
            raise UnparseableMessage("for the time being")
        return parse_message(raw)

    def run(self) -> list[str]:
        """Lives it, and reckons; what is wrong."""
        for name in 2 * list(self.boxes):
            self.look(name)
        deeds = [deed for deed, weight in DEEDS.items() for _ in range(weight)]
        for _ in range(self.dice.randint(8, 30)):
            self.clock.forward(minutes=self.dice.randint(1, 300))
            deed, name = self.dice.choice(deeds), self.dice.choice(list(self.boxes))
            self.tale.append(f"{self.clock():%F %R} {deed.__name__} {name}")
            deed(self, name)
            if self.dice.random() < 0.2:
                self.send()
        self.unreadable.clear()
        for name in 4 * list(self.boxes):
            self.clock.forward(days=1)
            self.look(name)
        self.send()
        return self.wrong()

    def look(self, name: str, fuse: int = 0) -> None:
        """One pass, which a fuse may end; what fails for a time is looked at again later."""
        one, box = self.routes[name], self.boxes[name]
        if fuse:
            end = self.dice.choice((Killed, Failing))
            burning = [fuse]
            one.mailbox, one.store = Doomed(box, burning, end), Doomed(self.store, burning, end)
        try:
            one.run()
        except TemporaryFailure as failure:
            self.tale.append(f"  {name} fails: {failure}")
        except Killed as end:
            self.tale.append(f"  {name} ends: {end}")
            box.close()
        finally:
            one.mailbox, one.store = box, self.store

    def send(self) -> None:
        """Delivers all that is queued."""
        for queued in self.store.take_due(1000, now=self.clock()):
            self.sent[queued.mail.recipient.key] += 1
            self.store.sent(queued.row, now=self.clock(), response="250 taken")

    # What may happen to a mailbox -------------------------------------------------------------

    def mail(self, name: str) -> None:
        """Some customers write, some of them to both mailboxes."""
        for _ in range(self.dice.randint(1, 4)):
            person = Person(len(self.people), self.dice.choice(list(TEXTS)))
            self.people[person.number] = person
            if self.dice.random() < 0.25:
                self.unreadable.add(person.number)
            self.clock.forward(seconds=self.dice.randint(1, 90))
            raw = message(
                TEXTS[person.kind],
                sender=person.address,
                number=person.number,
                when=self.clock(),
            )
            head = self.dice.choice((PROVEN, b""))
            for to in self.boxes if self.dice.random() < 0.3 else (name,):
                stamp = f"Received: by {to}; {self.clock():%a, %d %b %Y %T} +0000\r\n".encode()
                self.deliver(to, head + stamp + raw, person)

    def deliver_again(self, name: str) -> None:
        """Another copy of a message comes by another way."""
        for stored in self.some(name, "INBOX", *TEXTS):
            self.deliver(name, b"Received: once more\r\n" + stored.raw, self.author(stored))

    def deliver(self, name: str, raw: bytes, person: Person) -> None:
        """Puts a message into an inbox."""
        self.written[octets_digest(raw)] = person.number
        self.boxes[name].deliver(raw, internal_date=self.clock())

    def change_what_can_be_read(self, _: str) -> None:
        """As an update does, and a server that is repaired or damaged."""
        for number in self.people:
            if self.dice.random() < 0.3:
                self.unreadable ^= {number}

    def kill(self, name: str) -> None:
        """A pass that ends at some call, before or after it."""
        self.look(name, fuse=self.dice.randint(1, 80))

    def renumber(self, name: str) -> None:
        """The inbox gets a new UIDVALIDITY."""
        self.boxes[name].renumber()
        self.boxes[name].close()

    def back_up(self, name: str) -> None:
        """Makes a backup of all its folders."""
        self.backups[name] = self.boxes[name].back_up()

    def restore(self, name: str) -> None:
        """Takes the inbox back to the backup, or all folders: UIDs are given out again."""
        if name in self.backups:
            every = list(self.backups[name].folders)
            folders = every if self.dice.random() < 0.5 else ["INBOX"]
            self.boxes[name].bring_back(self.backups[name], folders)
            # Our flag comes back with it, and where UIDs stay the same, nobody is told of that.
            for stored in self.backups[name].folders["INBOX"]:
                self.author(stored).was_restored |= bool(stored.flags)

    def copy_into_a_new_account(self, name: str) -> None:
        """It may have the same UIDVALIDITY, and we may look while the copying goes on."""
        box = self.boxes[name]
        old, keeps_dates = box.folders, self.dice.random() < 0.5
        box.make_anew()
        box.uid_validity += self.dice.choice((0, 1))
        box.validities = {f: box.validities.get(f, 1) + self.dice.choice((0, 1)) for f in old}
        for folder, messages in old.items():
            for m in messages:
                if folder == "INBOX" and self.dice.random() < 0.1:
                    self.look(name)
                box.copy_in(folder, m, m.internal_date if keeps_dates else self.clock())

    def retain(self, _: str) -> None:
        """Rows go that have outlived their time."""
        retain(self.store, RetentionSettings(), now=self.clock(), by="bench")

    def let_time_pass(self, _: str) -> None:
        """Days or years go by."""
        self.clock.forward(days=self.dice.choice((1, 5, 20, 100, 400)))

    def change_filing(self, _: str) -> None:
        """Each mailbox files in some way from now on."""
        for one in self.routes.values():
            one.filing = self.dice.choice(("move", "flag", "none"))
            self.was_idle |= one.filing == "none"

    # What people do ---------------------------------------------------------------------------

    def move_away_and_back(self, name: str) -> None:
        """A person parks ordinary mail elsewhere for a while."""
        for stored in self.some(name, "INBOX", "ordinary"):
            uid = self.boxes[name].drag(stored.uid, "Later")
            if self.dice.random() < 0.5:
                self.look(name)
            self.boxes[name].drag(uid, "INBOX", source="Later")

    def drag_into_a_folder(self, name: str) -> None:
        """A person makes a request of a message."""
        if self.routes[name].filing != "move":
            return
        self.look(name)
        self.look(name)
        for stored in self.some(name, "INBOX", "ordinary", "unsure"):
            self.boxes[name].drag(stored.uid, self.dice.choice((OPT_OUTS, CANCELLATIONS)))
            self.author(stored).dragged = True
            if self.dice.random() < 0.5:
                self.kill(name)
            self.look(name)

    def drag_back(self, name: str) -> None:
        """Counts where it was we who had filed it, under the numbering that holds."""
        if self.routes[name].filing != "move":
            return
        self.look(name)
        self.look(name)
        for stored in self.some(name, CANCELLATIONS, "cancellation"):
            person = self.author(stored)
            self.boxes[name].drag(stored.uid, "INBOX", source=CANCELLATIONS)
            self.look(name)
            person.stopped |= self.states(person) == {State.REVIEW}

    def refuse(self, _: str) -> None:
        """A person rejects what waits on review."""
        for held in [r for r in self.store.requests() if r.reason == "unsure"][:1]:
            if held.state is State.REVIEW:
                refused = Change(
                    reference=held.reference,
                    before=State.REVIEW,
                    after=State.REJECTED,
                    reason="rejected-by-staff",
                )
                decision = Decision(
                    disposition=Disposition.LEAVE, reason="refused", changes=(refused,)
                )
                with self.store.batch() as batch:
                    batch.carry_out([Act(decision=decision)], by="eve", now=self.clock())
                number = int(held.address_key[1:].partition("@")[0])
                self.people[number].refused = True

    def decide_unread(self, _: str) -> None:
        """A person reads what we could not: makes a request of it, or dismisses it."""
        held = [row for row in self.store.reviews() if row.error and not row.references]
        for row in self.dice.sample(held, min(1, len(held))):
            person = self.people[self.written[row.digest]]
            office = Office(
                store=self.store,
                boxes=(box_settings("support", "support"),),
                policy=Policy(us=US),
                writer=writer(),
                now=self.clock,
                draw=draw_tokens,
            )
            if person.kind not in ("opt-out", "cancellation"):
                office.dismiss_message(row, by="eve")
                person.dismissed = True
                continue
            recorded = Recorded(
                kind=Intent.OPT_OUT if person.kind == "opt-out" else Intent.CANCELLATION,
                address=address(person.address),
                channel="mail",
                received_at=row.received_at,
                taken_by="eve",
                language="en",
                mailbox="support",
                digest=row.digest,
            )
            with contextlib.suppress(NotPossible):  # another copy of it has been approved
                office.approve_message(row, recorded, by="eve", reply=True)
                person.approved = True

    # The reckoning ----------------------------------------------------------------------------

    def some(self, name: str, folder: str, *kinds: str) -> list[FakeMessage]:
        """One message of these kinds in a folder, or none."""
        found = [m for m in self.boxes[name].folder(folder) if self.author(m).kind in kinds]
        return self.dice.sample(found, min(1, len(found)))

    def author(self, stored: FakeMessage) -> Person:
        """Who wrote a message."""
        return self.people[int(message_id_in(stored.raw)[1:].partition("@")[0])]

    def states(self, person: Person) -> set[State]:
        """The states of all that the person has asked for."""
        return {r.state for r in self.store.requests() if r.address_key == person.address}

    def wrong(self) -> list[str]:
        """What must not be, in the order of harm."""
        found = []
        kinds: dict[str, list[Intent]] = {}
        for request in self.store.requests():
            kinds.setdefault(request.address_key, []).append(request.kind)
        lying = [
            (folder, m, self.author(m))
            for box in self.boxes.values()
            for folder, messages in box.folders.items()
            if folder != "Sent"
            for m in messages
        ]
        there = {person.number for _, _, person in lying}
        waiting = Counter(
            (mailbox_of(row.mailbox), row.digest) for row in self.store.reviews() if row.error
        )
        found += [f"on review twice: {where}" for where, times in waiting.items() if times > 1]
        held = {self.written.get(row.digest) for row in self.store.reviews()}
        for person in self.people.values():
            made, states = kinds.get(person.address, []), self.states(person)
            asks = person.kind != "ordinary" or person.dragged
            is_seen_to = person.dismissed or person.number in held
            if person.stopped and states != {State.REVIEW}:
                found.append(f"went on: {person} {states}")
            if asks and not made and person.number in there and not is_seen_to:
                found.append(f"lost: {person}")
            if person.kind == "opt-out" and made and states != {State.EFFECTIVE}:
                found.append(f"not in effect: {person} {states}")
            if len(made) > len(set(made)) and not person.dragged:
                found.append(f"recorded twice: {person} {made}")
            most = 2 if person.dragged or person.approved else int(person.kind != "unsure")
            if self.sent[person.address] > most:
                found.append(f"answered {self.sent[person.address]} times: {person}")
            if made and not asks:
                found.append(f"acted upon: {person} {made}")
            if person.refused and not person.dragged and states != {State.REJECTED}:
                found.append(f"brought up again: {person} {states}")
        found += [
            f"touched: {person} in {folder} {set(m.flags)}"
            for folder, m, person in lying
            if person.kind == "ordinary" and not person.dragged and (m.flags or folder != "INBOX")
            if folder != "INBOX"
            or not (self.was_idle or person.was_restored or person.number in held)
        ]
        return found


Deed = Callable[[Life, str], None]
DEEDS: dict[Deed, int] = {
    Life.mail: 6,
    Life.kill: 8,
    Life.deliver_again: 1,
    Life.renumber: 1,
    Life.back_up: 2,
    Life.restore: 2,
    Life.copy_into_a_new_account: 1,
    Life.retain: 1,
    Life.let_time_pass: 1,
    Life.change_filing: 1,
    Life.move_away_and_back: 1,
    Life.drag_into_a_folder: 2,
    Life.drag_back: 2,
    Life.refuse: 1,
    Life.change_what_can_be_read: 2,
    Life.decide_unread: 2,
}


def live(seed: int) -> tuple[list[str], list[str], Counter[str]]:
    """What is wrong after the life of this number, its tale, and what it came to."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, store_in(Path(folder), clock) as store:
        life = Life(seed, store, clock)
        with captured_log():
            wrong = life.run()
        came_to = Counter(f"{r.kind} {r.state} ({r.reason})" for r in store.requests())
        return wrong, life.tale, came_to


def main() -> None:
    """Lives many of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lives", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="the number of the first one")
    chosen = parser.parse_args()
    bad, total = 0, Counter[str]()
    for seed in range(chosen.first, chosen.first + chosen.lives):
        wrong, tale, came_to = live(seed)
        total += came_to
        if wrong:
            bad += 1
            print(f"life {seed}", *wrong, *tale, sep="\n  ")
    for what, number in total.most_common():
        print(f"{number:8} {what}")
    print(f"{bad} of {chosen.lives} lives went wrong")
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    main()
