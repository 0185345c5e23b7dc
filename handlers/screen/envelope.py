"""Signs of a machine in the envelope, as the receiving server noted it (RFC 5321 section 4.4)."""

from __future__ import annotations

from handlers.daemon_names import is_daemon_envelope
from handlers.screen.condition import Ourselves
from handlers.values import Message

_MAX_CHARS = 1_000


def null_return_path(message: Message, _: Ourselves) -> bool:
    """Whether the reverse-path is null, in any Return-Path."""
    return any(not _path(value) for value in message.headers.all("return-path"))


def no_return_path(message: Message, us: Ourselves) -> bool:
    """Whether there is no Return-Path although our server always writes one."""
    return us.always_return_path and "return-path" not in message.headers


def daemon_return_path(message: Message, _: Ourselves) -> bool:
    """Whether the reverse-path is that of a mail system or a list, in any Return-Path."""
    paths = map(_path, message.headers.all("return-path"))
    return any(is_daemon_envelope(path.rpartition("@")[0] or path) for path in paths if path)


def _path(value: str) -> str:
    """The reverse-path in a field, without brackets and a comment behind it."""
    before, bracket, after = value[:_MAX_CHARS].partition("<")
    path = after.rpartition(">")[0] if bracket else before.partition("(")[0]
    return path.strip("<> \t\"'")
