"""What ImapMailbox makes of servers that refuse, break off, fall silent or talk nonsense."""

from __future__ import annotations

import contextlib
import imaplib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.mailboxes import open_mailbox
from daemon.mailboxes.failures import lasts, passes, words_of
from daemon.ports import Mailbox
from tests.servers.dovecot import Dovecot, free_port, message
from tests.servers.scripted_imap import HANG_UP, SILENCE, ScriptedImap
from tests.servers.settings import Listening, mailbox_settings
from tests.servers.smtp import DeafServer

PASSWORD = "correct horse"


@contextlib.contextmanager
def mailbox(
    server: Listening, user: str = "someone", password: str = PASSWORD, **changes: object
) -> Iterator[Mailbox]:
    box = open_mailbox(mailbox_settings(server, user, **changes), password)
    try:
        yield box
    finally:
        box.close()


# On a real server


@pytest.mark.dovecot
def test_a_wrong_password_is_permanent_and_told_in_the_servers_words(
    dovecot: Dovecot, mail_user: str
) -> None:
    with (
        mailbox(dovecot, mail_user, "not the password") as box,
        pytest.raises(PermanentFailure) as caught,
    ):
        box.open()
    assert caught.value.part == "support"
    assert caught.value.setting == "mailbox.support.username"
    assert "[AUTHENTICATIONFAILED]" in str(caught.value)
    assert "not the password" not in str(caught.value)


@pytest.mark.dovecot
@pytest.mark.parametrize("password", ["grüße", 'quo"te\\back', "space and {5}", "%s(x)*"])
def test_a_password_may_hold_any_character(dovecot: Dovecot, password: str) -> None:
    user = f"any-{abs(hash(password))}@shop.example"
    dovecot.add_user(user, password)
    with mailbox(dovecot, user, password) as box:
        assert box.open().messages == 0


@pytest.mark.dovecot
def test_a_missing_folder_is_permanent_and_points_to_the_setting(
    dovecot: Dovecot, mail_user: str
) -> None:
    with (
        mailbox(dovecot, mail_user, "secret", folder="No such") as box,
        pytest.raises(PermanentFailure, match="No such") as caught,
    ):
        box.open()
    assert caught.value.setting == "mailbox.support.folder"


@pytest.mark.dovecot
def test_a_folder_that_cannot_be_written_is_permanent(dovecot: Dovecot, mail_user: str) -> None:
    dovecot.seed(mail_user, 1, lambda _: message())
    folder = dovecot.maildir(mail_user) / "cur"
    folder.chmod(0o555)
    with (
        mailbox(dovecot, mail_user, "secret") as box,
        pytest.raises(PermanentFailure, match="reading only") as caught,
    ):
        box.open()
    folder.chmod(0o755)
    assert caught.value.setting == "mailbox.support.folder"


@pytest.mark.dovecot
def test_a_folder_with_another_name_and_letters_is_opened(
    dovecot: Dovecot, mail_user: str
) -> None:
    with dovecot.client(mail_user) as client:
        client.create_folder("Anfragen/Kündigung")
    dovecot.append(mail_user, "Anfragen/Kündigung", message())
    with mailbox(dovecot, mail_user, "secret", folder="Anfragen/Kündigung") as box:
        assert box.open().messages == 1


def test_a_server_that_is_down_is_temporary() -> None:
    class Nobody:
        host = "127.0.0.1"
        imap_port = free_port()

    with mailbox(Nobody()) as box, pytest.raises(TemporaryFailure) as caught:
        box.open()
    assert caught.value.part == "support"


def test_a_host_without_an_address_is_temporary() -> None:
    class Nowhere:
        host = "mail.nowhere.invalid"
        imap_port = 993

    with mailbox(Nowhere(), security="tls") as box, pytest.raises(TemporaryFailure):
        box.open()


@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
def test_a_server_that_accepts_and_never_answers_is_temporary(security: str) -> None:
    with (
        DeafServer() as server,
        mailbox(server, security=security, timeout_seconds=0.3) as box,
        pytest.raises(TemporaryFailure),
    ):
        box.open()


# From a script


@pytest.mark.parametrize(
    "refusal",
    [
        "{tag} NO [UNAVAILABLE] the user database is away\r\n",
        "{tag} NO [LIMIT] Maximum number of connections exceeded\r\n",
        "{tag} NO [ALERT] Too many simultaneous connections. (Failure)\r\n",
        "{tag} NO Server Unavailable. 15\r\n",
        "* BYE going down\r\n",
        HANG_UP,
        SILENCE,
    ],
)
def test_a_login_that_fails_for_a_passing_reason_is_temporary(refusal: str) -> None:
    with (
        ScriptedImap({"LOGIN": refusal}) as server,
        mailbox(server, timeout_seconds=0.3) as box,
        pytest.raises(TemporaryFailure),
    ):
        box.open()


