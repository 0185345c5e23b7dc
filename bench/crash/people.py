"""Who writes to the company during the campaign, and what may have become of each of them.

A person sends one letter, or calls. What happens to some of them afterwards is in stories.py.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.acceptance.company import mail


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One right end, in words with blanks between them.

    `states`: one of these has the one request, '' for no request. `told`: these mails (mails.py)
    the customer has got, one of each; `may`: these, too, or they were dropped as overtaken.
    `lies`: in this place (places.py) lies the letter, and in `puts`, in their order, the messages
    that were written since. `after` says whether it is right only where staff's command was
    "taken", or "refused".
    """

    states: str = ""
    told: str = ""
    may: str = ""
    lies: str = "inbox"
    puts: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A deed (deeds.py), once what it waits for holds, and the right ends if the story stops here.

    `once` is a state that the request has come to, or a mail that the customer has got. A step
    without it comes at once, and races with what the one before it sets off.
    """

    deed: str
    once: str
    ends: tuple[End, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """A sort of letter: how many of a hundred, where it goes to, and what becomes of it alone.

    `kind` is that of all requests that may come of it and of its story; `dmarc` what our own
    server reports of the sender. Without `texts` nobody writes: it is a call.
    """

    share: int
    boxes: tuple[str, ...]
    texts: tuple[str, ...]
    end: End
    or_end: End | None = None
    kind: str = ""
    dmarc: str = ""
    auto_submitted: str = ""


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
_IF = "if the price goes up."
_UNSURE = "Please unsubscribe me from your newsletter if there are more than two a week."
_SUPPORT, _CANCEL, _BOTH = ("support",), ("cancel",), ("support", "cancel")
_OUT = End(states="effective", told="off", lies="outs")

# Whose own server has no such mailbox: nobody gets our question.
REFUSED = "refused"
SORTS = {
    "opt-out": Sort(share=22, boxes=_SUPPORT, texts=_OPT_OUTS, kind="opt_out", end=_OUT),
    "opt-out to both": Sort(share=12, boxes=_BOTH, texts=_OPT_OUTS, kind="opt_out", end=_OUT),
    "unproven": Sort(
        share=18, boxes=_CANCEL, texts=_CANCELLATIONS, kind="cancellation",
        end=End(states="awaiting_confirmation", told="question", lies="ends"),
    ),
    REFUSED: Sort(
        share=4, boxes=_CANCEL, texts=_CANCELLATIONS, kind="cancellation",
        end=End(states="review", lies="ends"),
        # Where the daemon died twice over it, nobody knows that it was refused.
        or_end=End(states="awaiting_confirmation", told="question", lies="ends"),
    ),
    "proven": Sort(
        share=8, boxes=_CANCEL, texts=_CANCELLATIONS, kind="cancellation", dmarc="pass",
        end=End(states="confirmed", told="confirmed", lies="ends"),
    ),
    "forged": Sort(
        share=6, boxes=_CANCEL, texts=_CANCELLATIONS, kind="cancellation", dmarc="fail",
        end=End(states="review", lies="flagged"),
    ),
    "unsure": Sort(
        share=6, boxes=_SUPPORT, texts=(_UNSURE,), kind="opt_out",
        end=End(states="review", lies="flagged"),
    ),
    "unsure end": Sort(
        share=4, boxes=_CANCEL, texts=(f"Please cancel my account {_IF}",), kind="cancellation",
        end=End(states="review", lies="flagged"),
    ),
    "ordinary": Sort(share=7, boxes=_SUPPORT, texts=_ORDINARY, end=End()),
    "ordinary to cancel": Sort(share=7, boxes=_CANCEL, texts=_ORDINARY, end=End()),
    "automatic": Sort(
        share=4, boxes=_SUPPORT, texts=_ORDINARY, end=End(), auto_submitted="auto-replied"
    ),
    "calls": Sort(share=2, boxes=(), texts=(), end=End()),
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Written:
    """A message that lies in the mailboxes `boxes`; `deed` is by which it came, '' the letter."""

    boxes: tuple[str, ...]
    message_id: str
    deed: str = ""
    raw: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Person:
    """One of them, with an address of their own, and how far their story has gone.

    `begun` are the deeds that may have had their effect, done or not; `staff` is "taken" or
    "refused" where staff's last command was.
    """

    sort: Sort
    address: str
    dice: random.Random
    letter: Written | None
    story: tuple[Step, ...] = ()
    done: int = 0
    begun: set[str] = field(default_factory=set)
    staff: str = ""
    answers: list[Written] = field(default_factory=list)
    drags: int = 0

    @property
    def kind(self) -> str:
        """The kind of the request that may be there, '' for none."""
        told = f"{self.sort.kind} {self.story[0].deed}" if self.story else self.sort.kind
        if "opt_out" in told or "opt-out" in told or "drag to outs" in told:
            return "opt_out"
        return "cancellation" if "cancel" in told or "drag to ends" in told else ""

    @property
    def is_refused(self) -> bool:
        """Whether no mail of ours reaches them."""
        return self.sort is SORTS[REFUSED]

    @property
    def ends(self) -> tuple[End, ...]:
        """What may have become of them, as far as their story has gone."""
        alone = (self.sort.end, *((self.sort.or_end,) if self.sort.or_end else ()))
        ends = self.story[self.done - 1].ends if self.done else alone
        return tuple(end for end in ends if end.after in ("", self.staff))

    @property
    def next_step(self) -> Step | None:
        """What happens next, or None."""
        return self.story[self.done] if self.done < len(self.story) else None


def person(number: int, seed: int, addresses: dict[str, str]) -> Person:
    """Number `number` of a round; `addresses` are those of the mailboxes "support" and "cancel".

    Depends on seed and number only, whatever happens when.
    """
    dice = random.Random(f"{seed} {number}")
    (sort,) = dice.choices([*SORTS.values()], [sort.share for sort in SORTS.values()])
    domain = f"mail-{number}.example"
    sender = f"customer-{number}@{domain}"
    letter = None
    if sort.texts:
        text = (
            f"{dice.choice(sort.texts)}\n"
            + "I have been a customer for years.\n" * dice.choice((0, 0, 1, 40))
        )
        to = ", ".join(addresses[box] for box in sort.boxes)
        name = f"<letter-{seed}-{number}@{domain}>"
        headers = {"Message-ID": name}
        if sort.auto_submitted:
            headers["Auto-Submitted"] = sort.auto_submitted
        raw = mail(sender, to, "A question", text, **headers)
        if sort.dmarc:  # a server writes it above all others
            result = f"mx.shop.example; dmarc={sort.dmarc} header.from={domain}"
            raw = f"Authentication-Results: {result}\r\n".encode() + raw
        letter = Written(boxes=sort.boxes, message_id=name, raw=raw)
    return Person(sort=sort, address=sender, dice=dice, letter=letter)
