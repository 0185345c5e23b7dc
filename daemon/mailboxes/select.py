"""Opening the folder that a mailbox reads, and what it means when the server will not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.settings import MailboxSettings
from daemon.errors import PermanentFailure
from daemon.mailboxes.failures import Lost, ReadOnly, Refused, passes, words_of


def select_folder(
    client: Any, settings: MailboxSettings, *, read_only: bool
) -> Mapping[bytes, Any]:
    """The answer to SELECT, or to EXAMINE with `read_only`; it has a UIDVALIDITY.

    Raises PermanentFailure where a person has to change something, and what the library raises
    where it passes.
    """
    name, folder = settings.name, settings.folder
    where, setting = f"{settings.host}:{settings.port}", f"mailbox.{name}.folder"
    try:
        answer: Mapping[bytes, Any] = client.select_folder(folder, readonly=read_only)
    except ReadOnly:
        raise PermanentFailure(
            f"{name}: {where} opens the folder {folder} for reading only",
            part=name,
            setting=setting,
            cure="give this user the right to move and flag its messages",
        ) from None
    except Lost:
        raise
    except Refused as error:
        words = words_of(error)
        if passes(words):
            raise
        raise PermanentFailure(
            f"{name}: {where} does not open the folder {folder}: {words}",
            part=name,
            setting=setting,
        ) from None
    if not answer.get(b"UIDVALIDITY"):
        raise PermanentFailure(
            f"{name}: {where} keeps no UIDs in the folder {folder}",
            part=name,
            setting=setting,
        )
    return answer


def select_ours(
    client: Any, settings: MailboxSettings, folder: str, server_name: str
) -> Mapping[bytes, Any]:
    """The answer to SELECT of `folder`, one of ours, which the server calls `server_name`.

    Raises PermanentFailure where it can only be read, and what the library raises.
    """
    try:
        answer: Mapping[bytes, Any] = client.select_folder(server_name)
    except ReadOnly:
        # The library counts it as a lost connection, which it is not.
        name = settings.name
        raise PermanentFailure(
            f"{name}: {settings.host}:{settings.port} opens the folder {folder} for reading only",
            part=name,
            setting=f"mailbox.{name}.filing",
            cure="give this user the right to move and flag its messages",
        ) from None
    return answer


def next_uid(client: Any, answer: Mapping[bytes, Any]) -> int:
    """The UID that the next message will have, at least, by the answer to SELECT."""
    # RFC 9051 section 6.3.2 allows to leave UIDNEXT out.
    return int(answer.get(b"UIDNEXT") or max(client.search(["UID", "*"]), default=0) + 1)
