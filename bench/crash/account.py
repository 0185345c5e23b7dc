"""What the store, the folders and the customers' mailboxes hold after a round, side by side.

Of each person one of the ends of stories.py has to hold as a whole: the request's state, the mails
that told of it, and where the messages lie.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.crash.mails import Mail, read
from bench.crash.people import End, Person, Written
from bench.crash.places import lying
from bench.crash.proofs import unasked
from handlers.overtaken import OVERTAKEN
from tests.acceptance.company import Company
from tests.servers.smtp import Received

# All rows that a SELECT finds in the store of the round.
Rows = Callable[[str], list[tuple[object, ...]]]
# The places where a message lies, by mailbox and octets.
Places = dict[tuple[str, bytes], Counter[str]]


@dataclass(slots=True, kw_only=True)
class Account:
    """What was found: a line each, and three counts that are allowed.

    `repeated` mails came twice, as the same mail, after an outcome that nobody could know, and the
    store says so; `undecided` may not have come at all, and the store says that; `overtaken` were
    given up, because what they told was not so any more.
    """

    unasked: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    answered_twice: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    repeated: int = 0
    undecided: int = 0
    overtaken: int = 0

    @property
    def faults(self) -> list[str]:
        """All that should not be."""
        return [
            *self.unasked,
            *self.lost,
            *self.doubled,
            *self.answered_twice,
            *self.changed,
            *self.other,
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Queued:
    """A mail of the outbox; `is_dropped` where it was overtaken, and has not come either."""

    mail: Mail
    is_dropped: bool


def reckon(
    company: Company,
    people: Sequence[Person],
    received: Sequence[Received],
    rows: Rows,
    renumbered: Mapping[str, int],
) -> Account:
    """Compares what was written and done with what became of it.

    `renumbered` says how often the inbox of a mailbox got another UIDVALIDITY.
    """
    account = Account()
    unreached = {person.address for person in people if person.is_refused}
    mails = _outbox(account, received, rows, unreached)
    states = _requests(account, people, rows)
    account.unasked.extend(unasked(people, rows))
    places = lying(company)
    for person in people:
        state = states.get(person.address, "")
        reckon_person(account, person, state, mails.pop(person.address, []), places)
    account.other.extend(f"{stranger} was written to" for stranger in mails)
    account.changed.extend(
        f"a message in {box}@ that nobody wrote: {where}" for (box, _), where in places.items()
    )
    _suppressions(account, states, rows)
    _ledger(account, people, rows, renumbered)
    verified = company.command("audit", "verify")
    if verified.returncode:
        account.other.append(f"the audit does not verify: {verified.stderr.strip()}")
    return account


def told(person: Person) -> str:
    """The person and the story as far as it went, for a fault."""
    deeds = ", ".join(step.deed for step in person.story[: person.done])
    return f"{person.address} ({deeds or 'wrote'})"


# Requests -------------------------------------------------------------------------------------


def _requests(account: Account, people: Sequence[Person], rows: Rows) -> dict[str, str]:
    """The state of everybody's one request, of the kind that was asked for."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, kind, state in rows("SELECT address_key, kind, state FROM request"):
        found[str(key)].append((str(kind), str(state)))
    states = {}
    for person in people:
        mine = found.pop(person.address, [])
        if len(mine) > 1:
            account.doubled.append(f"{told(person)}: {mine}")
        elif mine and person.kind and mine[0][0] != person.kind:
            account.other.append(f"{told(person)}: {mine} instead of {person.kind}")
        states[person.address] = mine[0][1] if mine else ""
    account.other.extend(
        f"{stranger} wrote nothing and has {mine}" for stranger, mine in found.items()
    )
    return states


def _suppressions(account: Account, states: dict[str, str], rows: Rows) -> None:
    wanted = {address for address, state in states.items() if state == "effective"}
    held = {str(key) for (key,) in rows("SELECT address_key FROM suppression")}
    account.lost.extend(f"{address}: not suppressed" for address in sorted(wanted - held))
    account.other.extend(f"{address}: still suppressed" for address in sorted(held - wanted))


# One person ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Differs:
    """What is not as an end has it: mails too many, mails that are missing, messages elsewhere."""

    twice: list[str]
    missing: list[str]
    moved: list[str]

    def __len__(self) -> int:
        return len(self.twice) + len(self.missing) + len(self.moved)


def reckon_person(
    account: Account, person: Person, state: str, mails: list[_Queued], places: Places
) -> None:
    """Files what differs from the right end that comes nearest; each of them is right as a whole.

    Takes the person's messages out of `places`.
    """
    lying = _lying(person, places)
    if not person.ends:
        account.other.append(f"{told(person)}: staff's command was {person.staff}")
        return
    fitting = [end for end in person.ends if state in end.states.split(" ")]
    if not fitting:
        line = f"{told(person)}: {state or 'no request'}, not {_or(person.ends)}"
        (account.other if state else account.lost).append(line)
    sent = Counter(queued.mail.kind for queued in mails if not queued.is_dropped)
    dropped = Counter(queued.mail.kind for queued in mails if queued.is_dropped)
    found = [_differs(end, sent, dropped, lying) for end in fitting or person.ends]
    nearest = min(found, key=len)
    account.changed.extend(f"{told(person)} {line}" for line in nearest.moved)
    if fitting:
        account.answered_twice.extend(
            f"{told(person)}: told {kind or 'something else'}" for kind in nearest.twice
        )
        account.other.extend(f"{told(person)}: not told {kind}" for kind in nearest.missing)


