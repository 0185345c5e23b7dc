from __future__ import annotations

from datetime import UTC, datetime

import pytest

from daemon.marks import is_too_old
from daemon.ports import Mark
from handlers.values import RawMessage

NOW = datetime(2026, 11, 26, tzinfo=UTC)
WRITTEN = b"Fri, 05 Sep 1969 10:00:00 +0000"
OLD = b"Received: by mx; %s\r\nDate: %s\r\n\r\n" % (WRITTEN, WRITTEN)


@pytest.mark.parametrize(
    ("started_at", "uid", "old"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 7, False),  # backlog = "all": whatever is there
        (datetime(2026, 1, 1, tzinfo=UTC), 7, True),
        (datetime(2026, 1, 1, tzinfo=UTC), 11, False),  # came after the first start
    ],
)
def test_with_all_of_the_backlog_wanted_no_message_is_too_old(
    started_at: datetime, uid: int, old: bool
) -> None:
    mark = Mark(uid_validity=1, uid=0, started_at=started_at, backlog_uid=10)
    message = RawMessage(uid=uid, raw=OLD, size_bytes=len(OLD), internal_date=NOW)
    assert is_too_old(message, mark) is old
