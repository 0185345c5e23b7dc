"""A seeded generator of mail as a support mailbox gets it, for measurements.

Text alone, text with HTML beside it, or HTML alone, in seven languages; in the manner of four
ways of writing mail (a browser, Outlook, a telephone, a plain client), with what their servers put
above it (bench/mail_trace.py). A third is an answer to a mailing, which it quotes; 4 % carry a
file. Every message differs from every other one, and is the same at each call of one day: it is
written the day before, because replies to old mail are another matter.
"""

from __future__ import annotations

import base64
import quopri
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.header import Header
from html import escape

from bench.mail_trace import TEMPLATE_OF, trace
from bench.mail_words import DISCLAIMER, LANGUAGES, MAILING, Words

# Of a hundred messages: how many are of which kind.
SHARES = {"opt-out": 30, "cancellation": 20, "automatic": 15, "ordinary": 35}
ATTACHMENT_SHARE, QUOTING_SHARE = 0.04, 0.33
# How people write: of a hundred, and in which form (text, both, HTML alone).
CLIENTS = {"web": 40, "outlook": 25, "phone": 20, "plain": 15}
_FORMS = {
    "web": (("both", 100),),
    "outlook": (("both", 70), ("html", 30)),
    "phone": (("text", 50), ("both", 50)),
    "plain": (("text", 100),),
}
_WRITTEN = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(1)
# Of those from outside whom our server can vouch for.
_ALIGNED_SHARE = 0.7


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
    """The message of this number, with CRLF, written about a day ago."""
    dice = random.Random(f"{seed}-{number}")
    kind, sender = kind_of(number), sender_of(number)
    words = LANGUAGES[_drawn(dice, {name: one.share for name, one in LANGUAGES.items()})]
    client = _drawn(dice, CLIENTS)
    name = dice.choice(words.names)
    written = _WRITTEN - timedelta(seconds=dice.randrange(6 * 3600))
    quotes = kind != "automatic" and dice.random() < QUOTING_SHARE
    text, signature = _text(dice, words, kind, name, number), _signature(dice, client, name)
    form = _drawn(dice, dict(_FORMS[client]))
    subject = "Re: Autumn offers" if quotes else dice.choice(words.subjects)
    fields = [
        f"From: {_encoded(name)} <{sender}>",
        f"To: {to}",
        f"Subject: {_encoded(subject.format(number=number))}",
        f"Date: {written:%a, %d %b %Y %H:%M:%S +0000}",
        (
            f"Message-ID: <{TEMPLATE_OF[client].format(dice.getrandbits(96))}.{number}@"
            f"{sender.partition('@')[2]}>"
        ),
        "MIME-Version: 1.0",
    ]
    if quotes:
        mailing = f"<mailing-{dice.randrange(50)}.2026@news.shop.example>"
        fields += [f"In-Reply-To: {mailing}", f"References: {mailing}"]
    if kind == "automatic":
        fields += _of_a_machine(dice)
    content = _content(dice, words, form, client, (text, signature, quotes, to))
    if dice.random() < ATTACHMENT_SHARE:
        content = _multipart(dice, "mixed", [content, _attachment(dice)])
    above = trace(dice, client, sender, to, written, vouched=dice.random() < _ALIGNED_SHARE)
    return ("\r\n".join((*above, *fields, *content)) + "\r\n").encode("ascii")


def _drawn(dice: random.Random, shares: dict[str, int]) -> str:
    return dice.choices(tuple(shares), tuple(shares.values()))[0]


def _encoded(words: str) -> str:
    return words if words.isascii() else Header(words, "utf-8", maxlinelen=200).encode()


# what is written ---------------------------------------------------------------------------------


def _text(dice: random.Random, words: Words, kind: str, name: str, number: int) -> list[str]:
    """The paragraphs; most letters are short, a few go on and on."""
    if kind == "automatic":
        return [words.absence, name]
    said = {
        "opt-out": words.opt_outs,
        "cancellation": words.cancellations,
        "ordinary": words.ordinary,
    }
    about = [dice.choice(said[kind])]
    length = min(len(words.more), int(dice.expovariate(1.0)))
    more = dice.sample(words.more, length)
    if dice.random() < 0.2:
        more.append(f"# {number}-{dice.randrange(10**6):06}")
    # Some come to the point first, and some last.
    about = [*more, *about] if dice.random() < 0.25 else [*about, *more]
    paragraphs = [" ".join(about)] if dice.random() < 0.4 else about
    greeting = [dice.choice(words.greetings)] if dice.random() < 0.85 else []
    return [*greeting, *paragraphs, dice.choice(words.farewells), name]


def _signature(dice: random.Random, client: str, name: str) -> list[str]:
    if client == "phone":
        return [dice.choice(("Sent from my iPhone", "Sent from my Galaxy", "Get Outlook for iOS"))]
    if dice.random() < 0.5:
        return []
    lines = [
        "-- ",
        name,
        f"{dice.choice(('Wren', 'Alder', 'Harbour', 'Northgate'))} {dice.randrange(100)} Ltd",
        f"{dice.randrange(1, 200)} Mill Lane, Exampleton EX{dice.randrange(1, 20)} 4AB",
        f"Phone +44 1632 960{dice.randrange(1000):03}",
        f"https://www.company-{dice.randrange(1000)}.example/",
    ]
    return [*lines, "", DISCLAIMER] if dice.random() < 0.3 else lines


def _of_a_machine(dice: random.Random) -> list[str]:
    """By which fields different machines are known (RFC 3834, RFC 2369, and older customs)."""
    return dice.choice(
        (
            ["Auto-Submitted: auto-replied"],
            ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", "X-Autoreply: yes"],
            ["Auto-Submitted: auto-generated", "Precedence: bulk"],
            ["Precedence: list", "List-Id: <announce.lists.example>",
             "List-Unsubscribe: <https://lists.example/u>"],
        )
    )  # fmt: skip


