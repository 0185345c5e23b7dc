"""The tables, for SQLite and PostgreSQL alike; docs/store.md says what an operator finds in them.

Enumerations are kept as their text. What is in a database was made by the migrations; a test holds
them equal to this module.
"""

from __future__ import annotations

import sqlalchemy as sa

from daemon.stores.columns import (
    MAX_NOTE_CHARS,
    UtcDateTime,
    Words,
    later_key,
    later_number,
    later_switch,
    later_words,
    moment,
    number,
    text,
)

# The newest revision in migrations/versions, so that opening a store that is up to date need not
# load Alembic to learn it. A test holds the two equal.
VERSION = "0010"

metadata = sa.MetaData()

# The ledger: every message ever looked at.
message = sa.Table(
    "message",
    metadata,
    sa.Column("mailbox", sa.String, primary_key=True),
    # 32 unsigned bits each (RFC 9051 section 2.3.1.1), too many for PostgreSQL's integer.
    sa.Column("uid_validity", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("uid", sa.BigInteger, primary_key=True, autoincrement=False),
    text("digest"),
    moment("received_at"),
    moment("decided_at"),
    text("disposition"),
    text("reason"),
    sa.Column("intents", sa.JSON, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),  # empty for ordinary mail
    text("filing"),
    moment("filed_at", optional=True),
    sa.Column("requests", sa.JSON, nullable=False),  # references
    sa.Column("error", Words(), nullable=False),
    later_words("silence"),  # the code of why nobody was answered
    later_switch("shadow"),  # decided on in shadow mode: nothing follows from it
    later_switch("flagged"),  # the review flag on the server is ours
    moment("resolved_at", optional=True),  # when people ended its review
    later_words("resolution"),  # how they ended it
    later_switch("by_itself"),  # its review does not end with those of its requests
    later_words("message_id_hash"),  # hex SHA-256 of its Message-ID, to find it in other folders
    # Hex SHA-256 over those fields of its header that tell it from another delivery of the same.
    later_words("copy_hash"),
    later_number("attempts"),  # how often it was tried; 0 where it was read at once
    moment("retry_at", optional=True),  # when a message that was set aside is tried again
    sa.Index("ix_message_digest", "digest"),
)
sa.Index(
    "ix_message_copy",
    message.c.copy_hash,
    sqlite_where=message.c.copy_hash != "",
    postgresql_where=message.c.copy_hash != "",
)
sa.Index(
    "ix_message_review",
    message.c.mailbox,
    message.c.uid_validity,
    message.c.uid,
    sqlite_where=message.c.filing == "review",
    postgresql_where=message.c.filing == "review",
)
sa.Index(
    "ix_message_unfiled",
    message.c.mailbox,
    message.c.uid_validity,
    message.c.uid,  # or SQLite would rather walk the primary key: the whole mailbox
    sqlite_where=message.c.filed_at.is_(None),
    postgresql_where=message.c.filed_at.is_(None),
)

sa.Index(
    "ix_message_retry",
    message.c.mailbox,
    message.c.retry_at,
    sqlite_where=message.c.retry_at.is_not(None),
    postgresql_where=message.c.retry_at.is_not(None),
)
# What people look at: few among the many.
sa.Index(
    "ix_message_held",
    message.c.disposition,
    message.c.received_at,
    sqlite_where=message.c.disposition == "review",
    postgresql_where=message.c.disposition == "review",
)
# By these, rows are found that have outlived their time. As text, and the same in the query: a
# database uses such an index only where it sees the condition's own words.
HAS_EVIDENCE = sa.text("CAST(evidence AS VARCHAR) <> '[]'")
IS_ORDINARY = sa.text("disposition IN ('leave', 'ignore')")
sa.Index(
    "ix_message_evidence",
    message.c.decided_at,
    sqlite_where=HAS_EVIDENCE,
    postgresql_where=HAS_EVIDENCE,
)
sa.Index(
    "ix_message_ordinary",
    message.c.decided_at,
    sqlite_where=IS_ORDINARY,
    postgresql_where=IS_ORDINARY,
)

request = sa.Table(
    "request",
    metadata,
    # In the order of recording: of two requests of one person, the later one counts.
    sa.Column("row", sa.Integer, primary_key=True, autoincrement=True),
    text("reference", unique=True),
    text("kind"),
    text("state"),
    text("address_key"),
    sa.Column("address_written", Words(), nullable=False),
    text("channel"),
    text("mailbox"),
    moment("received_at"),
    moment("due_at"),
    text("language"),
    text("proof"),
    text("reason"),
    text("origin_digest"),
    sa.Column("wanted_end", Words(), nullable=False),
    moment("updated_at"),  # when it came into its state
    # what staff wrote about it
    sa.Column("note", Words(MAX_NOTE_CHARS), nullable=False, server_default=""),
    later_words("taken_by"),  # who took the call or the letter
    moment("reminded_at", optional=True),  # when the customer was asked once more
    later_number("alarmed_percent"),  # of its time: the last alarm about its deadline
    sa.Index("ix_request_address", "address_key", "kind"),
    sa.Index("ix_request_due", "state", "due_at"),
)
# A safety net: whatever goes wrong before, one message makes one request of a kind for an address.
sa.Index(
    "ux_request_origin",
    request.c.origin_digest,
    request.c.kind,
    request.c.address_key,
    unique=True,
    sqlite_where=request.c.origin_digest != "",
    postgresql_where=request.c.origin_digest != "",
)

suppression = sa.Table(
    "suppression",
    metadata,
    sa.Column("address_key", sa.String, primary_key=True),
    sa.Column("list_name", sa.String, primary_key=True),  # '*' for all
    sa.Column("address_written", Words(), nullable=False),
    moment("since"),
    text("reference"),
)
# As text, and the same in the query, as above.
IS_SUB_ADDRESS = sa.text("address_key LIKE '%+%'")
IS_FORGOTTEN = sa.text("address_key LIKE 'hash:%'")
sa.Index(
    "ix_suppression_sub_address",
    suppression.c.list_name,
    suppression.c.address_key,
    sqlite_where=IS_SUB_ADDRESS,
    postgresql_where=IS_SUB_ADDRESS,
)
sa.Index(
    "ix_suppression_forgotten",
    suppression.c.list_name,
    suppression.c.address_key,
    sqlite_where=IS_FORGOTTEN,
    postgresql_where=IS_FORGOTTEN,
)

# The tickets that the control panel has handed in: each is taken once.
ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("number", sa.String, primary_key=True),
    text("fingerprint"),  # keyed, of what the ticket says
    text("reference"),
    moment("taken_at"),
    sa.Index("ix_ticket_taken", "taken_at"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("row", sa.Integer, primary_key=True, autoincrement=True),
    text("idempotency_key", unique=True),
    text("message_id"),
    text("recipient_written"),
    text("recipient_key"),
    text("envelope_from"),
    sa.Column("raw", sa.LargeBinary, nullable=True),  # NULL once it has been dropped
    sa.Column("requests", sa.JSON, nullable=False),  # references
    text("secret_hash"),  # of the secret by which an answer proves to be about these
    text("mailbox"),
    text("state"),  # queued, sending, sent, failed or unknown
    number("attempts"),
    number("unknowns"),
    moment("next_at"),
    moment("queued_at"),
    moment("sent_at", optional=True),
    sa.Column("response", Words(), nullable=False),
    sa.Column("error", Words(), nullable=False),
    moment("copied_at", optional=True),
    later_words("taken_by"),  # the process that delivers it
    later_key("thread"),  # the hash of the secret in the first mail of its thread
    later_key("recipient_inbox"),  # what mails to one person are counted by
    moment("taken_at", optional=True),
    moment("retried_at", optional=True),  # when staff last had it tried anew
    later_switch("asks"),  # a question: every mail carries a secret, also one that asks nothing
    sa.Index("ix_outbox_due", "state", "next_at"),
    sa.Index("ix_outbox_recipient", "recipient_key", "queued_at"),
    sa.Index("ix_outbox_sent", "sent_at"),
    sa.Index("ix_outbox_secret", "secret_hash"),
    sa.Index("ix_outbox_thread", "thread"),
    sa.Index("ix_outbox_inbox", "recipient_inbox", "queued_at"),
    sa.Index("ix_outbox_copies", "mailbox", "state", "copied_at"),
)
sa.Index(
    "ix_outbox_bytes",
    outbox.c.queued_at,
    sqlite_where=outbox.c.raw.is_not(None),
    postgresql_where=outbox.c.raw.is_not(None),
)

# The other systems that are told of requests, and how they fare.
receiver = sa.Table(
    "receiver",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("events", sa.JSON, nullable=False),  # patterns; empty for all
    text("target"),  # a hash of where it is
    sa.Column("is_active", sa.Boolean, nullable=False),  # configured, as of the last start
    moment("since"),
    moment("told_at", optional=True),
    moment("failing_since", optional=True),
    sa.Column("error", Words(), nullable=False),
    moment("gone_at", optional=True),
)

# What each of them is to be told: a row for each change of a request and receiver. No address: an
# announcement is made of the request when it goes out.
announcement = sa.Table(
    "announcement",
    metadata,
    sa.Column("row", sa.Integer, primary_key=True, autoincrement=True),
    text("message_id"),  # the same at each attempt
    text("receiver"),
    text("reference"),
    text("before"),  # '' where the request is new
    text("after"),
    text("reason"),
    sa.Column("lists", sa.JSON, nullable=False),
    moment("changed_at"),
    text("state"),
    number("attempts"),
    moment("next_at"),
    text("taken_by"),
    moment("taken_at", optional=True),
    moment("begun_at", optional=True),  # it may have had its effect since, and no answer says so
    moment("retried_at", optional=True),
    moment("ended_at", optional=True),
    sa.Column("note", Words(), nullable=False),
    sa.Index("ix_announcement_due", "receiver", "state", "next_at"),
    sa.Index("ix_announcement_reference", "reference", "receiver", "row"),
    sa.Index("ix_announcement_state", "state", "row"),
    sa.Index("ix_announcement_changed", "changed_at"),
    # A row's number is told as the order of the changes: none is given out again.
    sqlite_autoincrement=True,
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    moment("at"),
    text("what"),
    text("reference"),  # of the request, or ''
    sa.Column("detail", sa.JSON, nullable=False),  # codes and references, never an address
    text("hash"),  # hex SHA-256 over the hash before and this row
    sa.Index("ix_event_reference", "reference"),
)

mailbox_mark = sa.Table(
    "mailbox_mark",
    metadata,
    sa.Column("mailbox", sa.String, primary_key=True),
    sa.Column("uid_validity", sa.BigInteger, nullable=False),
    sa.Column("uid", sa.BigInteger, nullable=False),
    moment("started_at"),
    sa.Column("backlog_uid", sa.BigInteger, nullable=False),
)

# What is being read where, so that a message that ends the process does so twice and no more.
in_hand = sa.Table(
    "in_hand",
    metadata,
    sa.Column("mailbox", sa.String, primary_key=True),
    text("process"),  # which reads there, or did
    sa.Column("uid_validity", sa.BigInteger, nullable=False),
    sa.Column("uid", sa.BigInteger, nullable=False),  # read alone at this moment; 0: a batch
    sa.Column("failed_uid", sa.BigInteger, nullable=False),  # what cannot be fetched begins here
    number("failures"),  # in so many passes, one after the other
    sa.Column("failing_since", UtcDateTime),
    # The message at which processes ended, and how many one after the other.
    sa.Column("ended_uid", sa.BigInteger, nullable=False, server_default="0"),
    later_number("ends"),
)

# PostgreSQL: which process reads which mailbox; with SQLite a file lock says so.
lease = sa.Table(
    "lease",
    metadata,
    sa.Column("mailbox", sa.String, primary_key=True),
    text("holder"),  # a row of `process`
    sa.Column("fence", sa.BigInteger, nullable=False),  # grows with each holder
    moment("until"),
)

# The processes that own the store, or did until they died.
process = sa.Table(
    "process",
    metadata,
    sa.Column("name", sa.String, primary_key=True),  # host, process number and a random part
    text("version"),
    moment("started_at"),
    moment("beat_at"),
    moment("stopped_at", optional=True),
)

# How each mailbox fared last, for `optoutd status`.
mailbox_status = sa.Table(
    "mailbox_status",
    metadata,
    sa.Column("mailbox", sa.String, primary_key=True),
    text("process"),
    moment("polled_at"),
    moment("succeeded_at", optional=True),
    number("waiting"),  # messages above the mark when it was polled last
    sa.Column("idles", sa.Boolean, nullable=False),
    sa.Column("error", Words(), nullable=False),
    moment("failing_since", optional=True),
    text("setting"),
    sa.Column("cure", Words(), nullable=False),
)

# The keys of the tokens in List-Unsubscribe fields. None is ever taken away: a newsletter lies
# about for years.
token_key = sa.Table(
    "token_key",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    text("value"),
    moment("made_at"),
)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    text("value"),
)
