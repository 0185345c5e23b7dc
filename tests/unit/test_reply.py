from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.headerregistry import AddressHeader
from unicodedata import normalize

import mailparser
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.reply_texts import ReplyTexts, load_reply_texts
from handlers.address import Address
from handlers.parse import parse_message
from handlers.reply import MAX_REFERENCES, MAX_SUBJECT_CHARS, ReplyWriter
from handlers.screen import Ourselves, screen
from handlers.secret import find_secrets
from handlers.values import OutgoingMail, Proof
from tests.unit.letters import (
    CANCEL,
    CANCELLATION,
    CODE,
    COMBINATIONS,
    COMPANY,
    CUSTOMER,
    MESSAGE,
    NOW,
    OPT_OUT,
    RECEIVED,
    SECRET,
    SUPPORT,
    address,
    opened,
    plan,
    subject_of,
    text_of,
    writer,
    written,
)

FIELDS = [
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "X-Optoutd-Loop", "Content-Language", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip
WRITER = writer()

# A stranger's words: what ends a field, hides one, turns the writing round, or is too long.
hostile = st.lists(
    st.text(st.characters(), max_size=40)
    | st.sampled_from(
        [
            "\r\nBcc: victim@other.example", "\r\n\r\nBuy now", "=?utf-8?b?DQoNCkJ1eSBub3c=?=",
            "=?utf-8?q?=0D=0ABcc:_v=40o.example?=", "=?", "\ud800", "\udcff", "\x00", "\x1b[2J",
            "\u202e", "\u2066", "\u2028", "שלום עולם", "x" * 1000, "é" * 200, "🙂" * 100, "Re: ",
            "AW:", " [O-7K3M2Q]", "<", ">", '"', "\\", ",", ";",
        ]
    ),
    max_size=12,
).map("".join)  # fmt: skip


def is_well_formed(mail: OutgoingMail) -> bool:
    lines = mail.raw.split(b"\r\n")
    return (
        mail.raw.endswith(b"\r\n")
        and all(len(line) <= 998 for line in lines)
        and not any(b"\r" in line or b"\n" in line or b"\x00" in line for line in lines)
    )


# What a client sees ----------------------------------------------------------------------------


def test_the_whole_mail_reads_like_this() -> None:
    mail = written()
    assert mail.raw.decode("ascii") == (
        "From: Host & Sons <support@host.example>\r\n"
        "To: Anna.B@shop.example\r\n"
        "Subject: Re: Newsletter [O-7K3M2Q]\r\n"
        "Date: Sun, 01 Mar 2026 12:31:05 +0000\r\n"
        "Message-ID: <optoutd.abcdefghijklmnop@host.example>\r\n"
        "In-Reply-To: <second@shop.example>\r\n"
        "References: <first@host.example>\r\n"
        " <second@shop.example>\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "X-Auto-Response-Suppress: All\r\n"
        "X-Optoutd-Loop: support@host.example\r\n"
        "Content-Language: en\r\n"
        'Content-Type: text/plain; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: 7bit\r\n"
        "MIME-Version: 1.0\r\n"
        "\r\n"
        "Hello,\r\n"
        "\r\n"
        "We have received your request on 2026-03-01 12:30 UTC and have taken\r\n"
        "Anna.B@shop.example off our mailing lists. Reference: O-7K3M2Q.\r\n"
        "\r\n"
        "Newsletters, promotions and all other mail that is not about the service\r\n"
        "stop now.\r\n"
        "\r\n"
        "Announcements about the service itself will still reach you; you cannot\r\n"
        "opt out of them while you have an account. They end when the account is\r\n"
        "deactivated. If that is what you want, please write to\r\n"
        "cancel@host.example.\r\n"
        "\r\n"
        "Should newsletters still reach you, they are probably sent to another\r\n"
        "address of yours. Please write to us from that address, or tell us which\r\n"
        "one it is if you have not done so already.\r\n"
        "\r\n"
        "If this was a mistake, or if you would like newsletters again, just\r\n"
        "answer this message with the word UNDO.\r\n"
        "\r\n"
        "Kind regards\r\n"
        "Host & Sons\r\n"
        "\r\n"
        "1 Mill Lane\r\n"
        "Oxbridge OX1 2AB\r\n"
        "Telephone: +44 20 7946 0100\r\n"
    )


@pytest.mark.parametrize(
    ("situations", "language"),
    [
        *((situations, "en") for situations in COMBINATIONS),
        *((COMBINATIONS[-1], language) for language in load_reply_texts(None).languages),
    ],
)
def test_the_library_and_mail_parser_read_the_same_reply(
    situations: tuple[str, ...], language: str
) -> None:
    mail = written(
        replace(plan(situations), language=language), replace(MESSAGE, subject="Größe — 🙂")
    )
    ours, theirs = opened(mail), mailparser.parse_from_bytes(mail.raw)
    assert ours.keys() == FIELDS
    assert not ours.defects
    assert not any(header.defects for header in ours.values())
    assert theirs.subject == ours["Subject"]
    assert theirs.to == [("", CUSTOMER)]
    assert theirs.from_ == [(COMPANY.name, SUPPORT)]
    assert theirs.message_id == ours["Message-ID"] == mail.message_id
    assert theirs.date == NOW.replace(tzinfo=None) or theirs.date == NOW
    assert theirs.text_plain[0].split() == text_of(mail).split()
    assert ours["Content-Language"] == language
    assert ours.get_content_charset() == "utf-8"
    assert is_well_formed(mail)


# One recipient, and an envelope that ends loops -------------------------------------------------


@pytest.mark.parametrize("situations", COMBINATIONS, ids="+".join)
def test_only_a_question_leaves_with_a_sender_that_bounces_come_back_to(
    situations: tuple[str, ...],
) -> None:
    mail = written(plan(situations))
    # RFC 5321 section 4.5.5: a bounce of a question has to be seen, one of a confirmation not.
    asks = bool({"cancellation_question", "cancellation_reminder"} & set(situations))
    assert mail.envelope_from == (SUPPORT if asks else "")
    assert mail.recipient == address(CUSTOMER)


def test_a_server_that_refuses_the_null_sender_gets_the_configured_one() -> None:
    by = writer(envelope_from="bounces@host.example")
    assert written(by=by).envelope_from == "bounces@host.example"
    assert written(plan(("cancellation_question",)), by=by).envelope_from == SUPPORT


def test_the_outbox_gets_what_it_keeps() -> None:
    mail = written(plan(("opt_out_done", "cancellation_question")))
    assert mail.message_id == f"<optoutd.{SECRET.lower()}@host.example>"
    assert mail.references == (OPT_OUT, CANCELLATION)
    assert (mail.mailbox, mail.idempotency_key) == ("support", "reply:1")


def test_the_same_plan_makes_the_same_bytes() -> None:
    assert written() == written()


def test_our_own_reply_is_recognised_as_a_machines() -> None:
    # RFC 3834 section 2: should one come back, it must not be answered.
    ours = Ourselves(addresses=frozenset({CUSTOMER.lower()}))
    screening = screen(parse_message(written().raw), ours, Proof.UNPROVEN)
    assert {"auto-submitted", "own-loop"} <= set(screening.automatic)


def test_the_secret_of_a_question_stands_in_message_id_and_text_and_nowhere_else() -> None:
    question = written(plan(("cancellation_question",)))
    assert find_secrets(question.message_id) == find_secrets(text_of(question)) == (SECRET,)
    assert text_of(question).count(CODE) == 1
    confirmation = written(plan(("cancellation_confirmed",)))
    assert find_secrets(text_of(confirmation)) == ()


# A stranger's words -----------------------------------------------------------------------------


@given(hostile)
@example("=?utf-8?q?a=0D=0ABcc:_victim=40other.example?=")
@example("x" * 10_000)
@example("é" * 10_000)
@example("ש" * 10_000)
def test_no_subject_can_add_a_field_or_a_line_too_long(subject: str) -> None:
    mail = written(message=replace(MESSAGE, subject=subject), by=WRITER)
    read = opened(mail)
    assert read.keys() == FIELDS
    assert is_well_formed(mail)
    shown = str(read["Subject"])
    assert shown.isprintable()
    assert shown.startswith("Re: ")
    assert shown.endswith(f" [{OPT_OUT}]")
    assert len(shown) <= len("Re: ") + MAX_SUBJECT_CHARS + len(f" [{OPT_OUT}]")
    # mail-parser composes letters with their accents.
    theirs = " ".join(mailparser.parse_from_bytes(mail.raw).subject.split())
    assert theirs == " ".join(normalize("NFC", shown).split())


@given(st.lists(hostile | st.sampled_from(["<a@b.example>", "<c@d.example>"]), max_size=8))
@example(["<=?utf-8?q?=0D=0ABcc:_victim=40other.example?=@x.example>"])
@example(["<a@b.example>\r\nBcc: victim@other.example"])
def test_no_message_id_can_add_a_field(identifiers: list[str]) -> None:
    message = replace(
        MESSAGE,
        message_id="".join(identifiers[:1]),
        in_reply_to=tuple(identifiers),
        references=tuple(identifiers[1:]),
    )
    mail = written(message=message, by=WRITER)
    assert set(opened(mail).keys()) <= set(FIELDS)
    assert is_well_formed(mail)
    for name in ("In-Reply-To", "References"):
        for known in str(opened(mail).get(name, "")).split():
            assert known in identifiers
            assert re.fullmatch(r"<[^\s<>@]+@[^\s<>@]+>", known)


def test_nothing_of_the_original_is_echoed_but_subject_and_message_ids() -> None:
    planned = replace(plan(), to=address(CUSTOMER, "Displayed-Name"))
    message = replace(
        MESSAGE,
        new_text="Written-Text",
        quoted_text="Quoted-Text",
        signature="Signed-Text",
        hidden_text="Hidden-Text",
        senders=(address(CUSTOMER, "Displayed-Name"),),
    )
    raw = written(planned, message).raw.decode()
    for echoed in ("Written", "Quoted", "Signed", "Hidden", "Displayed"):
        assert echoed not in raw


@pytest.mark.parametrize(
    ("original", "shown"),
    [
        pytest.param("", "Re: Your message [O-7K3M2Q]", id="none"),
        pytest.param(" \r\n\t", "Re: Your message [O-7K3M2Q]", id="blank"),
        pytest.param("Re: Re:", "Re: Your message [O-7K3M2Q]", id="only prefixes"),
        pytest.param("Re: Newsletter", "Re: Newsletter [O-7K3M2Q]", id="answered"),
        pytest.param("AW: Re[2]: RE : Antw: News", "Re: News [O-7K3M2Q]", id="prefixes"),
        pytest.param("回复：News", "Re: News [O-7K3M2Q]", id="fullwidth colon"),
        pytest.param("Re: News [O-7K3M2Q]", "Re: News [O-7K3M2Q]", id="our own answer"),
        pytest.param("News [O-111111, C-222222] [O-333333]", "Re: News [O-7K3M2Q]", id="two"),
        pytest.param("[List] News", "Re: [List] News [O-7K3M2Q]", id="another's brackets"),
        pytest.param("More: details", "Re: More: details [O-7K3M2Q]", id="re inside a word"),
        pytest.param("Question re: news", "Re: Question re: news [O-7K3M2Q]", id="re inside"),
        pytest.param("a\r\n b\x00\u202ec", "Re: a bc [O-7K3M2Q]", id="cleaned"),
        pytest.param("y" * 200, f"Re: {'y' * 119}… [O-7K3M2Q]", id="cut"),
    ],
)
def test_a_subject_is_cleaned_and_gets_the_reference(original: str, shown: str) -> None:
    assert subject_of(original) == shown


def test_a_subject_names_each_request() -> None:
    mail = written(plan(("opt_out_done", "cancellation_question")))
    assert opened(mail)["Subject"] == f"Re: Newsletter [{OPT_OUT}, {CANCELLATION}]"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        pytest.param("2026-12-31", "The end date you asked for: 2026-12-31", id="a date"),
        pytest.param("end of March", "The end date you asked for: end of March", id="words"),
        pytest.param("", "", id="none"),
        pytest.param("see www.other.example", "", id="a link"),
        pytest.param("https://other.example/", "", id="a web address"),
        pytest.param("write to x@other.example", "", id="an address"),
        pytest.param("31 March" + " and more" * 20, "", id="too long"),
        pytest.param("{{ code }}", "", id="a template"),
    ],
)
def test_an_end_date_is_shown_only_where_it_can_be_nothing_else(asked: str, shown: str) -> None:
    text = text_of(written(replace(plan(("cancellation_question",)), wanted_end=asked)))
    assert re.findall(r"The end date you asked for:.*", text) == ([shown] if shown else [])
    assert ("with the end date you asked for" in text) == bool(shown)


