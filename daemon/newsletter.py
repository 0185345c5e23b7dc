"""For programs that send newsletters: the List-Unsubscribe fields, from Python.

    from daemon.newsletter import open_newsletter

    newsletter = open_newsletter("/etc/optoutd/optoutd.toml")
    for name, value in newsletter.fields("anna@example.net", "tips").items():
        mail[name] = value

It reads the configuration and the key once, and needs no store afterwards. docs/newsletter.md.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.load import find_config, load_settings
from config.settings import Settings
from daemon.opening import make_store, utc_now
from daemon.ports import Store
from handlers.address import make_address
from handlers.list_token import Sealer
from handlers.list_unsubscribe import WayOut
from handlers.plus_token import PlusSealer
from handlers.values import ALL_LISTS


@dataclass(frozen=True, slots=True)
class Newsletter:
    """What makes the fields; safe to use from threads."""

    way_out: WayOut

    def fields(self, address: str, list_name: str = ALL_LISTS) -> dict[str, str]:
        """The fields for the newsletter of a list to one address, unfolded; '*' is all lists.

        Raises ValueError for what is no mail address, and for a list's name that is empty, longer
        than 64 characters or not printable.
        """
        made = make_address(address)
        if made is None:
            raise ValueError("not a mail address")
        return self.way_out.fields(made, list_name)


def open_newsletter(config: str | Path | None = None) -> Newsletter:
    """The fields as this configuration has them; without one, the file that the command takes.

    Raises ConfigError with all mistakes, PermanentFailure or TemporaryFailure of the store.
    """
    found = find_config(Path(config) if config else None, os.environ, Path.cwd())
    settings = load_settings(found, os.environ)
    now = utc_now()
    store = make_store(settings, access="write", now=now)
    try:
        return Newsletter(way_out(settings, store, now=now))
    finally:
        store.close()


def way_out(settings: Settings, store: Store, *, now: datetime) -> WayOut:
    """How newsletters are left, with the newest key of the store; the first one is made."""
    box = settings.unsubscribe_box
    number, key = store.token_key(now=now)
    return WayOut(
        mailbox=box.address,
        base_url=settings.web.base_url,
        sealer=Sealer(number, key),
        plus=PlusSealer(key) if box.subaddressing else None,
    )
