"""Signs of a machine in the envelope, as the receiving server noted it (RFC 5321 section 4.4)."""

from __future__ import annotations

from handlers.daemon_names import is_daemon_local
from handlers.screen.condition import Ourselves
from handlers.values import Message


def null_return_path(message: Message, _: Ourselves) -> bool:
    """Whether the reverse-path is null, in any Return-Path."""
    return any(value.strip() in ("", "<>") for value in message.headers.all("return-path"))


def daemon_return_path(message: Message, _: Ourselves) -> bool:
    """Whether the reverse-path is that of a mail system, in any Return-Path."""
    values = message.headers.all("return-path")
    return any(is_daemon_local(value.strip("<> ").rpartition("@")[0]) for value in values)
