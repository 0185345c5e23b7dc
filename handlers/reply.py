"""A planned reply made into a mail: RFC 5322 headers, a plain text, and its envelope.

Nothing of the original goes into it but the cleaned subject, its Message-IDs and the end date that
was asked for, so that nobody can make us send their words to somebody else (RFC 3834 section 8).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from config.reply_texts import ReplyTexts
from config.settings import CompanySettings
from handlers.address import Address, clean_text, make_address
from handlers.header_fields import mailbox_field, text_field, token_field
from handlers.reply_text import ReplyTemplates, ReplyValues
from handlers.secret import code_form, message_id, secret_hash
from handlers.values import CHANNELS, Message, OutgoingMail, ReplyPlan

LAST_RESORT_LANGUAGE = "en"
MAX_SUBJECT_CHARS = 120
MAX_REFERENCES = 20
MAX_MESSAGE_ID_CHARS = 250

# RFC 5322 section 3.6.4 without its obsolete forms and folding: printable, and no blanks inside.
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?A-~]+>\Z")
_REFERENCE = re.compile(r"[A-Z]-[0-9A-Z]{4,20}\Z")
# How "Re:" is written by mail programs of other languages, also counted ("Re[2]:"); and the
# references that an earlier answer of ours has put at the end.
_REPLY_PREFIXES = re.compile(
    r"\A(?:(?:re|aw|antw|antwort|antwoord|sv|vs|vá|odp|rif|r|res|rép|ynt|απ|отв|回复|回覆|答复|返信)"
    r"(?:\[\d{1,3}\])?\s?[:：]\s?)+",
    re.IGNORECASE,
)
_OWN_REFERENCES = re.compile(r"(?: ?\[[A-Z]-[0-9A-Z]{4,20}(?:, [A-Z]-[0-9A-Z]{4,20}){0,3}\])+\Z")
# An end date is a date or a few words; what could be read as a link is neither.
_WANTED_END = re.compile(r"(?!.*[^\W\d]\.[^\W\d]{2})[\w .,/'\u2019()-]{1,60}\Z")

_STILL_PENDING = frozenset(
    {
        "cancellation_question", "cancellation_reminder", "cancellation_confirmed",
        "cancellation_already",
    }
)  # fmt: skip
# Norwegian as its two written forms are named; there is one set of templates for both.
_WRITTEN_FORMS = {"nb": "no", "nn": "no"}

# "7bit" makes the library encode the body: a line is then never over 78 bytes on the way.
_POLICY = SMTP.clone(cte_type="7bit")


class ReplyWriter:
    """Writes replies. Raises ReplyTextError for a template, ValueError for an address of ours.

    `cancel_address` is where an account is cancelled, '' for the mailbox that answers;
    `default_language` is used where a customer's language is unknown or has no templates;
    `envelope_from` is the reverse-path of all replies that ask nothing, '' for the null one.
    """

    def __init__(
        self,
        texts: ReplyTexts,
        *,
        company: CompanySettings,
        cancel_address: str,
        default_language: str,
        envelope_from: str,
    ) -> None:
        self._templates = ReplyTemplates(texts)
        self._company = company
        self._cancel_address = cancel_address
        self._default_language = default_language
        self._envelope_from = _addr_spec(_own(envelope_from)) if envelope_from else ""

    def write(
        self,
        plan: ReplyPlan,
        *,
        message: Message | None = None,
        thread: str = "",
        mailbox_name: str,
        mailbox_address: str,
        now: datetime,
        idempotency_key: str,
    ) -> OutgoingMail:
        """The mail that `plan` asks for; nothing is sent.

        It answers `message`. Without one it is a letter of our own accord, such as a reminder or
        the confirmation of a call, with a subject of ours; `thread` is then the Message-ID of an
        earlier letter of ours to hang it under, and is passed over where it is none.

        `now` is aware. Raises ValueError for a plan without a secret, with a situation that no
        template is written for, of an unknown channel, or to an address that no field can hold
        as it is.
        """
        if now.tzinfo is None:
            raise ValueError("a mail needs the time with its zone")
        if plan.channel not in CHANNELS:
            raise ValueError(f"there is no channel {plan.channel}")
        own = _own(mailbox_address)
        language = self._language(plan.language)
        values = self._values(plan, own, answering=message is not None)
        identifier = message_id(plan.secret, own.domain)

        fields = (
            mailbox_field("From", clean_text(self._company.name), _addr_spec(own)),
            token_field("To", [_addr_spec(plan.to)]),
            text_field("Subject", self._subject(plan, message, language, values)),
            text_field("Date", format_datetime(now.astimezone(UTC))),
            token_field("Message-ID", [identifier]),
            *(_thread(message) if message else _under(thread)),
            # RFC 3834 section 5; the second is what Exchange looks for, the third what we do.
            f"Auto-Submitted: {'auto-replied' if message else 'auto-generated'}",
            "X-Auto-Response-Suppress: All",
            token_field("X-Optoutd-Loop", [_addr_spec(own)]),
            f"Content-Language: {language}",
        )
        content = EmailMessage(policy=_POLICY)
        content.set_content(self._templates.body(language, plan.situations, values))

        return OutgoingMail(
            idempotency_key=idempotency_key,
            message_id=identifier,
            recipient=replace(plan.to, written=_addr_spec(plan.to), display=""),
            envelope_from=_addr_spec(own) if plan.asks else self._envelope_from,
            # UTF-8 is there only where a local part is not ASCII: it has no other form (RFC 6532).
            raw="\r\n".join((*fields, "")).encode() + content.as_bytes(),
            references=plan.references,
            secret_hash=secret_hash(plan.secret),
            mailbox=mailbox_name,
            thread=plan.thread,
            asks=plan.asks,
        )

    def _subject(
        self, plan: ReplyPlan, message: Message | None, language: str, values: ReplyValues
    ) -> str:
        if message is None:
            subject = self._templates.own_subject(language, plan.situations, values)
        else:
            theirs = _subject(message.subject) or self._templates.subject(language, values)
            subject = f"Re: {theirs}"
        return subject + _tag(plan.references)

    def _language(self, wanted: str) -> str:
        for tag in (wanted, self._default_language, LAST_RESORT_LANGUAGE):
            primary = tag.lower().replace("_", "-").partition("-")[0]
            language = _WRITTEN_FORMS.get(primary, primary)
            if language in self._templates.languages:
                return language
        raise ValueError(f'there are no reply templates in "{LAST_RESORT_LANGUAGE}"')

    def _values(self, plan: ReplyPlan, own: Address, *, answering: bool) -> ReplyValues:
        lines = self._company.postal_address.splitlines()
        cancellation_received = _moment(plan.cancellation_received_at)
        # A call about a cancellation was received when the cancellation was.
        called = "" if plan.channel == "mail" else cancellation_received
        return ReplyValues(
            company_name=clean_text(self._company.name),
            phone=clean_text(self._company.phone),
            postal_address="\n".join(line for line in map(clean_text, lines) if line),
            panel_url=clean_text(self._company.panel_url, limit=500),
            cancel_address=clean_text(self._cancel_address or _addr_spec(own), limit=320),
            address=clean_text(plan.opted_out_address or _addr_spec(plan.to), limit=320),
            channel=plan.channel,
            answering=answering,
            received=_moment(plan.received_at) or called,
            cancellation_received=cancellation_received,
            opt_out_reference=_references_of("O", plan.references),
            cancellation_reference=_references_of("C", plan.references),
            wanted_end=_wanted_end(plan.wanted_end),
            code=code_form(plan.secret),
            stop_everything="stop_everything" in plan.situations,
            cancelling=not _STILL_PENDING.isdisjoint(plan.situations),
        )


def _moment(when: datetime | None) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if when else ""


def _own(address: str) -> Address:
    made = make_address(address)
    if made is None:
        raise ValueError("an address of ours is none that mail could be sent from")
    return made


def _addr_spec(address: Address) -> str:
    """The address as written, with its domain in the ASCII form that every server takes."""
    return f"{address.written.rpartition('@')[0]}@{address.domain}"


def _subject(original: str) -> str:
    """The customer's subject without prefixes and our own references; '' if nothing is left."""
    bare = _REPLY_PREFIXES.sub("", clean_text(original, limit=1000)).strip()
    bare = _OWN_REFERENCES.sub("", bare).strip()
    if len(bare) > MAX_SUBJECT_CHARS:
        return bare[: MAX_SUBJECT_CHARS - 1].rstrip() + "…"
    return bare


