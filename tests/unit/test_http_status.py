"""What the answers of receivers mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.http_status import Reception, reception, retry_after_s
from handlers.retry import LONGEST_CALL_PAUSE_S, next_call_s

R = Reception
NOW = datetime(2026, 11, 26, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("statuses", "meaning"),
    [
        ([200, 201, 202, 204, 226], R.TAKEN),
        # What stands for all that would be told now.
        ([429, 502, 503, 504], R.NOTHING_NOW),
        # A redirection is not followed: a person has to say where it has moved to.
        ([300, 301, 302, 303, 304, 307, 308], R.NOTHING_NOW),
        ([408, 425, 500, 501, 505, 511, 520, 599], R.NOT_YET),
        # What a wrong address or key, a firewall or a deployment answers, whatever it is told.
        ([401, 402, 403, 404, 405, 407, 418, 421, 423, 426, 451, 499], R.NOT_HERE),
        # The same words would be refused again.
        ([400, 409, 413, 414, 415, 422, 431], R.REFUSED),
        ([410], R.GONE),
        # None of RFC 9110's.
        ([100, 199, 600, 999], R.NOT_YET),
    ],
)
def test_each_status_has_one_meaning(statuses: list[int], meaning: Reception) -> None:
    assert {reception(status) for status in statuses} == {meaning}


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("86400", 3600.0),
        ("9" * 400, 3600.0),
        ("Thu, 26 Nov 2026 12:01:00 GMT", 60.0),
        ("Thu, 26 Nov 2026 12:01:00 -0000", 60.0),
        ("Thu, 26 Nov 2026 11:00:00 GMT", 0.0),
        ("Fri, 27 Nov 2026 12:00:00 GMT", 3600.0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("١٢٠", None),
        ("Thu, 99 Nov 2026 12:01:00 GMT", None),
    ],
)
def test_how_long_it_asks_to_be_left_alone(field: str, seconds: float | None) -> None:
    assert retry_after_s(field, now=NOW) == seconds


def test_who_takes_nothing_is_asked_ever_more_seldom() -> None:
    pauses = [next_call_s(failures, jitter=0.5) for failures in range(1, 12)]
    assert pauses[:8] == [2, 4, 8, 16, 32, 64, 128, 256]
    assert set(pauses[8:]) == {LONGEST_CALL_PAUSE_S}
    assert next_call_s(10**9, jitter=0.5) == LONGEST_CALL_PAUSE_S
    assert next_call_s(1, jitter=0.0) == pytest.approx(1.6)
    assert next_call_s(1, jitter=0.999) == pytest.approx(2.4, abs=0.01)


@pytest.mark.parametrize(("failures", "jitter"), [(0, 0.5), (1, 1.0), (1, -0.1)])
def test_a_pause_without_a_failure_is_a_mistake(failures: int, jitter: float) -> None:
    with pytest.raises(ValueError, match="not what they give"):
        next_call_s(failures, jitter=jitter)


@pytest.mark.parametrize(
    "field",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
        "Mon, 99999999999999999999 Jan 2026 00:00:00 GMT",
    ],
)
def test_no_date_is_too_large_to_be_read(field: str) -> None:
    seconds = retry_after_s(field, now=NOW)
    assert seconds is None or 0 <= seconds <= 3600
