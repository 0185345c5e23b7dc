"""Where a short way is taken for mail as nearly all of it is, it leads where the long one does."""

from __future__ import annotations

import base64
import re
import string
from email.message import Message as MimePart
from email.parser import BytesHeaderParser, Parser
from email.policy import compat32

import pytest
from authres import AuthResError, FeatureContext, dmarc
from authres.core import AuthenticationResultsHeader
from hypothesis import example, given
from hypothesis import strategies as st
from mailparser import MailParser
from mailparser.utils import get_addresses

from bench.mail import make
from config.phrase_book import load_stored
from handlers import address_field, classify, extent, mime, parse
from handlers.auth_results import Field
from handlers.classify import Classifier
from handlers.extent import ORDINARY, Limits, beginning
from handlers.header_block import header_values
from handlers.mime import Part, prepare, read_tree
from handlers.mime_tree import plain_tree
from handlers.parse import UnparseableMessage, _Reader, parse_message
from handlers.values import Message
from tests.hostile import CASES

PIECES = (
    b"From: a@b.example",
    b"Received: from x\r\n\tby y; Mon",
    b"date:",
    b"Subject:  \t two  blanks ",
    b"Received : blank",
    b" folded",
    b"\tfolded",
    b"From somebody",
    b"no colon",
    b":",
    b"\x00",
    b"\xff",
    b"X-A: \x0b\x85 b",
    b"Date: \xc3\xa4",
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b"Message-ID: <a@b>",
)
BODY_PIECES = (
    b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Type: text/html; charset=latin1",
    b"content-transfer-encoding: base64",
    b"Content-Disposition: attachment; filename=a",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    b"X-Long: " + b"x" * 2_000,
    b"Subject: =?utf-8?q?K=C3=BCndigung?=",
    b"Subject: \xe4\xf6",
    b"",
    b"--b",
    b"--b--",
    b"Please cancel my account.",
    b"<p>Please cancel my account.</p>",
)
# A message of two parts in one of two parts, line by line.
NESTED = (
    b"Content-Type: multipart/mixed; boundary=b", b"", b"--b",
    b"Content-Type: multipart/alternative; boundary=c", b"", b"--c",
    b"Content-Type: text/plain", b"", b"text", b"--c", b"", b"<p>text</p>", b"--c--", b"--b",
    b"Content-Disposition: attachment", b"", b"file", b"--b--",
)  # fmt: skip
STRAY = (
    b"", b"--b", b"--c", b"--b--", b"--c-- \t", b"--bx", b"text", b" folded", b"Subject: x",
    b"Content-Type: message/rfc822", b"Content-Type: multipart/digest; boundary=b",
    b"Content-Transfer-Encoding: base64", b"a\x0b\x85b: c", b"\xe4: x", b"a\rb", b"a\nb",
)  # fmt: skip
MARKS = (
    b"boundary=",
    b"BOUNDARY*0*=",
    b"boundary",
    b"message/rfc822",
    b"message/x",
    b"\r\n--a",
    b"\n--",
    b"\r--b",
    b"\n",
    b"\r\n",
    b"x",
)
RESULT_PIECES = (
    "mx.example.net", " 1", ";", "; ", "dmarc=pass", "DKIM/1 = fail", "none", " (a (b) \\) c)",
    " (", " reason=", '"q \\" q"', " header.from=", "@", "example.com", "a@b.example", " x.y=z",
    "=", ".", ")", "\r\n ", "\t", "é", "\u017f",
)  # fmt: skip
PARAMETERS = (
    "text/plain", "; ", ";", "charset=", "utf-8", '"UTF-8"', "charset*=us-ascii'en'a%20b", "name=",
    "; NAME=x", "NAME*0=", "filename=",
    "a b", '"a;b"', "\\", '"', "=", "boundary=b", "é", "x" * 200,
)  # fmt: skip
QUOTED = (
    "\n", "\n", "\n\n", " \n", "Autumn offers", "On 23.11.2026 10:04 GigaPros wrote:",
    "Click here to unsubscribe", "Unsubscribe", "from our newsletter.", "- or", "31.", " au", "?",
    "You receive this mail because", "Klicken Sie hier, um sich abzumelden", "メールマガジン",
    "配信停止はこちら", "か", "退订", "Se désabonner", ", ", ".", "a@b.example",
    "If you no longer wish to receive our",
)  # fmt: skip
CLASSIFIER = Classifier(load_stored())
NAMES = frozenset({"from", "date", "subject", "message-id", "received"})


def by_the_library(head: bytes) -> list[tuple[str, str]]:
    end = min(
        (place for place in (head.find(b"\r\n\r\n"), head.find(b"\n\n")) if place >= 0),
        default=len(head),
    )
    fields = BytesHeaderParser(policy=compat32).parsebytes(head[:end]).raw_items()
    return [(n.lower(), " ".join(str(v).split())) for n, v in fields if n.lower() in NAMES]


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from([b"\r\n", b"\n", b""]))
@example([b"From: a", b" ", b"\tb", b"Date: c"], b"\r\n")
def test_a_header_is_read_as_the_library_reads_it(pieces: list[bytes], end: bytes) -> None:
    head = end.join(pieces)
    assert header_values(head, NAMES) == by_the_library(head)