def _or(ends: Sequence[End]) -> str:
    return " or ".join(end.states or "none" for end in ends)


def _differs(
    end: End, sent: Counter[str], dropped: Counter[str], lying: Sequence[_Lying]
) -> _Differs:
    """What the customer was told too much, what was not said, and what lies elsewhere."""
    has_to, may = Counter(end.told.split()), Counter(end.may.split())
    too_much = sorted((sent - has_to - may).elements())
    too_much += [f"nothing, for {kind} was dropped" for kind in (dropped - may).elements()]
    missing = sorted((has_to - sent).elements())
    puts = end.puts.split()
    right = {0: end.lies, **dict(enumerate(puts, 1))}
    moved = [
        f"in {each.box}@: {', '.join(each.where.elements()) or 'nowhere'},"
        f" not {right.get(each.number, 'written yet')}"
        for each in lying
        if each.where != Counter([right.get(each.number, "")])
    ]
    if (answers := max((each.number for each in lying), default=0)) < len(puts):
        moved.append(f"has written {answers} answers, not {len(puts)}")
    return _Differs(twice=too_much, missing=missing, moved=moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lying:
    """Where a message of a person lies in a mailbox: the letter is number 0."""

    number: int
    box: str
    where: Counter[str]


def _lying(person: Person, places: Places) -> list[_Lying]:
    letter = [(0, person.letter)] if person.letter is not None else []
    return [
        _Lying(number=number, box=box, where=places.pop((box, message.raw), Counter()))
        for number, message in (*letter, *enumerate(person.answers, 1))
        for box in message.boxes
    ]


# All mails, all messages ---------------------------------------------------------------------


def _outbox(
    account: Account, received: Sequence[Received], rows: Rows, unreached: set[str]
) -> dict[str, list[_Queued]]:
    """The outbox by recipient, compared with what the SMTP server has taken.

    What failed for those `unreached` has told nobody anything.
    """
    came: dict[str, list[bytes]] = defaultdict(list)
    for mail in received:
        came[read(mail.raw).message_id].append(mail.raw)
    found: dict[str, list[_Queued]] = defaultdict(list)
    for message_id, recipient, state, unknowns, error, raw in rows(
        "SELECT message_id, recipient_key, state, unknowns, error, raw FROM outbox"
    ):
        taken = came.pop(str(message_id), [])
        may_come = 1 + int(str(unknowns))
        if len(taken) > may_come:
            account.answered_twice.append(
                f"{recipient}: the same mail {len(taken)} times, {unknowns} of unknown outcome"
            )
        account.repeated += max(0, min(len(taken), may_come) - 1)
        if len(set(taken)) > 1:
            account.answered_twice.append(f"{recipient}: a mail was repeated with other octets")
        if str(recipient) in unreached and state == "failed" and not taken:
            continue
        dropped = error == OVERTAKEN and state in ("failed", "unknown")
        if state == "sent" and not taken:
            account.other.append(f"{recipient}: noted as sent, and never came")
        if state not in ("sent", "unknown") and not dropped:
            account.other.append(f"{recipient}: a mail of the outbox is {state}: {error}")
        if state == "failed" and taken:
            account.other.append(f"{recipient}: noted as failed, and came")
        account.undecided += state == "unknown"
        account.overtaken += dropped
        octets = raw if isinstance(raw, bytes | memoryview) else b""
        # One of unknown outcome may have come, and is known to be overtaken all the same.
        queued = _Queued(mail=read(bytes(octets)), is_dropped=dropped and not taken)
        found[str(recipient)].append(queued)
    account.other.extend(f"a mail that the store does not know: {name}" for name in came)
    return found


def _ledger(
    account: Account, people: Sequence[Person], rows: Rows, renumbered: Mapping[str, int]
) -> None:
    """Each message stands there in each of its mailboxes.

    Once more at most for each drag, and for each numbering that an inbox has had.
    """
    import hashlib

    counts: Counter[tuple[str, str]] = Counter()
    for place, name in rows("SELECT mailbox, message_id_hash FROM message"):
        counts[str(place).partition(":")[0], str(name)] += 1
    for person in people:
        written: list[Written] = [*([person.letter] if person.letter else []), *person.answers]
        twins = Counter(message.message_id for message in written)
        for message in written:
            name = hashlib.sha256(message.message_id.encode()).hexdigest()
            for box in message.boxes:
                rows_of_it, least = counts[box, name], twins[message.message_id]
                drags = person.drags if message is person.letter else 0
                most = least * (1 + renumbered.get(box, 0)) + drags
                if not least <= rows_of_it <= most:
                    account.other.append(
                        f"{told(person)}: {rows_of_it} rows of {least} in the ledger of {box}@"
                    )
