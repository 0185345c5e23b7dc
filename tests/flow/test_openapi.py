"""docs/openapi.json, what the service serves, and the routes say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.api_keys import ApiKeys
from daemon.web.openapi import document, text
from daemon.web.routes import MODULES, all_routes
from daemon.web.service import Service
from tests.flow.web_world import World, running
from tests.unit.configs import GOOD

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with running("sqlite", tmp_path) as made:
        made.keys = ApiKeys(asking=("a" * 32,), panel=("p" * 32,), signing=(bytes(32),))
        made.start()
        yield made


def test_the_kept_document_is_the_one_that_is_served(world: World) -> None:
    assert KEPT.read_text(encoding="utf-8") == text()
    found = world.get("/api/openapi.json")
    assert (found.status, found.fields["content-type"]) == (200, "application/json")
    served = json.loads(found.body)
    # Else a client that is made of it would leave out the path before /api.
    assert served.pop("servers") == [{"url": "https://www.shop.example/optoutd"}]
    assert served == json.loads(text())
    world.config = GOOD
    world.start()
    assert world.get("/api/openapi.json").text == text()


def test_the_document_has_each_route_for_programs_and_no_other(world: World) -> None:
    service = world.service
    assert isinstance(service, Service)
    assert len(MODULES) >= 5
    told = {
        (path, method.upper()) for path, each in document()["paths"].items() for method in each
    }
    there = {
        (re.sub(r":\w+}", "}", route.path), method)
        for route in all_routes(service)
        for method in route.methods
        if route.path.startswith("/api/")
    }
    assert told == there


def test_every_reference_in_the_document_leads_somewhere() -> None:
    schemas = document()["components"]["schemas"]
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document())))
    assert named == set(schemas)
