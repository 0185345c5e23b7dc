"""The ASGI application: calls become values, answers become responses. Only importer of Starlette.

What each response has is added here: nothing may be kept (it names a reader), nobody may frame it,
no address leads away with it, and no script runs.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp

from daemon import events
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.store_alarm import StoreAlarm
from daemon.tracing import places
from daemon.web.pages import STYLE_HASH
from daemon.web.routes import all_routes
from daemon.web.service import Service
from daemon.web.values import TEXT, Answer, Call, Route, problem

# Of programs, whose bodies may be large: more than are ever busy at once.
MOST_CALLS = 64
# Of newsletters' readers, fewer than the server's connections: they wait for a thread and the
# store, because a mail provider that is told to come again may never do so.
MOST_CLICKS = 400
RETRY_AFTER_S = 30
BODY_TIMEOUT_S = 10.0
_PART = "web"
_READING, _WRITING = "web, reading", "web, writing"

FIELDS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Accept-Language",
}


Application = ASGIApp
Endpoint = Callable[[Request], Awaitable[Response]]


def make_asgi(service: Service) -> Application:
    """The application. A proxy may hand the base path on, or take it off: both are answered."""
    front = _Front(service)
    by_path: dict[str, dict[str, Endpoint]] = {}
    for route in all_routes(service):
        endpoint = front.endpoint(route)
        for prefix in (service.base_path, ""):
            of_path = by_path.setdefault(f"{prefix}{route.path}", {})
            of_path.update(dict.fromkeys(route.methods, endpoint))
    app = Starlette(
        routes=[_path(path, endpoints) for path, endpoints in by_path.items()],
        exception_handlers={HTTPException: front.refused},
    )
    app.router.redirect_slashes = False  # nothing here ever redirects
    return app


def _path(path: str, endpoints: dict[str, Endpoint]) -> StarletteRoute:
    """One path, each method with its own endpoint: Starlette asks of a path only once."""

    async def endpoint(request: Request) -> Response:
        # HEAD is GET, of which the server leaves the body out.
        return await endpoints["GET" if request.method == "HEAD" else request.method](request)

    return StarletteRoute(path, endpoint, methods=list(endpoints))


@dataclass(slots=True)
class _Front:
    service: Service
    alarm: StoreAlarm = field(default_factory=StoreAlarm)
    calls: Counter[str] = field(default_factory=Counter)  # under way, by who calls

    def endpoint(self, route: Route) -> Endpoint:
        """What Starlette calls for a route."""
        who = "programs" if route.path.startswith("/api/") else "readers"

        async def endpoint(request: Request) -> Response:
            most = MOST_CALLS if who == "programs" else MOST_CLICKS
            if self.calls[who] >= most:
                return self._busy(request)
            self.calls[who] += 1
            try:
                return await self._answer(route, request)
            finally:
                self.calls[who] -= 1

        return endpoint

    async def refused(self, request: Request, error: Exception) -> Response:
        """What Starlette refuses itself: no such path, or not with this method."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        allowed = (getattr(error, "headers", None) or {}).get("Allow", "")
        fields = {"Allow": allowed} if allowed else {}
        if self._is_program(request):
            return _response(problem(status, fields=fields))
        if status == 404:
            body = self.service.pages.invalid(self._language(request))
            return _response(Answer(status=404, body=body))
        return _response(Answer(status=status, body=f"{status}\n", kind=TEXT, fields=fields))

    async def _answer(self, route: Route, request: Request) -> Response:
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                body = await _body(request, route.max_body_bytes)
        except (TimeoutError, ClientDisconnect):
            return self._closing(request, 408)
        if body is None:
            return self._closing(request, 413)
        call = Call(
            method=request.method,
            words=request.path_params,
            fields=_fields(request),
            query=dict(request.query_params),
            twice=_twice(request),
            client=request.client.host if request.client else "",
            body=body,
        )
        try:
            answer = await run_in_threadpool(route.answer, call)
        except (TemporaryFailure, PermanentFailure) as error:
            part = _WRITING if route.writes else _READING
            self.alarm.failed(part, error, retry_in_s=RETRY_AFTER_S)
            return self._busy(request)
        except Exception as error:  # noqa: BLE001 - one call's mistake must not end the service
            events.unexpected_error(where=_PART, error=type(error).__name__, trace=places(error))
            if self._is_program(request):
                return _response(problem(500))
            return _response(
                Answer(status=500, body=self.service.pages.busy(self._language(request)))
            )
        if answer.status < 400:  # else the store may not have been asked
            # Whoever only reads knows nothing of a full disk.
            for part in (_WRITING, _READING) if route.writes else (_READING,):
                self.alarm.worked(part)
        return _response(answer)

    def _busy(self, request: Request) -> Response:
        fields = {"Retry-After": str(RETRY_AFTER_S)}
        if self._is_program(request):
            return _response(problem(503, fields=fields))
        body = self.service.pages.busy(self._language(request))
        return _response(Answer(status=503, body=body, fields=fields))

    def _closing(self, request: Request, status: int) -> Response:
        """Of a body that was not read to its end the connection can be used no more."""
        fields = {"Connection": "close"}
        if self._is_program(request):
            return _response(problem(status, fields=fields))
        return _response(Answer(status=status, body=f"{status}\n", kind=TEXT, fields=fields))

    def _is_program(self, request: Request) -> bool:
        """Whether a program calls, which wants no page."""
        return request.url.path.removeprefix(self.service.base_path).startswith("/api/")

    def _language(self, request: Request) -> str:
        return self.service.pages.language(_fields(request))


async def _body(request: Request, limit: int) -> bytes | None:
    """The body; None where it is longer than `limit`. What is too long is not read to its end."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > limit:
            return None
    return bytes(found)


def _fields(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in request.headers.items():
        found.setdefault(name.lower(), value)
    return found


def _twice(request: Request) -> frozenset[str]:
    """The parameters that stand in the query more than once."""
    counted = Counter(name for name, _ in request.query_params.multi_items())
    return frozenset(name for name, count in counted.items() if count > 1)


def _response(answer: Answer) -> Response:
    return Response(
        answer.body,
        status_code=answer.status,
        headers={**FIELDS, **answer.fields, "Content-Type": answer.kind},
    )
