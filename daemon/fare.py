"""How one mailbox fares: whether it fails and since when, what was told, when it is tried again.

Times are arguments: `now` by the clock, `now_s` by the monotonic one, in seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from daemon.backoff import pause_s
from daemon.errors import LoginRefused, PermanentFailure, StoreBusy, TemporaryFailure
from daemon.ports import MailboxStatus
from daemon.troubles import likeness

Failure = TemporaryFailure | PermanentFailure

# A mailbox that fails for so many polls, and so many seconds, is given to another process, if any.
_POLLS_BORNE = 3
_BORNE_S = 180.0
_PASSES = "what passes by itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """What one failure means: the pause after it, and whether it is to be told.

    `is_changed` says that who shows the state of the mailbox has something else to show.
    """

    wait_s: float
    is_news: bool
    is_changed: bool


@dataclass(slots=True, kw_only=True)
class Fare:
    """The state of one mailbox. `error` is '' while it works.

    `retry_at_s` is when a failure is tried again, and `barred_until_s` until when nothing may be.
    """

    error: str = ""
    failure: Failure | None = None
    failing_since: datetime | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    waiting: int = 0
    retry_at_s: float = 0.0
    barred_until_s: float = 0.0
    _failures: int = 0
    _refusals: int = 0
    # Of what has failed since it worked last, what was told, and until when that counts as told.
    _told: set[str] = field(default_factory=set)
    _told_until_s: float = 0.0
    _in_vain_since_s: float | None = None

    def failed(
        self, failure: Failure, *, now_s: float, poll_seconds: float, jitter: Callable[[], float]
    ) -> Setback:
        """Notes a failure. One of the store is not this mailbox's to tell."""
        is_changed = likeness(str(failure)) != likeness(self.error)
        self.error = str(failure)
        is_refused = isinstance(failure, LoginRefused)
        self._refusals += is_refused
        self._failures += not is_refused
        times = self._refusals if is_refused else self._failures
        wait_s = pause_s(failure, times, poll_seconds=poll_seconds, jitter=jitter())
        self.retry_at_s = now_s + wait_s
        # What passes by itself may be tried by every poll, which are far between.
        is_lasting = isinstance(failure, PermanentFailure) and not is_of_the_store(failure)
        self.barred_until_s = self.retry_at_s if is_lasting else 0.0
        is_news = not is_of_the_store(failure) and self._is_news(failure)
        return Setback(wait_s=wait_s, is_news=is_news, is_changed=is_changed)

    def show(self, failure: Failure, *, now: datetime) -> None:
        """Notes a failure for those who ask."""
        self.polled_at = now
        self.failure, self.failing_since = failure, self.failing_since or now

    def works(self, *, now: datetime) -> tuple[bool, bool]:
        """Notes that a pass ended well; whether it failed before, and whether that was told."""
        before = bool(self.error), bool(self._told)
        self._begin_anew()
        self._told.clear()
        self.failure, self.failing_since = None, None
        self.polled_at = self.succeeded_at = now
        return before

    def stand_by(self, *, now_s: float) -> None:
        """Notes that another process reads it: what is to be told of it is the other one's."""
        self._begin_anew()
        if now_s >= self._told_until_s:
            self._told.clear()
        self.polled_at = self.failure = self.failing_since = self.succeeded_at = None

    def try_at_once(self) -> None:
        """Ends all pauses: something else is tried."""
        self._failures, self._refusals = 0, 0
        self.retry_at_s = self.barred_until_s = 0.0

    def is_hopeless(self, *, now_s: float, poll_seconds: float) -> bool:
        """Whether this process has tried in vain for so long that another one shall try."""
        if self._in_vain_since_s is None:
            self._in_vain_since_s = now_s
        if now_s - self._in_vain_since_s < _borne_s(poll_seconds):
            return False
        self._in_vain_since_s = None
        return True

    def leave_to_another(self, head_start_s: float, *, now_s: float, poll_seconds: float) -> None:
        """Lets another process try first. Where that fares no better, it is the same trouble."""
        self.barred_until_s = now_s + head_start_s
        self._told_until_s = now_s + 2 * (_borne_s(poll_seconds) + head_start_s)

    def status(self, mailbox: str, process: str, *, idles: bool) -> MailboxStatus | None:
        """How it fares, in the words of the store; None before the first pass."""
        if self.polled_at is None:
            return None
        return MailboxStatus(
            mailbox=mailbox,
            process=process,
            polled_at=self.polled_at,
            succeeded_at=self.succeeded_at,
            waiting=self.waiting,
            idles=idles,
            error=self.error,
            failing_since=self.failing_since,
            setting=self.failure.setting if self.failure is not None else "",
            cure=self.failure.cure if self.failure is not None else "",
        )

    def _begin_anew(self) -> None:
        self.error, self._in_vain_since_s = "", None
        self.try_at_once()

    def _is_news(self, failure: Failure) -> bool:
        """What passes by itself is one trouble, however it is worded."""
        if isinstance(failure, TemporaryFailure):
            is_news, trouble = not self._told, _PASSES
        else:
            trouble = likeness(str(failure))
            is_news = trouble not in self._told
        self._told.add(trouble)
        return is_news


def is_of_the_store(failure: Failure) -> bool:
    """Whether the mailbox itself may be well."""
    return isinstance(failure, StoreBusy) or failure.part == "store"


def _borne_s(poll_seconds: float) -> float:
    return max(_BORNE_S, _POLLS_BORNE * poll_seconds)
