"""Our mails by what they tell the customer, as the customers read them."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.servers.smtp import Received

# What a mail is called in stories.py, and what stands in it and in no other.
_KINDS = {
    "question": "please answer this message with the word YES",
    "confirmed": "Our staff will now carry out the cancellation.",
    "rejected": "dropped the request to cancel your account",
    "withdrawn": "withdrawn the cancellation of your account",
    "off": "off our mailing lists.",
    "back": "back on our mailing lists:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One of our mails; `kind` is what it tells, '' if none of what may be told."""

    kind: str
    message_id: str
    to: str
    reply_to: str  # the mailbox that it is from
    subject: str
    text: str = field(repr=False)
    raw: bytes = field(repr=False)

    @property
    def code(self) -> str:
        """The line that the customer is asked to leave in the answer."""
        lines = self.text.split("Please leave this line in your answer:")[1:]
        return lines[0].split()[0] if lines else ""


def read(raw: bytes) -> Mail:
    """Reads one of them."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain",))
    text = "" if body is None else body.get_content()
    words = " ".join(text.split())
    kinds = [kind for kind, phrase in _KINDS.items() if phrase in words]
    return Mail(
        kind=kinds[0] if len(kinds) == 1 else "",
        message_id=str(message["Message-ID"]),
        to=str(message["To"]).lower(),
        reply_to=str(message["From"]).rpartition("<")[2].strip(">"),
        subject=str(message["Subject"]),
        text=text,
        raw=raw,
    )


class Post:
    """The mails that customers have got so far, read as they come."""

    def __init__(self) -> None:
        self._read = 0
        self._got: dict[tuple[str, str], Mail] = {}

    def learn(self, received: Sequence[Received]) -> None:
        """Reads what is new in `received`, which only grows."""
        for mail in received[self._read :]:
            found = read(mail.raw)
            self._got.setdefault((found.to, found.kind), found)
        self._read = len(received)

    def got(self, address: str, kind: str) -> Mail | None:
        """The first mail of a kind that an address has got."""
        return self._got.get((address, kind))
