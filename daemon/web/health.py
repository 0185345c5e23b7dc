"""`/health`: whether the service can do its work, for a proxy or a monitor."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.web.service import Service
from daemon.web.values import TEXT, Answer, Call, Route


def routes(service: Service) -> Sequence[Route]:
    """The route of this module."""

    def health(call: Call) -> Answer:
        del call
        # It reads a row. Where that fails, asgi.py answers 503 as everywhere.
        service.keeper.store().token_keys()
        return Answer(body="ok\n", kind=TEXT)

    return (Route(path="/health", methods=("GET",), answer=health),)
