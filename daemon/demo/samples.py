"""The sample messages of the demonstration, as mail programs would send them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

DOMAIN = "gigapros.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One message: what it shows, to which mailbox it goes, and its bytes."""

    title: str
    mailbox: str
    subject: str
    message_id: str
    raw: bytes


def samples(now: datetime) -> list[Sample]:
    """A dozen messages in several languages, dated `now`."""
    return [
        _text(now, 1, "support", "Dana Fisk <dana@fiskflowers.example>", "Too much mail",
              "Hello,\n\nplease stop sending me your newsletter. The hosting is fine.\n\nDana\n"),
        _text(now, 2, "support", "Jonas Wiek <jonas@wiek-segel.example>", "Newsletter",
              "Guten Tag,\n\nbitte tragen Sie mich aus Ihrem Newsletter aus.\n\n"
              "Mit freundlichen Grüßen\nJonas Wiek\n"),
        _text(now, 3, "support", "Élise Brun <elise@brun-poterie.example>", "Publicité",
              "Bonjour,\n\nje ne souhaite plus recevoir vos newsletters.\n\nÉlise Brun\n"),
        _text(now, 4, "support", "Marcos Vidal <marcos@vidal-cafe.example>", "Boletín",
              "Hola:\n\nPor favor, denme de baja de su boletín.\n\nGracias\n"),
        _text(now, 5, "cancel", "Priya Nair <priya@nairdesigns.example>", "Closing down",
              "Hi,\n\nplease cancel my account as of 31 December 2026.\n\nPriya\n",
              proven="nairdesigns.example"),
        _text(now, 6, "cancel", "Sven Oltmann <sven@oltmann-boote.example>", "Kündigung",
              "Hallo,\n\nhiermit kündige ich meinen Vertrag.\n\nSven Oltmann\n"),
        _text(now, 7, "cancel", "Ruth Kessel <ruth@kesselbooks.example>", "goodbye",
              "Please close my account and take me off your mailing list.\n\nRuth\n"),
        _text(now, 8, "support", "Omar Said <omar@saidtiles.example>", "Certificate",
              "My site shows a certificate warning since this morning. Can you help?\n"),
        _reply_with_footer(now, 9),
        _text(now, 10, "support", "Tom Barker <tom@barkerfarm.example>", "slow site",
              "If the site stays this slow I will have to cancel. What is wrong with it?\n"),
        _out_of_office(now, 11),
        _bounce(now, 12),
        _text(now, 13, "cancel", "Lily Ashe <lily@ashegarden.example>", "Question",
              "How do I cancel, and what happens to my domain then?\n"),
    ]  # fmt: skip


_TITLES = {
    1: "an opt-out, in English",
    2: "an opt-out, in German",
    3: "an opt-out, in French",
    4: "an opt-out, in Spanish",
    5: "a cancellation, sender proven",
    6: "a cancellation, sender not proven",
    7: "both at once",
    8: "an ordinary question",
    9: "a reply that quotes a footer",
    10: "a threat, not a request",
    11: "an out-of-office notice",
    12: "a bounce",
    13: "a question about cancelling",
}


def _text(
    now: datetime, number: int, mailbox: str, sender: str, subject: str, text: str,
    *, proven: str = "",
) -> Sample:  # fmt: skip
    message = _message(now, number, mailbox, sender, subject)
    message.set_content(text)
    # What the company's own server found out about the sender (RFC 8601).
    results = f"dmarc=pass header.from={proven}" if proven else "dmarc=none"
    return _sample(number, mailbox, message, authentication=results)


def _reply_with_footer(now: datetime, number: int) -> Sample:
    sender = "Ingrid Vold <ingrid@voldstrikk.example>"
    message = _message(now, number, "support", sender, "Re: Staging sites are here")
    message.set_content(
        "Is staging part of the small plan, too?\n\n"
        "On Mon, 23 Nov 2026 at 09:00, GigaPros <news@gigapros.example> wrote:\n"
        "> Staging sites are here!\n"
        "> You get this because you are a customer. Click here to unsubscribe.\n"
    )
    return _sample(number, "support", message)


def _out_of_office(now: datetime, number: int) -> Sample:
    sender = "Anna Berg <anna@bergpapir.example>"
    message = _message(now, number, "support", sender, "Automatic reply: Autumn offers")
    message["Auto-Submitted"] = "auto-replied"
    message.set_content("I am away until Monday. In urgent cases please call my colleague.\n")
    return _sample(number, "support", message)


def _bounce(now: datetime, number: int) -> Sample:
    sender = "Mail Delivery System <MAILER-DAEMON@mx.farmpost.example>"
    message = _message(now, number, "support", sender, "Undelivered Mail Returned to Sender")
    message.set_content("The mail could not be delivered: user unknown. To unsubscribe, …\n")
    return _sample(number, "support", message, return_path="<>")


def _message(now: datetime, number: int, mailbox: str, sender: str, subject: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = f"{mailbox}@{DOMAIN}"
    message["Subject"] = subject
    message["Date"] = now
    message["Message-ID"] = f"<sample-{number}@mail.customer.example>"
    return message


def _sample(
    number: int,
    mailbox: str,
    message: EmailMessage,
    *,
    return_path: str = "<customer@mail.customer.example>",
    authentication: str = "dmarc=none",
) -> Sample:
    trace = (
        f"Return-Path: {return_path}\r\nAuthentication-Results: mx.{DOMAIN}; {authentication}\r\n"
    )
    return Sample(
        title=_TITLES[number],
        mailbox=mailbox,
        subject=message["Subject"],
        message_id=message["Message-ID"],
        raw=trace.encode() + message.as_bytes(),
    )