def test_headers_of_mail_are_read_as_the_library_reads_them() -> None:
    letters = [make(number, "support@shop.example") for number in range(50)]
    for raw in [*letters, *(case.make("a@b.example", "support@shop.example") for case in CASES)]:
        if b"\n\n" in raw or b"\r\n\r\n" in raw[:200_000]:
            assert header_values(raw, NAMES) == by_the_library(raw)


WORD = st.text(string.ascii_letters + string.digits, min_size=1, max_size=8)
HOST = st.text(string.ascii_letters + "09-", min_size=1, max_size=5)
LABEL = st.text(string.ascii_letters + string.digits + "+_-", min_size=1, max_size=6)


@given(
    st.lists(WORD, max_size=4),
    st.lists(LABEL, min_size=1, max_size=3),
    st.lists(
        st.text(string.ascii_letters + "0-9", min_size=1, max_size=5), min_size=2, max_size=4
    ),
)
def test_a_plain_address_is_read_as_mail_parser_reads_it(
    names: list[str], local: list[str], domain: list[str]
) -> None:
    spec = f"{'.'.join(local)}@{'.'.join(domain)}"
    value = f"{' '.join(names)} <{spec}>" if names else spec
    assert address_field._PLAIN.match(value)
    defects: list[dict[str, object]] = []
    read = get_addresses(value, defects=defects, decode_names=True)
    assert address_field._found(value) == (read, not defects)


@given(
    st.text(max_size=20) | st.sampled_from(["Zoë Müller", 'a "b" \\ c', "(x)", "a@b, c", " Ä "]),
    st.sampled_from("bBqQ"),
    st.sampled_from(["utf-8", "UTF-8"]),
)
def test_a_name_in_one_encoded_word_is_read_as_mail_parser_reads_it(
    name: str, form: str, charset: str
) -> None:
    octets = name.encode("utf-8", "replace")
    if form in "bB":
        text = base64.b64encode(octets).decode()
    else:
        text = "".join(chr(o) if chr(o).isalnum() and o < 128 else f"={o:02X}" for o in octets)
    value = f"=?{charset}?{form}?{text}?= <anna@example.com>"
    defects: list[dict[str, object]] = []
    read = get_addresses(value, defects=defects, decode_names=True)
    assert address_field._found(value) == (read, not defects)


def test_most_names_in_an_encoded_word_are_read_by_the_short_way() -> None:
    assert address_field._one_word("=?utf-8?b?Wm/DqyBNw7xsbGVy?=") == "Zoë Müller"
    assert address_field._one_word("=?utf-8?q?Zo=C3=AB_M=C3=BCller?=") == "Zoë Müller"
    assert address_field._one_word("=?utf-8?q?Zo=C3?=") is None


@given(st.lists(st.sampled_from(MARKS), max_size=30))
def test_what_is_small_for_sure_is_within_the_limits(pieces: list[bytes]) -> None:
    raw, limits = b"".join(pieces), Limits(boundaries=3, messages=3, delimiters=4, lines=8)
    if extent._is_small(raw, limits):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(extent, "_is_small", lambda *_: False)
            assert beginning(raw, limits) == raw


def test_mail_parser_reads_the_same_without_what_it_writes_for_nobody() -> None:
    for number in range(30):
        trees = [read_tree(make(number, "support@shop.example")) for _ in "12"]
        for tree in trees:
            prepare(tree)
        ours, whole = _Reader(trees[0]), MailParser(trees[1])
        assert whole.mail
        assert not ours.mail
        assert ours.text_plain == whole.text_plain
        assert ours.text_html == whole.text_html
        assert ours.date == whole.date
        assert ours.defects_categories == whole.defects_categories


def parsed_without_taking_apart(raw: bytes) -> Message | str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse, "take_apart", lambda *_: None)
        return parsed(raw)


def parsed(raw: bytes) -> Message | str:
    try:
        return parse_message(raw)
    except UnparseableMessage as error:
        return str(error)


def test_a_message_is_read_as_it_would_be_with_all_its_fields() -> None:
    letters = [make(number, "support@shop.example") for number in range(30)]
    for raw in [*letters, *(case.make("a@b.example", "support@shop.example") for case in CASES)]:
        assert parsed(raw[:300_000]) == parsed_without_taking_apart(raw[:300_000])


@given(
    st.lists(st.sampled_from((*PIECES, *BODY_PIECES)), max_size=12),
    st.sampled_from([b"\r\n", b"\n", b"\r"]),
)
def test_a_broken_message_is_read_as_it_would_be_with_all_its_fields(
    pieces: list[bytes], end: bytes
) -> None:
    raw = end.join(pieces)
    assert parsed(raw) == parsed_without_taking_apart(raw)


