"""Calls of an ASGI application as an HTTP server makes them, without the server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A whole response; names of fields are in lower case."""

    status: int
    fields: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def call(
    app: Any,
    method: str,
    path: str,
    *,
    fields: Mapping[str, str] | None = None,
    body: Iterable[bytes] = (),
    client: str = "192.0.2.7",
    ends: bool = True,
) -> Response:
    """One call, whose body comes in these pieces; then nothing does, where it never `ends`.

    `path` may have a query.
    """
    return asyncio.run(
        _answered(app, method, path, fields=fields, body=body, client=client, ends=ends)
    )


def calls_at_once(app: Any, method: str, paths: Iterable[str]) -> list[Response]:
    """So many calls under way together, without bodies; their responses in order."""

    async def all_of_them() -> list[Response]:
        each = (_answered(app, method, path) for path in paths)
        return list(await asyncio.gather(*each))

    return asyncio.run(all_of_them())


async def _answered(
    app: Any,
    method: str,
    path: str,
    *,
    fields: Mapping[str, str] | None = None,
    body: Iterable[bytes] = (),
    client: str = "192.0.2.7",
    ends: bool = True,
) -> Response:
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in (fields or {}).items()
        ],
        "client": (client, 40_000) if client else None,
        "server": ("www.shop.example", 443),
    }
    pieces = iter(body)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        if piece is None and not ends:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return Response(
        status=sent[0]["status"],
        fields={name.decode(): value.decode() for name, value in sent[0]["headers"]},
        body=b"".join(message.get("body", b"") for message in sent[1:]),
    )