@pytest.mark.parametrize(
    "refusal",
    [
        "{tag} NO [AUTHENTICATIONFAILED] no\r\n",
        "{tag} NO LOGIN failed.\r\n",
        "{tag} NO [EXPIRED] the password is too old, try again later\r\n",
        "* BYE [AUTHENTICATIONFAILED] too many failures\r\n",
        "{tag} BAD [PRIVACYREQUIRED] use TLS\r\n",
    ],
)
def test_a_login_that_is_refused_for_good_is_permanent(refusal: str) -> None:
    with (
        ScriptedImap({"LOGIN": refusal}) as server,
        mailbox(server) as box,
        pytest.raises(PermanentFailure) as caught,
    ):
        box.open()
    assert caught.value.setting == "mailbox.support.username"


def test_a_server_that_repeats_the_password_does_not_bring_it_into_an_error() -> None:
    refusal = f"{{tag}} NO user someone has not the password {PASSWORD}\x07, has it\r\n"
    with (
        ScriptedImap({"LOGIN": refusal}) as server,
        mailbox(server) as box,
        pytest.raises(PermanentFailure) as caught,
    ):
        box.open()
    assert PASSWORD not in str(caught.value)
    assert "has not the password *** , has it" in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_user_name_is_quoted_for_servers_that_know_only_login() -> None:
    with ScriptedImap() as server, mailbox(server, 'a b"c\\d') as box:
        box.open()
        assert f'LOGIN "a b\\"c\\\\d" "{PASSWORD}"' in server.commands


def test_a_server_that_forbids_passwords_gets_none() -> None:
    with (
        ScriptedImap(capabilities="LOGINDISABLED") as server,
        mailbox(server) as box,
        pytest.raises(PermanentFailure) as caught,
    ):
        box.open()
    assert caught.value.setting == "mailbox.support.security"
    assert not any(command.startswith("LOGIN") for command in server.commands)


@pytest.mark.parametrize("greeting", ["* BYE too busy\r\n", "220 mx.example ESMTP\r\n", "\0\r\n"])
def test_a_greeting_that_is_no_welcome_is_temporary(greeting: str) -> None:
    with (
        ScriptedImap(greeting=greeting) as server,
        mailbox(server) as box,
        pytest.raises(TemporaryFailure),
    ):
        box.open()


def test_a_connection_that_breaks_at_once_is_tried_a_second_time() -> None:
    with ScriptedImap(refuse_connections=1) as server, mailbox(server) as box:
        assert box.open().uid_validity == 7
        assert server.connections == 2


def test_a_connection_that_keeps_breaking_is_tried_twice_and_no_more() -> None:
    with (
        ScriptedImap(refuse_connections=9) as server,
        mailbox(server) as box,
        pytest.raises(TemporaryFailure),
    ):
        box.open()
    assert server.connections == 2


def test_a_refused_login_is_not_tried_again() -> None:
    with ScriptedImap({"LOGIN": "{tag} NO no\r\n"}) as server, mailbox(server) as box:
        with pytest.raises(PermanentFailure):
            box.open()
        assert server.connections == 1


def test_a_server_that_fell_silent_is_not_tried_again_at_once() -> None:
    with (
        ScriptedImap({"LOGIN": SILENCE}) as server,
        mailbox(server, timeout_seconds=0.3) as box,
        pytest.raises(TemporaryFailure),
    ):
        box.open()
    assert server.connections == 1


def test_a_folder_without_uidvalidity_is_permanent() -> None:
    select = "* 2 EXISTS\r\n{tag} OK [READ-WRITE] done\r\n"
    with (
        ScriptedImap({"SELECT": select}) as server,
        mailbox(server) as box,
        pytest.raises(PermanentFailure, match="UIDs"),
    ):
        box.open()


