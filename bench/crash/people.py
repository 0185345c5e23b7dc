"""Who writes to the company during the campaign, and what has to become of each letter."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.acceptance.company import mail

_OPT_OUTS = (
    "Please unsubscribe me from your newsletter.",
    "Please stop sending me your newsletter.",
    "Please remove me from your mailing list.",
)
_CANCELLATIONS = ("Please cancel my account.", "I would like to cancel my hosting account.")
_ORDINARY = (
    "My site has been slow since this morning. Could you have a look at it?",
    "Where do I find the invoice for last month?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """A sort of letter: how many of a hundred, where it goes to, and what has to become of it.

    `kind` is that of the request, '' for mail that makes none; `state` the request's at the end;
    `folder` where the message lies then; `dmarc` what our own server reports of the sender.
    """

    share: int
    boxes: tuple[str, ...]
    texts: tuple[str, ...]
    kind: str = ""
    state: str = ""
    folder: str = "INBOX"
    is_answered: bool = True
    dmarc: str = ""
    auto_submitted: str = ""


_OUT, _END = "Optoutd/Opt-outs", "Optoutd/Cancellations"
_SUPPORT, _CANCEL, _BOTH = ("support",), ("cancel",), ("support", "cancel")
SORTS = (
    Sort(
        share=30, boxes=_SUPPORT, texts=_OPT_OUTS, kind="opt_out", state="effective",
        folder=_OUT,
    ),
    Sort(
        share=15, boxes=_BOTH, texts=_OPT_OUTS, kind="opt_out", state="effective", folder=_OUT,
    ),
    Sort(
        share=10, boxes=_CANCEL, texts=_CANCELLATIONS, kind="cancellation",
        state="awaiting_confirmation", folder=_END,
    ),
    Sort(
        share=10, boxes=_CANCEL, texts=_CANCELLATIONS, kind="cancellation", state="confirmed",
        folder=_END, dmarc="pass",
    ),
    Sort(
        share=5, boxes=_CANCEL, texts=_CANCELLATIONS, kind="cancellation", state="review",
        is_answered=False, dmarc="fail",
    ),
    Sort(share=10, boxes=_SUPPORT, texts=_ORDINARY, is_answered=False),
    Sort(share=10, boxes=_CANCEL, texts=_ORDINARY, is_answered=False),
    Sort(
        share=10, boxes=_SUPPORT, texts=_ORDINARY, is_answered=False, auto_submitted="auto-replied"
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message, lying in each mailbox of its sort; every one has a sender of its own."""

    sort: Sort
    sender: str
    raw: bytes = field(repr=False)


def write(number: int, dice: random.Random, addresses: dict[str, str]) -> Letter:
    """The letter of this number, to those of `addresses` (by "support", "cancel") it goes to."""
    (sort,) = dice.choices(SORTS, [sort.share for sort in SORTS])
    domain = f"mail-{number}.example"
    sender = f"customer-{number}@{domain}"
    text = f"{dice.choice(sort.texts)}\n" + "I have been a customer for years.\n" * dice.choice(
        (0, 0, 1, 40)
    )
    to = ", ".join(addresses[box] for box in sort.boxes)
    headers = {"Auto-Submitted": sort.auto_submitted} if sort.auto_submitted else {}
    raw = mail(sender, to, "A question", text, **headers)
    if sort.dmarc:  # a server writes it above all others
        result = f"mx.shop.example; dmarc={sort.dmarc} header.from={domain}"
        raw = f"Authentication-Results: {result}\r\n".encode() + raw
    return Letter(sort=sort, sender=sender, raw=raw)