# The thread -------------------------------------------------------------------------------------


A, B, C = "<a@x.example>", "<b@x.example>", "<c@x.example>"


@pytest.mark.parametrize(
    ("message_id", "in_reply_to", "references", "thread"),
    [
        pytest.param(B, (), (), (B,), id="the first"),
        pytest.param(B, (A,), (), (A, B), id="an answer without references"),
        pytest.param(C, (A, B), (), (C,), id="two parents"),
        pytest.param(C, (B,), (A, B), (A, B, C), id="a thread"),
        pytest.param(B, (), (A, B), (A, B), id="names itself"),
        pytest.param("", (), (A,), (A,), id="without its own"),
        pytest.param("", (), (), (), id="nothing"),
        pytest.param("<no at>", (), ("broken", A), (A,), id="malformed"),
        pytest.param(f"<{'a' * 250}@x.example>", (), (), (), id="too long"),
    ],
)
def test_a_reply_stays_in_its_thread(
    message_id: str,
    in_reply_to: tuple[str, ...],
    references: tuple[str, ...],
    thread: tuple[str, ...],
) -> None:
    message = replace(
        MESSAGE, message_id=message_id, in_reply_to=in_reply_to, references=references
    )
    read = opened(written(message=message))
    assert tuple(str(read.get("References", "")).split()) == thread
    # RFC 5322 section 3.6.4: In-Reply-To names the message itself, and is left out with its name.
    assert str(read.get("In-Reply-To", "")) == (message_id if message_id in thread else "")


