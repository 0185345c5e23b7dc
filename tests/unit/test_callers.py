"""Who calls the web service: tokens and signatures."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from handlers.callers import has_token, is_signed

TOKEN, OTHER = "a" * 32, "b" * 32


@pytest.mark.parametrize(
    ("field", "is_known"),
    [
        (f"Bearer {TOKEN}", True),
        (f"bearer  {OTHER} ", True),
        (f"Bearer {TOKEN}x", False),
        (f"Bearer {TOKEN[:-1]}", False),
        (f"Basic {TOKEN}", False),
        (TOKEN, False),
        ("Bearer ", False),
        ("Bearer \udcff", False),
        ("", False),
    ],
)
def test_a_token_is_one_of_ours_or_none(field: str, is_known: bool) -> None:
    assert has_token(field, [TOKEN, OTHER]) is is_known
    assert not has_token(field, [])


# The example of the Standard Webhooks libraries, so that theirs and ours agree.
KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
SENT = datetime.fromtimestamp(1_614_265_330, UTC)
BODY = b'{"test": 2432232314}'
FIELDS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def signed(now: datetime = SENT, *, body: bytes = BODY, signature: str = "") -> bool:
    fields = FIELDS | ({"webhook-signature": signature} if signature else {})
    return is_signed(fields, body, [bytes(32), KEY], now=now)


def test_a_signature_of_another_library_is_good_for_five_minutes_around_its_time() -> None:
    minutes = [-6, -5, 0, 5, 6]
    found = [signed(SENT + timedelta(minutes=each)) for each in minutes]
    assert found == [False, True, True, True, False]
    assert signed(signature=f"v1a,x v1,AAAA {FIELDS['webhook-signature']}")


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "msg_other"},
        {"id": ""},
        {"timestamp": "1614265331"},
        {"timestamp": "1614265330 "},
        {"timestamp": "١٦١٤٢٦٥٣٣٠"},
        {"timestamp": "9" * 400},
        {"timestamp": ""},
        {"signature": FIELDS["webhook-signature"].removeprefix("v1,")},
        {"signature": FIELDS["webhook-signature"].replace("v1,", "v2,")},
        {"signature": "v1,"},
        {"signature": ""},
        {"signature": " ".join(["v1,AAAA"] * 16 + [FIELDS["webhook-signature"]])},
        {"signature": "\udcff"},
    ],
)
def test_what_was_changed_is_not_signed(changes: dict[str, str]) -> None:
    fields = FIELDS | {f"webhook-{name}": value for name, value in changes.items()}
    assert not is_signed(fields, BODY, [KEY], now=SENT)


def test_another_body_or_no_key_is_not_signed() -> None:
    assert not signed(body=BODY + b" ")
    assert not is_signed(FIELDS, BODY, [], now=SENT)
    assert not is_signed({}, BODY, [KEY], now=SENT)
