"""Forms, buttons, signed mail, calendars and other wrappings: what of it somebody asks for."""

from __future__ import annotations

import base64

import pytest

from tests.clients.letters import form, letter, outcome, read
from tests.unit.messages import joined, part

LETTER = (
    "Our offers of the week!\n\nTo unsubscribe from this newsletter click here. You can cancel"
    " your account at any time.\nShop Ltd, 1 High Street"
)
WROTE = "On Mon, Sep 7, 2026 at 9:12 AM Shop News <news@shop.example> wrote:"
QUOTED = f"{WROTE}\n> " + LETTER.replace("\n", "\n> ")
FORWARDED = (
    "---------- Forwarded message ---------\nFrom: Shop News <news@shop.example>\n"
    f"Date: Mon, Sep 7, 2026 at 9:12 AM\nSubject: News\nTo: <anna@garden.example>\n\n{LETTER}"
)
FIELDS = (
    "From: Shop News <news@shop.example>\nSent: Monday, September 7, 2026 9:12 AM\n"
    f"To: Anna\nSubject: News\n\n{LETTER}"
)


# If nothing new was written ------------------------------------------------------------------


@pytest.mark.parametrize(
    "below", [QUOTED, FORWARDED, FIELDS], ids=["quoted", "forwarded", "block"]
)
@pytest.mark.parametrize(
    ("subject", "text", "wanted"),
    [
        ("Fwd: News", "please stop", "opt_out"),
        ("Re: News", "Please stop.", "opt_out"),
        ("RE: Our offers", "unsubscribe", "opt_out"),
        ("unsubscribe", "", "opt_out"),
        ("Unsubscribe", "Sent from my iPhone", "opt_out"),
        ("STOP", "", "opt_out"),
        ("Abmelden", "", "opt_out"),
        ("Please unsubscribe me", "-- \nAnna Weiss\nWeiss Ltd", "opt_out"),
        ("Fwd: News", "Hi, can you check whether this mail is from you?", "leave"),
        ("Re: News", "Thanks, looks great!", "leave"),
    ],
)
def test_what_is_quoted_is_known_by_what_stands_above(
    below: str, subject: str, text: str, wanted: str
) -> None:
    assert outcome(letter(f"{text}\n\n{below}\n", subject=subject)) == wanted


@pytest.mark.parametrize(
    "below", [QUOTED, FORWARDED, FIELDS], ids=["quoted", "forwarded", "block"]
)
@pytest.mark.parametrize(
    "subject", ["Re: Newsletter", "Fwd: Newsletter", "Fwd: News", "Hello", ""]
)
@pytest.mark.parametrize("cancel", [False, True])
def test_only_a_quotation_is_never_acted_upon(below: str, subject: str, cancel: bool) -> None:
    assert outcome(letter(f"\n{below}\n", subject=subject), cancel=cancel) in ("leave", "review")


# Web forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Name: Bob\nE-mail: bob@bakery.example\nMessage: Please unsubscribe me.", "opt_out"),
        ("Name: Bob\nEmail: bob@bakery.example\n\nMessage:\nPlease cancel my account.",
         "cancellation"),
        ("Name: Bob\nE-Mail: bob@bakery.example\nNachricht: Bitte kündigen Sie meinen Vertrag.",
         "cancellation"),
        ("Nom : Bob\nMessage : Merci de me désinscrire de la newsletter.", "opt_out"),
        ("Name: Bob\nMessage: Where is my invoice?\n[ ] Unsubscribe me from the newsletter",
         "leave"),
        ("Name: Bob\nMessage: Where is my invoice?\n( ) Cancel my account", "leave"),
        ("Name: Bob\nMessage: Where is my invoice?\n☐ Cancel my account", "leave"),
        ("Name: Bob\nMessage: Hello!\n[_] Please delete my account", "leave"),
        ("Name: Bob\n[x] Unsubscribe me from the newsletter", "opt_out"),
        ("Name: Bob\n☑ Unsubscribe me from the newsletter", "opt_out"),
        ("Name: Bob\n[X] Cancel my account\n[ ] Unsubscribe me from the newsletter",
         "cancellation"),
        ("Name: Bob\nNewsletter: yes\nMessage: Where is my invoice?", "leave"),
        ("Name: Bob\nNewsletter: no\nMessage: Where is my invoice?", "leave"),
        ("Name: Bob\nUnsubscribe from newsletter: no\nMessage: Where is my invoice?", "leave"),
        ("Name: Bob\nCancel my account: no\nMessage: Where is my invoice?", "leave"),
        ("Name: Bob\nUnsubscribe me from the newsletter: yes\nMessage: -", "opt_out"),
        ("Name: Bob\nNewsletter abbestellen: Nein\nNachricht: Wo ist meine Rechnung?", "leave"),
        ("Name: Bob\nKonto kündigen: Nein\nNachricht: Wo ist meine Rechnung?", "leave"),
        ("Name: Bob\nRésilier mon contrat : non\nMessage : Bonjour !", "leave"),
        ("Name: Bob\nCancel my account: false\nMessage: Hello", "leave"),
        ("Name: Bob\nCancel my account: 0\nMessage: Hello", "leave"),
        ("Name: Bob\nCancel my account:\nMessage: Hello", "leave"),
        ("----- Message -----\nPlease unsubscribe me.\n----- End -----", "opt_out"),
        ("From: Bob <bob@bakery.example>\nSubject: Unsubscribe\n\nPlease unsubscribe me.",
         "opt_out"),
    ],
)  # fmt: skip
def test_a_form_says_what_its_visitor_says(text: str, wanted: str) -> None:
    found, _ = read(form(text))
    assert found.requester is not None
    assert found.requester.key == "bob@bakery.example"
    assert outcome(form(text)) == wanted


