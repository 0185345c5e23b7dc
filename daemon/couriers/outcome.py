"""What an SMTP server's answer, or its silence, means for a mail.

One table instead of decisions at every call: RFC 5321 section 4.2.1 says what 4yz and 5yz mean to
the protocol, and the step at which they came says whose fault it is.
"""

from __future__ import annotations

import re
from enum import StrEnum

from daemon.errors import (
    CourierMisconfigured,
    CourierUnreachable,
    OptoutdError,
    OutcomeUnknown,
    PerhapsOfRecipient,
    PermanentFailure,
    RelayRefused,
    SenderDeferred,
    TemporaryFailure,
)
from daemon.masking import without_addresses

MAX_WORDS_CHARS = 300

# Answers about who we are, whatever the step (RFC 4954 section 6, RFC 5248).
_ABOUT_THE_LOGIN = frozenset({530, 534, 535, 538})
_ABOUT_THE_SENDER = re.compile(r"^5\.1\.[78]\b|\bsender address rejected\b", re.IGNORECASE)
_ABOUT_THE_NULL_SENDER = re.compile(
    r"<>|\b(?:null|empty|blank)[ -](?:envelope[ -])?(?:sender|(?:return|reverse)[ -]?path)",
    re.IGNORECASE,
)
_RELAY_DENIED = re.compile(r"5\.7\.\d{1,3} .*\brelay", re.IGNORECASE)


class Step(StrEnum):
    """How far a mail had come; the values are the words of the error texts."""

    CONNECT = "connecting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL FROM"
    RCPT = "RCPT TO"
    DATA = "DATA"
    DOT = "the final dot"


# From here on the server knows whom a mail is for.
_LATE = (Step.RCPT, Step.DATA, Step.DOT)
_BEFORE_ANY_MAIL = (Step.CONNECT, Step.EHLO, Step.STARTTLS, Step.AUTH)

# A 5yz at these steps is none of the mail's fault: (the setting to look at, what cures it).
_OURS: dict[Step, tuple[str, str]] = {
    Step.CONNECT: ("smtp.host", "this server does not serve us: check smtp.host and smtp.port"),
    Step.EHLO: ("smtp.host", "this server does not serve us: check smtp.host and smtp.port"),
    Step.STARTTLS: ("smtp.security", 'set smtp.security to what the server offers, mostly "tls"'),
    Step.AUTH: (
        "smtp.password_file",
        "check smtp.username and the password in smtp.password_file",
    ),
    Step.MAIL: (
        "smtp.username",
        "let this login send from the addresses of the mailboxes, or send from one it may use",
    ),
}
_NULL_SENDER = (
    "reply.envelope_from",
    "the server does not take the null sender <>: set reply.envelope_from to an address of yours",
)
_LOGIN_MISSING = (
    "smtp.username",
    "the server wants a login before it takes mail: set smtp.username and smtp.password_file",
)


def server_words(text: str) -> str:
    """What a server said, on one line of at most 300 characters, without mail addresses."""
    return without_addresses(text, limit=MAX_WORDS_CHARS)


def refused(step: Step, code: int, words: str, *, null_sender: bool = False) -> OptoutdError:
    """The error for an answer that was not the one hoped for; `code` is -1 if it was no answer."""
    said = f"{step}: the server answered {code} {server_words(words)}".rstrip()
    if 400 <= code <= 499 and step in _BEFORE_ANY_MAIL:
        return CourierUnreachable(said, part="smtp")
    if 400 <= code <= 499:
        if _step_meant(step, words, null_sender) is not Step.MAIL:
            return TemporaryFailure(said, part="smtp")
        setting, cure = _NULL_SENDER if null_sender else _OURS[Step.MAIL]
        return SenderDeferred(said, part="smtp", setting=setting, cure=cure)
    if not 500 <= code <= 599:
        # Whatever it was, it does not say that the mail was refused.
        return lost(step, f"the server answered out of protocol: {code} {server_words(words)}")
    setting, cure = _cause(step, code, words, null_sender)
    if setting:
        return _fault(step, code, words)(said, setting=setting, cure=cure)
    return PermanentFailure(said, part="smtp")


def only_the_null_sender(failure: OptoutdError) -> OptoutdError:
    """The error where the recipient is taken from our own address, and not from `<>`."""
    setting, cure = _NULL_SENDER
    said = f"{failure}; from our own address it takes this recipient"
    if isinstance(failure, TemporaryFailure):
        return SenderDeferred(said, part="smtp", setting=setting, cure=cure)
    return PerhapsOfRecipient(said, setting=setting, cure=cure)


def lost(step: Step, why: str) -> OptoutdError:
    """The error for a connection that broke or fell silent at `step`.

    Once the final dot is on its way the server may have taken the mail (RFC 5321 section 4.1.1.4),
    so nobody can know.
    """
    said = f"{step}: {server_words(why)}"
    if step is Step.DOT:
        return OutcomeUnknown(said)
    if step in _BEFORE_ANY_MAIL:
        setting = "smtp.host" if step is Step.CONNECT else ""
        return CourierUnreachable(said, part="smtp", setting=setting)
    return TemporaryFailure(said, part="smtp")


def _fault(step: Step, code: int, words: str) -> type[CourierMisconfigured]:
    if step not in _LATE or code in _ABOUT_THE_LOGIN:
        return CourierMisconfigured
    return RelayRefused if _RELAY_DENIED.match(words) else PerhapsOfRecipient


def _cause(step: Step, code: int, words: str, null_sender: bool) -> tuple[str, str]:
    if step is not Step.AUTH and (code in _ABOUT_THE_LOGIN or _RELAY_DENIED.match(words)):
        return _LOGIN_MISSING
    step = _step_meant(step, words, null_sender)
    if step is Step.MAIL and null_sender:
        return _NULL_SENDER
    return _OURS.get(step, ("", ""))


def _step_meant(step: Step, words: str, null_sender: bool) -> Step:
    """The step that an answer is about: many servers refuse a sender only later.

    Postfix does so by default, when it knows the recipient; others when they have seen the mail.
    """
    about_the_sender = step is Step.RCPT and _ABOUT_THE_SENDER.search(words)
    if about_the_sender or (
        step in _LATE and null_sender and _ABOUT_THE_NULL_SENDER.search(words)
    ):
        return Step.MAIL
    return step
