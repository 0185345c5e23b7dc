"""When a mail that could not be delivered is tried again.

The first retry comes after 2 s, and each later one after twice the time of the one before: 2 s,
4 s, 8 s, 16 s, 32 s, 64 s … until 4 h (from the 14th on), spread by a fifth to either side so
that a thousand mails that failed together do not return together. Five days after it was queued a
mail gets its last attempt (RFC 5321 section 4.5.4.1: the give-up time is at least 4 to 5 days),
but not before its twelfth: for days it may have waited for us, and not for its server.
"""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_RETRY_S = 2.0
LONGEST_WAIT_S = 4 * 3600.0
GIVE_UP_AFTER_S = 5 * 86_400.0
# So many take over an hour, which is longer than greylisting lasts.
FEWEST_TRIES = 12
SPREAD = 0.2  # of the wait, to either side

# No retry is planned for later than this. What is due later than that was planned by a clock that
# was set back since, and is due.
LONGEST_PLAN = timedelta(seconds=LONGEST_WAIT_S * (1 + SPREAD))

# What a receiver has not taken for so long, though it takes others, it never will.
ANNOUNCE_FOR_S = 14 * 86_400.0
# One that takes nothing is asked again after 2 s, 4 s … and then every five minutes, by one call.
LONGEST_CALL_PAUSE_S = 300.0

# Of a message that could not be read: soon, for a passing fault; and when somebody may have mended
# what was wrong.
READ_AGAIN_AFTER = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=24))

_STEPS_TO_LONGEST = 13  # 2 s * 2^13 is the first that is over 4 h


def next_attempt(
    tries: int,
    *,
    queued_at: datetime,
    now: datetime,
    jitter: float,
    give_up_after_s: float = GIVE_UP_AFTER_S,
) -> datetime | None:
    """When to try again after `tries` attempts (1 or more) have failed, or None to give up.

    `jitter` is drawn evenly from [0, 1); 0.5 gives the wait itself. The times are aware. No
    attempt is planned for later than `give_up_after_s` seconds after `queued_at`: the last one
    falls on that very moment, and once it has passed the answer is None. What was tried less than
    `FEWEST_TRIES` times by then goes on until it was.
    """
    if tries < 1 or not 0 <= jitter < 1:
        raise ValueError(f"after {tries} tries with jitter {jitter}: not what a failed try gives")
    if queued_at.tzinfo is None or now.tzinfo is None:
        raise ValueError("a time without its zone cannot be compared")
    last = queued_at + timedelta(seconds=give_up_after_s)
    if now >= last and tries >= FEWEST_TRIES:
        return None
    nominal_s = min(FIRST_RETRY_S * 2 ** min(tries - 1, _STEPS_TO_LONGEST), LONGEST_WAIT_S)
    wait_s = nominal_s * (1 + SPREAD * (2 * jitter - 1))
    until = now + timedelta(seconds=wait_s)
    return min(until, last) if now < last else until


def next_reading(tries: int, *, now: datetime) -> datetime | None:
    """When a message is read again that could not be read `tries` times (1 or more); or None."""
    if tries < 1:
        raise ValueError(f"after {tries} tries: not what a failed try gives")
    return now + READ_AGAIN_AFTER[tries - 1] if tries <= len(READ_AGAIN_AFTER) else None


def next_call_s(failures: int, *, jitter: float) -> float:
    """The seconds until a receiver is asked again that took nothing `failures` times in a row."""
    if failures < 1 or not 0 <= jitter < 1:
        raise ValueError(f"after {failures} failures with jitter {jitter}: not what they give")
    doubled = 2.0 ** min(failures - 1, _STEPS_TO_LONGEST)
    nominal_s = min(FIRST_RETRY_S * doubled, LONGEST_CALL_PAUSE_S)
    return nominal_s * (1 + SPREAD * (2 * jitter - 1))
