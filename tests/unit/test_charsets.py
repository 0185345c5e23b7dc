"""Octets and encoded words to text, whatever they are declared to be."""

from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.charsets import decode_octets, decode_words, is_readable, without_c1

CHARSETS = st.sampled_from(
    ["", "utf-8", "us-ascii", "iso-8859-1", "koi8-r", "gb2312", "shift_jis", "iso-2022-jp", "big5",
     "utf-16", "utf-7", "punycode", "idna", "undefined", "rot13", "base64", "zlib", "x\x00y",
     "\xe4", "cp037", "hz", "unicode_escape", "mbcs", "windows-1258", "tis-620", "../etc/passwd"]
)  # fmt: skip


@given(st.binary(max_size=100), CHARSETS)
def test_any_octets_in_any_charset_give_a_text_that_can_be_stored(
    octets: bytes, charset: str
) -> None:
    decode_octets(octets, charset).encode("utf-8")


@given(st.text(max_size=50), st.sampled_from(["utf-8", "utf-16", "gb18030", ""]))
def test_what_is_rightly_declared_comes_back(text: str, charset: str) -> None:
    octets = text.encode(charset or "utf-8")
    assert decode_octets(octets, charset) == text
    assert is_readable(octets, charset)


@pytest.mark.parametrize(
    ("octets", "charset", "readable"),
    [
        (b"abc", "", True),
        (b"abc", "us-ascii", True),
        ("ü".encode(), "", True),
        (b"\xfc", "", False),
        (b"\xfc", "iso-8859-1", True),
        ("ü".encode(), "us-ascii", False),
        ("ü".encode(), "iso-8859-1", False),
        ("отпишите".encode(), "koi8-r", False),
        ("отпишите".encode("koi8-r"), "koi8-r", True),
        (b"abc", "x-unknown", False),
        (b"abc", "base64", False),
        (b"abc", "punycode", False),
        (b"abc", "utf-7", False),
    ],
)
def test_readable_is_what_the_declared_charset_decodes(
    octets: bytes, charset: str, readable: bool
) -> None:
    assert is_readable(octets, charset) is readable


@pytest.mark.parametrize("declared", ["iso-8859-1", "iso-8859-15", "windows-1252", "koi8-r"])
def test_utf_8_is_told_from_charsets_in_which_any_octet_is_a_letter(declared: str) -> None:
    assert decode_octets("Bitte kündigen, für „mich“.".encode(), declared).startswith("Bitte kün")


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Ça été réglé à Noël, « merci »", "windows-1252"),
        ("ИСКЛЮЧИТЕ меня, моё ПЁСЬЕ дело", "windows-1251"),
        ("вычеркните МЕНЯ ещё сегодня", "koi8-r"),
        ("Διαγράψτε με από τη λίστα", "iso-8859-7"),
        ("Proszę o usunięcie, DZIĘKUJĘ", "iso-8859-2"),
        ("แกง", "tis-620"),
    ],
)
def test_a_text_that_is_what_it_says_stays_so(text: str, charset: str) -> None:
    octets = text.encode(charset)
    assert decode_octets(octets, charset) == text


def test_one_wrong_octet_does_not_spoil_the_rest() -> None:
    text = "Bitte kündigen Sie, für März. " * 5
    assert decode_octets(text.encode() + b"\xff", "utf-8") == f"{text}\ufffd"
    chinese = "请在月底取消我的账户" * 3
    assert decode_octets(chinese.encode("gb18030") + b"\xff", "gb2312") == f"{chinese}\ufffd"


def test_windows_characters_stand_where_others_have_controls() -> None:
    assert without_c1("don\x92t \x93x\x94 \x96 5 \x80") == "don’t “x” – 5 €"
    assert without_c1("\x81x") == "x"  # nothing is there on Windows either
    assert without_c1("plain ü") == "plain ü"


@given(st.text(max_size=30), st.sampled_from("bBqQ"))
@example("\r\n\n", "q")
def test_an_encoded_word_comes_back(text: str, form: str) -> None:
    octets = text.encode()
    if form in "bB":
        coded = base64.b64encode(octets)
    else:
        # Not as a text, of which all lines would get one kind of end.
        coded = binascii.b2a_qp(octets, quotetabs=True, istext=False, header=True)
        coded = coded.replace(b"=\n", b"").replace(b"?", b"=3F")
    assert decode_words(f"x =?utf-8?{form}?{coded.decode()}?= y") == f"x {text} y"


@given(st.text(max_size=60) | st.text("=?utf-8bq_A ", max_size=80))
def test_any_value_is_decoded_to_a_text_that_can_be_stored(value: str) -> None:
    decode_words(value).encode("utf-8")


@given(st.text(st.characters(exclude_characters="=", exclude_categories=["Cs"]), max_size=60))
def test_a_value_without_encoded_words_stays_as_it_is(value: str) -> None:
    assert decode_words(value) == value