def test_a_server_that_leaves_out_uidnext_is_asked_for_the_last_message() -> None:
    select = "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK [READ-WRITE] done\r\n"
    with ScriptedImap({"SELECT": select}) as server, mailbox(server) as box:
        assert box.open().uid_next == 3


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("{tag} NO [SERVERBUG] sorry\r\n", TemporaryFailure),
        ("{tag} NO not now\r\n", TemporaryFailure),
        ("{tag} BAD what\r\n", TemporaryFailure),
        ("* SEARCH a b\r\n{tag} OK done\r\n", TemporaryFailure),
        ("* BYE [UNAVAILABLE] shutting down\r\n", TemporaryFailure),
        ("{tag} NO [NOPERM] you may not\r\n", PermanentFailure),
    ],
)
def test_a_search_that_fails_becomes_a_failure_of_its_kind(
    answer: str, failure: type[Exception]
) -> None:
    with ScriptedImap({"UID SEARCH": answer}) as server, mailbox(server) as box:
        box.open()
        with pytest.raises(failure):
            box.uids_above(0)


def test_one_message_that_cannot_be_fetched_does_not_cost_the_others() -> None:
    first = '* 1 FETCH (UID 1 RFC822.SIZE 9 INTERNALDATE " 3-Jan-2024 10:00:00 +0200"'
    script = {
        "UID FETCH 1,2": "{tag} NO [SERVERBUG] some could not be read\r\n",
        "UID FETCH 1 ": first + " BODY[]<0> {5}\r\nhello)\r\n{tag} OK done\r\n",
        "UID FETCH 2 ": "{tag} NO [SERVERBUG] cannot be read\r\n",
        "UID FETCH 2 (INTERNALDATE RFC822.SIZE)": (
            "* 2 FETCH (UID 2 RFC822.SIZE 77)\r\n{tag} OK done\r\n"
        ),
    }
    with ScriptedImap(script) as server, mailbox(server) as box:
        box.open()
        good, bad = box.fetch([1, 2], max_bytes=5)
    assert (good.uid, good.raw, good.size_bytes) == (1, b"hello", 9)
    assert good.internal_date.isoformat() == "2024-01-03T08:00:00+00:00"
    assert (bad.uid, bad.raw, bad.size_bytes) == (2, b"", 77)
    assert bad.internal_date.tzinfo is not None


def answer(uid: int) -> str:
    return f"* {uid} FETCH (UID {uid} RFC822.SIZE 5 BODY[]<0> {{5}}\r\nhello)\r\n"


def test_what_is_left_out_of_an_answer_has_vanished_only_if_it_is_not_there() -> None:
    script = {
        "UID FETCH 1,2,3,4": answer(1) + "{tag} OK done\r\n",
        "UID SEARCH UID 2,3,4": "* SEARCH 2 3\r\n{tag} OK done\r\n",
        "UID FETCH 2 ": answer(2) + "{tag} OK done\r\n",
        "UID FETCH 3 ": "{tag} OK done\r\n",
        "UID SEARCH UID 3": "* SEARCH 3\r\n{tag} OK done\r\n",
    }
    with ScriptedImap(script) as server, mailbox(server) as box:
        box.open()
        found = box.fetch([1, 2, 3, 4], max_bytes=5)
    assert [(m.uid, m.raw) for m in found] == [(1, b"hello"), (2, b"hello"), (3, b"")]
    assert found[-1].size_bytes  # it is there, and does not come
    searches = [command for command in server.commands if command.startswith("UID SEARCH")]
    assert len(searches) == 2


def test_a_fetch_of_several_that_is_refused_for_a_time_says_so() -> None:
    script = {"UID FETCH": "{tag} NO [UNAVAILABLE] the store is busy\r\n"}
    with ScriptedImap(script) as server, mailbox(server) as box:
        box.open()
        with pytest.raises(TemporaryFailure, match="UNAVAILABLE") as caught:
            box.fetch([1, 2], max_bytes=5)
        assert caught.value.is_refusal
        assert [m.raw for m in box.fetch([1, 2], max_bytes=5, singly=True)] == [b"", b""]


def test_messages_that_have_all_vanished_are_asked_for_once() -> None:
    script = {"UID FETCH": "{tag} OK done\r\n", "UID SEARCH UID": "* SEARCH\r\n{tag} OK done\r\n"}
    with ScriptedImap(script) as server, mailbox(server) as box:
        box.open()
        assert box.fetch([1, 2, 3, 4], max_bytes=5) == []
    assert sum(command.startswith("UID FETCH") for command in server.commands) == 1


def test_a_message_that_vanished_under_a_refused_fetch_is_left_out() -> None:
    script = {
        "UID FETCH": "{tag} NO [EXPUNGEISSUED] gone\r\n",
        "UID SEARCH UID 5": "* SEARCH\r\n{tag} OK done\r\n",
    }
    with ScriptedImap(script) as server, mailbox(server) as box:
        box.open()
        assert box.fetch([5], max_bytes=100) == []


