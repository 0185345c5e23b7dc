"""Carries the stories on while the daemon lives and dies: who is to act, and by what."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Sequence

import psycopg
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from bench.crash.account import Rows
from bench.crash.answers import ANSWERS, written
from bench.crash.mails import Post
from bench.crash.people import Person, Step
from bench.crash.places import FOLDERS
from bench.crash.staff import Staff
from tests.acceptance.company import Company
from tests.servers.smtp import Received

_TARGETS = {"drag to outs": "outs", "drag to ends": "ends", "drag back": "inbox"}


class Stage:
    """The people of a round and their stories."""

    def __init__(
        self, company: Company, rows: Rows, received: Callable[[], Sequence[Received]]
    ) -> None:
        self._company, self._rows, self._received = company, rows, received
        self._post = Post()
        self._boxes = {company.support: "support", company.cancel: "cancel"}
        self._users = {name: user for user, name in self._boxes.items()}
        self._states: dict[str, tuple[str, str]] = {}
        self._watched: set[str] = set()
        self.people: list[Person] = []
        self.staff = Staff(company.config, company.folder)
        self.may_drag = True

    def act(self, dice: random.Random, most: int, *, commands: bool = True) -> int:
        """Has up to `most` people whose time it is do what comes next; how many did."""
        self.staff.look()
        if not self._look():
            return 0
        due = [person for person in self.people if self._is_due(person)]
        dice.shuffle(due)
        # Whose command was killed types it again before another one begins.
        due.sort(key=lambda person: not self._is_begun(person))
        acted = 0
        for person in due:
            if acted >= most:
                break
            acted += self._act(person, commands=commands)
        return acted

    def _act(self, person: Person, *, commands: bool) -> bool:
        step = person.next_step
        assert step is not None
        if step.deed in ANSWERS:
            return self._answer(person, step)
        if step.deed in _TARGETS:
            return self._drag(person, step)
        if not commands or self.staff.is_busy:
            return False
        person.begun.add(step.deed)
        self.staff.type(person, step.deed, self._states.get(person.address, ("", ""))[1])
        return True

    # Whose time it is ------------------------------------------------------------------------

    def _look(self) -> bool:
        """Learns how things stand; False where the store is away."""
        self._post.learn(self._received())
        try:
            rows = self._rows("SELECT address_key, state, reference FROM request")
            marks = self._rows("SELECT mailbox FROM mailbox_mark")
        except (sqlite3.OperationalError, psycopg.Error):  # it may not be made yet, too
            return False
        self._states = {str(key): (str(state), str(name)) for key, state, name in rows}
        self._watched = {str(place) for (place,) in marks}
        return True

    def _is_due(self, person: Person) -> bool:
        step = person.next_step
        if step is None:
            return False
        if self._is_begun(person):
            return True  # its first try may have done what it waited for
        state = self._states.get(person.address, ("", ""))[0]
        if step.once and step.once != state:
            kind = step.once.removesuffix(" mail")
            if step.once == "confirmed" or self._post.got(person.address, kind) is None:
                return False
        needs_request = step.deed.startswith(("requests", "review"))
        return bool(state) or not needs_request

    def _is_begun(self, person: Person) -> bool:
        step = person.next_step
        return step is not None and (person.address, person.done) in self.staff.tried

    @property
    def is_begun(self) -> bool:
        """Whether a command has begun that has not done what it was typed for."""
        return any(self._is_begun(person) for person in self.people)

    # What they do ----------------------------------------------------------------------------

    def _answer(self, person: Person, step: Step) -> bool:
        kinds, _ = ANSWERS[step.deed]
        ours = [mail for kind in kinds if (mail := self._post.got(person.address, kind))]
        if not ours:
            return False
        box = self._boxes[ours[0].reply_to]
        message = written(step.deed, person, ours[0], box)
        self._company.dovecot.seed(self._users[box], 1, lambda _: message.raw)
        person.answers.append(message)
        self._done(person, step)
        return True

    def _drag(self, person: Person, step: Step) -> bool:
        """As a mail client does. What is on its way there already, is not dragged."""
        assert person.letter is not None
        (box,) = person.letter.boxes
        target = FOLDERS[_TARGETS[step.deed]]
        if not self.may_drag or not {f"{box}:{FOLDERS['outs']}", f"{box}:{FOLDERS['ends']}"} <= (
            self._watched
        ):
            return False
        try:
            with self._company.dovecot.client(self._users[box]) as client:
                for folder in FOLDERS.values():
                    if folder == target or not client.folder_exists(folder):
                        continue
                    client.select_folder(folder)
                    uids = client.search(["HEADER", "Message-ID", person.letter.message_id])
                    if uids:
                        person.begun.add(step.deed)
                        _move(client, uids, target)
                        person.drags += 1
                        self._done(person, step)
                        return True
        except (IMAPClientError, OSError):
            return False
        return False

    def _done(self, person: Person, step: Step) -> None:
        person.begun.add(step.deed)
        person.done += 1


def _move(client: IMAPClient, uids: Sequence[int], target: str) -> None:
    """By MOVE, or what goes for it."""
    if client.has_capability("MOVE"):
        client.move(uids, target)
        return
    client.copy(uids, target)
    client.delete_messages(uids)
    client.uid_expunge(uids)