def test_of_thousands_of_references_the_first_and_the_last_are_kept() -> None:
    many = tuple(f"<{number}.{'a' * 200}@x.example>" for number in range(5000))
    mail = written(message=replace(MESSAGE, references=many))
    kept = str(opened(mail)["References"]).split()
    assert len(kept) == MAX_REFERENCES
    assert kept[0] == many[0]
    assert kept[1:] == [*many[-MAX_REFERENCES + 2 :], MESSAGE.message_id]
    assert is_well_formed(mail)


# Letters of our own accord ----------------------------------------------------------------------


def test_a_letter_that_answers_no_message_reads_like_this() -> None:
    planned = replace(plan(("opt_out_done",)), channel="phone")
    read = opened(written(planned, None))
    assert read.keys() == [f for f in FIELDS if f not in ("In-Reply-To", "References")]
    assert read["Subject"] == "Your address is off our mailing lists [O-7K3M2Q]"
    # RFC 3834 section 5: it is no direct answer to another message.
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["X-Auto-Response-Suppress"] == "All"
    assert read["X-Optoutd-Loop"] == SUPPORT
    assert text_of(written(planned, None)).startswith(
        "Hello,\n\nThank you for your call of 2026-03-01 12:30 UTC. We have taken\n"
    )


def test_a_reminder_hangs_below_the_question() -> None:
    question = written(plan(("cancellation_question",))).message_id
    planned = replace(plan(("cancellation_reminder",)), secret="QRSTUVWXYZ234567")
    read = opened(written(planned, None, thread=question))
    assert read["In-Reply-To"] == read["References"] == question
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Message-ID"] != question


