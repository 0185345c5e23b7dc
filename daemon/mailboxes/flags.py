"""Flags and keywords of messages, on servers that keep keywords and on those that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from daemon.mailboxes.batches import batches
from daemon.mailboxes.failures import Lost, Refused
from handlers.values import Filing

FLAGGED = rb"\Flagged"
REVIEW_KEYWORD = b"$OptoutdReview"
KEYWORDS: Mapping[Filing, bytes] = {
    Filing.OPT_OUTS: b"$OptoutdOptOut",
    Filing.CANCELLATIONS: b"$OptoutdCancellation",
    Filing.AUTOMATIC: b"$OptoutdAutomatic",
    Filing.REVIEW: REVIEW_KEYWORD,
}


class Flags:
    """Sets and takes our flags; `keeps_keywords` is what the server told of the open folder."""

    def __init__(self) -> None:
        self.keeps_keywords = False

    def opened(self, answer: Mapping[bytes, Any]) -> None:
        """Learns from the answer to SELECT whether the server keeps our keywords."""
        self.keeps_keywords = bool(
            {rb"\*", REVIEW_KEYWORD} & set(answer.get(b"PERMANENTFLAGS", ()))
        )

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
