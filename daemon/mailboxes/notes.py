"""What `optoutd check` says of a server that can do less, and of each way of filing."""

from __future__ import annotations

from collections.abc import Callable

_TO_READ = {"IDLE": "new mail is noticed at the next poll only"}
_TO_MOVE = {
    "MOVE": "messages are copied, and removed when the copy is there",
    "UIDPLUS": "messages that were copied stay behind, marked as deleted",
}
_WAYS = {
    "move": [],
    "flag": ["handled mail stays where it is and gets a keyword"],
    "none": ["nothing is written to this mailbox: no flags, no folders, no copies of replies"],
}
_FLAGGED = "the server keeps no keywords: what waits for review is only flagged"
_WITHOUT_KEYWORDS = {
    "move": [_FLAGGED],
    "flag": [f"{_FLAGGED}, and handled mail looks like all other mail"],
    "none": [],
}


def way_notes(filing: str) -> list[str]:
    """What becomes of handled mail, where no folders say it."""
    return _WAYS[filing]


def server_notes(
    filing: str, has_capability: Callable[[str], bool], *, keeps_keywords: bool
) -> list[str]:
    """What the server does not offer, of what this way of filing wants."""
    wanted = _TO_MOVE | _TO_READ if filing == "move" else _TO_READ
    missing = [
        f"the server does not offer {capability}: {effect}"
        for capability, effect in wanted.items()
        if not has_capability(capability)
    ]
    return missing if keeps_keywords else missing + _WITHOUT_KEYWORDS[filing]