def test_a_form_in_a_table() -> None:
    rows = (("Name", "Bob"), ("Cancel my account", "no"), ("Message", "Please unsubscribe me."))
    table = "".join(f"<tr><td>{a}:</td><td>{b}</td></tr>" for a, b in rows)
    assert outcome(form(f"<table>{table}</table>", html=True)) == "opt_out"


@pytest.mark.parametrize("box", ["<input type=checkbox>", "&#9744;", "[&nbsp;]"])
def test_a_box_in_html_that_is_not_ticked(box: str) -> None:
    html = f"<p>Where is my invoice?</p><p>{box} Cancel my account</p>"
    assert outcome(form(html, html=True)) == "leave"


# Buttons of mail clients ---------------------------------------------------------------------

GMAIL = "This message was automatically generated by Gmail."
APPLE = (
    "Apple Mail sent this email to unsubscribe from the message “News” from Shop\n"
    "<news@shop.example>."
)


@pytest.mark.parametrize(
    ("subject", "text", "fields"),
    [
        ("Unsubscribe", GMAIL, ()),
        ("unsubscribe", GMAIL, ("Auto-Submitted: auto-replied",)),
        ("unsubscribe", "", ()),
        ("unsubscribe", "unsubscribe", ()),
        ("Unsubscribe", APPLE, ()),
        ("Unsubscribe", APPLE, ("Auto-Submitted: auto-replied",)),
        ("Unsubscribe", "Unsubscribe", ("X-Mailer: Yahoo",)),
        ("", "unsubscribe", ()),
        ("Unsubscribe", "This email was sent by Outlook to unsubscribe you.", ()),
        ("unsubscribe", "Please unsubscribe anna@garden.example", ()),
        ("Unsubscribe request", "", ("Auto-Submitted: auto-replied",)),
    ],
)
def test_a_button_is_an_opt_out(subject: str, text: str, fields: tuple[str, ...]) -> None:
    assert outcome(letter(text, subject=subject, fields=fields)) == "opt_out"


# Signed mail ---------------------------------------------------------------------------------

WISH = "Please unsubscribe me."
CLEARSIGNED = f"""-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

{WISH}
- -- 
Anna, Cancel Ltd
-----BEGIN PGP SIGNATURE-----
Comment: cancel my account

iQEzBAEBCgAdFiEE
=abcd
-----END PGP SIGNATURE-----
"""  # noqa: W291


def test_pgp_inline() -> None:
    found, decision = read(letter(CLEARSIGNED))
    assert found.message.new_text == WISH
    assert decision.disposition.value == "act"


def test_pgp_inline_above_a_quotation() -> None:
    found, _ = read(letter(CLEARSIGNED.replace("- -- \nAnna, Cancel Ltd", QUOTED)))
    assert found.message.new_text == WISH


@pytest.mark.parametrize(
    ("protocol", "name"),
    [
        ("application/pgp-signature", "signature.asc"),
        ("application/pkcs7-signature", "smime.p7s"),
        ("application/x-pkcs7-signature", "smime.p7s"),
    ],
)
def test_detached_signatures(protocol: str, name: str) -> None:
    body = joined(part(WISH), part("cancel my account", f"{protocol}; name={name}"))
    kind = f'multipart/signed; protocol="{protocol}"; boundary="b1"'
    found, _ = read(letter(body, kind=kind))
    assert found.message.new_text == WISH


def der(tag: int, *values: bytes) -> bytes:
    value = b"".join(values)
    if len(value) < 128:
        return bytes([tag, len(value)]) + value
    size = len(value).to_bytes(2, "big")
    return bytes([tag, 0x82]) + size + value


SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
INNER = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{WISH}\r\n".encode()


def signed(content: bytes) -> bytes:
    info = der(0x30, DATA, der(0xA0, content))
    return der(0x30, SIGNED_DATA, der(0xA0, der(0x30, der(2, b"\1"), der(0x31), info, der(0x31))))


