"""What follows from a decision of staff about a request; nothing here has happened yet.

Staff decide what a customer meant, and may vouch for who the customer is. docs/staff.md tells it
to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.address import clean_text
from handlers.case import Policy
from handlers.dossier import Dossier
from handlers.moved_back import PAUSED_CONFIRMED
from handlers.secret import secret_hash
from handlers.steps import Command, NotPossible, step_of
from handlers.telling import (
    ASKED_BEFORE,
    FOR_THE_CUSTOMER,
    OWN,
    PAUSED,
    refuse_unaskable,
    reply_of,
)
from handlers.values import (
    ALL_LISTS,
    Change,
    Decision,
    Disposition,
    Proof,
    Request,
    State,
    Suppression,
)

MAX_NOTE_CHARS = 2_000
MAX_NAME_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one person wants done about a request, with a note of theirs.

    `reply` is True or False where they say whether the customer is to be told, else None.
    """

    command: Command
    note: str = ""
    reply: bool | None = None


def decide_by_staff(
    request: Request,
    wish: Wish,
    *,
    dossier: Dossier,
    policy: Policy,
    secret: str,
    now: datetime,
) -> Decision:
    """What follows from what a person wants done about a request.

    Raises NotPossible where its state does not allow it, or nobody can be asked.
    """
    step = step_of(request, wish.command, is_proven=_is_proven(request, policy))
    asks = step.after is State.AWAITING_CONFIRMATION and request.reason != PAUSED
    # Whose request it is has to be said first, or a colleague's account would be cancelled.
    if wish.command in (Command.APPROVE, Command.CONFIRM) and request.reason == OWN:
        raise NotPossible(
            f"{request.reference} stands under an address of ours", cure=FOR_THE_CUSTOMER
        )
    if wish.command is Command.DISMISS and request.reason == PAUSED_CONFIRMED:
        # The customer was told that it is confirmed, and would never learn that it is not.
        raise NotPossible(
            f"{request.reference} was confirmed to the customer before it was moved back",
            cure="go on with it: review approve; or tell the customer that it is off: "
            "requests withdraw",
        )
    if asks:
        refuse_unaskable(request, dossier, policy)
        if wish.reply is False:
            raise NotPossible(
                f"{request.reference}: the customer has to be asked, and cannot be in silence",
                cure=f"make sure who it is, then: requests confirm {request.reference}",
            )
    reply, silence = reply_of(
        request,
        step,
        True if asks else wish.reply,
        dossier=dossier,
        policy=policy,
        secret=secret,
    )
    held = dossier.held_by(request.address_key, request.reference)
    other = dossier.suppression(request.address_key, ALL_LISTS)
    # Then our letter, which says that the address is on the lists again, would not be true.
    stays_off = (
        step.after is State.UNDONE and other is not None and other.reference != request.reference
    )
    return Decision(
        disposition=Disposition.ACT,
        reason=step.reason,
        intents=(request.kind,),
        changes=(
            Change(
                reference=request.reference,
                before=request.state,
                after=step.after,
                reason=step.reason,
                proof=Proof.STAFF.value if step.vouches else "",
                note=joined_notes(request.note, wish.note),
            ),
        ),
        suppress=(suppression_for(request, now=now),) if step.after is State.EFFECTIVE else (),
        lift=held if step.after is State.UNDONE else (),
        reply=None if stays_off else reply,
        silence="still-suppressed" if stays_off else silence,
    )


def mail_key(decision: Decision, *, at: datetime) -> str:
    """The idempotency key of the mail of a decision that is made `at` this moment.

    Of one change a customer is told once; of the same state anew where it was another in between:
    who disputed a confirmed cancellation has to learn that it goes on. A question has a key of its
    own: where it was dropped for its key, its answer would be waited for in vain.
    """
    if decision.reply is None:
        return ""
    moved = [(c.reference, c.after) for c in decision.changes]
    made = [(r.reference, r.state) for r in decision.requests]
    states = ",".join(f"{reference}:{state}" for reference, state in (*moved, *made))
    unique = f":{secret_hash(decision.reply.secret)}" if decision.reply.asks else ""
    return f"staff:{states}:{at.astimezone(UTC).isoformat(timespec='microseconds')}{unique}"


def joined_notes(before: str, added: str) -> str:
    """The note of a request with what is added to it; '' where nothing is.

    Raises NotPossible where it gets too long.
    """
    lines = (clean_text(line, limit=MAX_NOTE_CHARS + 1) for line in added.splitlines())
    words = "\n".join(line for line in lines if line)
    if not words:
        return ""
    whole = f"{before}\n{words}" if before else words
    if len(whole) > MAX_NOTE_CHARS:
        raise NotPossible(
            f"the note has {len(whole)} characters, and {MAX_NOTE_CHARS} is the limit"
        )
    return whole


def suppression_for(request: Request, *, now: datetime, list_name: str = ALL_LISTS) -> Suppression:
    """What keeps the address of an opt-out off a list."""
    return Suppression(
        address_key=request.address_key,
        address_written=request.address_written,
        list_name=list_name,
        since=now,
        reference=request.reference,
    )


def _is_proven(request: Request, policy: Policy) -> bool:
    """Whether the customer is proven, or has confirmed it, and has not disputed it since."""
    if request.reason in ASKED_BEFORE:
        return False
    if request.reason == PAUSED_CONFIRMED:
        return True
    proven = request.proof == Proof.PROVEN.value and policy.ask == "unproven"
    return proven or request.proof == Proof.STAFF.value
