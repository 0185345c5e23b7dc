"""What a review of the tokens and of Retry-After found: each of these fails as it is."""

from __future__ import annotations

import pytest

from handlers.http_status import retry_after_s
from handlers.list_token import KEY_BYTES, check_list_name, seal, token_in, unseal
from tests.contract.store_values import NOW
from tests.unit.cases import address

KEYS = {1: bytes(range(KEY_BYTES))}


@pytest.mark.parametrize(("letter", "local"), [("🎁", 20), ("ニ", 60)])
def test_whatever_list_we_seal_we_find_in_a_subject(letter: str, local: int) -> None:
    name = letter * 64
    check_list_name(name)
    written = f"{'a' * local}@{'b' * 60}.{'c' * 60}.example"
    token = seal(address(written), name, key_number=1, key=KEYS[1])
    assert unseal(token, KEYS) is not None
    assert token_in(f"unsubscribe {token}", KEYS) is not None, len(token)


@pytest.mark.parametrize(
    "field",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
        "Mon, 99999999999999999999 Jan 2026 00:00:00 GMT",
    ],
)
def test_no_retry_after_raises(field: str) -> None:
    seconds = retry_after_s(field, now=NOW)
    assert seconds is None or 0 <= seconds <= 3600
