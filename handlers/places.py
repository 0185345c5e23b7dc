"""Places of a mailbox: its inbox, and the folders of ours beside it, as the ledger names them.

The inbox goes by the mailbox's name, "support", and a folder by "support:Optoutd/Opt-outs", which
no mailbox can be called.
"""

from __future__ import annotations

from collections.abc import Mapping

from handlers.values import Filing, Intent

# The folders in which people decide: what they drag there is a request of that kind.
KIND_OF_FOLDER: Mapping[Filing, Intent] = {
    Filing.OPT_OUTS: Intent.OPT_OUT,
    Filing.CANCELLATIONS: Intent.CANCELLATION,
}


def place_of(mailbox: str, folder: Filing) -> str:
    """The place that `folder` is in `mailbox`; NOWHERE and REVIEW are its inbox."""
    return mailbox if folder in (Filing.NOWHERE, Filing.REVIEW) else f"{mailbox}:{folder.value}"


def mailbox_of(place: str) -> str:
    """The mailbox to which a place belongs."""
    return place.partition(":")[0]


def folder_of(place: str) -> Filing:
    """The folder that a place is; NOWHERE for an inbox."""
    return Filing(place.partition(":")[2])
