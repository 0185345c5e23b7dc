"""ImapMailbox looks for messages in all folders, and reads a folder that it may not write to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.mailboxes import open_mailbox
from daemon.ports import Located, Sought
from handlers.message_id import message_id_hash
from tests.servers.dovecot import Dovecot, message
from tests.servers.scripted_imap import ORDINARY, ScriptedImap
from tests.servers.settings import mailbox_settings

pytestmark = pytest.mark.dovecot

USER = "support@shop.example"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HASH = message_id_hash("<hello@elsewhere.example>")
WANTED = Sought(uid_validity=7, uid=1, message_id_hash=HASH)

EXAMINED = ORDINARY["SELECT"].replace("[READ-WRITE]", "[READ-ONLY]")
FOUND = (
    "* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[HEADER.FIELDS (MESSAGE-ID)] {41}\r\n"
    "Message-ID: <hello@elsewhere.example>\r\n\r\n)\r\n{tag} OK done\r\n"
)


@pytest.fixture
def courier_like() -> Iterator[Dovecot]:
    """All folders below INBOX, as on Courier and many hosting panels."""
    with Dovecot({USER: "secret"}, prefix="INBOX.", separator=".") as server:
        yield server


def test_folders_of_another_namespace_go_by_our_names(courier_like: Dovecot) -> None:
    raw = message()
    for folder in ("INBOX.Newsletter.Unsubscribed", "INBOX.Deleted Items"):
        with courier_like.client(USER) as client:
            client.create_folder(folder)
        courier_like.append(USER, folder, raw)
    box = open_mailbox(mailbox_settings(courier_like, USER), "secret")
    whereabouts = box.locate([WANTED], since=LONG_AGO)
    box.close()
    assert {(f.folder, f.use) for f in whereabouts.found} == {
        ("Newsletter/Unsubscribed", ""),
        ("Deleted Items", "trash"),
    }
    assert whereabouts.folders[0] == "INBOX"


def located(listing: str, **script: str) -> tuple[list[Located], tuple[str, ...], list[str]]:
    answers = {
        "LIST": f"{listing}{{tag}} OK done\r\n",
        "EXAMINE": EXAMINED,
        "UID FETCH": FOUND,
        **{name.replace("_", " "): answer for name, answer in script.items()},
    }
    with ScriptedImap(answers) as server:
        box = open_mailbox(mailbox_settings(server, USER), "secret")
        whereabouts = box.locate([WANTED], since=LONG_AGO)
        box.close()
        return list(whereabouts.found), whereabouts.passed_over, server.commands


def test_special_uses_are_told_by_the_server_whatever_the_names() -> None:
    listing = (
        '* LIST (\\HasNoChildren) "/" INBOX\r\n'
        '* LIST (\\HasNoChildren \\Trash) "/" "Papierkorb"\r\n'
        '* LIST (\\HasNoChildren \\All) "/" "Alle Nachrichten"\r\n'
        '* LIST (\\Noselect) "/" "Kunden"\r\n'
        '* LIST () "/" "Kunden/Erledigt"\r\n'
    )
    found, _, commands = located(listing)
    assert [(f.folder, f.use, f.is_own) for f in found] == [
        ("INBOX", "", True),
        ("Kunden/Erledigt", "", False),
        ("Papierkorb", "trash", False),
        ("Alle Nachrichten", "all", False),
    ]
    assert {command.split()[0] for command in commands} <= {
        "CAPABILITY", "LOGIN", "LIST", "EXAMINE", "UID", "LOGOUT",
    }  # fmt: skip
    fetches = [command for command in commands if command.startswith("UID FETCH")]
    assert all("BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]" in command for command in fetches)


def test_a_folder_that_cannot_be_opened_is_passed_over_and_named() -> None:
    listing = '* LIST () "/" INBOX\r\n* LIST () "/" "Boss"\r\n* LIST () "/" "Done"\r\n'
    found, passed_over, _ = located(listing, **{'EXAMINE_"Boss"': "{tag} NO [NOPERM] not you\r\n"})
    assert [f.folder for f in found] == ["INBOX", "Done"]
    assert passed_over == ("Boss",)


def test_a_connection_lost_meanwhile_is_a_temporary_failure() -> None:
    with pytest.raises(TemporaryFailure, match="look through the folders"):
        located('* LIST () "/" INBOX\r\n', UID_FETCH="hang up")


def test_answers_that_tell_no_message_id_find_nothing() -> None:
    answer = "* 1 FETCH (UID 2 FLAGS () BODY[HEADER.FIELDS (MESSAGE-ID)] NIL)\r\n{tag} OK done\r\n"
    assert located('* LIST () "/" INBOX\r\n', UID_FETCH=answer)[0] == []


# Shadow mode: a folder that is only read -----------------------------------------------------


def test_a_user_who_may_only_read_will_do_in_shadow_mode() -> None:
    script = {"SELECT": ORDINARY["SELECT"].replace("READ-WRITE", "READ-ONLY"), "EXAMINE": EXAMINED}
    with ScriptedImap(script) as server:
        live = open_mailbox(mailbox_settings(server, USER), "secret")
        with pytest.raises(PermanentFailure, match="for reading only"):
            live.open()
        live.close()
        box = open_mailbox(mailbox_settings(server, USER, mode="shadow"), "secret")
        assert box.open().messages == 2
        assert box.uids_above(0) == [1, 2]
        assert "nothing is recorded" in " ".join(box.inspect())
        # What is left from live mode cannot be filed then, and it is said why.
        with pytest.raises(PermanentFailure, match="for reading only"):
            box.flag_for_review([1])
        box.close()


def test_new_mail_is_awaited_in_shadow_mode_too(dovecot: Dovecot, mail_user: str) -> None:
    box = open_mailbox(mailbox_settings(dovecot, mail_user, mode="shadow"), "secret")
    box.open()
    assert box.can_wait
    dovecot.deliver(mail_user, message())
    assert box.wait(300.0)
    box.open()
    assert len(box.uids_above(0)) == 1
    box.close()


def test_nothing_is_filed_in_a_folder_that_was_renumbered_meanwhile() -> None:
    script = {"EXAMINE": EXAMINED.replace("UIDVALIDITY 7", "UIDVALIDITY 6")}
    with ScriptedImap(script) as server:
        box = open_mailbox(mailbox_settings(server, USER, mode="shadow"), "secret")
        box.open()
        with pytest.raises(TemporaryFailure, match="renumbered"):
            box.move([1], "Optoutd/Opt-outs")
        box.close()
        assert not any(command.startswith("UID MOVE") for command in server.commands)
