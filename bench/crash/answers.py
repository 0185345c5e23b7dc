"""What comes back to our mails: answers of customers, and of machines."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate

from bench.crash.mails import Mail
from bench.crash.people import Person, Written
from tests.acceptance.company import mail

_BOUNCE = """\
--b
Content-Type: text/plain

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
--b
Content-Type: message/rfc822-headers

Message-ID: {message_id}
To: {to}
--b--
"""


def _answer(person: Person, to: Mail, text: str, **headers: str) -> bytes:
    threads = {"In-Reply-To": to.message_id, "References": to.message_id}
    sender = headers.pop("sender", person.address)
    subject = f"Re: {to.subject.removeprefix('Re: ')}"
    return mail(sender, to.reply_to, subject, text, **{**threads, **headers})


def _quoting(to: Mail) -> str:
    lines = "".join(f"> {line}\n" for line in to.text.splitlines())
    return f"\nOn Mon, 24 Nov 2025 at 10:00, GigaPros <{to.reply_to}> wrote:\n{lines}"


def _said(words: str) -> Callable[[Person, Mail], bytes]:
    """The words, with the secret in In-Reply-To, and often in the quoted text as well."""

    def write(person: Person, to: Mail) -> bytes:
        quoted = _quoting(to) if person.dice.random() < 0.5 else ""
        return _answer(person, to, f"{words}\n{quoted}")

    return write


def _yes_by_code(person: Person, to: Mail) -> bytes:
    """A submission service has replaced our Message-ID: only the code in the text is left."""
    other = "<replaced@submission.example>"
    text = f"YES\n{_quoting(to)}"
    return _answer(person, to, text, **{"In-Reply-To": other, "References": other})


def _from_elsewhere(words: str) -> Callable[[Person, Mail], bytes]:
    def write(person: Person, to: Mail) -> bytes:
        text = f"{words}\n{_quoting(to)}"
        return _answer(person, to, text, sender=f"somebody-else-{person.address}")

    return write


def _again(person: Person, _: Mail) -> bytes:
    """The same message once more, by another way."""
    return b"Received: by relay.customer.example; now\r\n" + person.answers[-1].raw


def _asks_once_more(person: Person, to: Mail) -> bytes:
    """A second letter, and no answer to what we have written."""
    return mail(person.address, to.reply_to, "Hello", person.dice.choice(person.sort.texts))


def _vacation(person: Person, to: Mail) -> bytes:
    text = "Yes, I am away until Monday and read your message then.\n"
    return _answer(person, to, text, **{"Auto-Submitted": "auto-replied"})


def _bounce(person: Person, to: Mail) -> bytes:
    head = (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.customer.example\nTo: {to.reply_to}\n"
        f"Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        f"Date: {formatdate()}\nMessage-ID: <bounce-{to.message_id.strip('<>')}>\n"
        "MIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    )
    body = _BOUNCE.format(to=person.address, message_id=to.message_id)
    return (head + body).replace("\n", "\r\n").encode()


# Deed: which mail of ours it comes back to, and what is written.
ANSWERS: dict[str, tuple[tuple[str, ...], Callable[[Person, Mail], bytes]]] = {
    "yes": (("question",), _said("YES")),
    "yes by code": (("question",), _yes_by_code),
    "yes again": (("question",), _again),
    "yes from elsewhere": (("question",), _from_elsewhere("YES")),
    "no": (("question",), _said("No, that wasn't me.")),
    "ask once more": (("question", "off"), _asks_once_more),
    "undo": (("off",), _said("UNDO")),
    "undo from elsewhere": (("off",), _from_elsewhere("UNDO")),
    "undo of confirmation": (("confirmed",), _said("UNDO")),
    "vacation": (("question", "off"), _vacation),
    "bounce": (("question", "off"), _bounce),
    "bounce of confirmation": (("confirmed",), _bounce),
}


def message_id_of(raw: bytes) -> str:
    """The Message-ID of what was written here."""
    (line,) = [x for x in raw.split(b"\r\n\r\n")[0].split(b"\r\n") if x.startswith(b"Message-ID:")]
    return line.partition(b":")[2].strip().decode()


def written(deed: str, person: Person, to: Mail, box: str) -> Written:
    """What comes back to a mail of ours, in the mailbox that it was from."""
    raw = ANSWERS[deed][1](person, to)
    return Written(boxes=(box,), message_id=message_id_of(raw), deed=deed, raw=raw)
