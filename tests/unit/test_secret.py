"""The secret that answers to our own mail carry, in its two forms."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.secret import MAX_SECRETS, code_form, find_secrets, message_id, secret_hash

SECRET = "ABCDEFGH234567XY"
ID = "<optoutd.abcdefgh234567xy@shop.example>"
CODE = "[ABCD-EFGH-2345-67XY]"
SECRETS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=16, max_size=16)


def test_the_two_forms_are_those_of_the_reply() -> None:
    assert message_id(SECRET, "shop.example") == ID
    assert code_form(SECRET) == CODE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ID, id="a Message-ID"),
        pytest.param(ID[1:-1], id="without its brackets"),
        pytest.param(ID.replace("optoutd", "Optoutd"), id="with a capital letter"),
        pytest.param(f"<{SECRET.join(['optoutd.', '@shop.example'])}>", id="secret in capitals"),
        pytest.param(f"a@b {ID},{ID}", id="twice"),
        pytest.param(f"Message-ID: {ID}", id="in returned headers"),
        pytest.param(CODE, id="a code"),
        pytest.param(CODE.lower(), id="a code in small letters"),
        pytest.param(f"> > {CODE}.", id="a quoted code"),
        pytest.param("[ ABCD-EFGH-2345-67XY ]", id="a code with spaces"),
        pytest.param("[ABCD\u2011EFGH\u20102345\u201367XY]", id="a code with other hyphens"),
        pytest.param("[[ABCD-EFGH-2345-67XY]]", id="a code in two brackets"),
        pytest.param(f"{ID} {CODE}", id="both forms"),
    ],
)
def test_a_secret_is_found_once_and_in_capitals(text: str) -> None:
    assert find_secrets(text) == (SECRET,)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(SECRET, id="without a form"),
        pytest.param(CODE[1:-1], id="a code without brackets"),
        pytest.param("[ABCD-EFGH-2345]", id="too short a code"),
        pytest.param("[ABCD-EFGH-2345-67XYZ]", id="too long a code"),
        pytest.param("[ABCD-EFGH-2345-01XY]", id="digits that base32 has not"),
        pytest.param("[ABCD_EFGH_2345_67XY]", id="other separators"),
        pytest.param(ID.replace("xy@", "x@"), id="too short an id"),
        pytest.param(ID.replace("xy@", "xyz@"), id="too long an id"),
        pytest.param(f"x{ID[1:]}", id="inside another id"),
        pytest.param(f"a.{ID[1:]}", id="after a dot"),
        pytest.param(ID.replace("optoutd", "0ptoutd"), id="another name"),
        pytest.param(
            CODE.replace("K", "\u212a").replace("A", "\uff21"), id="letters that look so"
        ),
        pytest.param(CODE.replace("E", "\u212a"), id="the Kelvin sign"),
        pytest.param("O-7K3M2Q", id="a public reference"),
    ],
)
def test_what_is_no_secret_is_not_found(text: str) -> None:
    assert find_secrets(text) == ()


@given(SECRETS, SECRETS)
def test_every_secret_is_found_in_either_form(one: str, other: str) -> None:
    text = f"{message_id(one, 'shop.example')} x {code_form(other)}"
    assert find_secrets(text) == tuple(dict.fromkeys((one, other)))


@given(st.text(max_size=200))
def test_what_is_found_in_any_text_can_be_hashed(text: str) -> None:
    for secret in find_secrets(f"{text}{CODE}{text}"):
        assert len(secret_hash(secret)) == 64


def test_at_most_twenty_are_found() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = " ".join(code_form(letter * 16) for letter in letters)
    assert find_secrets(codes) == tuple(letter * 16 for letter in letters[:MAX_SECRETS])


def test_the_hash_does_not_depend_on_the_case() -> None:
    expected = hashlib.sha256(SECRET.encode()).hexdigest()
    assert secret_hash(SECRET) == secret_hash(SECRET.lower()) == expected


@pytest.mark.parametrize("wrong", ["", SECRET[1:], SECRET + "A", SECRET[:-1] + "1", SECRET + "\n"])
def test_what_is_no_secret_is_refused_and_not_shown(wrong: str) -> None:
    for use in (secret_hash, code_form, lambda secret: message_id(secret, "shop.example")):
        with pytest.raises(ValueError, match="16 characters of base32") as error:
            use(wrong)
        assert not wrong or wrong not in str(error.value)
