"""Whether a mailbox gets its mail through a mailing list, as a group address does.

Posts of lists are not answered. Where customers reach us through a list of our own, all of them
would meet with silence, unless the setting `own_list_ids` names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Any

from daemon.mailboxes.failures import Lost, Refused
from daemon.mailboxes.search import search_above
from handlers.address import clean_text
from handlers.screen.lists import list_id

MESSAGES_LOOKED_AT = 50
_ITEM = "BODY.PEEK[HEADER.FIELDS (LIST-ID LIST-POST)]"
# Of the messages looked at: so large a share is no newsletter that somebody has subscribed to.
_SHARE = 0.5


def recent_list_heads(client: Any, uid_next: int) -> list[bytes]:
    """The list fields of the last messages; none where the server refuses them: it is a hint."""
    try:
        # Many UIDs back, because filed messages have left gaps.
        recent = search_above(client, max(0, uid_next - 20 * MESSAGES_LOOKED_AT))
        return fetch_list_heads(client, recent[-MESSAGES_LOOKED_AT:])
    except Lost:
        raise
    except Refused:
        return []


def fetch_list_heads(client: Any, uids: Collection[int]) -> list[bytes]:
    r"""The list fields of each message, as they stand; nothing becomes \Seen."""
    answers = client.fetch(sorted(uids), [_ITEM]) if uids else {}
    heads = (
        next((v for k, v in answer.items() if k.startswith(b"BODY[HEADER")), b"")
        for answer in answers.values()
    )
    return [head if isinstance(head, bytes) else b"" for head in heads]


def group_notes(heads: Iterable[bytes], *, address: str, own: Collection[str]) -> list[str]:
    """A warning for each list that the mailbox seems to be.

    One that posts to `address`, or by which most of the messages came; of each `heads` has the
    list fields. `own` are the List-Ids that are settled, in lower case.
    """
    count, posts, seen = Counter[str](), set[str](), 0
    for head in heads:
        seen += 1
        fields = BytesHeaderParser(policy=compat32).parsebytes(head)
        ids = {list_id(str(value)) for value in fields.get_all("List-Id", [])} - {""}
        count.update(ids)
        to = " ".join(str(value) for value in fields.get_all("List-Post", [])).lower()
        if f"mailto:{address.lower()}" in to:
            posts |= ids
    return [
        f"WARNING: {number} of the last {seen} messages came through the mailing list "
        f"{clean_text(name)}, whose posts are not answered; if it is a group of yours that brings "
        f'customers\' mail, set own_list_ids = ["{clean_text(name)}"]'
        for name, number in count.most_common()
        if name not in own and (name in posts or number > _SHARE * seen)
    ]
