"""One hostile message, and the letter that most of them are a broken form of."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

OPT_OUT = "Please remove me from your mailing list."
CANCEL = "Please cancel my account at the end of the month."
QUESTION = "My site has been slow since this morning. Could you have a look at it?"

DATE = "Tue, 24 Nov 2026 10:00:00 +0000"


class Fate(enum.Enum):
    """What must become of a message, where that is clear."""

    SURVIVED = "survived"  # anything, but with a row of the ledger and nothing lost around it
    HONOURED = "honoured"  # the opt-out of its sender is in effect
    REVIEW = "review"  # held for a person, nobody is answered
    UNTOUCHED = "untouched"  # ordinary or automatic: it lies in the inbox as it came


Make = Callable[[str, str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A message of `family`, made for a sender and a mailbox.

    `silent` says that nobody may be answered. `null_sender` is delivered with MAIL FROM:<>. A
    `heavy` one takes seconds or megabytes: the campaign has it, the suite not.
    """

    family: str
    name: str
    make: Make
    fate: Fate = Fate.SURVIVED
    silent: bool = False
    null_sender: bool = False
    heavy: bool = False

    @property
    def title(self) -> str:
        """Its name among all."""
        return f"{self.family}: {self.name}"


def letter(
    who: str,
    to: str,
    body: str | bytes = OPT_OUT,
    *,
    subject: str | bytes | None = "Hello",
    head: str | bytes = "",
    kind: str = "text/plain; charset=utf-8",
    sender: str | bytes | None = None,
    date: str | None = DATE,
    message_id: str | None = "",
    encoding: str = "",
) -> bytes:
    """A letter with CRLF; `head` are whole further fields, put first, without the last CRLF.

    `sender` stands in for the value of From, '' for none; `message_id` of '' is one of its own.
    """
    lines = [
        octets(head),
        b"" if sender == "" else b"From: " + octets(who if sender is None else sender),
        b"To: " + octets(to),
        b"" if subject is None else b"Subject: " + octets(subject),
        b"" if date is None else b"Date: " + octets(date),
        b""
        if message_id is None
        else b"Message-ID: " + octets(message_id or f"<{who.replace('@', '.')}@hostile.example>"),
        b"MIME-Version: 1.0",
        b"Content-Type: " + octets(kind) if kind else b"",
        b"Content-Transfer-Encoding: " + octets(encoding) if encoding else b"",
    ]
    return b"\r\n".join(line for line in lines if line) + b"\r\n\r\n" + octets(body) + b"\r\n"


def octets(text: str | bytes) -> bytes:
    """The octets of a text, where half a surrogate stands for one octet."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def parts(*each: str | bytes, boundary: str = "b1") -> bytes:
    """The body of a multipart, each part with its own fields."""
    edge = b"--" + boundary.encode()
    return b"".join(edge + b"\r\n" + octets(one) + b"\r\n" for one in each) + edge + b"--\r\n"


def text_part(body: str = OPT_OUT, kind: str = "text/plain") -> str:
    """A part of a multipart."""
    return f"Content-Type: {kind}\r\n\r\n{body}"
