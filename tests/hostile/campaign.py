"""The hostile messages in a real mailbox, people's requests between them, and what became of all.

sent = deliver(dovecot, "support@shop.example", CASES)
… the daemon reads …
assert problems(sent, store, dovecot, "support@shop.example", smtp.received) == []
"""

from __future__ import annotations

import re
import smtplib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from imapclient.exceptions import IMAPClientError

from tests.hostile.case import CANCEL, OPT_OUT, Case, Fate, letter
from tests.hostile.strict import faults
from tests.servers.dovecot import Dovecot, Stored
from tests.servers.smtp import Received

EVERY = 4  # after so many hostile messages a person writes
# Senders of cases that write themselves otherwise than they are told, and may be answered.
_OTHERS = frozenset(
    {
        "\u0430nna@xn--aypal-uye.example",
        "anna@xn--bcher-kva.example",
        "\u0430\u043d\u043d\u0430@other.example",
    }
)
_FOLDERS = ("INBOX", "Optoutd/Opt-outs", "Optoutd/Cancellations", "Optoutd/Automatic")
_REVIEW_FLAGS = {r"\Flagged", "$OptoutdReview"}
# No state of a cancellation that somebody has proven; nobody here has.
_UNPROVEN = frozenset({"awaiting_confirmation", "review"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message in the mailbox: a hostile one, or a person's `kind` of request without a case."""

    uid: int
    who: str
    case: Case | None
    kind: str = ""
    raw: bytes = field(repr=False)
    way: str  # how it came in: LMTP, APPEND or Maildir, the first that took it


def deliver(
    dovecot: Dovecot, user: str, cases: Sequence[Case], *, every: int = EVERY
) -> list[Sent]:
    """Delivers all into the empty INBOX of `user`, people between them; in the order of UIDs."""
    waiting: list[tuple[Case | None, str, str, bytes]] = []
    for number, case in enumerate(cases, 1):
        who = f"h{number}@{case.family.replace(' ', '-')}.hostile.example"
        waiting.append((case, who, "", case.make(who, user)))
        if number % every == 0 or number == len(cases):
            kind = "cancellation" if number // every % 3 == 0 else "opt_out"
            who = f"person{number}@people.example"
            text = CANCEL if kind == "cancellation" else OPT_OUT
            waiting.append((None, who, kind, letter(who, user, text)))
    sent = []
    with smtplib.LMTP(dovecot.host, dovecot.lmtp_port, timeout=60) as lmtp:
        for uid, (one, who, kind, raw) in enumerate(waiting, 1):
            sender = "" if one and one.null_sender else who
            way = _deliver(lmtp, dovecot, user, sender, raw)
            sent.append(Sent(uid=uid, who=who, case=one, kind=kind, raw=raw, way=way))
    return sent


def _deliver(lmtp: smtplib.LMTP, dovecot: Dovecot, user: str, sender: str, raw: bytes) -> str:
    lmtp.docmd("RSET")
    lmtp.docmd("MAIL", f"FROM:<{sender}>")
    lmtp.docmd("RCPT", f"TO:<{user}>")
    if lmtp.docmd("DATA")[0] == 354:
        # By hand, because smtplib mends line ends on the way.
        stuffed = re.sub(rb"(?m)^\.", b"..", raw)
        lmtp.send(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        if lmtp.getreply()[0] == 250:
            return "LMTP"
    try:
        dovecot.append(user, "INBOX", raw)
    except IMAPClientError:
        dovecot.seed(user, 1, lambda _: raw)
        return "Maildir"
    return "APPEND"


def rewritten(sent: Iterable[Sent], lying: Iterable[Stored]) -> list[Sent]:
    """Those that Dovecot gives out otherwise than they were delivered, the trace fields apart."""
    by_uid = {one.uid: one.raw for one in lying}
    return [one for one in sent if one.uid in by_uid and one.raw.rstrip() not in by_uid[one.uid]]


def problems(
    sent: Sequence[Sent],
    store: Path,
    dovecot: Dovecot,
    user: str,
    received: Sequence[Received],
    *,
    mailbox: str = "support",
) -> list[str]:
    """Everything that should not be, a line each; none where all went as it must."""
    found = [*_of_mail(sent, dovecot, user), *_of_replies(sent, received)]
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        rows = {
            uid: (disposition, reason)
            for uid, disposition, reason in database.execute(
                "SELECT uid, disposition, reason FROM message WHERE mailbox = ?", (mailbox,)
            )
        }
        requests = database.execute("SELECT address_key, kind, state FROM request").fetchall()
    database.close()
    made = Counter((key, kind) for key, kind, _ in requests)
    in_effect = {key for key, kind, state in requests if (kind, state) == ("opt_out", "effective")}
    found += [
        f"a cancellation of {key} is {state}"
        for key, kind, state in requests
        if kind == "cancellation" and state not in _UNPROVEN
    ]
    for one in sent:
        if one.uid not in rows:
            found.append(f"{_name(one)}: no row in the ledger")
        elif one.case is None and made[one.who, one.kind] != 1:
            found.append(f"{_name(one)}: {made[one.who, one.kind]} requests, {rows[one.uid]}")
        elif one.case and one.case.fate is Fate.HONOURED and one.who not in in_effect:
            found.append(f"{_name(one)}: not honoured, {rows[one.uid]}")
        elif one.case and one.case.fate is Fate.REVIEW and rows[one.uid][0] != "review":
            found.append(f"{_name(one)}: not in review, {rows[one.uid]}")
        elif (
            one.case and one.case.fate is Fate.UNTOUCHED and rows[one.uid][0] in ("act", "review")
        ):
            found.append(f"{_name(one)}: not left alone, {rows[one.uid]}")
    return found


def _of_mail(sent: Sequence[Sent], dovecot: Dovecot, user: str) -> list[str]:
    """What is wrong with the mailbox."""
    found = []
    with dovecot.client(user) as client:
        count = 0
        for name in _FOLDERS:
            if client.folder_exists(name):
                count += client.folder_status(name, ["MESSAGES"])[b"MESSAGES"]
        if count != len(sent):
            found.append(f"{count} of {len(sent)} messages are there")
        client.select_folder("INBOX", readonly=True)
        # Not the flag \\Recent, which belongs to a session.
        flags = {
            uid: {flag.decode() for flag in item[b"FLAGS"]} - {r"\Recent"}
            for uid, item in client.fetch(client.search("ALL"), ["FLAGS"]).items()
        }
    for one in sent:
        fate = one.case.fate if one.case else Fate.SURVIVED
        if r"\Seen" in flags.get(one.uid, set()):
            found.append(f"{_name(one)}: marked as read")
        if fate is Fate.UNTOUCHED and flags.get(one.uid, {"moved"}):
            found.append(f"{_name(one)}: touched, {flags.get(one.uid, 'moved')}")
        if fate is Fate.REVIEW and not flags.get(one.uid, set()) >= _REVIEW_FLAGS:
            found.append(f"{_name(one)}: not flagged, {flags.get(one.uid, 'moved')}")
    return found


def _of_replies(sent: Sequence[Sent], received: Sequence[Received]) -> list[str]:
    """What is wrong with the replies."""
    found = []
    answers = Counter(recipient for mail in received for recipient in mail.recipients)
    may = {one.who for one in sent if one.case is None or not one.case.silent} | _OTHERS
    names = {one.who: _name(one) for one in sent}
    found += [f"{names.get(who, who)}: answered, {who}" for who in answers if who not in may]
    found += [
        f"{names.get(who, who)}: {count} mails to {who}"
        for who, count in answers.items()
        if count > 1
    ]
    found += [
        f"{_name(one)}: not answered" for one in sent if one.case is None and not answers[one.who]
    ]
    for mail in received:
        found += [f"the reply to {mail.recipients}: {fault}" for fault in faults(mail.raw)]
    return found


def _name(one: Sent) -> str:
    return one.case.title if one.case else f"the {one.kind} of {one.who}"
