"""ImapMailbox among folders: other names, other namespaces, servers that can do less."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.mailboxes import open_mailbox
from daemon.mailboxes.failures import Refused
from daemon.mailboxes.folders import server_name
from daemon.ports import Mailbox
from handlers.values import Filing
from tests.servers.dovecot import Dovecot, message
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.settings import mailbox_settings

pytestmark = pytest.mark.dovecot

USER = "support@shop.example"
FOLDER = "Optoutd/Opt-outs"


@contextlib.contextmanager
def mailbox(server: Dovecot, user: str = USER, **changes: object) -> Iterator[Mailbox]:
    box = open_mailbox(mailbox_settings(server, user, **changes), server.users[user])
    box.open()
    try:
        yield box
    finally:
        box.close()


@pytest.fixture(scope="module")
def courier_like() -> Iterator[Dovecot]:
    """All folders below INBOX, as on Courier and many hosting panels; none for sent mail."""
    with Dovecot({USER: "secret"}, prefix="INBOX.", separator=".", sent="") as server:
        yield server


def subscribed(server: Dovecot, user: str = USER) -> set[str]:
    with server.client(user) as client:
        return {name for _, _, name in client.list_sub_folders()}


def test_folders_lie_in_the_personal_namespace_of_the_server(courier_like: Dovecot) -> None:
    uid = courier_like.append(USER, "INBOX", message())
    with mailbox(courier_like) as box:
        box.move([uid], FOLDER)
    assert len(courier_like.folder(USER, "INBOX.Optoutd.Opt-outs")) == 1
    assert "INBOX.Optoutd.Opt-outs" in subscribed(courier_like)


def test_a_folder_for_sent_mail_is_made_in_the_namespace_where_there_is_none(
    courier_like: Dovecot,
) -> None:
    with mailbox(courier_like) as box:
        box.append_sent([message()])
        assert "replies are copied to INBOX.Sent" in box.inspect()
    assert len(courier_like.folder(USER, "INBOX.Sent")) == 1
    assert "INBOX.Sent" in subscribed(courier_like)


def test_the_folder_with_the_special_use_is_taken_whatever_its_name() -> None:
    name = "[Gmail]/Gesendete & grüne Objekte"  # below a folder that holds no messages
    with Dovecot({USER: "secret"}, sent=name) as server:
        with mailbox(server) as box:
            box.append_sent([message()])
        assert len(server.folder(USER, name)) == 1
        assert server.folder(USER, "Sent") == []


def test_a_folder_whose_name_cannot_be_read_costs_nobody_the_others() -> None:
    sent = '* LIST (\\Sent) "/" "Gesendet &APw-"\r\n{tag} OK done\r\n'
    script = {
        "LIST": sent,
        'LIST "" "*"': '* LIST () "/" "Rock & Roll"\r\n' + sent,
        "SUBSCRIBE": "{tag} OK done\r\n",
        "APPEND": "+ go on\r\n",
    }
    with ScriptedImap(script) as server:
        box = open_mailbox(mailbox_settings(server, USER), "secret")
        box.open()
        with contextlib.suppress(TemporaryFailure):  # the script does not know a literal's end
            box.append_sent([b"x"])
        box.close()
        appended = [c for c in server.commands if c.startswith("APPEND")]
    assert appended == ['APPEND "Gesendet &APw-" (\\Seen) {1}']


def test_the_configured_folder_for_sent_mail_goes_before_all_others(
    dovecot: Dovecot, mail_user: str
) -> None:
    with mailbox(dovecot, mail_user, sent_folder="Replies/Sent by us") as box:
        box.append_sent([message(), message()])
    assert len(dovecot.folder(mail_user, "Replies/Sent by us")) == 2
    assert dovecot.folder(mail_user, "Sent") == []


def test_folders_that_a_person_deletes_meanwhile_are_made_again(
    dovecot: Dovecot, mail_user: str
) -> None:
    uids = [dovecot.append(mail_user, "INBOX", message()) for _ in range(2)]
    with mailbox(dovecot, mail_user, sent_folder="Replies") as box:
        box.move(uids[:1], FOLDER)
        box.append_sent([message()])
        with dovecot.client(mail_user) as client:
            client.delete_folder(FOLDER)
            client.delete_folder("Replies")
        box.move(uids[1:], FOLDER)
        box.append_sent([message()])
        with dovecot.client(mail_user) as client:
            client.delete_folder("Replies")
        box.append_sent([message(), message()])
    assert len(dovecot.folder(mail_user, FOLDER)) == 1
    assert len(dovecot.folder(mail_user, "Replies")) == 2


def test_a_folder_that_was_there_before_is_used(dovecot: Dovecot, mail_user: str) -> None:
    with dovecot.client(mail_user) as client:
        client.create_folder(FOLDER)
    dovecot.append(mail_user, FOLDER, message("by hand"))
    uid = dovecot.append(mail_user, "INBOX", message())
    with mailbox(dovecot, mail_user) as box:
        box.move([uid], FOLDER)
    assert len(dovecot.folder(mail_user, FOLDER)) == 2


def test_inspect_makes_all_folders_and_misses_nothing_on_a_whole_server(
    dovecot: Dovecot, mail_user: str
) -> None:
    with mailbox(dovecot, mail_user) as box:
        notes = box.inspect()
    assert notes == [
        "INBOX holds 0 messages",
        "mail is filed in Optoutd/Opt-outs",
        "mail is filed in Optoutd/Cancellations",
        "mail is filed in Optoutd/Automatic",
        "replies are copied to Sent",
    ]
    assert FOLDER in subscribed(dovecot, mail_user)


def test_inspect_warns_of_a_list_that_brings_the_mail(dovecot: Dovecot, mail_user: str) -> None:
    for number in range(4):
        field = "" if number == 3 else "List-Id: The team <Team.host.example>\r\n"
        dovecot.append(mail_user, "INBOX", field.encode() + message())
    with mailbox(dovecot, mail_user, filing="none") as box:
        notes = box.inspect()
    with mailbox(dovecot, mail_user, filing="none", own_list_ids=("Team.Host.example",)) as box:
        settled = box.inspect()
    assert [note for note in notes if note not in settled] == [
        (
            "WARNING: 3 of the last 4 messages came through the mailing list team.host.example, "
            "whose posts are not answered; if it is a group of yours that brings customers' mail, "
            'set own_list_ids = ["team.host.example"]'
        )
    ]


def test_inspect_of_a_mailbox_whose_mail_is_only_flagged_makes_no_folders(
    dovecot: Dovecot, mail_user: str
) -> None:
    with mailbox(dovecot, mail_user, filing="flag") as box:
        notes = box.inspect()
    assert notes == [
        "INBOX holds 0 messages",
        "handled mail stays where it is and gets a keyword",
        "replies are copied to Sent",
    ]
    assert FOLDER not in subscribed(dovecot, mail_user)


def test_a_mailbox_that_nothing_is_filed_in_is_opened_for_reading_only(
    dovecot: Dovecot, mail_user: str
) -> None:
    uid = dovecot.append(mail_user, "INBOX", message())
    with mailbox(dovecot, mail_user, filing="none") as box:
        assert box.inspect() == [
            "INBOX holds 1 messages",
            "nothing is written to this mailbox: no flags, no folders, no copies of replies",
        ]
        assert box.uids_above(0) == [uid]
        assert len(box.fetch([uid], max_bytes=1000)) == 1
    with dovecot.client(mail_user) as client:
        client.select_folder("INBOX")
        assert client.get_flags([uid]) == {uid: (rb"\Recent",)}
    assert FOLDER not in subscribed(dovecot, mail_user)


@pytest.mark.parametrize(
    ("filing", "words"),
    [
        ("move", ["what waits for review is only flagged"]),
        ("flag", ["what waits for review is only flagged, and handled mail looks like all other"]),
        ("none", []),
    ],
)
def test_inspect_says_what_a_server_without_keywords_leaves_unseen(
    filing: str, words: list[str]
) -> None:
    script = {
        "SELECT": "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] \r\n* OK [UIDNEXT 1] \r\n"
        "* OK [PERMANENTFLAGS (\\Flagged \\Deleted)] \r\n{tag} OK done\r\n",
        "EXAMINE": "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] \r\n* OK [UIDNEXT 1] \r\n"
        "{tag} OK [READ-ONLY] done\r\n",
        "LIST": '* LIST () "/" "Optoutd/Opt-outs"\r\n{tag} OK done\r\n',
        "CREATE": "{tag} OK done\r\n",
        "SUBSCRIBE": "{tag} OK done\r\n",
        "UID STORE": "{tag} OK done\r\n",
    }
    with ScriptedImap(script, capabilities="MOVE UIDPLUS IDLE") as server:
        box = open_mailbox(mailbox_settings(server, USER, filing=filing), "secret")
        said = [note for note in box.inspect() if "keywords" in note]
        if filing != "none":
            box.mark_as([1], Filing.OPT_OUTS)
            box.end_review([1], unflag=[1])
        box.close()
        stored = [command for command in server.commands if "STORE" in command]
    assert len(said) == len(words)
    assert all(word in note for word, note in zip(words, said, strict=True))
    assert not any("Optoutd" in command for command in stored)


def test_a_folder_whose_state_the_server_does_not_tell_is_not_taken_for_an_absent_one() -> None:
    script = {
        "STATUS": "{tag} NO not now\r\n",
        "LIST": '* LIST () "/" "Optoutd/Opt-outs"\r\n{tag} OK done\r\n',
    }
    with ScriptedImap(script) as server:
        box = open_mailbox(mailbox_settings(server, USER), "secret")
        box.open()
        with pytest.raises(TemporaryFailure, match="not now"):
            box.standing(FOLDER)
        assert box.uids_above(0) == [1, 2]  # the connection holds
        box.close()


def test_without_move_messages_are_copied_and_only_they_are_expunged() -> None:
    with Dovecot({USER: "secret"}, capability="IMAP4rev1 NAMESPACE UIDPLUS") as server:
        uids = [server.append(USER, "INBOX", message(str(n))) for n in range(4)]
        marked_by_others = uids[3]
        with server.client(USER) as client:
            client.select_folder("INBOX")
            client.delete_messages([marked_by_others])
        with mailbox(server) as box:
            assert any("MOVE" in note for note in box.inspect())
            box.move(uids[:2], FOLDER)
            box.move(uids[:2], FOLDER)
            box.move([9999], FOLDER)
        assert len(server.folder(USER, FOLDER)) == 2
        assert [s.uid for s in server.folder(USER)] == [uids[2], marked_by_others]


def test_what_a_broken_move_has_copied_is_not_copied_again() -> None:
    with Dovecot({USER: "secret"}, capability="IMAP4rev1 NAMESPACE UIDPLUS") as server:
        when = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        raws = [message(str(n), "x" * 20) for n in range(3)]
        uids = [server.append(USER, "INBOX", raw, when) for raw in raws]
        twin = server.append(USER, "INBOX", raws[0], when)
        with mailbox(server) as box:
            box.make_folder(FOLDER)
            with server.client(USER) as client:  # as a pass that was cut behind its COPY
                client.select_folder("INBOX")
                client.copy(uids[:2], FOLDER)
            # As large and of the same moment, and yet another one.
            server.append(USER, FOLDER, raws[2].replace(b"xx", b"yy"), when)
            box.move([*uids, twin], FOLDER, again=True)
            assert box.uids_above(0) == []  # the inbox is open again
        held = Counter(stored.raw for stored in server.folder(USER, FOLDER))
        assert [held[raw] for raw in raws] == [2, 1, 1]
        assert held.total() == 5


def test_a_copy_that_a_person_has_deleted_does_not_cost_the_original() -> None:
    with Dovecot({USER: "secret"}, capability="IMAP4rev1 NAMESPACE UIDPLUS") as server:
        uid = server.append(USER, "INBOX", message("1"))
        with mailbox(server) as box:
            box.make_folder(FOLDER)
            with server.client(USER) as client:  # as a pass that was cut behind its COPY
                client.select_folder("INBOX")
                client.copy([uid], FOLDER)
                # Mail clients mark what a person deletes, and expunge it at some later time.
                client.select_folder(FOLDER)
                client.delete_messages([1])
            box.move([uid], FOLDER, again=True)
        with server.client(USER) as client:
            client.select_folder(FOLDER)
            client.expunge()
        assert server.folder(USER) == []
        assert len(server.folder(USER, FOLDER)) == 1


def test_what_was_copied_is_not_copied_again_where_nobody_can_look_whether_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Dovecot({USER: "secret"}, capability="IMAP4rev1 NAMESPACE UIDPLUS") as server:
        uid = server.append(USER, "INBOX", message("1"))
        with mailbox(server) as box:
            box.make_folder(FOLDER)
            with monkeypatch.context() as patch:
                patch.setattr(IMAPClient, "add_flags", refusing("NO you may not delete"))
                with pytest.raises(TemporaryFailure, match="may not delete"):
                    box.move([uid], FOLDER)
            with monkeypatch.context() as patch:
                patch.setattr("daemon.mailboxes.imap.select_ours", refusing("NO you may not look"))
                with pytest.raises(TemporaryFailure, match="may not look"):
                    box.move([uid], FOLDER)
            box.move([uid], FOLDER)
        assert len(server.folder(USER, FOLDER)) == 1
        assert server.folder(USER) == []


def refusing(words: str) -> Callable[..., object]:
    def refuse(*_: object, **__: object) -> object:
        raise Refused(words)

    return refuse


def test_without_uidplus_messages_are_copied_once_and_stay_marked() -> None:
    with Dovecot({USER: "secret"}, capability="IMAP4rev1") as server:
        uids = [server.append(USER, "INBOX", message(str(n))) for n in range(3)]
        with mailbox(server) as box:
            assert any("UIDPLUS" in note for note in box.inspect())
            box.move(uids[:2], FOLDER)
            box.move(uids[:2], FOLDER)
        assert len(server.folder(USER, FOLDER)) == 2
        assert {s.uid: r"\Deleted" in s.flags for s in server.folder(USER)} == {
            uids[0]: True,
            uids[1]: True,
            uids[2]: False,
        }


def test_copies_are_put_into_sent_one_by_one_where_they_cannot_go_together() -> None:
    with Dovecot({USER: "secret"}, capability="IMAP4rev1 UIDPLUS") as server:
        lying: list[int] = []
        with mailbox(server) as box:
            box.append_sent(
                [message(str(n)) for n in range(3)],
                done=lambda _: lying.append(len(server.folder(USER, "Sent"))),
            )
        assert lying == [1, 2, 3]  # each is told of as soon as it is there
        assert [s.flags for s in server.folder(USER, "Sent")] == [{r"\Seen"}] * 3


def test_many_messages_move_with_one_command(dovecot: Dovecot, mail_user: str) -> None:
    script = {
        "UID MOVE": "{tag} OK done\r\n",
        "LIST": '* LIST () "/" "Optoutd/Opt-outs"\r\n{tag} OK done\r\n',
        "SUBSCRIBE": "{tag} OK done\r\n",
    }
    with ScriptedImap(script, capabilities="MOVE") as server:
        box = open_mailbox(mailbox_settings(server, USER), "secret")
        box.open()
        box.move(range(1, 401), FOLDER)
        box.close()
        assert sum(command.startswith("UID MOVE") for command in server.commands) == 1


def test_a_move_refused_because_one_message_vanished_is_done_for_the_others() -> None:
    script = {
        "UID MOVE 1,2,5": "{tag} NO some of the messages no longer exist\r\n",
        "UID MOVE 1,2 ": "{tag} OK done\r\n",
        "LIST": '* LIST () "/" "Optoutd/Opt-outs"\r\n{tag} OK done\r\n',
        "SUBSCRIBE": "{tag} NO no subscriptions here\r\n",
    }
    with ScriptedImap(script, capabilities="MOVE") as server:
        box = open_mailbox(mailbox_settings(server, USER), "secret")
        box.open()
        box.move([1, 2, 5], FOLDER)
        box.close()
        assert 'UID MOVE 1,2 "Optoutd/Opt-outs"' in server.commands


def test_a_folder_that_the_server_will_not_create_is_a_permanent_failure() -> None:
    script = {
        "LIST": "{tag} OK nothing\r\n",
        "CREATE": "{tag} NO Permission denied\r\n",
    }
    with ScriptedImap(script, capabilities="MOVE") as server:
        box = open_mailbox(mailbox_settings(server, USER), "secret")
        box.open()
        with pytest.raises(PermanentFailure, match="Permission denied") as caught:
            box.move([1], FOLDER)
        box.close()
    assert caught.value.setting == "mailbox.support.filing"


@pytest.mark.parametrize(
    ("prefix", "separator", "name"),
    [
        ("", "/", "Optoutd/Opt-outs"),
        ("INBOX.", ".", "INBOX.Optoutd.Opt-outs"),
        ("INBOX/", "/", "INBOX/Optoutd/Opt-outs"),
        ("", "\\", "Optoutd\\Opt-outs"),
        ("", "-", "Optoutd-Opt_outs"),
        ("", "", "Optoutd-Opt-outs"),
    ],
)
def test_a_folder_has_one_name_for_us_and_one_for_the_server(
    prefix: str, separator: str, name: str
) -> None:
    assert server_name(FOLDER, prefix=prefix, separator=separator) == name