def streamed(content: bytes) -> bytes:
    """As openssl writes it: of indefinite length, in pieces."""
    pieces = b"".join(der(4, content[i : i + 20]) for i in range(0, len(content), 20))
    octets = b"\x24\x80" + pieces + b"\0\0"
    info = b"\x30\x80" + DATA + b"\xa0\x80" + octets + b"\0\0\0\0"
    inner = b"\x30\x80" + der(2, b"\1") + der(0x31) + info + der(0x31) + b"\0\0"
    return b"\x30\x80" + SIGNED_DATA + b"\xa0\x80" + inner + b"\0\0\0\0"


def opaque(
    octets: bytes, kind: str = "application/pkcs7-mime", *, of: str = "signed-data"
) -> bytes:
    return letter(
        base64.encodebytes(octets),
        kind=f"{kind}; smime-type={of}; name=smime.p7m",
        fields=("Content-Transfer-Encoding: base64",),
    )


@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "application/x-pkcs7-mime"])
@pytest.mark.parametrize("octets", [signed(der(4, INNER)), streamed(INNER)], ids=["DER", "BER"])
def test_s_mime_that_holds_its_text(octets: bytes, kind: str) -> None:
    found, decision = read(opaque(octets, kind))
    assert found.message.new_text.strip() == WISH
    assert decision.disposition.value == "act"


@pytest.mark.parametrize(
    "octets", [b"", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", signed(b"")[:30], b"\0" * 99]
)
def test_s_mime_that_cannot_be_read_goes_to_a_person(octets: bytes) -> None:
    assert outcome(opaque(octets)) == "review"


def test_encrypted_mail_goes_to_a_person() -> None:
    assert outcome(opaque(b"\x30\x03\x02\x01\x01", of="enveloped-data")) == "review"
    kind = 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b1"'
    body = joined(
        part("Version: 1", "application/pgp-encrypted"),
        part(
            "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----",
            "application/octet-stream",
        ),
    )
    assert outcome(letter(body, kind=kind)) == "review"
    inline = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=ab\n-----END PGP MESSAGE-----\n"
    assert outcome(letter(inline)) == "review"


# Other wrappings -----------------------------------------------------------------------------

TNEF = part(
    base64.encodebytes(b"\x78\x9f\x3e\x22" + b"x" * 99).decode(),
    "application/ms-tnef; name=winmail.dat",
    "Content-Transfer-Encoding: base64",
)


def test_the_text_beside_winmail_dat_is_read() -> None:
    body = joined(part(WISH), TNEF)
    assert outcome(letter(body, kind='multipart/mixed; boundary="b1"')) == "opt_out"


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_letter_that_is_only_in_winmail_dat_goes_to_a_person(text: str) -> None:
    body = joined(part(text), TNEF)
    assert outcome(letter(body, kind='multipart/mixed; boundary="b1"')) == "review"
    body = joined(TNEF)
    assert outcome(letter(body, kind='multipart/mixed; boundary="b1"')) == "review"


ICS = (
    "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nSUMMARY:Cancel my account\r\n"
    "COMMENT:unsubscribe\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_a_calendar_asks_for_nothing() -> None:
    body = joined(part("Anna has accepted."), part(ICS, "text/calendar; method=REPLY"))
    assert outcome(letter(body, kind='multipart/alternative; boundary="b1"')) == "leave"
    assert outcome(letter(ICS, kind="text/calendar; method=REPLY")) in (
        "leave",
        "review",
        "ignore",
    )


def test_a_letter_with_an_invitation_is_read() -> None:
    body = joined(part(WISH), part(ICS, "text/calendar; method=REQUEST"))
    assert outcome(letter(body, kind='multipart/alternative; boundary="b1"')) == "opt_out"


def test_markdown_and_flowed_text() -> None:
    assert outcome(letter(f"**{WISH}**", kind="text/markdown; charset=utf-8")) == "opt_out"
    flowed = "Please unsubscribe \nme from the \nnewsletter.\n\n> To cancel \n> click here"
    found, decision = read(letter(flowed, kind="text/plain; charset=utf-8; format=flowed"))
    assert "click" not in found.message.new_text
    assert decision.disposition.value == "act"


# Whose address -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Please remove bob@other.example from your list.", ("bob@other.example",)),
        ("Please unsubscribe me. I get them at old@garden.example.", ("old@garden.example",)),
        ("Please unsubscribe anna@garden.example from the newsletter.", ()),
        ("Please unsubscribe ANNA@Garden.example from the newsletter.", ()),
        ("Please unsubscribe anna+news@garden.example from the newsletter.", ()),
        ("Bitte tragen Sie bob@other.example aus dem Newsletter aus.", ("bob@other.example",)),
        ("Unsubscribe support@host.example mails for me.", ()),
    ],
)
def test_somebody_elses_address_is_for_a_person(text: str, named: tuple[str, ...]) -> None:
    found, decision = read(letter(text))
    assert tuple(address.key for address in found.named) == named
    assert found.requester is not None
    assert found.requester.key == "anna@garden.example"
    assert decision.disposition.value in ("act", "review")
