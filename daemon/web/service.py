"""What all routes may need: the store, the settings, the clock, the writer of mails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from urllib.parse import urlsplit

from config.api_keys import ApiKeys
from config.settings import Settings
from daemon.web.keeper import Keeper
from daemon.web.pages import Pages
from handlers.case import Policy
from handlers.reply import ReplyWriter
from handlers.values import Tokens


@dataclass(slots=True, kw_only=True)
class Service:
    """One running web service, as cli/web.py puts it together."""

    settings: Settings
    policy: Policy
    keeper: Keeper
    pages: Pages
    now: Callable[[], datetime]
    draw: Callable[[], Tokens]
    writer: Callable[[], ReplyWriter]
    api_keys: ApiKeys = field(default_factory=ApiKeys)
    monotonic_s: Callable[[], float] = field(default=monotonic)

    @property
    def base_path(self) -> str:
        """The path of `[web] base_url`, '' where it has none: links in pages begin with it."""
        return urlsplit(self.settings.web.base_url).path
