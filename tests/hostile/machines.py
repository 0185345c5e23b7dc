"""What machines send, what passes for ours, and kinds of content that are no letter."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.case import CANCEL, OPT_OUT, QUESTION, Case, Fate, letter, parts, text_part

_STATUS = (
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: failed"
)
_FEEDBACK = "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: {}\r\nVersion: 1"


def machines() -> Iterator[Case]:
    """Automatic mail with a request in it: nobody is answered."""
    for name, head in (
        ("a null Return-Path", "Return-Path: <>"),
        ("Auto-Submitted with a comment", "Auto-Submitted: (no) auto-generated (x)"),
        ("Auto-Submitted in odd case", "AUTO-SUBMITTED: Auto-Replied; x=y"),
        ("Auto-Submitted in an encoded word", "Auto-Submitted: =?utf-8?q?auto-replied?="),
        ("Auto-Submitted folded", "Auto-Submitted:\r\n auto-replied"),
        ("Precedence", "Precedence: BULK (x)"),
        ("X-Auto-Response-Suppress", "X-Auto-Response-Suppress: DR, OOF"),
        ("a list", "List-Id: Things <things.list.example>\r\nList-Post: <mailto:x@list.example>"),
        ("a list of nothing", "List-Unsubscribe: \x1b[2J"),
        ("120 hops", "\r\n".join(["Received: from a by b"] * 120)),
        ("failed recipients", "X-Failed-Recipients: anna@other.example"),
    ):
        yield Case(
            family="machines",
            name=name,
            make=lambda who, to, head=head: letter(who, to, CANCEL, head=head),  # type: ignore[misc]
            silent=True,
            null_sender=name == "a null Return-Path",
        )
    for name, kind, each in (
        ("a bounce that asks", "delivery-status", (text_part(CANCEL), _STATUS)),
        ("a bounce of nothing", "delivery-status", ()),
        ("a receipt", "disposition-notification",
         (text_part(CANCEL), "Content-Type: message/disposition-notification\r\n\r\nx: y")),
        ("an abuse report", "feedback-report", (text_part(CANCEL), _FEEDBACK.format("abuse"))),
        ("a broken report", "feedback-report", (_FEEDBACK.format("\x1b[2J"), b"\xff\0")),
    ):  # fmt: skip
        yield Case(
            family="machines",
            name=name,
            make=lambda who, to, kind=kind, each=each: letter(  # type: ignore[misc]
                who, to, parts(*each), kind=f"multipart/report; report-type={kind}; boundary=b1"
            ),
            silent=True,
        )


def impostors() -> Iterator[Case]:
    """Letters that pass for ours or for somebody else's; none may confirm or be answered."""
    secret = "ABCD-EFGH-JKLM-NPQR"
    for name, head, body in (
        ("a yes with a secret of nobody", "In-Reply-To: <optoutd.AAAABBBBCCCCDDDD@shop.example>",
         f"Yes.\r\n\r\n> [{secret}]"),
        ("a yes with 5,000 secrets", "", "Yes.\r\n" + f"> [{secret}]\r\n" * 5_000),
    ):  # fmt: skip
        yield Case(
            family="impostors",
            name=name,
            make=lambda who, to, head=head, body=body: letter(  # type: ignore[misc]
                who, to, body, head=head, subject="Re: Please confirm [C-7K3M2Q]"
            ),
        )
    yield Case(
        family="impostors",
        name="our loop field",
        make=lambda who, to: letter(who, to, CANCEL, head=f"X-Optoutd-Loop: {to}"),
        silent=True,
    )
    yield Case(
        family="impostors",
        name="from ourselves",
        make=lambda who, to: letter(who, to, CANCEL, sender=to),
        silent=True,
    )
    yield Case(
        family="impostors",
        name="another server's authentication",
        make=lambda who, to: letter(
            who,
            to,
            CANCEL,
            head="Authentication-Results: mx.shop.example.evil.example; dmarc=pass",
        ),
    )
    yield Case(
        family="impostors",
        name="an authentication that fails",
        make=lambda who, to: letter(
            who, to, CANCEL, head="Authentication-Results: mx.shop.example; dmarc=fail"
        ),
        fate=Fate.REVIEW,
        silent=True,
    )
    yield Case(
        family="impostors",
        name="500 authentications",
        make=lambda who, to: letter(
            who,
            to,
            head="\r\n".join(["Authentication-Results: x.example; dmarc=(((((pass"] * 500),
        ),
    )
    yield Case(
        family="impostors",
        name="an authentication of 20,000 comments",
        make=lambda who, to: letter(
            who, to, head="Authentication-Results: mx.shop.example; " + "(" * 20_000
        ),
    )


