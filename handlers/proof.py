"""Who sent a message, by what evidence; and for whom it asks.

A sender address proves nothing. What our own receiving server found out does: its
Authentication-Results field (RFC 8601) with our authserv-id, as long as nobody else can have
written it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from handlers.address import Address
from handlers.auth_results import (
    FAIL,
    MAX_FIELD_CHARS,
    PASS,
    UNREADABLE,
    claims_a_pass,
    dmarc_results,
)
from handlers.authserv_id import NO_ID, Whose, whose
from handlers.daemon_names import is_daemon_local
from handlers.hops import Hop, hop
from handlers.screen import Ourselves
from handlers.values import Message, Proof

_FIELD = "authentication-results"
# The header breaks off, or has "From :" in it, which our server may have taken for another From.
_BROKEN = frozenset(
    {"MendedHeaderDefect", "MisplacedEnvelopeHeaderDefect", "MissingHeaderBodySeparatorDefect"}
)
# A server writes a field for each of its filters; whoever brings hundreds hides something.
_MAX_FIELDS = 100
_MAX_OF_OURS = 20


def prove(message: Message, us: Ourselves, trusted_authserv_id: str) -> Proof:
    """What is known of the sender.

    A "pass" counts only in the topmost Authentication-Results, if it has our exact authserv-id,
    and in those of ours directly after it, where all of them hold that one result of DMARC and no
    other server handled the message later: what stands lower was there before our server took
    it, so anybody can have put it there; our server removes forged ones with its own id (RFC 8601
    section 5). A "fail" also counts where somebody else's stand above ours: nobody forges a
    refutation of himself, and a server behind ours may add its own. `trusted_authserv_id` ''
    trusts none, and "exchange-online" means the topmost field that has no authserv-id.

    Where nothing is proven or refuted, a field that vouches for the sender and poses as ours
    makes the message doubtful: one whose id looks like ours, or has our id where our server
    cannot have put it. A message that our server has passed on and taken back may carry such a
    field, too. So does one of ours that is too long to be read.
    """
    found = _Found(sender=message.sender, us=us, trusted=trusted_authserv_id)
    found.read(message)
    if FAIL in found.results:
        return Proof.REFUTED
    whole = _BROKEN.isdisjoint(message.defects)
    vouched = message.sender is not None and whole and found.results == [PASS]
    if found.posing and not vouched:
        return Proof.DOUBTFUL
    if message.sender is not None and message.sender.key in us.form_senders:
        return Proof.FORM
    return Proof.PROVEN if vouched else Proof.UNPROVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The Authentication-Results that `prove` goes by: our server's, and what poses as hers."""

    ours: tuple[str, ...] = ()
    posing: tuple[str, ...] = ()


def results_in(message: Message, us: Ourselves, trusted_authserv_id: str) -> Results:
    """What `prove` went by, for a person to read."""
    found = _Found(sender=message.sender, us=us, trusted=trusted_authserv_id)
    found.read(message)
    posing = tuple(dict.fromkeys(found.suspects))
    return Results(ours=tuple(v for v in found.values if v not in posing), posing=posing)


def requester(message: Message, us: Ourselves) -> Address | None:
    """For whom the message asks: the From, or the Reply-To of our own web form.

    None where there is not exactly one readable From, or a form names no customer.
    """
    sender = message.sender
    if sender is None or sender.key not in us.form_senders:
        return sender
    if len(message.reply_to) != 1:
        return None
    customer = message.reply_to[0]
    machine = is_daemon_local(customer.local)  # anybody can type "noreply@…" into a form
    return None if machine or customer.domain in us.domains else customer


class _Run(Enum):
    """Where a walk from the top stands: our server's own fields follow each other."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"


@dataclass(slots=True, kw_only=True)
class _Found:
    """What a walk over the header, from the top, finds out.

    `results` are those of DMARC in the run of our own fields, where a pass is kept only if nobody
    else can have written it.
    """

    sender: Address | None
    us: Ourselves
    trusted: str
    results: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    suspects: list[str] = field(default_factory=list)
    posing: bool = False
    run: _Run = _Run.BEFORE
    of_ours: int = 0
    others_above: bool = False  # somebody else's is the topmost: ours would stand above it
    interrupted: bool = False  # what is directly below ours is another field
    hops: int = 0  # of servers that took it from another, since the first field or our first
    looped: bool = False  # the hop above was of ours from itself
    behind_filter: bool = False  # where ours begin: the server has looked at it before that, too
    near: bool = False
    led_away: bool = False  # a server that is not ours handled it later
    past_border: bool = False  # the same, before the server that writes our results

    def read(self, message: Message) -> None:
        """Walks over the fields of `message`."""
        fields, last = 0, len(message.headers.all(_FIELD)) if self.trusted else 0
        for name, value in message.headers.items() if last else ():
            if name == "received":
                self._pass_hop(hop(value, self.trusted, self.us))
            elif name == _FIELD:
                fields += 1
                if fields > _MAX_FIELDS:
                    self.posing = True
                    return
                self._take(value, whose(value, self.trusted))
                if fields == last:
                    return  # what stands below says nothing of those above
            elif self.run is _Run.INSIDE:
                self.interrupted = True

    def _pass_hop(self, by: Hop) -> None:
        self.looped = by is Hop.LOOP
        self.hops += not self.looped
        self.near = self.near or by is Hop.NEAR
        self.led_away = self.led_away or by is Hop.FOREIGN
        self.past_border = self.past_border or (self.near and by is Hop.FOREIGN)
        if self.run is _Run.INSIDE:
            self.run = _Run.AFTER

    def _take(self, value: str, claimed: Whose) -> None:
        if claimed is Whose.LOOKALIKE:
            self._suspect(value)
        if claimed in (Whose.LOOKALIKE, Whose.OTHER):
            if self.run is _Run.BEFORE and not self.others_above:
                self.others_above, self.hops = True, 0
            if self.run is _Run.INSIDE:
                self.run = _Run.AFTER
        elif self.run is _Run.AFTER:
            if self.hops > self.behind_filter or self.trusted.lower() == NO_ID:
                self._suspect(value)
        else:
            if self.past_border or (self.others_above and self.hops):
                self._suspect(value)
            # Exchange Online writes a single field.
            self.run = _Run.AFTER if self.trusted.lower() == NO_ID else _Run.INSIDE
            self.hops, self.behind_filter = 0, self.behind_filter or self.looped
            self._read_ours(value, claimed)

    def _read_ours(self, value: str, claimed: Whose) -> None:
        self.of_ours += 1
        self.values.append(value)
        if self.of_ours > _MAX_OF_OURS or len(value) > MAX_FIELD_CHARS:
            self.posing = True
            self.results.append(UNREADABLE)
        # A second pass vouches for nobody; and authres takes a tenth of a second for a long field.
        domain = "" if self.sender is None or self.results else self.sender.domain
        results = dmarc_results(value, self.trusted, domain)
        above = self.others_above or self.interrupted or self.led_away
        unforgeable = claimed is Whose.OURS and not above
        self.results += (r if unforgeable or r != PASS else UNREADABLE for r in results)

    def _suspect(self, value: str) -> None:
        if claims_a_pass(value, self.trusted):
            self.posing = True
            self.suspects.append(value)