@pytest.mark.parametrize(
    "thread",
    ["", "none", "<a@b.example>\r\nBcc: victim@other.example", f"<{'a' * 250}@x.example>"],
)
def test_a_thread_that_is_no_message_id_is_passed_over(thread: str) -> None:
    assert "References" not in opened(written(plan(), None, thread=thread))


def test_a_thread_does_not_count_where_a_message_is_answered() -> None:
    assert written(thread="<other@host.example>") == written()


def test_a_letter_of_our_own_accord_is_recognised_as_a_machines() -> None:
    ours = Ourselves(addresses=frozenset({CUSTOMER.lower()}))
    screening = screen(parse_message(written(message=None).raw), ours, Proof.UNPROVEN)
    assert {"auto-submitted", "own-loop"} <= set(screening.automatic)


def test_only_a_letter_that_answers_thanks_for_the_answer() -> None:
    planned = plan(("cancellation_rejected",))
    assert "Thank you for your answer." in text_of(written(planned))
    assert "Thank you" not in text_of(written(planned, None))


def test_a_call_about_a_cancellation_was_received_when_the_cancellation_was() -> None:
    planned = replace(plan(("cancellation_confirmed",)), channel="phone", received_at=None)
    assert "Thank you for your call of 2026-03-01 12:30 UTC." in text_of(written(planned, None))