def flat(part: MimePart) -> object:
    """All of a tree that can be compared."""
    payload = part.get_payload()
    return (
        part.items(),
        part.preamble,
        part.epilogue,
        part.get_content_type(),
        [type(defect) for defect in part.defects],
        [flat(one) if isinstance(one, MimePart) else one for one in payload],
    )


def tree_by_the_library(raw: bytes) -> MimePart:
    text = raw.decode("ascii", "surrogateescape")
    return Parser(Part, policy=mime._POLICY).parsestr(text)


def test_the_tree_of_mail_is_read_as_the_library_reads_it_and_mostly_without_it() -> None:
    for number in range(100):
        raw = make(number, "support@shop.example")
        tree = plain_tree(raw.decode("ascii"), Part, mime._POLICY)
        assert tree is not None
        assert flat(tree) == flat(tree_by_the_library(raw))


def test_the_tree_of_hostile_mail_is_read_as_the_library_reads_it() -> None:
    for case in CASES:
        raw = beginning(case.make("a@b.example", "support@shop.example")[:300_000], ORDINARY)
        assert flat(read_tree(raw)) == flat(tree_by_the_library(raw))


@given(
    st.lists(st.tuples(st.integers(0, len(NESTED)), st.sampled_from(STRAY)), max_size=3),
    st.sets(st.integers(0, len(NESTED) - 1), max_size=2),
    st.booleans(),
)
def test_the_tree_of_a_broken_message_is_read_as_the_library_reads_it(
    stray: list[tuple[int, bytes]], lost: set[int], ends: bool
) -> None:
    lines = [line for place, line in enumerate(NESTED) if place not in lost]
    for place, line in stray:
        lines.insert(place, line)
    raw = b"\r\n".join(lines) + b"\r\n" * ends
    assert flat(read_tree(raw)) == flat(tree_by_the_library(raw))


def results_read_by(reader: type[AuthenticationResultsHeader], value: str) -> object:
    try:
        read = reader.parse_value(FeatureContext(dmarc), value)
        return str(read.authserv_id), [
            (type(one), vars(one)["result"], str(one)) for one in read.results
        ]
    except (AuthResError, AttributeError) as error:  # the latter where a property has no value
        return type(error), str(error)


@given(pieces=st.lists(st.sampled_from(RESULT_PIECES), max_size=20))
@example(
    pieces=["mx.example.net", "; ", "dmarc=pass", " (", "a", ")", " header.from=", "b.example"]
)
@example(pieces=["mx.example.net", ";", "dmarc=pass", " header.from="])
@example(
    pieces=[
        "mx.example.net",
        ";",
        "dmarc=pass",
        " reason=",
        '"q \\" q"',
        " header.from=",
        "@",
        "x",
    ]
)
def test_results_are_read_as_authres_reads_them(pieces: list[str]) -> None:
    value = "".join(pieces)
    assert results_read_by(Field, value) == results_read_by(AuthenticationResultsHeader, value)


@given(st.lists(st.sampled_from(PARAMETERS), max_size=6))
@example(["text/plain", "; NAME=x"])
def test_parameters_are_those_that_the_library_finds(pieces: list[str]) -> None:
    ours, theirs = Part(), MimePart()
    for part in (ours, theirs):
        part["Content-Type"] = part["Content-Disposition"] = "".join(pieces)
    for header in ("content-type", "content-disposition", "content-id"):
        for name in ("charset", "NAME", "boundary", "filename", "text/plain", ""):
            for unquote in (True, False):
                read = [p.get_param(name, "none", header, unquote) for p in (ours, theirs, ours)]
                assert read == [read[0]] * 3
    assert ours.get_filename() == theirs.get_filename()
    assert ours.get_boundary() == theirs.get_boundary()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "base64", "quoted-printable", "8BIT", "x-uuencode", "?"]),
            st.sampled_from(["", "=41=\r\nb", "QUJD", "QUJ", "\udce4", "begin 666 x\r\n"]),
            st.integers(1, 2),
        ),
        max_size=4,
    )
)
def test_the_octets_of_a_part_are_those_that_the_library_makes(
    changes: list[tuple[str, str, int]],
) -> None:
    ours, theirs = Part(), MimePart()
    for encoding, text, times in changes:
        for part in (ours, theirs):
            del part["Content-Transfer-Encoding"]
            part["Content-Transfer-Encoding"] = encoding
            part.set_payload(text)
        for _ in range(times):
            assert ours.get_payload(decode=True) == theirs.get_payload(decode=True)
        assert {type(d) for d in ours.defects} == {type(d) for d in theirs.defects}


@given(st.lists(st.sampled_from(QUOTED), max_size=14), st.sampled_from(["", "> ", ">> "]))
def test_a_mailing_is_known_by_its_paragraphs_as_by_the_whole(
    pieces: list[str], mark: str
) -> None:
    text = "".join(pieces).replace("\n", f"\n{mark}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classify, "_BLANK_LINE", re.compile(r"(?!)"))
        whole = CLASSIFIER._find_mailing(text)
    assert CLASSIFIER._find_mailing(text) == whole
