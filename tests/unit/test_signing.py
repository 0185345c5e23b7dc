"""What is signed here is what the libraries of Standard Webhooks take, and ours too."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from handlers.callers import is_signed
from handlers.signing import signed_fields

# The example of the Standard Webhooks libraries.
KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_example_of_the_libraries() -> None:
    assert signed_fields(MESSAGE_ID, BODY, [KEY], at=AT + timedelta(milliseconds=900)) == {
        "webhook-id": MESSAGE_ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_while_a_key_is_changed_either_fits() -> None:
    fields = signed_fields(MESSAGE_ID, BODY, [bytes(32), KEY], at=AT)
    assert fields["webhook-signature"].split(" ")[1] == SIGNATURE
    for key in (bytes(32), KEY):
        assert is_signed(fields, BODY, [key], now=AT)
    assert not is_signed(fields, BODY, [b"x" * 32], now=AT)
    assert not is_signed(fields, BODY + b" ", [KEY], now=AT)


def test_a_later_attempt_has_another_time_and_the_same_id() -> None:
    first = signed_fields(MESSAGE_ID, BODY, [KEY], at=AT)
    later = signed_fields(MESSAGE_ID, BODY, [KEY], at=AT + timedelta(hours=1))
    assert first["webhook-id"] == later["webhook-id"]
    assert first["webhook-signature"] != later["webhook-signature"]
    assert is_signed(later, BODY, [KEY], now=AT + timedelta(hours=1))