def test_a_keyword_too_many_still_leaves_the_flag() -> None:
    script = {
        "SELECT": (
            "* 2 EXISTS\r\n* OK [PERMANENTFLAGS (\\Flagged \\*)] ok\r\n* OK [UIDVALIDITY 7] ok\r\n"
            "* OK [UIDNEXT 3] ok\r\n{tag} OK [READ-WRITE] done\r\n"
        ),
        "UID STORE": "{tag} NO [LIMIT] too many keywords\r\n",
        "UID STORE 1 +FLAGS.SILENT (\\Flagged)": "{tag} OK done\r\n",
    }
    with ScriptedImap(script) as server, mailbox(server) as box:
        box.open()
        box.flag_for_review([1])
        assert server.commands[-1] == "UID STORE 1 +FLAGS.SILENT (\\Flagged)"


def test_a_server_without_keywords_is_asked_for_the_flag_only() -> None:
    with ScriptedImap({"UID STORE": "{tag} OK done\r\n"}) as server, mailbox(server) as box:
        box.open()
        box.flag_for_review([1])
        assert server.commands[-1] == "UID STORE 1 +FLAGS.SILENT (\\Flagged)"


def test_days_are_counted_in_utc_on_a_server_that_counts_them_ten_hours_behind() -> None:
    # RFC 9051 section 6.4.4: SINCE disregards time and zone, and these are dated 9 March there.
    date = '* {0} FETCH (UID {0} INTERNALDATE " 9-Mar-2025 {1} -1000")\r\n'
    script = {
        "UID SEARCH UID 1:* SINCE 09-Mar-2025": "* SEARCH 1 2\r\n{tag} OK done\r\n",
        "UID SEARCH UID 1:* SINCE 10-Mar-2025": "* SEARCH\r\n{tag} OK done\r\n",
        "UID FETCH": date.format(1, "13:59:59") + date.format(2, "14:00:00") + "{tag} OK done\r\n",
    }
    with ScriptedImap(script) as server, mailbox(server) as box:
        box.open()
        assert box.uids_since(0, datetime(2025, 3, 10, 12, tzinfo=UTC)) == [2]


# Waiting


@pytest.mark.dovecot
def test_wait_sees_mail_that_another_client_has_looked_at_first(
    dovecot: Dovecot, mail_user: str
) -> None:
    with mailbox(dovecot, mail_user, "secret") as box:
        box.open()
        box.uids_above(0)
        dovecot.append(mail_user, "INBOX", message())
        with dovecot.client(mail_user) as client:
            client.select_folder("INBOX")  # and with it goes \\Recent
            assert box.wait(300)


@pytest.mark.parametrize(
    "idle",
    [
        "+ idling\r\n* BYE logged out for inactivity\r\n",
        "{tag} NO not now\r\n",
        HANG_UP,
        SILENCE,
    ],
)
def test_a_wait_that_cannot_go_on_is_temporary(idle: str) -> None:
    with (
        ScriptedImap({"IDLE": idle, "UID SEARCH": "* SEARCH 1 2\r\n{tag} OK done\r\n"}) as server,
        mailbox(server, timeout_seconds=0.3) as box,
    ):
        box.open()
        with pytest.raises(TemporaryFailure):
            box.wait(300)


def test_a_server_that_does_not_end_idle_is_temporary() -> None:
    with (
        ScriptedImap({"DONE": SILENCE}) as server,
        mailbox(server, timeout_seconds=0.3) as box,
    ):
        box.open()
        with pytest.raises(TemporaryFailure):
            box.wait(0.05)


@pytest.mark.parametrize(
    "idle",
    [
        "+ idling\r\n* 3 EXISTS\r\n",
        "+ idling\r\n* OK Still here\r\n* 1 RECENT\r\n",
        "* 3 EXISTS\r\n+ idling\r\n",  # as Exchange does
    ],
)
def test_news_told_together_with_the_start_of_idle_are_news(idle: str) -> None:
    with ScriptedImap({"IDLE": idle}) as server, mailbox(server) as box:
        box.open()
        assert box.wait(300)


def test_what_is_no_new_mail_does_not_end_a_wait() -> None:
    idle = "+ idling\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* OK Still here\r\n"
    with ScriptedImap({"IDLE": idle}) as server, mailbox(server) as box:
        box.open()
        threading.Timer(0.2, box.interrupt).start()
        assert not box.wait(300)
        assert server.commands.count("IDLE") <= 2  # not one after the other as fast as it goes


