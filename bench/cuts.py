"""A connection cut at many places of a pass: `python -m bench.cuts [--cuts N] [--copy]`.

A private Dovecot behind a wire that cuts the connection after so many octets of the server's, at
places spread evenly over a whole pass: login, SELECT, SEARCH, FETCH, MOVE and what comes after it.
After each cut pass comes a whole one. In the end what was sent is compared with what the store,
the outbox and the folders hold. With --copy the server has no MOVE.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from daemon.errors import TemporaryFailure
from daemon.mailboxes import open_mailbox
from handlers.values import State
from tests.flow.routes import Clock, message, route, store_in
from tests.servers.dovecot import Dovecot
from tests.servers.settings import mailbox_settings
from tests.servers.wire import Wire
from tests.unit.log_capture import captured_log

ASKS, ORDINARY = "Please unsubscribe me.", "Where is my invoice?"
OPT_OUTS = "Optoutd/Opt-outs"
WITHOUT_MOVE = "IMAP4rev1 NAMESPACE UIDPLUS IDLE"
# Long enough that most places lie in the middle of a message.
_TAIL = "\r\n" + "> as you wrote\r\n" * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a campaign came to; each field but the first three should be 0.

    `refiled` lie in their folder more than once. Without MOVE, a cut behind the STORE leaves them
    behind in the inbox, marked as deleted. `changed` are ordinary messages.
    """

    sent: int
    cut_passes: int
    octets: int
    lost: int
    doubled: int
    unanswered: int
    answered_twice: int
    unfiled: int
    refiled: int
    left_behind: int
    changed: int
    connections_at_once_above_one: int


@dataclass(slots=True)
class _Post:
    """Who has written what to `user`."""

    server: Dovecot
    user: str
    askers: list[str] = field(default_factory=list)
    messages: int = 0

    def bring(self) -> None:
        """Two requests, and an ordinary message between them."""
        for text in (ASKS, ORDINARY, ASKS):
            self.messages += 1
            sender = f"p{self.messages}@customer.example"
            if text is ASKS:
                self.askers.append(sender)
            raw = message(text + _TAIL, number=self.messages, sender=sender)
            self.server.deliver(self.user, raw)


def cut_campaign(server: Dovecot, user: str, folder: Path, *, cuts: int) -> Outcome:
    """Lets so many passes be cut, and compares; the store is made in `folder`."""
    post = _Post(server, user)
    with ExitStack() as stack:
        wire = stack.enter_context(Wire(server.imap_port))
        store = stack.enter_context(store_in(folder, Clock()))
        box = open_mailbox(mailbox_settings(wire, user), "secret")
        stack.callback(box.close)
        one = route(box, store, clock=Clock())
        for _ in range(2):  # the second shows what a pass takes when nothing has to be made
            post.bring()
            one.run()
            box.close()
        whole, cut_passes = wire.octets[-1], 0
        for number in range(cuts):
            post.bring()
            wire.cut_after = 1 + number * whole // cuts
            try:
                one.run()
            except TemporaryFailure:
                cut_passes += 1
            wire.cut_after = None
            box.close()
            one.run()
            box.close()
        asked = Counter(r.address_key for r in store.requests_in(*State))
        queued = store.take_due(10 * post.messages, now=Clock()())
        answered = Counter(reply.mail.recipient.key for reply in queued)
        at_once = wire.most_at_once
    left = server.folder(user)
    theirs = [stored for stored in left if ORDINARY.encode() in stored.raw]
    filed = Counter(stored.raw for stored in server.folder(user, OPT_OUTS))
    ordinary = post.messages - len(post.askers)
    return Outcome(
        sent=post.messages,
        cut_passes=cut_passes,
        octets=whole,
        lost=len(set(post.askers) - set(asked)),
        doubled=sum(asked.values()) - len(asked),
        unanswered=len(set(post.askers) - set(answered)),
        answered_twice=sum(answered.values()) - len(answered),
        unfiled=len(post.askers) - len(filed),
        refiled=sum(filed.values()) - len(filed),
        left_behind=len(left) - len(theirs),
        changed=ordinary - len(theirs) + sum(bool(stored.flags) for stored in theirs),
        connections_at_once_above_one=at_once - 1,
    )


def main() -> int:
    """Prints the outcome; 1 where something was lost or done twice."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--copy", action="store_true", help="a server without MOVE")
    arguments = parser.parse_args()
    user = "support@shop.example"
    with (
        tempfile.TemporaryDirectory(prefix="optoutd-bench-") as name,
        Dovecot({user: "secret"}, capability=WITHOUT_MOVE if arguments.copy else "") as server,
        Console(stderr=True).status(f"Cutting {arguments.cuts} passes …"),
        captured_log(),
    ):
        outcome = cut_campaign(server, user, Path(name), cuts=arguments.cuts)
    table = Table("measure", "number", box=None)
    wrong = 0
    for what in Outcome.__dataclass_fields__:
        number = getattr(outcome, what)
        table.add_row(what.replace("_", " "), f"{number}")
        harmless = {"sent", "cut_passes", "octets"}
        if arguments.copy:
            harmless.add("left_behind")
        wrong += number if what not in harmless else 0
    Console().print(table)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
