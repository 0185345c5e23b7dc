"""What a mail server wants a person to read, once for each text and hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from daemon import events
from daemon.masking import without_addresses
from daemon.troubles import likeness

AGAIN_AFTER_S = 3600.0
# A server that thinks up new ones all the time does not fill the log.
MOST_AN_HOUR = 20
_MAX_CHARS = 300


@dataclass(slots=True)
class ServerAlerts:
    """The alerts of one mailbox's server."""

    _told: dict[str, float] = field(default_factory=dict)  # when, by the monotonic clock

    def tell(self, mailbox: str, texts: Sequence[str], *, now_s: float) -> None:
        """Tells those that were not told within an hour, without addresses."""
        self._told = {
            text: at_s for text, at_s in self._told.items() if now_s - at_s < AGAIN_AFTER_S
        }
        for text in texts:
            shown = without_addresses(text, limit=_MAX_CHARS)
            alike = likeness(shown)
            if alike not in self._told and len(self._told) < MOST_AN_HOUR:
                self._told[alike] = now_s
                events.server_alert(mailbox=mailbox, text=shown)
