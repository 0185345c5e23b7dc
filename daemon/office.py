"""Where staff's decisions are carried out: read, decided and written in one transaction each.

The pure part is handlers/staff.py and handlers/recorded.py; the mail that follows is delivered by
the daemon, from the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.settings import MailboxSettings
from daemon.ports import Act, Batch, LedgerRow, Store
from daemon.unused import reference_of, unused_tokens
from handlers import one_click
from handlers.case import Policy
from handlers.dossier import Dossier
from handlers.recorded import Recorded, decide_recorded
from handlers.reply import ReplyWriter
from handlers.staff import Wish, decide_by_staff, mail_key
from handlers.steps import NotPossible
from handlers.values import (
    ALL_LISTS,
    Decision,
    Intent,
    OutgoingMail,
    Request,
    State,
    Suppression,
    Tokens,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done: the decision, and the request that it is about, as it was before.

    `request` is the new one where there was none, and None where nothing but its reference is
    left. `still` keeps an address off the lists although its opt-out was undone: another request
    wants it.
    """

    reference: str
    request: Request | None
    decision: Decision
    still: Suppression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The store, and what is needed to decide and to write. `now` and `draw` as in `Route`."""

    store: Store
    boxes: Sequence[MailboxSettings]
    policy: Policy
    writer: ReplyWriter
    now: Callable[[], datetime]
    draw: Callable[[], Tokens]

    def decide(self, reference: str, wish: Wish, *, by: str) -> Outcome:
        """Carries out what a person wants done about a request.

        Raises NotPossible where there is no such request or its state does not allow it.
        """
        now = self.now()
        with self.store.batch() as batch:
            request = batch.request(reference)
            if request is None:
                raise NotPossible(f"there is no request {reference}")
            dossier = batch.dossier([request.address_key], now=now)
            decision = decide_by_staff(
                request,
                wish,
                dossier=dossier,
                policy=self.policy,
                secret=self.draw().secret,
                now=now,
            )
            batch.carry_out([self._act(decision, request)], by=by, now=now)
        dossier.learn(decision)
        undone = any(change.after is State.UNDONE for change in decision.changes)
        still = dossier.suppression(request.address_key, ALL_LISTS) if undone else None
        return Outcome(reference=reference, request=request, decision=decision, still=still)

    def record(self, recorded: Recorded, *, by: str, reply: bool) -> Outcome:
        """Records one request. Raises NotPossible where it is recorded already, or cannot be."""
        (outcome,) = self.record_many([recorded], by=by, reply=reply, notes_repetitions=True)
        if isinstance(outcome, NotPossible):
            raise outcome
        return outcome

    def record_many(
        self,
        recorded: Sequence[Recorded],
        *,
        by: str,
        reply: bool,
        notes_repetitions: bool = False,
    ) -> list[Outcome | NotPossible]:
        """Records requests in one transaction; says of each what was done, or why nothing was.

        Whether a repetition is noted in the audit: a file that is read twice shall add nothing.
        It is where a newsletter's link came first, for from then on that takes nothing back.
        """
        now = self.now()
        with self.store.batch() as batch:
            dossier = batch.dossier(*_keys(recorded), now=now)
            outcomes = self._planned(recorded, dossier, batch, now, reply=reply)
            by_link = _after_the_link(recorded, outcomes)
            news = by_link - batch.repeated(by_link) if by_link else by_link
            acts = [
                self._act(outcome.decision, outcome.request)
                for outcome in outcomes
                if isinstance(outcome, Outcome)
                and (notes_repetitions or news.issuperset(outcome.decision.repeated))
            ]
            batch.carry_out(acts, by=by, now=now)
        return outcomes

    def plan_many(
        self, recorded: Sequence[Recorded], *, reply: bool
    ) -> list[Outcome | NotPossible]:
        """What `record_many` would do now; writes nothing."""
        now = self.now()
        dossier = self.store.dossier(*_keys(recorded), now=now)
        return self._planned(recorded, dossier, self.store, now, reply=reply)

    def approve_message(
        self, row: LedgerRow, recorded: Recorded, *, by: str, reply: bool
    ) -> Outcome:
        """Makes a request of a message that was held without one, and ends its review.

        Raises NotPossible as `decide_recorded` does, TemporaryFailure where it is not held.
        """
        now = self.now()
        with self.store.batch() as batch:
            dossier = batch.dossier(*_keys([recorded]), now=now)
            (outcome,) = self._planned([recorded], dossier, batch, now, reply=reply)
            if isinstance(outcome, NotPossible):
                raise outcome
            batch.carry_out([self._act(outcome.decision, outcome.request)], by=by, now=now)
            batch.end_review(
                row,
                resolution=outcome.decision.reason,
                by=by,
                reference=outcome.reference,
                now=now,
            )
        return outcome

    def dismiss_message(self, row: LedgerRow, *, by: str) -> None:
        """Ends the review of a message; nothing follows from it.

        Raises TemporaryFailure where it is not held any more.
        """
        with self.store.batch() as batch:
            batch.end_review(row, resolution="dismissed", by=by, now=self.now())

    def _planned(
        self,
        recorded: Sequence[Recorded],
        dossier: Dossier,
        source: Store | Batch,
        now: datetime,
        *,
        reply: bool,
    ) -> list[Outcome | NotPossible]:
        """Decides on each in turn: the later ones see what the earlier ones do."""
        outcomes: list[Outcome | NotPossible] = []
        given: set[str] = set()

        def is_taken(reference: str) -> bool:
            return reference in given or source.request(reference) is not None

        for each in recorded:
            tokens = unused_tokens(self.draw, each.kind, is_taken)
            given.add(reference_of(tokens, each.kind))
            try:
                decision = decide_recorded(
                    each,
                    dossier=dossier,
                    policy=self.policy,
                    tokens=tokens,
                    now=now,
                    reply=reply,
                )
            except NotPossible as error:
                outcomes.append(error)
                continue
            outcomes.append(_outcome(decision, each, dossier))
            dossier.learn(decision)
        return outcomes

    def _act(self, decision: Decision, request: Request | None) -> Act:
        mail = outgoing_mail(
            decision, request, boxes=self.boxes, writer=self.writer, now=self.now()
        )
        return Act(decision=decision, outgoing=mail)


def outgoing_mail(
    decision: Decision,
    request: Request | None,
    *,
    boxes: Sequence[MailboxSettings],
    writer: ReplyWriter,
    now: datetime,
) -> OutgoingMail | None:
    """The mail that tells the customer of a decision about `request`, or None."""
    if decision.reply is None or request is None:
        return None
    box = answering_box(boxes, request)
    return writer.write(
        decision.reply,
        mailbox_name=box.name,
        mailbox_address=box.address,
        now=now,
        idempotency_key=mail_key(decision, at=now),
    )


def answering_box(boxes: Sequence[MailboxSettings], request: Request) -> MailboxSettings:
    """The mailbox that answers: the one it came to, else the one for its kind, else the first."""
    role = "cancel" if request.kind is Intent.CANCELLATION else "support"
    named = (box for box in boxes if box.name == request.mailbox)
    fitting = (box for box in boxes if box.role == role)
    return next(named, None) or next(fitting, None) or boxes[0]


def _keys(recorded: Sequence[Recorded]) -> tuple[set[str], set[str]]:
    return {each.address.key for each in recorded}, {each.origin for each in recorded}


def _after_the_link(
    recorded: Sequence[Recorded], outcomes: Sequence[Outcome | NotPossible]
) -> set[str]:
    """The requests by a newsletter's link that are asked for once more, in another way."""
    return {
        reference
        for each, outcome in zip(recorded, outcomes, strict=True)
        if isinstance(outcome, Outcome) and outcome.request is not None
        for reference in outcome.decision.repeated
        if (outcome.request.reference, outcome.request.channel) == (reference, one_click.CHANNEL)
        and each.received_at >= outcome.request.received_at
    }


def _outcome(decision: Decision, recorded: Recorded, dossier: Dossier) -> Outcome:
    """The request that a decision makes, settles or repeats, as it was before."""
    if decision.requests:
        made = decision.requests[0]
        return Outcome(reference=made.reference, request=made, decision=decision)
    newest = dossier.newest.get((recorded.address.key, recorded.kind))
    concerned = [*decision.repeated, *(change.reference for change in decision.changes)]
    return Outcome(reference=concerned[0], request=newest, decision=decision)