def _tag(references: tuple[str, ...]) -> str:
    shown = ", ".join(r for r in references if _REFERENCE.match(r))
    return f" [{shown}]" if shown else ""


def _references_of(initial: str, references: tuple[str, ...]) -> str:
    ours = [r for r in references if r.startswith(f"{initial}-")]
    return ", ".join(clean_text(r) for r in ours or references)


def _thread(message: Message) -> list[str]:
    """In-Reply-To and References (RFC 5322 section 3.6.4), of well-formed identifiers only."""
    parent = message.message_id if _is_message_id(message.message_id) else ""
    # Where References is missing, an In-Reply-To of one identifier stands for it.
    earlier = message.references or (message.in_reply_to if len(message.in_reply_to) == 1 else ())
    thread = [known for known in earlier if _is_message_id(known) and known != parent]
    if parent:
        thread.append(parent)
    if len(thread) > MAX_REFERENCES:
        # The first one names the thread, the last ones the place in it.
        thread = [thread[0], *thread[1 - MAX_REFERENCES :]]
    found = [token_field("In-Reply-To", [parent])] if parent else []
    if thread:
        found.append(token_field("References", thread))
    return found


def _under(thread: str) -> list[str]:
    """The fields of a letter that hangs below an earlier one of ours (RFC 5322 section 3.6.4)."""
    if not _is_message_id(thread):
        return []
    return [token_field("In-Reply-To", [thread]), token_field("References", [thread])]


def _is_message_id(text: str) -> bool:
    # What looks like an encoded word may be decoded by the next reader, and is then another one.
    if len(text) > MAX_MESSAGE_ID_CHARS or "=?" in text:
        return False
    return _MESSAGE_ID.match(text) is not None


def _wanted_end(asked: str) -> str:
    cleaned = clean_text(asked, limit=61)
    return cleaned if _WANTED_END.match(cleaned) else ""
