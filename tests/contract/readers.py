"""The readers that there are, each as the daemon makes it, and what they are given to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from daemon.apart import Apart
from daemon.readers.here import Here
from daemon.readers.pool import Pool
from daemon.readers.worker import Worker
from handlers.list_token import KEY_BYTES
from handlers.reading import Desk
from handlers.values import RawMessage, Role
from tests.flow.routes import NOW, US, classifier

KEY = bytes(range(KEY_BYTES))


def desk() -> Desk:
    """That of support@, with the shipped classifier and a key for tokens of ours."""
    return Desk(
        mailbox="support",
        role=Role.SUPPORT,
        us=US,
        trusted_authserv_id="mx.shop.example",
        classifier=classifier(),
        token_keys={1: KEY},
        parse=Apart(stopping=lambda: False).parse,
    )


def raw_messages(octets: Sequence[bytes]) -> list[RawMessage]:
    """As a mailbox gives them, with UIDs from 1 on."""
    return [
        RawMessage(uid=uid, raw=raw, size_bytes=len(raw) or 1, internal_date=NOW)
        for uid, raw in enumerate(octets, start=1)
    ]


@contextmanager
def pool(
    *workers: Worker,
    survives: Callable[[RawMessage, Desk], bool] = lambda _raw, _desk: False,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[Pool]:
    """A pool of these, two real processes if there are none; closed at the end."""
    made = Pool(
        workers=workers or [Worker(stopping=stopping) for _ in range(2)],
        here=Here(survives=survives),
        stopping=stopping,
    )
    try:
        yield made
    finally:
        made.close()