def test_a_channel_that_there_is_none_of_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no channel fax"):
        written(replace(plan(), channel="fax"))


# Addresses --------------------------------------------------------------------------------------


def recipient_of(mail: OutgoingMail) -> list[str]:
    header = opened(mail)["To"]
    assert isinstance(header, AddressHeader)
    return [one.addr_spec for one in header.addresses]


@pytest.mark.parametrize(
    ("customer", "field"),
    [
        pytest.param("anna@shop.example", "anna@shop.example", id="plain"),
        pytest.param("a.b+c_d-e='f*g@shop.example", "a.b+c_d-e='f*g@shop.example", id="signs"),
        pytest.param("anna@bücher.example", "anna@xn--bcher-kva.example", id="idna"),
        pytest.param(f"{'a' * 64}@shop.example", f"{'a' * 64}@shop.example", id="long local part"),
        pytest.param(f"a@{'b.' * 120}example", f"a@{'b.' * 120}example", id="long domain"),
    ],
)
def test_a_reply_goes_to_exactly_one_address(customer: str, field: str) -> None:
    mail = written(replace(plan(), to=address(customer), opted_out_address=customer))
    assert recipient_of(mail) == [field]
    assert mail.recipient.written == field
    assert mail.raw.isascii()
    assert is_well_formed(mail)
    assert customer in text_of(mail)


def test_an_address_beyond_ascii_is_written_in_utf_8_and_everything_else_stays_ascii() -> None:
    mail = written(replace(plan(), to=address("änna@bücher.example")))
    lines = [line for line in mail.raw.split(b"\r\n") if not line.isascii()]
    # RFC 6532: such a local part has no other form. The domain has one, which every server takes.
    assert lines == ["To: änna@xn--bcher-kva.example".encode()]
    assert mail.recipient.written == "änna@xn--bcher-kva.example"


@pytest.mark.parametrize("local", ["=?utf-8?q?victim=40other.example=2C?=", "=?utf-8?q?=0D=0A?="])
def test_an_address_that_could_be_read_as_two_is_not_written_to(local: str) -> None:
    # Addresses are refused before they come here; the writer does not rely on it.
    unchecked = Address(written=f"{local}@other.example", key=f"{local}@other.example")
    with pytest.raises(ValueError, match="To"):
        written(replace(plan(), to=unchecked))


