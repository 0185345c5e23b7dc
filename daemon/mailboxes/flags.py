"""Flags and keywords of messages, on servers that keep keywords and on those that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from daemon.mailboxes.batches import batches
from daemon.mailboxes.failures import Lost, Refused
from handlers.values import Filing

FLAGGED = rb"\Flagged"
DELETED = rb"\Deleted"
REVIEW_KEYWORD = b"$OptoutdReview"
KEYWORDS: Mapping[Filing, bytes] = {
    Filing.OPT_OUTS: b"$OptoutdOptOut",
    Filing.CANCELLATIONS: b"$OptoutdCancellation",
    Filing.AUTOMATIC: b"$OptoutdAutomatic",
    Filing.REVIEW: REVIEW_KEYWORD,
}


class Flags:
    r"""Sets and takes our flags, as far as the server lets us in the open folder.

    `keeps_keywords`, `can_flag` and `can_delete` say whether keywords, \Flagged and \Deleted stay.
    """

    def __init__(self) -> None:
        self.keeps_keywords = False
        self.can_flag = self.can_delete = True

    def opened(self, answer: Mapping[bytes, Any]) -> None:
        """Learns from the answer to SELECT what the server keeps."""
        told = answer.get(b"PERMANENTFLAGS")
        kept = set(told or ())
        self.keeps_keywords = bool({rb"\*", REVIEW_KEYWORD} & kept)
        # RFC 9051 section 7.1: a server that tells none keeps all flags. One that does not let
        # this user set a flag may answer OK all the same, as Dovecot does.
        self.can_flag = told is None or FLAGGED in kept
        self.can_delete = told is None or DELETED in kept

    def flag_for_review(self, client: Any, uids: Sequence[int]) -> None:
        r"""Sets \Flagged, and `$OptoutdReview` where the server keeps keywords."""
        for batch in batches(sorted(set(uids))):
            if self.keeps_keywords:
                try:
                    client.add_flags(batch, [FLAGGED, REVIEW_KEYWORD], silent=True)
                    continue
                except Lost:
                    raise
                except Refused:  # it has as many keywords as it can keep
                    self.keeps_keywords = False
            client.add_flags(batch, [FLAGGED], silent=True)

    def mark_as(self, client: Any, uids: Sequence[int], filing: Filing) -> None:
        """Sets the keyword of `filing`, where the server keeps keywords."""
        for batch in batches(sorted(set(uids))):
            if not self.keeps_keywords:
                return
            try:
                client.add_flags(batch, [KEYWORDS[filing]], silent=True)
            except Lost:
                raise
            except Refused:  # it has as many keywords as it can keep
                self.keeps_keywords = False

    def end_review(self, client: Any, uids: Sequence[int], *, unflag: Sequence[int]) -> None:
        r"""Takes `$OptoutdReview` from the messages, and \Flagged from those of `unflag`."""
        for batch in batches(sorted(set(unflag))):
            client.remove_flags(batch, [FLAGGED], silent=True)
        for batch in batches(sorted(set(uids))) if self.keeps_keywords else ():
            client.remove_flags(batch, [REVIEW_KEYWORD], silent=True)