@pytest.mark.parametrize(("capabilities", "idle"), [("", True), ("IDLE", False)])
def test_nobody_waits_where_the_server_or_the_settings_do_not_idle(
    capabilities: str, idle: bool
) -> None:
    with ScriptedImap(capabilities=capabilities) as server, mailbox(server, idle=idle) as box:
        box.open()
        assert not box.can_wait
        assert not box.wait(300)
        assert "IDLE" not in server.commands


def test_close_neither_raises_nor_hangs_when_the_server_is_gone_or_deaf() -> None:
    for logout in (SILENCE, HANG_UP, "{tag} NO stay\r\n", "* nonsense\r\n"):
        with ScriptedImap({"LOGOUT": logout}) as server, mailbox(server) as box:
            box.open()
            box.close()
            assert server.commands[-1] == "LOGOUT"


ALERT = "* OK [ALERT] This server stops at noon, {name}\r\n"


@pytest.mark.parametrize(
    ("script", "greeting"),
    [
        ({}, ALERT.format(name="greeting")),
        ({"LOGIN": ALERT.format(name="login") + "{tag} OK welcome\r\n"}, "* OK ready\r\n"),
        ({"NOOP": "{tag} OK [ALERT] This server stops at noon, noop\r\n"}, "* OK ready\r\n"),
        ({"NOOP": "* NO [alert] This server stops at noon\r\n{tag} OK\r\n"}, "* OK ready\r\n"),
        ({"NOOP": "* BYE [ALERT] This server stops at noon\r\n"}, "* OK ready\r\n"),
    ],
    ids=["greeting", "login", "tagged", "no", "bye"],
)
def test_what_a_person_is_to_read_is_kept_until_it_is_taken(
    script: dict[str, str], greeting: str
) -> None:
    with ScriptedImap(script, greeting=greeting) as server, mailbox(server) as box:
        box.open()
        with contextlib.suppress(TemporaryFailure):
            box.wait(0.01)
        (alert,) = box.take_alerts()
        assert alert.startswith("This server stops at noon")
        assert box.take_alerts() == []


def test_what_looks_like_an_alert_in_a_message_is_none() -> None:
    body = "* OK [ALERT] Call this number\r\n"
    fetched = (
        (
            '* 1 FETCH (UID 1 RFC822.SIZE 31 INTERNALDATE "01-Mar-2026 12:00:00 +0000" '
            f"BODY[]<0> {{{{{len(body)}}}}}\r\n{body})\r\n{{tag}} OK done\r\n"
        )
        .replace("{{", "{")
        .replace("}}", "}")
    )
    with ScriptedImap({"UID FETCH": fetched}) as server, mailbox(server) as box:
        box.open()
        (found,) = box.fetch([1], max_bytes=100)
        assert found.raw == body.encode()
        assert box.take_alerts() == []


def test_a_server_that_wants_utf8_enabled_is_one_clear_permanent_failure() -> None:
    with (
        ScriptedImap(capabilities="IDLE UTF8=ONLY") as server,
        mailbox(server) as box,
        pytest.raises(PermanentFailure, match="UTF8=ACCEPT") as caught,
    ):
        box.open()
    assert caught.value.setting == "mailbox.support.host"
    assert caught.value.cure


# Words


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"[ALERT] no\r\n such\x1b[31m user", "[ALERT] no such [31m user"),
        ("b'[X] bytes in words'", "[X] bytes in words"),
        ("BAD [b'it\\xc3\\xa9 \\x07 \\\\ \\n']", "BAD [ité \\ ]"),
        ("['b\\", "['b\\"),
        ("x" * 500, "x" * 200),
        (b"\xff\xfe", "��"),
        ("", "error"),
    ],
)
def test_the_servers_words_fit_on_one_line(said: object, shown: str) -> None:
    assert words_of(imaplib.IMAP4.error(said)) == shown


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("[UNAVAILABLE] backend", "passes"),
        ("[INUSE] locked", "passes"),
        ("Too many simultaneous connections", "passes"),
        ("[NOPERM] no", "lasts"),
        ("[OVERQUOTA] full, try again", "lasts"),
        ("[CANNOT] bad name", "lasts"),
        ("no", "neither"),
        ("[ALERT] read this", "neither"),
    ],
)
def test_a_refusal_passes_or_lasts_as_its_code_says(words: str, kind: str) -> None:
    assert (passes(words), lasts(words)) == (kind == "passes", kind == "lasts")