def kinds() -> Iterator[Case]:
    """Content that is no letter."""
    for name, kind, body in (
        ("a calendar part", "text/calendar; method=REQUEST",
         f"BEGIN:VCALENDAR\r\nSUMMARY:{CANCEL}\r\nEND:VCALENDAR"),
        ("TNEF", "application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22" + b"\xff" * 5_000),
        ("a partial message", 'message/partial; id="a@b"; number=1; total=99', f"{CANCEL}"),
        ("an external body", 'message/external-body; access-type=local-file; name="/etc/passwd"',
         "Content-Type: text/plain\r\n\r\nphantom"),
        ("an external body by URL", 'message/external-body; access-type=URL; URL="http://x/"',
         "Content-Type: text/plain\r\n\r\nphantom"),
        ("encrypted S/MIME", "application/pkcs7-mime; smime-type=enveloped-data", b"\x30\x80\xff"),
        ("a vCard", "text/vcard", f"BEGIN:VCARD\r\nNOTE:{OPT_OUT}\r\nEND:VCARD"),
        ("rich text", "text/richtext", f"<bold>{OPT_OUT}</bold>"),
        ("RTF", "text/rtf", "{\\rtf1 " + "{" * 50_000),
        ("XML", "text/xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("a picture", "image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        ("a message of another protocol", "message/http", "GET / HTTP/1.1\r\n\r\n"),
        ("SIP", "message/sipfrag", "SIP/2.0 200 OK"),
    ):  # fmt: skip
        yield Case(
            family="kinds",
            name=name,
            make=lambda who, to, kind=kind, body=body: letter(who, to, body, kind=kind),  # type: ignore[misc]
        )
    signature = "Content-Type: application/{}-signature\r\n\r\n\x30\x80"
    for name, kind, each in (
        ("signed by S/MIME", "signed; protocol=x", (text_part(), signature.format("pkcs7"))),
        ("signed by PGP", "signed; protocol=x", (text_part(), signature.format("pgp"))),
        ("related", "related; start=<x>", (text_part(), text_part("x", "image/png"))),
        ("parallel", "parallel", (text_part(), text_part("x"))),
        ("an unknown multipart", "x-no-such", (text_part(), text_part("x"))),
    ):  # fmt: skip
        yield Case(
            family="kinds",
            name=name,
            make=lambda who, to, kind=kind, each=each: letter(  # type: ignore[misc]
                who, to, parts(*each), kind=f'multipart/{kind}; boundary="b1"'
            ),
            fate=Fate.HONOURED,
        )
    version = "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1"
    field = f'Content-Disposition: form-data; name="x"\r\n\r\n{QUESTION}'
    others: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("encrypted by PGP", "encrypted; protocol=x", (version, "-----BEGIN PGP")),
        ("a digest", "digest", (f"\r\nSubject: a\r\n\r\n{CANCEL}",) * 2),
        ("form data", "form-data", (field,)),
        ("Apple's double", "appledouble", (text_part("x", "application/applefile"),)),
    )
    for name, kind, several in others:
        yield Case(
            family="kinds",
            name=name,
            make=lambda who, to, kind=kind, several=several: letter(  # type: ignore[misc]
                who, to, parts(*several), kind=f'multipart/{kind}; boundary="b1"'
            ),
        )
    yield Case(
        family="kinds",
        name="PGP in the text",
        make=lambda who, to: letter(
            who, to,
            f"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n{OPT_OUT}\r\n"
            "-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----",
        ),
    )  # fmt: skip


FAMILIES = (machines, impostors, kinds)
