"""Requests that came by telephone, letter, panel or newsletter, as staff or the panel record them.

Who records one has spoken with the customer or holds the letter: staff are its proof, and its
clock starts when the call or the letter arrived. Of what the control panel hands in itself, the
panel is the proof: it has signed the customer in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handlers.address import Address
from handlers.case import Policy
from handlers.dossier import Dossier
from handlers.moved_back import PAUSED_CONFIRMED
from handlers.staff import joined_notes, suppression_for
from handlers.states import CLOSED
from handlers.steps import NotPossible
from handlers.telling import PAUSED, over_the_cap, own_address, plan_reply
from handlers.values import (
    ALL_LISTS,
    Change,
    Decision,
    Disposition,
    Intent,
    Proof,
    Request,
    State,
    Tokens,
)
from handlers.wanted_end import same_end

# Mail comes by itself.
CHANNELS_BY_HAND = ("phone", "letter", "panel", "newsletter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What staff record: who wants what, how it came, and when (aware, not in the future).

    `mailbox` and `digest` are those of a message that a person has read for us, else ''; of what
    the control panel hands in itself (`signed_in`), `digest` is that of the ticket.
    """

    kind: Intent
    address: Address
    channel: str
    received_at: datetime
    taken_by: str
    note: str = ""
    list_name: str = ALL_LISTS
    language: str = ""
    wanted_end: str = ""
    mailbox: str = ""
    digest: str = ""
    signed_in: bool = False

    @property
    def origin(self) -> str:
        """What tells it from others: recorded twice, the same call or letter is one request."""
        moment = self.received_at.astimezone(UTC).isoformat()
        parts = (self.kind.value, self.address.key, self.channel, moment, self.list_name)
        return self.digest or hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What becomes of it: the state it takes, what the customer is told, and until when."""

    state: State
    situation: str
    due: timedelta
    proof: Proof
    reason: str


def decide_recorded(
    recorded: Recorded,
    *,
    dossier: Dossier,
    policy: Policy,
    tokens: Tokens,
    now: datetime,
    reply: bool = True,
) -> Decision:
    """What follows from it: a new request, the end of a pending one, or a repetition of one.

    Raises NotPossible where it is recorded already, for an address of ours, for a note that is
    too long, where a customer has to be asked and cannot be, and where a cancellation that is
    agreed already names another end.
    """
    key, kind = recorded.address.key, recorded.kind
    if own_address(recorded.address, policy):
        raise NotPossible(f"{key} is an address of ours, and no customer's")
    if before := dossier.by_origin.get((recorded.origin, kind, key)):
        raise NotPossible(
            f"it is recorded already as {before.reference}",
            is_done=True,
            reference=before.reference,
        )
    newest = dossier.newest.get((key, kind))
    _refuse_outdated(recorded, newest)
    if again := _repeats(recorded, newest, dossier):
        _refuse_another_end(recorded, newest)
        return Decision(
            disposition=Disposition.ACT,
            reason="recorded-again",
            intents=(kind,),
            repeated=(again,),
            silence="already-answered",
        )
    plan = _plan(recorded, policy)
    asks = plan.state is State.AWAITING_CONFIRMATION
    silence = _silence(recorded, dossier, policy, now=now, wanted=reply)
    pending = newest if newest is not None and newest.state in _PENDING[kind] else None
    if recorded.list_name != ALL_LISTS:
        pending = None  # what is held for a person may be about more than one list
    if asks and (pending or silence):
        why = f"{pending.reference} is open" if pending else f"nobody can be asked ({silence})"
        cure = "decide on that one" if pending else "make sure of the customer, then: record"
        raise NotPossible(f"a cancellation of {key} has to be asked about, and {why}", cure=cure)
    changed, made = None, None
    if pending is not None:
        changed = Change(
            reference=pending.reference,
            before=pending.state,
            after=plan.state,
            reason=plan.reason,
            proof=plan.proof.value,
            note=joined_notes(pending.note, recorded.note),
            wanted_end=recorded.wanted_end,
        )
    else:
        made = _request(recorded, plan, tokens)
    about = made or pending
    assert about is not None  # noqa: S101 - it is one of the two
    return Decision(
        disposition=Disposition.ACT,
        reason=plan.reason,
        intents=(kind,),
        requests=(made,) if made else (),
        changes=(changed,) if changed else (),
        suppress=(suppression_for(about, now=now, list_name=recorded.list_name),)
        if kind is Intent.OPT_OUT
        else (),
        reply=None
        if silence
        else plan_reply(
            recorded.address,
            plan.situation,
            references=(about.reference,),
            language=recorded.language or about.language,
            received_at=recorded.received_at,
            channel=recorded.channel,
            secret=tokens.secret,
            wanted_end=recorded.wanted_end or about.wanted_end,
        ),
        silence=silence,
    )


def _refuse_outdated(recorded: Recorded, newest: Request | None) -> None:
    """What the customer has taken back since must not come back with an old letter."""
    if newest is None or newest.updated_at is None or newest.updated_at <= recorded.received_at:
        return
    disputed = newest.kind is Intent.CANCELLATION and newest.reason in _SPEAKS_AGAINST
    if newest.state is State.REVIEW and disputed:
        raise NotPossible(
            f"{newest.reference} was put on review at {newest.updated_at:%Y-%m-%d %H:%M} UTC, "
            f"after this arrived: the customer or a colleague has spoken against it",
            cure=f"decide on that one: review show {newest.reference}",
            reference=newest.reference,
        )
    if newest.state in CLOSED:
        raise NotPossible(
            f"{newest.reference} was {newest.state} at {newest.updated_at:%Y-%m-%d %H:%M} UTC, "
            f"after this arrived at {recorded.received_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            cure="if the customer asks once more, record that with its own time",
            reference=newest.reference,
        )


def _refuse_another_end(recorded: Recorded, newest: Request | None) -> None:
    """What is agreed already, for another day, is not changed in passing, nor is the day lost."""
    if newest is None or not recorded.wanted_end:
        return
    if not same_end(recorded.wanted_end, newest.wanted_end):
        state = newest.state.value.replace("_", " ")
        how = "for another end than" if newest.wanted_end else "without the end that"
        raise NotPossible(
            f"{newest.reference} is {state} already, {how} this one names",
            cure="tell whoever carries it out, and the customer",
            reference=newest.reference,
        )


# Why a cancellation is on review that somebody may not want any more.
_SPEAKS_AGAINST = frozenset({
    "answer-disputes", "answer-unclear", "answer-unknown", "answer-from-another-address",
    "machine-answers", "asks-not-to-cancel", PAUSED, PAUSED_CONFIRMED,
})  # fmt: skip

_PENDING = {
    Intent.OPT_OUT: frozenset({State.REVIEW}),
    Intent.CANCELLATION: frozenset({State.AWAITING_CONFIRMATION, State.REVIEW}),
}


def _repeats(recorded: Recorded, newest: Request | None, dossier: Dossier) -> str:
    """The reference of what is in effect, or agreed, already; '' where nothing is."""
    if recorded.kind is Intent.OPT_OUT:
        held = dossier.suppression(recorded.address.key, recorded.list_name)
        return held.reference if held is not None else ""
    agreed = newest is not None and newest.state in (State.CONFIRMED, State.HANDED_OVER)
    return newest.reference if newest is not None and agreed else ""


def _plan(recorded: Recorded, policy: Policy) -> _Plan:
    """Staff vouch for a call or a letter; of a message they have only read what it wants."""
    by_mail = recorded.channel == "mail"
    if recorded.signed_in and recorded.kind is Intent.CANCELLATION:
        return _Plan(
            state=State.CONFIRMED,
            situation="cancellation_confirmed",
            due=policy.cancellation_due,
            proof=Proof.PANEL,
            reason="signed-in",
        )
    proof = Proof.UNPROVEN if by_mail else Proof.STAFF
    if recorded.kind is Intent.OPT_OUT:
        return _Plan(
            state=State.EFFECTIVE,
            situation="opt_out_done",
            due=policy.opt_out_due,
            proof=proof,
            reason="approved-by-staff" if by_mail else "recorded-by-staff",
        )
    return _Plan(
        state=State.AWAITING_CONFIRMATION if by_mail else State.CONFIRMED,
        situation="cancellation_question" if by_mail else "cancellation_confirmed",
        due=policy.cancellation_due,
        proof=proof,
        reason="asked-by-staff" if by_mail else "recorded-by-staff",
    )


def _request(recorded: Recorded, plan: _Plan, tokens: Tokens) -> Request:
    opts_out = recorded.kind is Intent.OPT_OUT
    return Request(
        reference=tokens.opt_out_reference if opts_out else tokens.cancellation_reference,
        kind=recorded.kind,
        state=plan.state,
        address_key=recorded.address.key,
        address_written=recorded.address.written,
        channel=recorded.channel,
        mailbox=recorded.mailbox,
        received_at=recorded.received_at,
        due_at=recorded.received_at + plan.due,
        language=recorded.language,
        proof=plan.proof.value,
        reason=plan.reason,
        origin_digest=recorded.origin,
        wanted_end=recorded.wanted_end,
        note=joined_notes("", recorded.note),
        taken_by=recorded.taken_by,
    )


def _silence(
    recorded: Recorded, dossier: Dossier, policy: Policy, *, now: datetime, wanted: bool
) -> str:
    """The code of why the customer is not written to, or ''."""
    if not wanted:
        return "silenced-by-staff"
    if recorded.list_name != ALL_LISTS:
        # Our letter says that all lists are left, and would not be true.
        return "single-list"
    if recorded.channel != "mail" and now - recorded.received_at > policy.reply_max_age:
        return "too-old-to-answer"
    return "address-cap" if over_the_cap(recorded.address.key, dossier, policy) else ""
