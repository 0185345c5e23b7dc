"""Settings that lead to a server of the tests."""

from __future__ import annotations

from typing import Protocol

from config.settings import MailboxSettings


class Listening(Protocol):
    """What a test server tells of itself."""

    host: str
    imap_port: int


def mailbox_settings(server: Listening, user: str, **changes: object) -> MailboxSettings:
    """Settings for a mailbox on `server`, without TLS where `changes` do not say so."""
    return MailboxSettings.model_validate(
        {
            "name": "support",
            "role": "support",
            "address": "support@shop.example",
            "host": server.host,
            "port": server.imap_port,
            "security": "none",
            "username": user,
            "password_file": "unused",
            "timeout_seconds": 10,
            **changes,
        }
    )
