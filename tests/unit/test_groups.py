"""When `optoutd check` takes a mailing list for a group that brings customers' mail."""

from __future__ import annotations

import pytest

from daemon.mailboxes.groups import group_notes

ADDRESS = "support@host.example"
TEAM = b"List-Id: The team <Team.host.example>\r\n\r\n"
OURS = b"List-Id: <team.host.example>\r\nList-Post: <mailto:Support@HOST.example>\r\n\r\n"
ROSES = b"List-Id: <roses.garden.example>\r\nList-Post: <mailto:roses@garden.example>\r\n\r\n"
PLAIN = b"\r\n"


@pytest.mark.parametrize(
    ("heads", "warns"),
    [
        ([], False),
        ([PLAIN] * 10, False),
        ([ROSES] * 5 + [PLAIN] * 5, False),
        ([TEAM] * 6 + [PLAIN] * 4, True),
        ([OURS] + [PLAIN] * 9, True),
        ([b"List-Id:\r\n\r\n"] * 10, False),
        ([b"\xff\x00: x\r\nList-Id <broken"] * 10, False),
    ],
    ids=["empty", "plain", "half", "most", "posts-to-us", "no-name", "broken"],
)
def test_a_list_that_brings_most_mail_or_posts_to_us_is_warned_of(
    heads: list[bytes], warns: bool
) -> None:
    assert bool(group_notes(heads, address=ADDRESS, own=())) is warns


def test_a_list_that_is_settled_is_not_warned_of() -> None:
    assert group_notes([OURS] * 3, address=ADDRESS, own=("team.host.example",)) == []


def test_a_name_cannot_reach_the_terminal_as_it_is() -> None:
    (note,) = group_notes([b"List-Id: <a\x1b[31m.host.example>\r\n\r\n"], address=ADDRESS, own=())
    assert note.isprintable()
