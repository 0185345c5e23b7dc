"""Two kinds of failure, chosen where the cause is known.

A temporary failure passes by itself: back off and try again. A permanent one needs a person or a
different decision: trying the same again gives the same.
"""

from __future__ import annotations


class OptoutdError(Exception):
    """The base of all errors that this program foresees: one clear line, and what cures it."""

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.cure = cure


class TemporaryFailure(OptoutdError):  # noqa: N818 - the design's word
    """Something that may work later: a lost connection, a locked store, a 4xx reply.

    `part` names what failed: a mailbox, "store" or "smtp"; `setting` the key to look at if it does
    not pass by itself. `is_refusal` says that the server is there and will not, for now.
    """

    def __init__(
        self,
        message: str,
        *,
        part: str,
        setting: str = "",
        cure: str = "",
        is_refusal: bool = False,
    ) -> None:
        super().__init__(message, cure=cure)
        self.part = part
        self.setting = setting
        self.is_refusal = is_refusal


class PermanentFailure(OptoutdError):  # noqa: N818 - the design's word
    """Something that will not work unless a person changes it: a refused login, a bad folder.

    `part` names what failed: a mailbox, "store" or "smtp"; `setting` the key to look at.
    """

    def __init__(self, message: str, *, part: str, setting: str = "", cure: str = "") -> None:
        super().__init__(message, cure=cure)
        self.part = part
        self.setting = setting


class LoginRefused(PermanentFailure):
    """The server does not take this user name and password; each try may lock the account."""


class Unreachable(TemporaryFailure):
    """There was no way in, for now, so that nothing was asked of the server: soon tried again."""


class OutcomeUnknown(OptoutdError):  # noqa: N818 - the design's word
    """The connection was lost after the final dot: the mail may have been accepted, or not."""


class CourierUnreachable(TemporaryFailure):
    """The submission server lets nobody in: it is down, or says so before it has seen a mail.

    That is no mail's fault, and the next one would fare no better.
    """


class CourierMisconfigured(TemporaryFailure):
    """The submission server takes none of our mail as it is set up: a refused login or sender.

    Temporary, because the mail itself has no fault and goes out once a person has changed
    `setting`; until then each attempt gives the same, so this one is an alarm.
    """

    def __init__(self, message: str, *, setting: str, part: str = "smtp", cure: str = "") -> None:
        super().__init__(message, part=part, setting=setting, cure=cure)


class PerhapsOfRecipient(CourierMisconfigured):
    """As such, but said only when the server had the recipient before it: it may be theirs alone.

    What the server does with other mails tells which.
    """


class RelayRefused(PerhapsOfRecipient):
    """It passes no mail on: for nobody, where it wants a login, or not to this recipient."""


class SenderDeferred(TemporaryFailure):
    """The server puts our sender off (4yz), whoever the mail is for.

    It may pass by itself. Where it does not, it is a fault of the configuration as a refusal is:
    the mail waits for as long as it takes, and who has waited for long is told of `setting`.
    """


class ReceiverUnreachable(TemporaryFailure):
    """Another system takes nothing now, whatever it would be told of.

    `retry_after_s` is what it asks for, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        part: str,
        setting: str = "",
        cure: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, part=part, setting=setting, cure=cure)
        self.retry_after_s = retry_after_s


class ReceiverGone(PermanentFailure):
    """Another system says that it wants to be told nothing any more (HTTP 410)."""


class StoreMissing(PermanentFailure):
    """There is no store yet where one is looked for; perhaps it is looked for in a wrong place."""


class LeaseLost(PermanentFailure):
    """Another process reads this mailbox now: what was decided for it here was not written."""

    def __init__(self, mailbox: str) -> None:
        super().__init__(f"{mailbox}: another process has taken this mailbox over", part=mailbox)
        self.mailbox = mailbox


class AskedToStop(TemporaryFailure):
    """What was in hand is given up because we leave, and is done at the next start: no trouble."""


class StoreBusy(TemporaryFailure):
    """Another process holds this store, or this mailbox of it."""


def is_refused(error: OptoutdError) -> bool:
    """Whether a server is there and will not do this: what does not need it may go on."""
    if isinstance(error, TemporaryFailure):
        return error.is_refusal
    return (
        isinstance(error, PermanentFailure)
        and not isinstance(error, LeaseLost)
        and error.part != "store"
    )
