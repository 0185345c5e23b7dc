"""A real pass on servers that can do more and less: what others have set stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from daemon.mailboxes import open_mailbox
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
