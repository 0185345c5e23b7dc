"""A seeded generator of mail as a support mailbox gets it, for measurements."""

from __future__ import annotations

import random
from email.message import EmailMessage
from email.policy import SMTP

# Of a hundred messages: how many are of which kind.
SHARES = {"opt-out": 30, "cancellation": 20, "automatic": 15, "ordinary": 35}

_TEXTS = {
    "opt-out": (
        "Please stop sending me your newsletter.",
        "Kindly remove me from your mailing list. I never read it.",
        "Unsubscribe me from all promotional emails, please.",
        "I no longer wish to receive your offers.",
    ),
    "cancellation": (
        "Please cancel my account at the end of the month.",
        "I would like to close my hosting account. We are moving to another company.",
        "We hereby cancel our contract.",
    ),
    "automatic": ("I am out of the office until Monday and will answer then.",),
    "ordinary": (
        "My site has been slow since this morning. Could you have a look at it?",
        "Where do I find the invoice for last month?",
        "How do I move my domain to you, and what does it cost?",
        "Thank you for the quick help yesterday, everything works again.",
    ),
}
_FILLERS = (
    "I have been a customer of yours for some years and am content on the whole.",
    "My colleague told me to write to this address, so I hope it is the right one.",
    "The number of my account stands on the invoice, which I do not have at hand.",
    "It has been a busy month here, and I may be slow to answer.",
)
_QUOTE = (
    "\nOn Mon, 23 Nov 2026 at 09:00, GigaPros <news@shop.example> wrote:\n"
    "> Autumn offers: save on every plan until the end of the month.\n"
    "> You get this because you are a customer of ours.\n"
    "> To unsubscribe, click here: https://shop.example/u/1\n"
)


def kind_of(number: int) -> str:
    """The kind of the message of this number: fixed shares, well mixed."""
    place = number * 37 % 100
    for kind, share in SHARES.items():
        if place < share:
            return kind
        place -= share
    raise AssertionError("the shares are a hundred together")


def sender_of(number: int) -> str:
    """Every message has a sender of its own."""
    return f"customer-{number}@mail-{number % 97}.example"


def make(number: int, to: str, *, seed: int = 7) -> bytes:
    """The message of this number, the same at each call, with CRLF."""
    dice = random.Random(f"{seed}-{number}")
    kind = kind_of(number)
    message = EmailMessage(policy=SMTP)
    sender = sender_of(number)
    trace = (
        f"Return-Path: <{sender}>\r\n"
        + "".join(
            f"Received: from relay-{hop}.{sender.partition('@')[2]} (relay [192.0.2.{hop}])\r\n"
            f"\tby mx-{hop}.shop.example (Postfix) with ESMTPS id {dice.getrandbits(64):016X}\r\n"
            "\tfor <support@shop.example>; Tue, 24 Nov 2026 10:00:00 +0000 (UTC)\r\n"
            for hop in range(dice.randint(2, 6))
        )
        + "Authentication-Results: mx.shop.example; dkim=pass header.d=mail.example;\r\n"
        + "\tdmarc=none\r\n"
    )
    message["From"] = f"Customer {number} <{sender}>"
    message["To"] = to
    message["Subject"] = dice.choice(("A request", "Hello", "My account", "Re: Autumn offers"))
    message["Date"] = "Tue, 24 Nov 2026 10:00:00 +0000"
    message["Message-ID"] = f"<{number}.{dice.getrandbits(48):x}@{sender.partition('@')[2]}>"
    if kind == "automatic":
        message["Auto-Submitted"] = "auto-replied"
    fillers = dice.sample(_FILLERS, dice.randint(0, 3))
    text = "\n".join(("Hello,", "", dice.choice(_TEXTS[kind]), *fillers, "", "Regards", ""))
    text += f"Customer {number}\n" + (_QUOTE if dice.random() < 0.3 else "")
    message.set_content(text)
    if dice.random() < 0.4:
        lines = "".join(f"<div>{line or '<br>'}</div>" for line in text.splitlines())
        message.add_alternative(f"<html><body>{lines}</body></html>", subtype="html")
    if dice.random() < 0.04:
        message.add_attachment(
            dice.randbytes(50_000), maintype="image", subtype="png", filename="screen.png"
        )
    return trace.encode() + message.as_bytes()
