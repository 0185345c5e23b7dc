"""Guards for what ImapMailbox relies on in IMAPClient and imaplib without their promise."""

from __future__ import annotations

import logging
import sys

import pytest
from imapclient import IMAPClient

from daemon.mailboxes import open_mailbox
from daemon.mailboxes.imap import ImapMailbox
from tests.servers.dovecot import Dovecot, message
from tests.servers.settings import mailbox_settings

pytestmark = pytest.mark.dovecot


def test_the_debug_level_that_we_lower_exists_and_fetch_works_without_it(
    dovecot: Dovecot, mail_user: str
) -> None:
    with IMAPClient(dovecot.host, port=dovecot.imap_port, ssl=False, timeout=10) as untouched:
        # If it is 0 by itself one day, connect.py needs to touch no private attribute any more.
        assert untouched._imap.debug == 5
    dovecot.deliver(mail_user, message("x", "letters"))
    box = ImapMailbox(mailbox_settings(dovecot, mail_user), "secret")
    box.open()
    assert box._line.client._imap.debug == 0
    (found,) = box.fetch(box.uids_above(0), max_bytes=10_000)
    assert b"letters" in found.raw
    box.close()


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="imaplib keeps its own buffer since 3.14")
def test_the_reader_that_we_peek_into_exists(dovecot: Dovecot, mail_user: str) -> None:
    with dovecot.client(mail_user) as client:
        assert vars(client._imap)["file"].peek


def test_what_the_server_tells_of_moved_messages_does_not_pile_up(
    dovecot: Dovecot, mail_user: str
) -> None:
    for number in range(4):
        dovecot.deliver(mail_user, message(f"x{number}", "letters"))
    box = ImapMailbox(mailbox_settings(dovecot, mail_user), "secret")
    box.open()
    first, second, *_ = box.uids_above(0)
    for uid in (first, second):
        box.move([uid], "Optoutd/Opt-outs")
        box.flag_for_review([uid])
    kept = box._line.client._imap.untagged_responses
    assert not {"EXPUNGE", "COPYUID", "FETCH", "HIGHESTMODSEQ"} & kept.keys()
    assert len(box.uids_above(0)) == 2
    box.close()


def test_capabilities_are_those_of_after_the_login(dovecot: Dovecot, mail_user: str) -> None:
    # Before the login Dovecot offers neither MOVE nor UIDPLUS; IMAPClient caches what it is told.
    for security in ("none", "starttls"):
        settings = mailbox_settings(
            dovecot, mail_user, host="localhost", security=security, ca_file=dovecot.ca_file
        )
        box = ImapMailbox(settings, "secret")
        box.open()
        assert box._line.client.has_capability("MOVE")
        assert box._line.client.has_capability("UIDPLUS")
        box.close()


def test_neither_password_nor_mail_nor_user_name_reaches_the_log_at_its_lowest_level(
    dovecot: Dovecot, mail_user: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    dovecot.deliver(mail_user, message("x", "body-of-a-customer"))
    box = open_mailbox(mailbox_settings(dovecot, mail_user), "secret")
    box.open()
    box.fetch(box.uids_above(0), max_bytes=10_000)
    box.append_sent([message("Re: x", "body-of-a-reply"), message("Re: y")])
    box.close()
    for secret in ("body-of-a", mail_user, "secret"):
        assert secret not in caplog.text