def test_the_letter_names_the_address_that_was_opted_out_and_where_to_cancel() -> None:
    assert f"have taken {CUSTOMER} off" in " ".join(text_of(written()).split())
    assert CANCEL in text_of(written())
    # Without a mailbox for cancellations the one that answers is the place.
    assert SUPPORT in text_of(written(by=writer(cancel_address="")))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Höst & Söhne", id="accents"),
        pytest.param('The "Best" Host, Inc.', id="quotes and comma"),
        pytest.param("ホスト株式会社", id="Japanese"),
        pytest.param("x" * 100, id="long"),
        pytest.param("é" * 100, id="long and beyond ASCII"),
    ],
)
def test_the_companys_name_is_in_from_and_below_the_letter(name: str) -> None:
    mail = written(by=writer(company=COMPANY.model_copy(update={"name": name})))
    (sender,) = mailparser.parse_from_bytes(mail.raw).from_
    assert sender == (name, SUPPORT)
    assert name in text_of(mail)
    assert is_well_formed(mail)


# Times, languages, refusals ---------------------------------------------------------------------


def test_times_are_given_in_utc_with_their_zone() -> None:
    berlin = timezone(timedelta(hours=1))
    planned = replace(plan(), received_at=RECEIVED.astimezone(berlin))
    mail = written(planned, now=NOW.astimezone(berlin))
    assert "2026-03-01 12:30 UTC" in text_of(mail)
    assert opened(mail)["Date"] == "Sun, 01 Mar 2026 12:31:05 +0000"


@pytest.mark.parametrize(
    ("wanted", "default", "language"),
    [
        pytest.param("de", "fr", "de", id="the customer's"),
        pytest.param("pt-BR", "fr", "pt", id="with a region"),
        pytest.param("NL_be", "fr", "nl", id="with a region, written otherwise"),
        pytest.param("xx", "fr", "fr", id="without templates"),
        pytest.param("", "fr", "fr", id="unknown"),
        pytest.param("nb-NO", "fr", "no", id="Norwegian Bokmål"),
        pytest.param("nn", "fr", "no", id="Norwegian Nynorsk"),
        pytest.param("", "nb", "no", id="the default in its written form"),
        pytest.param("zh-Hant-TW", "fr", "zh", id="Chinese of any script"),
        pytest.param("", "xx", "en", id="the default has none either"),
    ],
)
def test_a_reply_is_in_the_customers_language_where_there_are_templates(
    wanted: str, default: str, language: str
) -> None:
    mail = written(replace(plan(), language=wanted), by=writer(default_language=default))
    assert opened(mail)["Content-Language"] == language


def test_a_writer_without_any_usable_language_refuses() -> None:
    texts = load_reply_texts(None)
    by = ReplyWriter(
        ReplyTexts(by_language={"de": texts.by_language["de"]}),
        company=COMPANY,
        cancel_address=CANCEL,
        default_language="fr",
        envelope_from="",
    )
    assert "Guten Tag" in text_of(written(replace(plan(), language="de"), by=by))
    with pytest.raises(ValueError, match='no reply templates in "en"'):
        written(by=by)


def test_a_mail_needs_a_zone_a_secret_and_a_known_situation() -> None:
    with pytest.raises(ValueError, match="zone"):
        written(now=datetime(2026, 3, 1, 12, 0))  # noqa: DTZ001 - that is what is refused
    with pytest.raises(ValueError, match="secret"):
        written(replace(plan(), secret=""))
    with pytest.raises(ValueError, match="no reply template is written for refund"):
        written(replace(plan(), situations=("refund",)))


@pytest.mark.parametrize("own", ["", "support", "a@b@c", "support@localhost"])
def test_an_address_of_ours_that_is_none_is_refused(own: str) -> None:
    with pytest.raises(ValueError, match="address of ours"):
        written(mailbox_address=own)
    if own:
        with pytest.raises(ValueError, match="address of ours"):
            writer(envelope_from=own)


def test_a_reply_that_acknowledges_no_receipt_says_no_time() -> None:
    assert "UTC" in text_of(written())
    undated = replace(plan(), received_at=None, cancellation_received_at=None)
    assert "UTC" not in text_of(written(undated))
