"""The web service over a real store, called as an HTTP server calls it, with a clock of tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.api_keys import ApiKeys
from daemon.app import policy
from daemon.ports import Store
from daemon.tokens import draw_tokens
from daemon.web.asgi import make_asgi
from daemon.web.keeper import Keeper
from daemon.web.pages import make_pages
from daemon.web.service import Service
from handlers.list_token import Sealer
from tests.contract.stores import KINDS, place_of
from tests.flow.asgi import Response, call
from tests.flow.routes import writer
from tests.unit.configs import GOOD, loaded
from tests.unit.log_capture import LogCapture, captured_log

ANNA = "anna@garden.example"
NOW = datetime.fromisoformat("2026-03-02T09:30:00+00:00")
DAY = timedelta(days=1)
BASE = '[web]\nbase_url = "https://www.shop.example/optoutd"\n'
REAL = [kind for kind in KINDS if "fake" not in str(kind)]


@dataclass(slots=True)
class World:
    """The service, its store, and a clock that a test sets."""

    store: Store
    folder: Path
    now: datetime = NOW
    seconds: float = 0.0
    config: str = GOOD + BASE
    keys: ApiKeys = field(default_factory=ApiKeys)
    failure: Exception | None = None
    log: LogCapture = field(default_factory=LogCapture)
    app: Any = None
    service: Service | None = None

    def start(self) -> None:
        settings = loaded(self.folder, self.config)
        self.service = Service(
            settings=settings,
            api_keys=self.keys,
            policy=policy(settings),
            keeper=Keeper(opened=self.open),
            pages=make_pages(settings),
            now=lambda: self.now,
            draw=draw_tokens,
            writer=writer,
            monotonic_s=lambda: self.seconds,
        )
        self.app = make_asgi(self.service)

    def open(self) -> Store:
        if self.failure is not None:
            raise self.failure
        return self.store

    def token(self, list_name: str = "tips", address: str = ANNA) -> str:
        return Sealer(*self.store.token_key(now=NOW)).seal(address, list_name)

    def get(self, path: str, **more: Any) -> Response:
        return call(self.app, "GET", path, **more)

    def post(self, path: str, **more: Any) -> Response:
        return call(self.app, "POST", path, **more)

    def lists(self) -> set[str]:
        return {n for n in ("tips", "news", "offers") if self.store.suppression(ANNA, n)}

    def rows(self) -> dict[str, int]:
        return dict(self.store.counts())


@contextmanager
def running(kind: str, folder: Path) -> Iterator[World]:
    """The service over a store of this kind."""
    with captured_log() as log:
        made = World(place_of(kind, folder).open(), folder, log=log)
        made.start()
        yield made
        made.store.close()


def buttons(page: Response) -> list[str]:
    return re.findall(r'<form method="post" action="([^"]+)">', page.text)
