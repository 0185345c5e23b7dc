"""What the store, the folders and the customers' mailboxes hold after a round, side by side."""

from __future__ import annotations

import email
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.crash.people import Letter
from tests.acceptance.company import Company
from tests.servers.smtp import Received

_REVIEW_FLAGS = frozenset({r"\Flagged", "$OptoutdReview"})
_FOLDERS = ("INBOX", "Optoutd/Opt-outs", "Optoutd/Cancellations", "Optoutd/Automatic")

# All rows that a SELECT finds in the store of the round.
Rows = Callable[[str], list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What was found: a line each, and two counts that are allowed.

    `repeated` mails came twice, as the same mail, after an outcome that nobody could know, and the
    store says so; `undecided` may not have come at all, and the store says that.
    """

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    answered_twice: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    repeated: int = 0
    undecided: int = 0

    @property
    def faults(self) -> list[str]:
        """All that should not be."""
        return [*self.lost, *self.doubled, *self.answered_twice, *self.changed, *self.other]


def reckon(
    company: Company, letters: Sequence[Letter], received: Sequence[Received], rows: Rows
) -> Account:
    """Compares what was written with what became of it."""
    account = Account()
    _requests(account, letters, rows)
    repeated, undecided = _replies(account, letters, received, rows)
    _folders(account, company, letters)
    _ledger(account, letters, rows)
    for row in rows("SELECT state, count(*) FROM outbox GROUP BY state"):
        if row[0] not in ("sent", "unknown"):
            account.other.append(f"{row[1]} mails of the outbox are {row[0]}")
    verified = company.command("audit", "verify")
    if verified.returncode:
        account.other.append(f"the audit does not verify: {verified.stderr.strip()}")
    return Account(
        lost=account.lost,
        doubled=account.doubled,
        answered_twice=account.answered_twice,
        changed=account.changed,
        other=account.other,
        repeated=repeated,
        undecided=undecided,
    )


def _requests(account: Account, letters: Sequence[Letter], rows: Rows) -> None:
    found: dict[str, list[tuple[object, object]]] = defaultdict(list)
    for key, kind, state in rows("SELECT address_key, kind, state FROM request"):
        found[str(key)].append((kind, state))
    for letter in letters:
        mine = found.pop(letter.sender, [])
        if not letter.sort.kind:
            if mine:
                account.other.append(f"{letter.sender} asked for nothing and has {mine}")
        elif not mine:
            account.lost.append(f"{letter.sender}: no {letter.sort.kind}")
        elif len(mine) > 1:
            account.doubled.append(f"{letter.sender}: {mine}")
        elif mine != [(letter.sort.kind, letter.sort.state)]:
            account.other.append(f"{letter.sender}: {mine} instead of {letter.sort.state}")
    account.other.extend(
        f"{stranger} wrote nothing and has {mine}" for stranger, mine in found.items()
    )


def _replies(
    account: Account, letters: Sequence[Letter], received: Sequence[Received], rows: Rows
) -> tuple[int, int]:
    """Reckons the replies; how many came twice as they may, and how many may not have come."""
    outbox = {
        str(message_id): (str(recipient), str(state), int(str(unknowns)))
        for message_id, recipient, state, unknowns in rows(
            "SELECT message_id, recipient_key, state, unknowns FROM outbox"
        )
    }
    came: Counter[str] = Counter()
    octets: dict[str, set[bytes]] = defaultdict(set)
    for mail in received:
        name = str(email.message_from_bytes(mail.raw)["Message-ID"])
        came[name] += 1
        octets[name].add(mail.raw)
    repeated = undecided = 0
    of_person: Counter[str] = Counter()
    for name, (recipient, state, unknowns) in outbox.items():
        of_person[recipient] += 1
        times = came.pop(name, 0)
        if times > 1 + unknowns:
            account.answered_twice.append(
                f"{recipient}: the same mail {times} times, {unknowns} of them of unknown outcome"
            )
        elif times > 1:
            repeated += times - 1
        if len(octets[name]) > 1:
            account.answered_twice.append(f"{recipient}: a mail was repeated with other octets")
        if state == "sent" and not times:
            account.other.append(f"{recipient}: noted as sent, and never came")
        undecided += state == "unknown"
    account.other.extend(f"a mail that the store does not know: {name}" for name in came)
    for letter in letters:
        times = of_person[letter.sender]
        if times > letter.sort.is_answered:
            account.answered_twice.append(f"{letter.sender}: {times} replies")
        elif letter.sort.is_answered and not times:
            account.other.append(f"{letter.sender}: no reply")
    return repeated, undecided


def _folders(account: Account, company: Company, letters: Sequence[Letter]) -> None:
    for box, user in (("support", company.support), ("cancel", company.cancel)):
        lying: dict[bytes, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for folder in _FOLDERS:
            for stored in company.folder_of(user, folder):
                lying[stored.raw].append((folder, stored.flags))
        for letter in letters:
            if box not in letter.sort.boxes:
                continue
            flags = _REVIEW_FLAGS if letter.sort.state == "review" else frozenset()
            places = lying.pop(letter.raw, [])
            if places != [(letter.sort.folder, flags)]:
                told = ", ".join(f"{folder} {sorted(flags)}" for folder, flags in places)
                account.changed.append(f"{letter.sender} in {box}@: {told or 'nowhere'}")
        account.changed.extend(f"a message in {box}@ that nobody wrote" for _ in lying)


def _ledger(account: Account, letters: Sequence[Letter], rows: Rows) -> None:
    expected = Counter(box for letter in letters for box in letter.sort.boxes)
    select = "SELECT mailbox, count(*) FROM message GROUP BY mailbox"
    counts = {row[0]: row[1] for row in rows(select)}
    for name, wanted in expected.items():
        if counts.get(name) != wanted:
            account.other.append(
                f"the ledger of {name}@ has {counts.get(name)} of {wanted} messages"
            )
