"""`/api/openapi.json`: what the routes for programs take and give (OpenAPI 3.1).

docs/openapi.json is the same, but for where it is served; `python -m daemon.web.openapi >
docs/openapi.json` writes it anew. A test holds it equal to the routes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from daemon.web.asking import MOST_ADDRESSES
from daemon.web.service import Service
from daemon.web.values import JSON, PROBLEM, Answer, Call, Route
from handlers.record_lines import MAX_WANTED_END_CHARS
from handlers.ticket import NUMBER
from handlers.values import CHANNELS, MAX_LIST_CHARS, Intent, State

Object = dict[str, Any]

_TEXT: Object = {"type": "string"}
_MOMENT: Object = {"type": "string", "format": "date-time"}
_LIST: Object = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_LIST_CHARS,
    "default": "*",
    "description": "The list that the newsletter is of; '*' asks who has left all.",
}
_SUB_ADDRESSES: Object = {
    "type": "boolean",
    "default": False,
    "description": "Whether anna+shop@example.net counts for anna@example.net, and vice versa.",
}
_ADDRESS: Object = {"type": "string", "examples": ["anna@example.net"]}
_LATER: Object = {
    "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}
}


def routes(service: Service) -> Sequence[Route]:
    """The route of this module. Who may call is no secret, and neither is how."""
    body = text(service.settings.web.base_url)

    def describe(call: Call) -> Answer:
        del call
        return Answer(body=body, kind=JSON)

    return (Route(path="/api/openapi.json", methods=("GET",), answer=describe),)


def text(base_url: str = "") -> str:
    """The document, as it is kept; or as it is served at `base_url`."""
    served = {"servers": [{"url": base_url}]} if base_url else {}
    return f"{json.dumps(document() | served, indent=2)}\n"


def document() -> Object:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "optoutd",
            "version": "1",
            "description": "Asking whom a newsletter must not go to, and the control panel's "
            "cancellations. docs/newsletter.md and docs/panel.md tell all about them.",
        },
        "paths": {
            "/api/suppressions/{address}": {"get": _ask_one()},
            "/api/suppressions": {"post": _ask_many()},
            "/api/cancellations": {"post": _cancel()},
            "/api/requests/{reference}": {"get": _request()},
            "/api/openapi.json": {
                "get": {
                    "operationId": "describe",
                    "summary": "This document.",
                    "responses": {"200": _given("This document.", {"type": "object"})},
                }
            },
        },
        "components": {"schemas": _schemas(), "securitySchemes": _schemes()},
    }


def _ask_one() -> Object:
    return {
        "operationId": "askOne",
        "summary": "Whether a newsletter must not go to an address.",
        "security": [{"asking": []}],
        "parameters": [
            {"name": "address", "in": "path", "required": True, "schema": _ADDRESS},
            {"name": "list", "in": "query", "schema": _LIST},
            {"name": "sub_addresses", "in": "query", "schema": _SUB_ADDRESSES},
        ],
        "responses": {
            "200": _given("Whether it is suppressed.", _ref("Answer")),
            **_problems(400, 401, 404, 429, 500, 503),
        },
    }


def _ask_many() -> Object:
    return {
        "operationId": "askMany",
        "summary": "The same of many addresses; changes nothing.",
        "security": [{"asking": []}],
        "requestBody": _taken(_ref("Question")),
        "responses": {
            "200": _given("An answer for each address, in their order.", _ref("Answers")),
            **_problems(400, 401, 404, 408, 413, 415, 429, 500, 503),
        },
    }


def _cancel() -> Object:
    return {
        "operationId": "cancel",
        "summary": "A signed-in customer cancels. The same ticket is one, however often it comes.",
        "security": [{"panel": []}, {"signature": []}],
        "requestBody": _taken(_ref("Ticket")),
        "responses": {
            "201": _given("It is confirmed.", _ref("Request")),
            "200": _given("This request stands for it already.", _ref("Request")),
            "409": _problem("What we know speaks against it; a person has to look."),
            **_problems(400, 401, 404, 408, 413, 415, 429, 500, 503),
        },
    }


def _request() -> Object:
    return {
        "operationId": "showRequest",
        "summary": "How far a request is; nothing that says whose it is.",
        "security": [{"panel": []}],
        "parameters": [
            {
                "name": "reference",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "examples": ["C-7K3M2Q"]},
            }
        ],
        "responses": {
            "200": _given("The request.", _ref("Request")),
            **_problems(400, 401, 404, 429, 500, 503),
        },
    }


def _schemas() -> Object:
    answer = {"address": _TEXT, "suppressed": {"type": "boolean"}}
    maybe = {"address": _TEXT, "suppressed": {"type": ["boolean", "null"]}}
    many = {"type": "array", "items": _ADDRESS, "maxItems": MOST_ADDRESSES}
    return {
        "Answer": _closed({**answer, "list": _TEXT}),
        "Question": _closed(
            {"addresses": many, "list": _LIST, "sub_addresses": _SUB_ADDRESSES},
            optional={"list", "sub_addresses"},
        ),
        "Answers": _closed({"list": _TEXT, "answers": {"type": "array", "items": _closed(maybe)}}),
        "Ticket": _closed(
            {
                "ticket": {"type": "string", "pattern": f"^{NUMBER}$"},
                "address": _ADDRESS,
                "received_at": _MOMENT,
                "wanted_end": {"type": "string", "maxLength": MAX_WANTED_END_CHARS},
                "language": {"type": "string", "pattern": "^([A-Za-z]{2})?$"},
            },
            optional={"received_at", "wanted_end", "language"},
        ),
        "Request": _closed(
            {
                "reference": _TEXT,
                "kind": {"type": "string", "enum": [kind.value for kind in Intent]},
                "state": {"type": "string", "enum": [state.value for state in State]},
                "channel": {"type": "string", "enum": list(CHANNELS)},
                "received_at": _MOMENT,
                "due_at": _MOMENT,
                "updated_at": {"type": ["string", "null"], "format": "date-time"},
            }
        ),
        "Problem": {
            "type": "object",
            "description": "RFC 9457.",
            "required": ["title", "status"],
            "properties": {
                "title": _TEXT,
                "status": {"type": "integer"},
                "detail": _TEXT,
                "reference": _TEXT,
                "mistakes": {
                    "type": "array",
                    "items": _closed({"name": _TEXT, "problem": _TEXT}),
                },
            },
        },
    }


def _schemes() -> Object:
    bearer = {"type": "http", "scheme": "bearer"}
    return {
        "asking": {**bearer, "description": "A token of [web] token_files."},
        "panel": {**bearer, "description": "A token of [panel] token_files."},
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "webhook-signature",
            "description": "Standard Webhooks, with webhook-id and webhook-timestamp.",
        },
    }


def _closed(properties: Mapping[str, Object], *, optional: set[str] | None = None) -> Object:
    return {
        "type": "object",
        "required": [name for name in properties if name not in (optional or set())],
        "properties": dict(properties),
        "additionalProperties": False,
    }


def _ref(name: str) -> Object:
    return {"$ref": f"#/components/schemas/{name}"}


def _taken(schema: Object) -> Object:
    return {"required": True, "content": {JSON: {"schema": schema}}}


def _given(description: str, schema: Object) -> Object:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _problem(description: str) -> Object:
    return {"description": description, "content": {PROBLEM: {"schema": _ref("Problem")}}}


_MEANINGS = {
    400: "Not understood; `mistakes` names what is wrong.",
    401: "Not called by one of those who may.",
    404: "There is no such thing, or it is not set up.",
    408: "The body did not come within ten seconds.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    429: "Too often.",
    500: "A mistake of ours; the log has it.",
    503: "Not now.",
}


def _problems(*statuses: int) -> Object:
    found = {str(status): _problem(_MEANINGS[status]) for status in statuses}
    for status in ("429", "503"):
        found[status]["headers"] = _LATER
    return found


if __name__ == "__main__":
    print(text(), end="")  # noqa: T201 - what it is for
