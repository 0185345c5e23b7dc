"""When a message was received, by what the servers on its way wrote into it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from handlers.received import is_from_before, received_first, received_last
from handlers.values import Headers

STAMP = "Sun, 01 Feb 2026 09:30:00 +0000"
WHEN = datetime(2026, 2, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "moment"),
    [
        (f"from a by mx; {STAMP}", WHEN),
        (f"from a (x; y) by mx;\r\n\t{STAMP} (UTC)", WHEN),
        ("by mx; Sun, 01 Feb 2026 10:30:00 +0100", WHEN),
        ("by mx; Sun, 01 Feb 2026 09:30:00 -0000", WHEN),
        ("by mx", None),
        ("by mx;", None),
        ("by mx; once upon a time", None),
        ("by mx; Mon, 99 Feb 2026 09:30:00 +0000", None),
        ("by mx; Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("by mx; Sun, 01 Feb 2026 09:30:00 +9999999999", None),
    ],
)
def test_the_topmost_field_says_when_our_own_server_received_it(
    field: str, moment: datetime | None
) -> None:
    headers = Headers([("Received", field), ("Received", "by b; Sat, 31 Jan 2026 09:30:00 +0000")])
    assert received_last(headers) == moment


def test_the_lowest_field_says_when_the_first_server_of_all_received_it() -> None:
    fields = [("Received", "by mx; later"), ("Received", f"by first;\n  {STAMP}"), ("To", "a@a")]
    assert received_first(Headers(fields)) == STAMP
    assert received_first(Headers([("To", "a@a")])) == ""
    assert received_last(Headers([])) is None


@pytest.mark.parametrize(
    ("received", "written", "before"),
    [
        (STAMP, STAMP, True),
        (STAMP, "", False),  # one clock may be wrong
        ("", STAMP, False),
        (STAMP, "Fri, 03 Apr 2026 09:30:00 +0000", False),
        ("Fri, 03 Apr 2026 09:30:00 +0000", STAMP, False),
        (STAMP, "once upon a time", False),
    ],
)
def test_both_clocks_have_to_say_that_a_message_is_old(
    received: str, written: str, before: bool
) -> None:
    fields = (f"Received: by mx; {received}\r\n" if received else "") + (
        f"Date: {written}\r\n" if written else ""
    )
    raw = f"{fields}Subject: x\r\n\r\nReceived: by body; {STAMP}\r\nDate: {STAMP}\r\n".encode()
    moment = WHEN.astimezone(timezone(timedelta(hours=5)))
    assert is_from_before(raw, moment + timedelta(seconds=1)) is before
    assert not is_from_before(raw, moment)
