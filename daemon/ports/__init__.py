"""What the daemon needs from the outside world, as protocols; tests/contract holds them to it.

Everything behind `Mailbox` and `Store` blocks and is called from worker threads; a `Courier` is
awaited. All of them raise TemporaryFailure or PermanentFailure and nothing else that is foreseen.
"""

from __future__ import annotations

from daemon.ports.announcements import (
    ANNOUNCEMENT_STATES,
    Acknowledged,
    AnnouncementRow,
    Audience,
    ReceiverStatus,
)
from daemon.ports.courier import Accepted, Courier, Speaks, unheard
from daemon.ports.figures import Figures, Spread
from daemon.ports.ledger import (
    Act,
    Batch,
    Entry,
    Failing,
    InHand,
    LedgerRow,
    Mark,
    OpenReview,
    TakenTicket,
    Unfiled,
)
from daemon.ports.mailbox import Located, Mailbox, Selected, Sought, Standing, Whereabouts
from daemon.ports.outbox import MAIL_STATES, MailRow, QueuedMail, SentCopy
from daemon.ports.reader import Reader
from daemon.ports.receiver import Outcome, Receiver
from daemon.ports.requests import Question
from daemon.ports.standing import Lease, MailboxStatus, Process
from daemon.ports.store import Access, Store

__all__ = [
    "ANNOUNCEMENT_STATES",
    "MAIL_STATES",
    "Accepted",
    "Access",
    "Acknowledged",
    "Act",
    "AnnouncementRow",
    "Audience",
    "Batch",
    "Courier",
    "Entry",
    "Failing",
    "Figures",
    "InHand",
    "Lease",
    "LedgerRow",
    "Located",
    "MailRow",
    "Mailbox",
    "MailboxStatus",
    "Mark",
    "OpenReview",
    "Outcome",
    "Process",
    "Question",
    "QueuedMail",
    "Reader",
    "Receiver",
    "ReceiverStatus",
    "Selected",
    "SentCopy",
    "Sought",
    "Speaks",
    "Spread",
    "Standing",
    "Store",
    "TakenTicket",
    "Unfiled",
    "Whereabouts",
    "unheard",
]