# how it is put -----------------------------------------------------------------------------------


def _content(
    dice: random.Random,
    words: Words,
    form: str,
    client: str,
    letter: tuple[list[str], list[str], bool, str],
) -> list[str]:
    """The fields and the body of the part that holds the words."""
    text, signature, quotes, to = letter
    plain = ["", *(line for paragraph in text for line in (paragraph, ""))][1:] + signature
    if quotes:
        plain += ["", *_quoted(dice, words, client, to)]
    if form == "text":
        return _leaf("text/plain", "\r\n".join(plain))
    html = _html(dice, words, client, letter)
    if form == "html":
        return _leaf("text/html", html)
    return _multipart(
        dice, "alternative", [_leaf("text/plain", "\r\n".join(plain)), _leaf("text/html", html)]
    )


def _quoted(dice: random.Random, words: Words, client: str, to: str) -> list[str]:
    date = f"23.11.2026 {dice.randrange(7, 20)}:{dice.randrange(60):02}"
    if client == "outlook":
        values = ("GigaPros <news@shop.example>", date, to, "Autumn offers")
        names = words.headers
        return [*(f"{n}: {v}" for n, v in zip(names, values, strict=True)), "", *MAILING]
    who = "GigaPros <news@shop.example>"
    return [words.intro.format(date=date, who=who), *(f"> {line}" for line in MAILING)]


def _html(
    dice: random.Random,
    words: Words,
    client: str,
    letter: tuple[list[str], list[str], bool, str],
) -> str:
    text, signature, quotes, to = letter
    if client == "outlook":
        shown = "".join(
            f'<p class="MsoNormal"><span lang="EN-US">{escape(line)}<o:p></o:p></span></p>\r\n'
            for line in (*text, *signature)
        )
        head = _OUTLOOK_HEAD
    else:
        shown = "".join(f'<div dir="auto">{escape(line) or "<br>"}</div>\r\n' for line in text)
        shown += '<br clear="all"><div><br></div>\r\n' if signature else ""
        shown += "".join(f"<div>{escape(line)}</div>\r\n" for line in signature)
        head = '<meta http-equiv="content-type" content="text/html; charset=utf-8">'
    if quotes:
        above, *_ = _quoted(dice, words, "web", to)
        quoted = "".join(
            f'<tr><td style="font-family:Arial,sans-serif;font-size:14px">{escape(line)}</td></tr>'
            "\r\n"
            for line in MAILING
        )
        table = f'<table width="600" cellpadding="0" border="0"><tbody>{quoted}</tbody></table>'
        if client == "outlook":
            labels = "<br>".join(escape(line) for line in _quoted(dice, words, client, to)[:4])
            shown += (
                '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm">'
                f"<p class=MsoNormal>{labels}</p></div>\r\n{table}"
            )
        else:
            shown += (
                '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
                f"{escape(above)}<br></div>"
                f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{table}</blockquote>'
                "</div>"
            )
    return f"<html><head>{head}</head><body>\r\n{shown}</body></html>"


_OUTLOOK_HEAD = (
    '<meta name="Generator" content="Microsoft Word 15 (filtered medium)">\r\n<style><!--\r\n'
    + "".join(
        f"@font-face\r\n\t{{font-family:{name};\r\n\tpanose-1:2 4 5 3 5 4 6 3 2 4;}}\r\n"
        for name in ('"Cambria Math"', "Calibri", "Aptos", '"Segoe UI"')
    )
    + "".join(
        f"{name}\r\n\t{{margin:0cm;\r\n\tfont-size:11.0pt;\r\n"
        '\tfont-family:"Calibri",sans-serif;\r\n\tmso-fareast-language:EN-US;}\r\n'
        for name in ("p.MsoNormal, li.MsoNormal, div.MsoNormal", "span.EmailStyle17", "pre")
    )
    + "@page WordSection1\r\n\t{size:612.0pt 792.0pt;\r\n\tmargin:70.85pt 70.85pt 2.0cm 70.85pt;}"
    "\r\n--></style>"
)


def _leaf(content_type: str, text: str) -> list[str]:
    """A part with text in it: as it is where it may be, else in quoted-printable or base64."""
    fields = [f"Content-Type: {content_type}; charset=utf-8"]
    longest = max(map(len, text.split("\r\n")))
    if text.isascii() and longest < 900:
        return [*fields, "Content-Transfer-Encoding: 7bit", "", text]
    octets = text.encode()
    if len(text) % 4 == 0:
        lines = base64.encodebytes(octets).decode("ascii").splitlines()
        return [*fields, "Content-Transfer-Encoding: base64", "", *lines]
    encoded = quopri.encodestring(octets.replace(b"\r\n", b"\n")).decode("ascii")
    return [*fields, "Content-Transfer-Encoding: quoted-printable", "", *encoded.split("\n")]


def _multipart(dice: random.Random, kind: str, parts: Sequence[list[str]]) -> list[str]:
    mark = f"{dice.getrandbits(112):028x}"
    lines = [f'Content-Type: multipart/{kind}; boundary="{mark}"', ""]
    for part in parts:
        lines += [f"--{mark}", *part]
    return [*lines, f"--{mark}--"]


def _attachment(dice: random.Random) -> list[str]:
    """A picture or a PDF of 5 to 150 KB."""
    kind, name = dice.choice((("image/png", "screen.png"), ("application/pdf", "invoice.pdf")))
    data = base64.encodebytes(dice.randbytes(dice.randrange(5_000, 150_000))).decode("ascii")
    return [
        f'Content-Type: {kind}; name="{name}"',
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
        "",
        *data.splitlines(),
    ]
