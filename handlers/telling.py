"""Whom staff's decisions are told to: the customer, unless somebody else would get the mail."""

from __future__ import annotations

from datetime import datetime

from handlers.address import Address, make_address
from handlers.case import Policy
from handlers.dossier import Dossier
from handlers.inbox import inbox_key
from handlers.moved_back import MOVED_BACK, PAUSED_CONFIRMED
from handlers.reason_words import reason_words
from handlers.screen import AGAINST, DOUBTFUL, REFUTED, SCREEN
from handlers.steps import NotPossible, Step
from handlers.values import CHANNELS, Intent, ReplyPlan, Request, State

OWN = "own-address"
FOR_THE_CUSTOMER = "record it for the customer's address, and dismiss this one"

# Why a request is on review says whether the address in it may be asked or told anything.

# The customer has been asked, or has answered: what they said is for a person to read.
ASKED_BEFORE = {
    "question-unanswered": "the customer was asked and has not answered",
    "question-undeliverable": "our question could not be delivered",
    "answer-unclear": "the customer was asked, and the answer is for you to read",
    "answer-disputes": "the customer disputes it, and what they say is for you to read",
    "answer-unknown": "it is about an answer, which is for you to read",
    "answer-from-another-address": "our mail was answered from another address",
    "asks-not-to-cancel": "a message in the customer's name asks not to cancel",
    "machine-answers": "a machine has passed an answer on, which is for you to read",
}
# Paused by a person who moved the message back; the second was confirmed before. Whoever goes on
# with it goes on where it was: the customer has had the question, or the confirmation.
PAUSED = MOVED_BACK
# Whoever is at the address has not asked us, or a machine would get the mail.
_NOT_THE_CUSTOMER = frozenset(
    {
        REFUTED,
        DOUBTFUL,
        OWN,
        "machine-asks",
        "machine-answers",
        *(condition.name for condition in SCREEN),
    }
)
# A mail would come back, or reach somebody whom a third person has named.
_TELL_NOBODY = _NOT_THE_CUSTOMER | {"names-another-address", "question-undeliverable"}


def own_address(address: Address, policy: Policy) -> bool:
    """Whether it is one of the addresses that customers write to: it never is a customer's."""
    return address.key in policy.us.addresses or address.key in policy.us.form_senders


def over_the_cap(address_key: str, dossier: Dossier, policy: Policy) -> bool:
    """Whether an address has had its mails of the day."""
    cap = policy.replies_per_address_per_day
    return dossier.mails_last_day.get(inbox_key(address_key), 0) >= cap


def refuse_unaskable(request: Request, dossier: Dossier, policy: Policy) -> None:
    """Raises NotPossible where a question would confirm nothing, or go to an innocent address."""
    reference = request.reference
    cure = f"make sure of the customer yourself, then: requests confirm {reference}, or reject"
    address = make_address(request.address_written)
    if request.reason == OWN or address is None or own_address(address, policy):
        raise NotPossible(f"{reference} stands under an address of ours", cure=FOR_THE_CUSTOMER)
    if why := ASKED_BEFORE.get(request.reason):
        raise NotPossible(f"{reference}: {why}", cure=cure)
    if against := _against(request):
        raise NotPossible(
            f"{reference}: {reason_words(against)}, and the address is not asked", cure=cure
        )
    if request.reason in _NOT_THE_CUSTOMER:
        raise NotPossible(
            f"{reference}: the message may not be answered ({request.reason})", cure=cure
        )
    if over_the_cap(request.address_key, dossier, policy):
        raise NotPossible(
            f"{reference}: the address has had its mails of the day, and cannot be asked now",
            cure=cure,
        )


def reply_of(
    request: Request,
    step: Step,
    wanted: bool | None,
    *,
    dossier: Dossier,
    policy: Policy,
    secret: str,
) -> tuple[ReplyPlan | None, str]:
    """What the customer is told of a step, or the code of why nobody is.

    `wanted` is True or False where staff say whether to write, None where they leave it to us.
    """
    if not step.situation:
        return None, ""
    if wanted is False:
        return None, "silenced-by-staff"
    address = make_address(request.address_written)
    if address is None or own_address(address, policy):
        return None, OWN
    if wanted is None and (silence := _silence(request, step)):
        return None, silence
    if over_the_cap(request.address_key, dossier, policy):
        return None, "address-cap"
    plan = plan_reply(
        address,
        step.situation,
        references=(request.reference,),
        language=request.language,
        received_at=request.received_at,
        channel=request.channel,
        secret=secret,
        wanted_end=request.wanted_end,
    )
    return plan, ""


def plan_reply(
    address: Address,
    situation: str,
    *,
    references: tuple[str, ...],
    language: str,
    received_at: datetime,
    channel: str,
    secret: str,
    wanted_end: str = "",
) -> ReplyPlan:
    """The mail that tells a customer of what staff have done about one request."""
    return ReplyPlan(
        to=address,
        situations=(situation,),
        language=language,
        references=references,
        opted_out_address=address.written if situation.startswith("opt_out") else "",
        received_at=received_at,
        cancellation_received_at=received_at if situation.startswith("cancellation") else None,
        secret=secret,
        asks=situation == "cancellation_question",
        wanted_end=wanted_end,
        channel=channel if channel in CHANNELS else "mail",
    )


def _silence(request: Request, step: Step) -> str:
    """Why nobody is told unless staff ask for it.

    Where they vouch for a cancellation the address is told all the same: an owner who has not
    asked for it learns of it and can object. An opt-out does no such harm.
    """
    goes_on = {PAUSED: State.AWAITING_CONFIRMATION, PAUSED_CONFIRMED: State.CONFIRMED}
    if goes_on.get(request.reason) is step.after:
        return "already-answered"
    why = request.reason if request.reason in _TELL_NOBODY else ""
    why = why or _against(request)
    if step.vouches and request.kind is Intent.CANCELLATION:
        return why if why == "question-undeliverable" else ""
    return why


def _against(request: Request) -> str:
    """The code of what speaks against the sender, or ''."""
    codes = (
        code for proof, code in AGAINST.items() if code == request.reason or proof == request.proof
    )
    return next(codes, "")
