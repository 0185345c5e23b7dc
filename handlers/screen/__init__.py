"""Was it sent by a machine? May it be answered? Two different questions, one table of conditions.

A condition that says AUTOMATIC also forbids an answer; one that says SILENT only forbids it. The
names are the reason codes that the log and `classify` show.
"""

from __future__ import annotations

from handlers.screen.condition import SPAM_FIELDS, Condition, Ourselves, Says, keyword
from handlers.screen.lists import from_own_list
from handlers.screen.table import AGAINST, DOUBTFUL, REFUTED, SCREEN
from handlers.values import Message, Proof, Screening

__all__ = [
    "AGAINST", "DOUBTFUL", "REFUTED", "SCREEN", "SPAM_FIELDS", "Condition", "Ourselves", "Says",
    "keyword", "screen",
]  # fmt: skip

# A web form of our own is a machine, and a list of our own is one too. That says nothing of the
# person who used it: the form's answer goes to the Reply-To, the list's to the From.
_USUAL_FOR_FORMS = frozenset(
    {
        "null-return-path", "auto-submitted", "precedence", "auto-response-suppress",
        "machine-field", "daemon-return-path", "mail-system", "daemon-sender", "away-notice",
        "acknowledgement",
    }
)  # fmt: skip
_USUAL_FOR_OWN_LISTS = frozenset({"precedence", "daemon-return-path"})


def screen(message: Message, us: Ourselves, proof: Proof) -> Screening:
    """Applies every condition of the table; a sender who is refuted is never answered either."""
    usual = _USUAL_FOR_FORMS if proof is Proof.FORM else frozenset[str]()
    if from_own_list(message, us):
        usual |= _USUAL_FOR_OWN_LISTS
    held = [c for c in SCREEN if c.name not in usual and c.test(message, us)]
    silent = tuple(condition.name for condition in held)
    if proof.speaks_against:
        # The address is innocent: whoever wrote this is somebody else.
        silent = (AGAINST[proof], *silent)
    return Screening(
        automatic=tuple(c.name for c in held if c.says is Says.AUTOMATIC), silent=silent
    )
