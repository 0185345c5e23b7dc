"""All routes of the web service: a module of them a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from daemon.web import asking, health, openapi, panel, unsubscribe
from daemon.web.service import Service
from daemon.web.values import Route

MODULES: tuple[Callable[[Service], Sequence[Route]], ...] = (
    unsubscribe.routes,
    asking.routes,
    panel.routes,
    openapi.routes,
    health.routes,
)


def all_routes(service: Service) -> list[Route]:
    """The routes in the order in which they are tried."""
    return [route for routes in MODULES for route in routes(service)]
