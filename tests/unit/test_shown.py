"""A message as a person sees it, however hostile: on the page and in what is marked."""

from __future__ import annotations

import io
import re
import unicodedata
from contextlib import redirect_stdout
from datetime import UTC, datetime

import pytest

from daemon.cli.message_page import Page
from handlers.shown import MAX_TEXT_CHARS, Shown, is_the_one, show_message
from handlers.values import Evidence, RawMessage

HOSTILE = (
    b"From: =?utf-8?q?Anna_=1B=5B2J=E2=80=AE?= <anna@garden.example>\r\n"
    b"To: support@host.example\r\n"
    b"Subject: please \x1b]0;owned\x07 cancel\r\n"
    b"Authentication-Results: mx.host.example; dmarc=fail header.from=garden.example\r\n"
    b"Authentication-Results: other.example; dmarc=pass\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"\r\nPlease cancel my account.\x1b[31m \xe2\x80\xaegnp.exe\xe2\x80\xac \xc2\x9b2J\ttab\r\n"
    b"C-7K3M2Q: confirmed\r\n"
    b"> quoted \x1b[2J words\r\n"
    b"--b\r\nContent-Type: application/pdf\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''in%1Bvoice%E2%80%AE.pdf\r\n\r\nx\r\n"
    b"--b--\r\n"
)


def raw(octets: bytes) -> RawMessage:
    return RawMessage(
        uid=1, raw=octets, size_bytes=len(octets), internal_date=datetime(2026, 3, 1, tzinfo=UTC)
    )


def _unreadable(octets: bytes) -> None:
    raise RecursionError(octets)


def evidence(words: str, start: int, part: str = "text") -> Evidence:
    return Evidence(rule="r", words=words, part=part, start=start, end=start + len(words))


def shown(octets: bytes, *found: Evidence) -> Shown:
    return show_message(raw(octets), found, "mx.host.example")


def page(message: Shown) -> str:
    printed = io.StringIO()
    with redirect_stdout(printed):
        Page().message(message)
    return printed.getvalue()


def simple(text: str, subject: str = "Hello") -> bytes:
    return f"From: a@a.example\r\nSubject: {subject}\r\n\r\n{text}".encode()


def test_the_words_that_count_are_marked_where_they_stand() -> None:
    found = shown(
        simple("Dear all,\nplease cancel my account.\n", "cancel it"),
        evidence("cancel my account", 17),
        evidence("cancel", 17),
        evidence("please cancel", 10),
        evidence("cancel", 0, "subject"),
        evidence("nowhere", 3),
    )
    printed = page(found)
    assert "  [[please cancel my account]].\n" in printed
    assert "[[cancel]] it\n" in printed
    assert printed.count("[[") == 2


def test_marks_stand_right_where_blank_lines_are_left_out() -> None:
    found = shown(simple("\n\n  cancel my account\n"), evidence("cancel my account", 4))
    assert "[[cancel my account]]" in page(found) or "[[cancel" not in page(found)
    text = found.text
    assert all(text[start:end] == "cancel my account" for start, end in found.text_spans)


def test_nothing_in_a_hostile_message_acts() -> None:
    printed = page(shown(HOSTILE, evidence("cancel my account", 7)))
    left = {c for c in printed if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs")} - {"\n"}
    assert left == set()
    assert "cancel my account" in printed
    assert "tab" in printed


def test_no_line_of_a_message_can_pass_for_one_of_ours() -> None:
    printed = page(shown(HOSTILE))
    assert "\n  C-7K3M2Q: confirmed\n" in printed
    assert "\n| > quoted" in printed or "\n| quoted" in printed


def test_our_own_servers_words_are_shown_and_nobody_elses() -> None:
    found = shown(HOSTILE)
    assert found.results == ("mx.host.example; dmarc=fail header.from=garden.example",)


def test_what_poses_as_our_own_server_is_shown_as_not_hers() -> None:
    posing = b"Authentication-Results: mx.h0st.example; dmarc=pass header.from=garden.example\r\n"
    printed = page(shown(posing + HOSTILE))
    assert re.search(r"(?m)^Not ours: +mx\.h0st\.example; dmarc=pass", printed)
    assert len(re.findall(r"(?m)^Our server:", printed)) == 1


def test_attachments_are_named_as_far_as_that_is_harmless() -> None:
    (attached,) = shown(HOSTILE).attachments
    assert attached.name == "invoice.pdf"
    assert attached.content_type == "application/pdf"


@pytest.mark.parametrize("name", [b"idna''%ff", b"a\0b''x", b"no-such''%ff", b"utf-16''%ff"])
def test_a_file_name_of_no_charset_hides_nothing_else(name: bytes) -> None:
    found = shown(HOSTILE.replace(b"utf-8''in%1Bvoice%E2%80%AE.pdf", name))
    assert "Please cancel my account" in found.text
    assert "Please cancel" in page(found)


def test_a_huge_message_is_cut_and_says_so() -> None:
    found = shown(simple("cancel " * 9_000), evidence("cancel", 0), evidence("cancel", 7 * 5_000))
    assert len(found.text) == MAX_TEXT_CHARS
    assert found.text_spans == ((0, 6),)
    assert "more characters" in page(found)
    quoted = shown(simple("Yes\n" + "> old words\n" * 200))
    assert quoted.quoted.count("\n") == 9
    assert "more quoted lines" in page(quoted)


def test_what_cannot_be_read_is_shown_as_it_came() -> None:
    broken = b"Content-Type: multipart/mixed; boundary=x\n\n\x1b[2J"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handlers.parse.read_tree", _unreadable)
        printed = page(shown(broken))
    assert "it cannot be read as a message" in printed
    assert "Content-Type" in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize("octets", [b"", b"\n", b"\xff\xfe", b"From", simple("")])
def test_whatever_it_is_there_is_a_page(octets: bytes) -> None:
    assert page(shown(octets))


def test_a_message_is_known_by_its_digest_and_no_other_is_taken_for_it() -> None:
    import hashlib

    from handlers.parse import parse_message

    one, other = simple("one"), simple("other")
    assert is_the_one(raw(one), parse_message(one).digest)
    assert not is_the_one(raw(other), parse_message(one).digest)
    unreadable = b"Content-Type: multipart/mixed; boundary=x\n" * 60
    assert is_the_one(raw(unreadable), hashlib.sha256(unreadable).hexdigest())
    assert not is_the_one(raw(unreadable), "d" * 64)
