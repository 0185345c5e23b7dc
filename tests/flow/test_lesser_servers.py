"""A real pass on servers that can do more and less: what others have set stays as it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from imapclient import IMAPClient

from daemon.mailboxes import open_mailbox
from daemon.mailboxes.copied import MAX_BYTES
from daemon.mailboxes.failures import Refused
from daemon.mailboxes.flags import DELETED
from tests.flow.routes import Clock, message, route, store_in
from tests.servers.dovecot import Dovecot
from tests.servers.settings import mailbox_settings
from tests.servers.wire import Wire
from tests.unit.log_capture import LogCapture

pytestmark = pytest.mark.dovecot

USER = "support@shop.example"
OPT_OUTS = "Optoutd/Opt-outs"
READ = frozenset({r"\Seen", r"\Answered", "$Work"})
STARRED = READ | {r"\Flagged"}
GONE = frozenset({r"\Deleted"})
OURS = frozenset({"$OptoutdReview"})


@pytest.fixture(
    params=["", "IMAP4rev1 NAMESPACE UIDPLUS", "IMAP4rev1"],
    ids=["whole", "without-move", "with-nothing"],
)
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    with Dovecot({USER: "secret"}, capability=request.param) as found:
        yield found


def test_what_other_clients_have_set_hides_nothing_and_stays(
    server: Dovecot, tmp_path: Path, log: LogCapture
) -> None:
    can_expunge = server.capability != "IMAP4rev1"
    came = {
        "Please unsubscribe me.": READ,
        "When can you cancel my account?": STARRED,
        "Where is my invoice?": READ,
        "Where is my other invoice?": STARRED,
        "Where is my last invoice?": GONE,
    }
    for number, text in enumerate(came, 1):
        raw = message(text, number=number, sender=f"p{number}@customer.example")
        server.deliver(USER, raw)
    with server.client(USER) as client:
        client.select_folder("INBOX")
        for uid, flags in enumerate(came.values(), 1):
            client.set_flags([uid], [flag.encode() for flag in flags])
    with Wire(server.imap_port) as wire, store_in(tmp_path, Clock()) as store:
        box = open_mailbox(mailbox_settings(wire, USER), "secret")
        with closing(box):
            for _ in range(3):  # "UID n:*" brings the last one again and again
                route(box, store, clock=Clock()).run()
                assert not box.wait(0.01)
        assert len(store.ledger("support")) == len(came)
        assert len(store.requests()) == 2
    assert len(log.named("batch_fetched")) == 1
    stored = {m.uid: m.flags for m in server.folder(USER)}
    asked = {} if can_expunge else {1: READ | GONE}
    assert stored == asked | {2: STARRED | OURS, 3: READ, 4: STARRED, 5: GONE}
    (filed,) = server.folder(USER, OPT_OUTS)
    assert filed.flags == READ
    # None but our own message is ever expunged, and UID 0 means nothing to any server.
    said = wire.said.decode()
    assert re.findall(r"^\S+ (?:EXPUNGE|CLOSE)\b", said, re.MULTILINE) == []
    assert set(re.findall(r"UID EXPUNGE \S+", said)) <= {"UID EXPUNGE 1"}
    assert re.findall(r"UID (?:\S+ )?(?:\S*[,:])?0[ ,:\r]", said) == []
    assert r"\Seen" not in said.replace(r"(\Seen) {", "")


def test_what_can_be_copied_and_not_removed_is_copied_once(
    tmp_path: Path, log: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that copies, and then refuses to mark what was copied as deleted."""
    real = IMAPClient.add_flags

    def add_flags(self: IMAPClient, uids: list[int], flags: list[bytes], **how: bool) -> object:
        if DELETED in flags:
            raise Refused("store failed: NO Permission denied")
        return real(self, uids, flags, **how)

    with (
        Dovecot({USER: "secret"}, capability="IMAP4rev1 NAMESPACE UIDPLUS") as server,
        store_in(tmp_path, Clock()) as store,
        closing(open_mailbox(mailbox_settings(server, USER), "secret")) as box,
    ):
        one = route(box, store, clock=Clock())
        lines = b"".join(b"> %068d\r\n" % n for n in range(60_000))
        assert len(lines) > MAX_BYTES  # nobody holds it in memory to compare it
        with monkeypatch.context() as patch:
            patch.setattr(IMAPClient, "add_flags", add_flags)
            for number in range(1, 5):
                server.append(USER, "INBOX", asks(number))
            for number in range(5, 8):  # new mail does not have the old copied again either
                server.append(USER, "INBOX", asks(number) + (lines if number == 5 else b""))
                one.run()
            held = Counter(m.raw for m in server.folder(USER, OPT_OUTS))
            assert sorted(held.values()) == [1] * 7
        # Somebody throws all copies away: they do not stand for the messages any more.
        with server.client(USER) as client:
            client.select_folder(OPT_OUTS)
            client.delete_messages(client.search("ALL"))
        one.run()
        with server.client(USER) as client:
            client.select_folder(OPT_OUTS)
            client.expunge()
        held = Counter(m.raw for m in server.folder(USER, OPT_OUTS))
        assert sorted(held.values()) == [1] * 7
        assert server.folder(USER) == []
    assert len(log.named("filing_failed")) == 1


def asks(number: int) -> bytes:
    return message("Please unsubscribe me.", number=number, sender=f"p{number}@customer.example")
