"""Where the control panel's tickets are taken: looked up, decided and written at once.

The pure part is handlers/ticket.py and handlers/recorded.py; the mail that confirms is delivered
by the daemon, from the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.settings import MailboxSettings
from daemon import events
from daemon.office import outgoing_mail
from daemon.ports import Act, Batch, Store, TakenTicket
from daemon.unused import unused_tokens
from handlers.case import Policy
from handlers.recorded import decide_recorded
from handlers.reply import ReplyWriter
from handlers.steps import NotPossible
from handlers.ticket import BY, Ticket
from handlers.values import Decision, Request, Tokens

# What became of a ticket: a new request, one confirmed that had waited, one that was agreed
# already, or the ticket was known.
Outcome = Literal["made", "confirmed", "repeated", "known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a ticket; `request` is None where retention has erased it since."""

    reference: str
    request: Request | None
    outcome: Outcome


class TooOld(ValueError):  # noqa: N818 - what a caller is told, not a fault
    """A ticket of so long ago is an import gone wrong, and no wish of now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The store, and what is needed to decide and to write. `now` and `draw` as in `Route`.

    All of it raises TemporaryFailure where the store cannot be used now: then nothing was done.
    """

    store: Store
    boxes: Sequence[MailboxSettings]
    policy: Policy
    writer: ReplyWriter
    now: Callable[[], datetime]
    draw: Callable[[], Tokens]

    def take(self, ticket: Ticket) -> Taken:
        """Confirms the cancellation that a ticket asks for; sent twice, it is one.

        Raises NotPossible where the number was taken with other contents, where the address is
        ours, and where what has happened since the ticket speaks against it; TooOld where it is
        from before `cancellation_max_age` and was not taken then.
        """
        fingerprint = ticket.fingerprint(self.store.log_key())
        with self.store.batch() as batch:
            taken = self._known(batch, ticket, fingerprint) or self._take(
                batch, ticket, fingerprint
            )
        events.ticket_taken(request=taken.reference, outcome=taken.outcome)
        return taken

    def _known(self, batch: Batch, ticket: Ticket, fingerprint: str) -> Taken | None:
        known = batch.ticket(ticket.number)
        if known is None:
            return None
        if known.fingerprint != fingerprint:
            raise NotPossible(
                f"ticket {ticket.number} was taken already as {known.reference}, and said"
                " something else",
                reference=known.reference,
            )
        request = batch.request(known.reference)
        return Taken(reference=known.reference, request=request, outcome="known")

    def _take(self, batch: Batch, ticket: Ticket, fingerprint: str) -> Taken:
        now, recorded = self.now(), ticket.recorded()
        max_age = self.policy.cancellation_max_age
        if ticket.received_at < now - max_age:
            raise TooOld(f"is more than {max_age.days} days ago")
        dossier = batch.dossier([ticket.address.key], [recorded.origin], now=now)
        newest = dossier.newest.get((ticket.address.key, recorded.kind))
        tokens = unused_tokens(
            self.draw, recorded.kind, lambda drawn: batch.request(drawn) is not None
        )
        decision = decide_recorded(
            recorded, dossier=dossier, policy=self.policy, tokens=tokens, now=now
        )
        reference, outcome = _about(decision)
        about = decision.requests[0] if decision.requests else newest
        mail = outgoing_mail(decision, about, boxes=self.boxes, writer=self.writer, now=now)
        # What repeats a request may be meant for another account of the same customer: its number
        # stands in no note, and whoever carries the request out shall see it.
        by = f"{BY}, ticket {ticket.number}" if outcome == "repeated" else BY
        batch.carry_out([Act(decision=decision, outgoing=mail)], by=by, now=now)
        batch.note_ticket(
            TakenTicket(number=ticket.number, fingerprint=fingerprint, reference=reference),
            now=now,
        )
        return Taken(reference=reference, request=batch.request(reference), outcome=outcome)


def _about(decision: Decision) -> tuple[str, Outcome]:
    """The reference of the request that a decision makes, confirms or repeats."""
    if decision.requests:
        return decision.requests[0].reference, "made"
    if decision.changes:
        return decision.changes[0].reference, "confirmed"
    return decision.repeated[0], "repeated"
