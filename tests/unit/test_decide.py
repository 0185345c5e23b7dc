"""Situation -> decision: the policy as a table that can be read aloud.

What is expected reads: the disposition and its reason; new requests with state and reason;
changes; suppressions and their lifting; requests asked for again; what is told or asked in the one
reply, or why nobody is answered; the folder, or "review" where the message stays flagged in the
inbox. Answers to our own mail are in test_confirmation.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.case import Case, Policy
from handlers.decide import RULES, decide
from handlers.feedback import Complaint
from handlers.memory import Copy, Known, Placed, Thread
from handlers.values import Evidence, Filing, Message, Proof, Request, State
from tests.unit.cases import (
    ANNA,
    ASKED,
    BOB,
    CANCELLATION,
    CONFIRMED,
    DAY,
    EFFECTIVE,
    FORM,
    HANDED_OVER,
    HELD,
    HELD_OPT_OUT,
    NOW,
    OPT_OUT,
    OPTED_OUT,
    PENDING,
    POLICY,
    REJECTED,
    SUPPORT,
    UNDONE,
    address,
    answered,
    case,
    knowing,
    message,
    opted_out_in_silence,
    told,
    verdict,
)
from tests.unit.test_confirmation import ANSWERS, MACHINES
from tests.unit.test_people import BACK_TO_THE_INBOX

TWO_FROM = message(senders=(address(ANNA), address(BOB)))
BY_FORM = message(sender=FORM, reply_to=(address(ANNA),))
AWAY_AND_ASKS = (
    "I am away on holiday until Monday with limited access to email. No more mail, please."
)
BY_MACHINE = message(("Auto-Submitted", "auto-generated"))
BY_LIST = message(("List-Id", "<roses.garden.example>"))
BY_BUTTON = message(("Auto-Submitted", "auto-replied"), subject="unsubscribe", new_text="")
BY_APPLE = message(
    ("Auto-Submitted", "auto-replied"),
    ("X-Apple-Unsubscribe", "true"),
    subject="unsubscribe",
    new_text="Apple Mail sent this email to unsubscribe from the message “Spring offers”.",
)
REFUSED = replace(REJECTED, updated_at=NOW - timedelta(days=29))
SILENT = message(("X-Auto-Response-Suppress", "All"))


def old(days: int, **changes: Any) -> Case:
    return case(certain=[CANCELLATION], dated_at=NOW - timedelta(days=days), **changes)


def copied_in(*, refilled: bool = True, **changes: Any) -> Case:
    """A copy in the inbox where the first one lay, which the server had not filed yet."""
    values: dict[str, Any] = {
        "place": "support",
        "filing": Filing.OPT_OUTS,
        "is_filed": False,
        "received_at": NOW,
    }
    known = Known(
        copy_of=Copy(mailbox="support", filing=Filing.OPT_OUTS),
        placed=Placed(**values | changes),
    )
    return case(certain=[OPT_OUT], refilled=refilled, known=known)


STAYS = ["leave: copy", "silent already-answered"]


def denying(said: Message | None = None, *known: Request, **changes: Any) -> Case:
    """A letter of its own that asks not to cancel."""
    against = Evidence(rule="not.negated", words="Do not cancel", part="text", start=0, end=13)
    read = replace(verdict(changes.pop("certain", ())), against=(against,))
    return case(said, verdict=read, known=knowing(*known), **changes)


STOPPED = "C-OLD001 {0}->review (asks-not-to-cancel)"
TO_STOP: dict[str, tuple[Case, list[str]]] = {
    "nothing is on its way": (denying(), ["leave: ordinary"]),
    "it is over": (denying(None, REJECTED), ["leave: ordinary"]),
    "we wait for an answer": (
        denying(None, PENDING),
        [
            "review: asks-not-to-cancel", STOPPED.format("awaiting_confirmation"),
            "silent in-review", "to review",
        ],
    ),
    "it is confirmed": (
        denying(None, CONFIRMED),
        [
            "review: asks-not-to-cancel", STOPPED.format("confirmed"),
            "silent in-review", "to review",
        ],
    ),
    "it is being carried out": (
        denying(None, HANDED_OVER),
        ["review: asks-not-to-cancel", "again C-OLD001", "silent in-review", "to review"],
    ),
    "a proven sender asks for mail to stop beside it": (
        denying(None, CONFIRMED, certain=[OPT_OUT], proof=Proof.PROVEN),
        [
            "review: asks-not-to-cancel", "new O-NEW001 effective (asked-by-mail)",
            STOPPED.format("confirmed"), "suppress for O-NEW001", "tell opt_out_done", "to review",
        ],
    ),
    "it asks to cancel after all": (
        denying(None, CONFIRMED, certain=[CANCELLATION]),
        told(decide(case(certain=[CANCELLATION], known=knowing(CONFIRMED)), POLICY)),
    ),
    "somebody poses as the sender": (
        denying(None, CONFIRMED, proof=Proof.REFUTED),
        ["review: asks-not-to-cancel", "silent dmarc-fail", "to review"],
    ),
    "a machine says so": (
        denying(BY_MACHINE, CONFIRMED),
        ["ignore: auto-submitted", "silent auto-submitted"],
    ),
}  # fmt: skip

ORDINARY: dict[str, tuple[Case, list[str]]] = {
    "nothing is asked": (case(), ["leave: ordinary"]),
    "a machine asks for nothing": (
        case(BY_MACHINE),
        ["ignore: auto-submitted", "silent auto-submitted"],
    ),
    "a machine asks for something perhaps": (
        case(BY_MACHINE, unsure=[OPT_OUT]),
        ["ignore: auto-submitted", "silent auto-submitted"],
    ),
    "a list's mail speaks of unsubscribing": (
        case(BY_LIST, certain=[OPT_OUT]),
        ["ignore: mailing-list", "silent mailing-list"],
    ),
    "a copy from another mailbox goes where the first went": (
        case(
            certain=[OPT_OUT],
            known=Known(copy_of=Copy(mailbox="cancel", filing=Filing.OPT_OUTS)),
        ),
        ["leave: copy", "silent already-answered", "to Optoutd/Opt-outs"],
    ),
    "a copy in the same mailbox stays": (
        case(
            certain=[OPT_OUT],
            known=Known(copy_of=Copy(mailbox="support", filing=Filing.OPT_OUTS)),
        ),
        ["leave: copy", "silent already-answered"],
    ),
    "a copy in a renumbered folder of what was not filed yet": (
        copied_in(),
        [*STAYS, "to Optoutd/Opt-outs"],
    ),
    "a copy in a renumbered folder of what was filed": (copied_in(is_filed=True), STAYS),
    "a copy in a renumbered folder of another delivery": (copied_in(copy_hash="other"), STAYS),
    "a copy in a renumbered folder of what people took from our own": (
        copied_in(place="support:Optoutd/Opt-outs"),
        STAYS,
    ),
    "a copy of what the server is about to file": (copied_in(refilled=False), STAYS),
    "a copy of ordinary mail": (
        case(known=Known(copy_of=Copy(mailbox="cancel", filing=Filing.NOWHERE))),
        ["leave: copy", "silent already-answered"],
    ),
    "a list's copy of what came directly": (
        case(
            BY_LIST,
            certain=[OPT_OUT],
            known=Known(copy_of=Copy(mailbox="support", filing=Filing.NOWHERE)),
        ),
        ["leave: copy", "silent already-answered"],
    ),
    "the direct copy of what a list passed on first": (
        case(
            certain=[CANCELLATION],
            known=Known(copy_of=Copy(mailbox="support", filing=Filing.NOWHERE)),
        ),
        ASKED,
    ),
    "a copy of what a person has read and left where it was": (
        case(
            certain=[CANCELLATION],
            proof=Proof.PROVEN,
            known=Known(
                copy_of=Copy(mailbox="support", filing=Filing.NOWHERE, reviewed=True),
            ),
        ),
        ["leave: copy", "silent already-answered"],
    ),
}

OPT_OUTS: dict[str, tuple[Case, list[str]]] = {
    "an opt-out": (
        case(certain=[OPT_OUT]),
        OPTED_OUT,
    ),
    "an opt-out from everything": (
        case(verdict=verdict([OPT_OUT], stop_everything=True)),
        [
            "act: opt-out",
            "new O-NEW001 effective (asked-by-mail)",
            "suppress for O-NEW001",
            "tell opt_out_done+stop_everything",
            "to Optoutd/Opt-outs",
        ],
    ),
    "an opt-out by our web form is the customer's": (
        case(BY_FORM, certain=[OPT_OUT], proof=Proof.FORM),
        OPTED_OUT,
    ),
    "a form that names no customer": (
        case(message(sender=FORM), certain=[OPT_OUT], proof=Proof.FORM),
        ["review: no-single-sender", "silent no-single-sender", "to review"],
    ),
    "an opt-out that may not be answered": (
        case(SILENT, certain=[OPT_OUT]),
        opted_out_in_silence("auto-response-suppress"),
    ),
    "an opt-out above the cap of the address": (
        case(certain=[OPT_OUT], known=Known(replies_last_day=3)),
        opted_out_in_silence("address-cap"),
    ),
    "an opt-out in a thread that has had its mails": (
        case(certain=[OPT_OUT], known=Known(thread=Thread(name="t", mails=5))),
        opted_out_in_silence("thread-cap"),
    ),
    "an opt-out that is too old to answer": (
        case(certain=[OPT_OUT], dated_at=NOW - 15 * DAY),
        opted_out_in_silence("too-old-to-answer"),
    ),
    "a mail client's unsubscribe button": (
        case(BY_BUTTON, certain=[OPT_OUT]),
        opted_out_in_silence("auto-submitted"),
    ),
    "Apple Mail's unsubscribe button": (
        case(BY_APPLE, certain=[OPT_OUT]),
        opted_out_in_silence("auto-submitted"),
    ),
    "a button of a refuted sender": (
        case(BY_BUTTON, certain=[OPT_OUT], proof=Proof.REFUTED),
        [
            "review: machine-asks",
            "new O-NEW001 review (machine-asks)",
            "silent dmarc-fail",
            "to review",
        ],
    ),
    "a button that might ask for more": (
        case(BY_BUTTON, certain=[OPT_OUT], unsure=[CANCELLATION]),
        [
            "review: machine-asks",
            "new O-NEW001 review (machine-asks)",
            "new C-NEW001 review (machine-asks)",
            "silent auto-submitted",
            "to review",
        ],
    ),
    "a button that does not say plainly what it wants": (
        case(BY_BUTTON, unsure=[OPT_OUT]),
        [
            "review: unsure",
            "new O-NEW001 review (unsure)",
            "silent auto-submitted",
            "to review",
        ],
    ),
    "a button of a colleague": (
        case(replace(BY_BUTTON, senders=(address(SUPPORT),)), certain=[OPT_OUT]),
        [
            "review: machine-asks",
            "new O-NEW001 review (machine-asks)",
            "silent auto-submitted",
            "to review",
        ],
    ),
    "a machine that asks plainly": (
        case(BY_MACHINE, certain=[OPT_OUT]),
        [
            "review: machine-asks",
            "new O-NEW001 review (machine-asks)",
            "silent auto-submitted",
            "to review",
        ],
    ),
    "a request of who says to be away": (
        case(message(subject="Re: Offers", new_text=AWAY_AND_ASKS), certain=[OPT_OUT]),
        [
            "review: machine-asks",
            "new O-NEW001 review (machine-asks)",
            "silent away-notice",
            "to review",
        ],
    ),
    "an away notice of a machine": (
        case(
            message(("Auto-Submitted", "auto-replied"), subject="Automatic reply: x"),
            certain=[OPT_OUT],
        ),
        ["ignore: auto-submitted", "silent auto-submitted"],
    ),
    "an opt-out once more": (
        case(certain=[OPT_OUT], known=knowing(EFFECTIVE)),
        ["act: opt-out-again", "again O-OLD001", "tell opt_out_already", "to Optoutd/Opt-outs"],
    ),
    "an opt-out once more on the same day": (
        case(certain=[OPT_OUT], known=knowing(EFFECTIVE, replies_last_day=1)),
        ["act: opt-out-again", "again O-OLD001", "silent already-answered", "to Optoutd/Opt-outs"],
    ),
    "an opt-out once more, though mail was allowed meanwhile": (
        case(certain=[OPT_OUT], known=knowing(EFFECTIVE, suppressed=None, replies_last_day=1)),
        [
            "act: opt-out-again",
            "suppress for O-OLD001",
            "again O-OLD001",
            "silent already-answered",
            "to Optoutd/Opt-outs",
        ],
    ),
    "an opt-out after it was undone": (
        case(certain=[OPT_OUT], known=knowing(UNDONE)),
        OPTED_OUT,
    ),
    "a clear opt-out while another waits for a person": (
        case(certain=[OPT_OUT], known=knowing(HELD_OPT_OUT)),
        [
            "act: opt-out",
            "O-OLD001 review->effective (asked-again)",
            "suppress for O-OLD001",
            "tell opt_out_done",
            "to Optoutd/Opt-outs",
        ],
    ),
    "an opt-out that names another address": (
        case(certain=[OPT_OUT], named=(address(BOB),)),
        [
            "review: opt-out",
            "new O-NEW001 effective (asked-by-mail)",
            "new O-NAM001 review (names-another-address)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to review",
        ],
    ),
    "an opt-out that names an address already seen to": (
        case(certain=[OPT_OUT], named=(address(BOB),), known=Known(named_open=frozenset({BOB}))),
        OPTED_OUT,
    ),
    "an opt-out that is not clear": (
        case(unsure=[OPT_OUT]),
        ["review: unsure", "new O-NEW001 review (unsure)", "silent in-review", "to review"],
    ),
    "an opt-out that is not clear, though one is in effect": (
        case(unsure=[OPT_OUT], known=knowing(EFFECTIVE)),
        ["review: unsure", "again O-OLD001", "silent in-review", "to review"],
    ),
    "an opt-out of a refuted sender": (
        case(certain=[OPT_OUT], proof=Proof.REFUTED),
        [
            "review: dmarc-fail",
            "new O-NEW001 review (dmarc-fail)",
            "silent dmarc-fail",
            "to review",
        ],
    ),
    "an opt-out in a message that was cut short": (
        case(message(cut_short=True), certain=[OPT_OUT]),
        OPTED_OUT,
    ),
    "nothing asked in a message that was cut short": (
        case(message(cut_short=True)),
        ["review: cut-short", "silent cut-short", "to review"],
    ),
    "spam that was cut short": (
        case(message(("X-Spam-Flag", "yes"), cut_short=True)),
        ["leave: ordinary"],
    ),
    "a report that was cut short": (
        case(message(cut_short=True, report_type="delivery-status")),
        ["ignore: report", "silent report"],
    ),
    "an opt-out in which somebody poses as our server": (
        case(certain=[OPT_OUT], proof=Proof.DOUBTFUL),
        [
            "review: doubtful-results",
            "new O-NEW001 review (doubtful-results)",
            "silent doubtful-results",
            "to review",
        ],
    ),
    "an opt-out of two senders": (
        case(TWO_FROM, certain=[OPT_OUT]),
        ["review: no-single-sender", "silent no-single-sender", "to review"],
    ),
    "an opt-out that a colleague passes on": (
        case(message(sender="clerk@host.example"), certain=[OPT_OUT]),
        [
            "review: own-address",
            "new O-NEW001 review (own-address)",
            "silent own-address",
            "to review",
        ],
    ),
}

CANCELLATIONS: dict[str, tuple[Case, list[str]]] = {
    "a cancellation of a proven sender, cut short": (
        case(message(cut_short=True), certain=[CANCELLATION], proof=Proof.PROVEN),
        [
            "review: cut-short",
            "new C-NEW001 review (cut-short)",
            "silent in-review",
            "to review",
        ],
    ),
    "a cancellation of a proven sender": (
        case(certain=[CANCELLATION], proof=Proof.PROVEN),
        [
            "act: cancellation-proven",
            "new C-NEW001 confirmed (cancellation-proven)",
            "tell cancellation_confirmed",
            "to Optoutd/Cancellations",
        ],
    ),
    "a cancellation of anybody": (
        case(certain=[CANCELLATION]),
        ASKED,
    ),
    "a cancellation by our web form": (
        case(BY_FORM, certain=[CANCELLATION], proof=Proof.FORM),
        ASKED,
    ),
    "a proven one that may not be answered": (
        case(SILENT, certain=[CANCELLATION], proof=Proof.PROVEN),
        [
            "act: cancellation-proven",
            "new C-NEW001 confirmed (cancellation-proven)",
            "silent auto-response-suppress",
            "to Optoutd/Cancellations",
        ],
    ),
    "one of anybody who may not be asked": (
        case(SILENT, certain=[CANCELLATION]),
        [
            "review: auto-response-suppress",
            "new C-NEW001 review (auto-response-suppress)",
            "silent auto-response-suppress",
            "to review",
        ],
    ),
    "one above the cap of the address": (
        case(certain=[CANCELLATION], known=Known(replies_last_day=3)),
        [
            "review: address-cap",
            "new C-NEW001 review (address-cap)",
            "silent in-review",
            "to review",
        ],
    ),
    "one in a thread that has had its mails": (
        case(certain=[CANCELLATION], known=Known(thread=Thread(name="t", mails=5))),
        [
            "review: thread-cap",
            "new C-NEW001 review (thread-cap)",
            "silent in-review",
            "to review",
        ],
    ),
    "one of fourteen days ago": (
        old(14),
        ASKED,
    ),
    "one of fifteen days ago": (
        old(15),
        ["review: too-old", "new C-NEW001 review (too-old)", "silent in-review", "to review"],
    ),
    "a proven one of fifteen days ago": (
        old(15, proof=Proof.PROVEN),
        ["review: too-old", "new C-NEW001 review (too-old)", "silent in-review", "to review"],
    ),
    "one of a refuted sender": (
        case(certain=[CANCELLATION], proof=Proof.REFUTED),
        [
            "review: dmarc-fail",
            "new C-NEW001 review (dmarc-fail)",
            "silent dmarc-fail",
            "to review",
        ],
    ),
    "one in which somebody poses as our server": (
        case(certain=[CANCELLATION], proof=Proof.DOUBTFUL),
        [
            "review: doubtful-results",
            "new C-NEW001 review (doubtful-results)",
            "silent doubtful-results",
            "to review",
        ],
    ),
    "one of a form in which somebody poses as our server": (
        case(BY_FORM, certain=[CANCELLATION], proof=Proof.DOUBTFUL),
        [
            "review: doubtful-results",
            "new C-NEW001 review (doubtful-results)",
            "silent doubtful-results",
            "to review",
        ],
    ),
    "one in the name of somebody who has just said no": (
        case(certain=[CANCELLATION], known=knowing(REFUSED)),
        [
            "review: refused-before",
            "new C-NEW001 review (refused-before)",
            "silent in-review",
            "to review",
        ],
    ),
    "one that was refused by an earlier message of the same batch": (
        case(certain=[CANCELLATION], known=knowing(replace(REFUSED, updated_at=None))),
        [
            "review: refused-before",
            "new C-NEW001 review (refused-before)",
            "silent in-review",
            "to review",
        ],
    ),
    "a proven one of somebody who has just said no": (
        case(certain=[CANCELLATION], known=knowing(REFUSED), proof=Proof.PROVEN),
        [
            "act: cancellation-proven",
            "new C-NEW001 confirmed (cancellation-proven)",
            "tell cancellation_confirmed",
            "to Optoutd/Cancellations",
        ],
    ),
    "one long after a no": (
        case(
            certain=[CANCELLATION],
            known=knowing(replace(REFUSED, updated_at=NOW - timedelta(days=31))),
        ),
        ASKED,
    ),
    "one of a machine": (
        case(BY_MACHINE, certain=[CANCELLATION], proof=Proof.PROVEN),
        [
            "review: machine-asks",
            "new C-NEW001 review (machine-asks)",
            "silent auto-submitted",
            "to review",
        ],
    ),
    "one that is not clear, of a proven sender": (
        case(unsure=[CANCELLATION], proof=Proof.PROVEN),
        ["review: unsure", "new C-NEW001 review (unsure)", "silent in-review", "to review"],
    ),
    "one that is not clear while one waits for an answer": (
        case(unsure=[CANCELLATION], known=knowing(PENDING)),
        ["review: unsure", "again C-OLD001", "silent in-review", "to review"],
    ),
    "one of two senders": (
        case(TWO_FROM, certain=[CANCELLATION]),
        ["review: no-single-sender", "silent no-single-sender", "to review"],
    ),
    "one that a colleague passes on": (
        case(message(sender=SUPPORT), certain=[CANCELLATION], proof=Proof.PROVEN),
        [
            "review: own-address",
            "new C-NEW001 review (own-address)",
            "silent own-address",
            "to review",
        ],
    ),
    "one once more while the question waits": (
        case(certain=[CANCELLATION], known=knowing(PENDING)),
        [
            "act: cancellation-again",
            "again C-OLD001",
            "silent already-answered",
            "to Optoutd/Cancellations",
        ],
    ),
    "a proven one while the question waits": (
        case(certain=[CANCELLATION], known=knowing(PENDING), proof=Proof.PROVEN),
        [
            "act: cancellation-proven",
            "C-OLD001 awaiting_confirmation->confirmed (cancellation-proven)",
            "tell cancellation_confirmed",
            "to Optoutd/Cancellations",
        ],
    ),
    "a proven one of long ago while the question waits": (
        old(15, known=knowing(PENDING), proof=Proof.PROVEN),
        [
            "act: cancellation-again",
            "again C-OLD001",
            "silent already-answered",
            "to Optoutd/Cancellations",
        ],
    ),
    "a proven one while it waits for a person": (
        case(certain=[CANCELLATION], known=knowing(HELD), proof=Proof.PROVEN),
        ["review: cancellation-again", "again C-OLD001", "silent in-review", "to review"],
    ),
    "one once more when it was handed over": (
        case(certain=[CANCELLATION], known=knowing(HANDED_OVER), proof=Proof.PROVEN),
        [
            "act: cancellation-again",
            "again C-OLD001",
            "silent already-answered",
            "to Optoutd/Cancellations",
        ],
    ),
    "both in one message": (
        case(certain=[OPT_OUT, CANCELLATION]),
        [
            "act: cancellation-asked",
            "new O-NEW001 effective (asked-by-mail)",
            "new C-NEW001 awaiting_confirmation (cancellation-asked)",
            "suppress for O-NEW001",
            "ask opt_out_done+cancellation_question",
            "to Optoutd/Cancellations",
        ],
    ),
    "a clear opt-out and perhaps a cancellation": (
        case(certain=[OPT_OUT], unsure=[CANCELLATION]),
        [
            "review: unsure",
            "new O-NEW001 effective (asked-by-mail)",
            "new C-NEW001 review (unsure)",
            "suppress for O-NEW001",
            "tell opt_out_done",
            "to review",
        ],
    ),
}

BY_TOKEN = message(sender=BOB, subject="unsubscribe token", new_text="")
ONE_LIST = knowing(replace(EFFECTIVE, reason="left-list"), suppressed=None)
LEAVING = {
    "a token opts the address in it out, whoever sent the message, and nobody is answered": (
        case(BY_TOKEN, requester=address(ANNA), of_list="tips"),
        ["act: left-list", "new O-NEW001 effective (left-list)", "suppress for O-NEW001",
         "silent left-list", "to Optoutd/Opt-outs"],
    ),
    "a token in a machine's mail counts as well": (
        case(BY_MACHINE, certain=[OPT_OUT], requester=address(ANNA), of_list="*"),
        ["act: left-list", "new O-NEW001 effective (left-list)", "suppress for O-NEW001",
         "silent left-list", "to Optoutd/Opt-outs"],
    ),
    "a token counts although the sender is refuted": (
        case(BY_TOKEN, proof=Proof.REFUTED, requester=address(ANNA), of_list="tips"),
        ["act: left-list", "new O-NEW001 effective (left-list)", "suppress for O-NEW001",
         "silent left-list", "to Optoutd/Opt-outs"],
    ),
    "a token of somebody who gets nothing any more changes nothing": (
        case(BY_TOKEN, requester=address(ANNA), of_list="tips", known=knowing(EFFECTIVE)),
        ["act: left-list", "again O-OLD001", "silent left-list", "to Optoutd/Opt-outs"],
    ),
    "a token of a second list is covered by the request about the first one": (
        case(BY_TOKEN, requester=address(ANNA), of_list="news", known=ONE_LIST),
        ["act: left-list", "suppress for O-OLD001", "again O-OLD001", "silent left-list",
         "to Optoutd/Opt-outs"],
    ),
    "a token of all lists ends a review of the same wish": (
        case(BY_TOKEN, requester=address(ANNA), of_list="*", known=knowing(HELD_OPT_OUT)),
        ["act: left-list", "O-OLD001 review->effective (asked-again)", "suppress for O-OLD001",
         "silent left-list", "to Optoutd/Opt-outs"],
    ),
    "a token of one list leaves a review about more to people": (
        case(BY_TOKEN, requester=address(ANNA), of_list="tips", known=knowing(HELD_OPT_OUT)),
        ["act: left-list", "new O-NEW001 effective (left-list)", "suppress for O-NEW001",
         "silent left-list", "to Optoutd/Opt-outs"],
    ),
    "a token after an opt-out that was taken back opts out anew": (
        case(BY_TOKEN, requester=address(ANNA), of_list="tips", known=knowing(UNDONE)),
        ["act: left-list", "new O-NEW001 effective (left-list)", "suppress for O-NEW001",
         "silent left-list", "to Optoutd/Opt-outs"],
    ),
    "what else is written beside a token is for people": (
        case(BY_TOKEN, certain=[CANCELLATION], requester=address(ANNA), of_list="tips"),
        ["review: unsure", "new O-NEW001 effective (left-list)", "new C-NEW001 review (unsure)",
         "suppress for O-NEW001", "silent left-list", "to review"],
    ),
    "who left one list and then wants nothing at all is opted out anew": (
        case(certain=[OPT_OUT], known=ONE_LIST),
        ["act: opt-out", "new O-NEW001 effective (asked-by-mail)", "suppress for O-NEW001",
         "tell opt_out_done", "to Optoutd/Opt-outs"],
    ),
}  # fmt: skip

REPORT = message(sender="fbl@isp.example", report_type="feedback-report")
ONE, TWO = Complaint(people=(address(ANNA),)), Complaint(people=(address(ANNA), address(BOB)))


def complaint(made: Complaint = ONE, **changes: Any) -> Case:
    people = made.people
    values: dict[str, Any] = {
        "complaint": made,
        "named": people[1:],
        "requester": next(iter(people), None),
    }
    return case(REPORT, **values | changes)


COMPLAINTS = {
    "a complaint opts whom it names out, in silence": (
        complaint(),
        ["act: complaint", "new O-NEW001 effective (complaint)", "suppress for O-NEW001",
         "silent complaint", "to Optoutd/Opt-outs"],
    ),
    "what the mail complained of says is nobody's request": (
        complaint(certain=[CANCELLATION], unsure=[OPT_OUT]),
        ["act: complaint", "new O-NEW001 effective (complaint)", "suppress for O-NEW001",
         "silent complaint", "to Optoutd/Opt-outs"],
    ),
    "a complaint of two": (
        complaint(TWO),
        ["act: complaint", "new O-NEW001 effective (complaint)",
         "new O-NAM001 effective (complaint)", "suppress for O-NEW001", "suppress for O-NAM001",
         "silent complaint", "to Optoutd/Opt-outs"],
    ),
    "a complaint of two, one of whom is seen to": (
        complaint(TWO, known=Known(named_open=frozenset({BOB}))),
        ["act: complaint", "new O-NEW001 effective (complaint)", "suppress for O-NEW001",
         "silent complaint", "to Optoutd/Opt-outs"],
    ),
    "a complaint of somebody who gets nothing any more": (
        complaint(known=knowing(EFFECTIVE)),
        ["act: complaint", "again O-OLD001", "silent complaint", "to Optoutd/Opt-outs"],
    ),
    "a complaint of somebody whose wish waits for a person": (
        complaint(known=knowing(HELD_OPT_OUT)),
        ["act: complaint", "O-OLD001 review->effective (complaint)", "suppress for O-OLD001",
         "silent complaint", "to Optoutd/Opt-outs"],
    ),
    "a complaint about our own letter": (
        complaint(known=answered(PENDING)),
        ["act: complaint", "new O-NEW001 effective (complaint)", "suppress for O-NEW001",
         "silent complaint", "to Optoutd/Opt-outs"],
    ),
    "a complaint of a refuted sender": (
        complaint(TWO, proof=Proof.REFUTED),
        ["review: dmarc-fail", "new O-NEW001 review (dmarc-fail)",
         "new O-NAM001 review (dmarc-fail)", "silent dmarc-fail", "to review"],
    ),
    "a complaint in which somebody poses as our server": (
        complaint(proof=Proof.DOUBTFUL),
        ["review: doubtful-results", "new O-NEW001 review (doubtful-results)",
         "silent doubtful-results", "to review"],
    ),
    "a complaint about a newsletter that is none of ours": (
        complaint(Complaint(people=(address(ANNA),), doubtful=True)),
        ["review: complaint", "new O-NEW001 review (complaint)", "silent report", "to review"],
    ),
    "a complaint that names too many": (
        complaint(Complaint(too_many=True)),
        ["review: complaint", "silent complaint", "to review"],
    ),
    "a report that names nobody": (
        case(REPORT, certain=[OPT_OUT]),
        ["ignore: report", "silent report"],
    ),
}  # fmt: skip

TABLE = COMPLAINTS | LEAVING | ORDINARY | OPT_OUTS | CANCELLATIONS | TO_STOP


@pytest.mark.parametrize(("given", "expected"), TABLE.values(), ids=TABLE.keys())
def test_what_follows(given: Case, expected: list[str]) -> None:
    assert told(decide(given, POLICY)) == expected


def test_each_rule_decides_something() -> None:
    first = {
        next((r.name for r in RULES if r.holds(c, POLICY) and r.then(c, POLICY)), "none")
        for c, _ in (TABLE | ANSWERS | MACHINES | BACK_TO_THE_INBOX).values()
    }
    assert first == {rule.name for rule in RULES} | {"none"}


def test_where_the_operator_wants_it_everybody_is_asked() -> None:
    always = replace(POLICY, ask="always")
    proven = case(certain=[CANCELLATION], proof=Proof.PROVEN)
    assert told(decide(proven, always)) == CANCELLATIONS["a cancellation of anybody"][1]
    waiting = replace(proven, known=knowing(PENDING))
    assert decide(waiting, always).changes == ()
    answer = ANSWERS["yes to the question"][0]
    assert decide(answer, always).changes[0].after is State.CONFIRMED


def test_who_would_be_asked_too_late_is_not_asked() -> None:
    policy = replace(POLICY, reply_max_age=7 * DAY)
    assert told(decide(old(8), policy)) == [
        "review: too-old-to-answer",
        "new C-NEW001 review (too-old-to-answer)",
        "silent in-review",
        "to review",
    ]


@pytest.mark.parametrize(("sent", "speaks"), [(9, True), (10, False)])
def test_an_address_gets_ten_mails_in_thirty_days(sent: int, speaks: bool) -> None:
    given = case(certain=[OPT_OUT], known=Known(replies_last_month=sent))
    decision = decide(given, POLICY)
    assert (decision.reply is not None) is speaks
    assert decision.silence == ("" if speaks else "address-cap")


@pytest.mark.parametrize(("cap", "sent", "speaks"), [(3, 2, True), (3, 3, False), (1, 1, False)])
def test_the_cap_of_an_address_counts_what_was_sent_to_it(
    cap: int, sent: int, speaks: bool
) -> None:
    policy = Policy(us=POLICY.us, replies_per_address_per_day=cap)
    given = case(certain=[OPT_OUT], known=Known(replies_last_day=sent))
    assert (decide(given, policy).reply is not None) is speaks


@pytest.mark.parametrize(
    ("known", "silent"),
    [
        ({"thread": Thread(name="t", mails=4)}, ""),
        ({"thread": Thread(name="t", mails=5)}, "thread-cap"),
        ({"mails_about": {"O-OLD001": 4}}, ""),
        ({"mails_about": {"O-OLD001": 5}}, "thread-cap"),
    ],
)
def test_in_one_thread_and_about_one_request_we_write_five_mails_ever(
    known: dict[str, Any], silent: str
) -> None:
    given = case(certain=[OPT_OUT], known=knowing(EFFECTIVE, **known))
    decision = decide(given, POLICY)
    assert (decision.silence, decision.reply is None) == (silent, bool(silent))
    assert decision.filing is Filing.OPT_OUTS


def test_who_has_heard_enough_of_one_request_is_still_asked_about_another() -> None:
    known = knowing(EFFECTIVE, mails_about={"O-OLD001": 5})
    decision = decide(case(certain=[OPT_OUT, CANCELLATION], known=known), POLICY)
    assert decision.reply is not None
    assert decision.reply.asks


def test_the_evidence_and_the_intents_are_told_also_on_review() -> None:
    given = case(certain=[OPT_OUT], unsure=[CANCELLATION])
    for proof in Proof:
        decision = decide(replace(given, proof=proof), POLICY)
        assert decision.intents == (OPT_OUT, CANCELLATION)
        assert decision.evidence == given.verdict.evidence


def test_of_ordinary_mail_nothing_is_told() -> None:
    decision = decide(case(), POLICY)
    assert (decision.intents, decision.evidence, decision.silence) == ((), (), "")
