"""ImapMailbox and the ways to protect a connection, on a real Dovecot."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.errors import PermanentFailure
from daemon.mailboxes import open_mailbox
from daemon.ports import Mailbox
from tests.servers.dovecot import Dovecot, message
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.settings import mailbox_settings
from tests.servers.smtp import new_ca_file

pytestmark = pytest.mark.dovecot


def mailbox(server: Dovecot, user: str, **changes: object) -> Mailbox:
    return open_mailbox(mailbox_settings(server, user, **changes), server.users[user])


def failure_of(box: Mailbox) -> PermanentFailure:
    with pytest.raises(PermanentFailure) as caught:
        box.open()
    box.close()
    return caught.value


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_is_read_and_awaited_over_tls_with_a_private_authority(
    dovecot: Dovecot, mail_user: str, security: str
) -> None:
    dovecot.deliver(mail_user, message("x", "y" * 200_000))
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    box = mailbox(
        dovecot,
        mail_user,
        host="localhost",
        port=port,
        security=security,
        ca_file=dovecot.ca_file,
    )
    box.open()
    (found,) = box.fetch(box.uids_above(0), max_bytes=1_000_000)
    assert len(found.raw) == found.size_bytes > 200_000
    box.move([found.uid], "Optoutd/Opt-outs")
    assert not box.wait(0.05)
    dovecot.deliver(mail_user, message("news"))
    assert box.wait(300)
    box.close()
    assert "TLS" in [line for line in dovecot.log.splitlines() if f"<{mail_user}>" in line][-1]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_another_authority_is_a_permanent_failure(
    dovecot: Dovecot, mail_user: str, security: str, tmp_path: Path
) -> None:
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    box = mailbox(
        dovecot,
        mail_user,
        host="localhost",
        port=port,
        security=security,
        ca_file=new_ca_file(tmp_path),
    )
    failure = failure_of(box)
    assert failure.setting == "mailbox.support.ca_file"
    assert "certificate" in str(failure)
    assert dovecot.logins(mail_user) == 0


def test_a_certificate_for_another_host_is_a_permanent_failure_of_host() -> None:
    with Dovecot({"someone": "secret"}, names=["mail.elsewhere.example"]) as server:
        box = mailbox(
            server,
            "someone",
            host="localhost",
            port=server.imaps_port,
            security="tls",
            ca_file=server.ca_file,
        )
        assert failure_of(box).setting == "mailbox.support.host"


@pytest.mark.parametrize("content", [None, "no certificate\n"])
def test_an_unusable_ca_file_is_a_permanent_failure(
    dovecot: Dovecot, mail_user: str, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    box = mailbox(dovecot, mail_user, port=dovecot.imaps_port, security="tls", ca_file=path)
    failure = failure_of(box)
    assert failure.setting == "mailbox.support.ca_file"
    assert str(path) in str(failure)


def test_tls_on_a_port_without_tls_points_to_the_setting(dovecot: Dovecot, mail_user: str) -> None:
    box = mailbox(dovecot, mail_user, security="tls", ca_file=dovecot.ca_file)
    assert failure_of(box).setting == "mailbox.support.security"


def test_no_password_is_sent_where_starttls_is_wanted_and_not_offered() -> None:
    with ScriptedImap() as server:
        settings = mailbox_settings(server, "someone", security="starttls")
        failure = failure_of(open_mailbox(settings, "secret"))
        assert failure.setting == "mailbox.support.security"
        assert not any("LOGIN" in command for command in server.commands)
