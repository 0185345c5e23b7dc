"""`/api/suppressions`: whether a newsletter may go to somebody, asked before it is sent.

    GET  /api/suppressions/ADDRESS?list=LIST&sub_addresses=true
    POST /api/suppressions   {"addresses": […], "list": "tips", "sub_addresses": false}

Neither changes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from daemon.web.gate import Gate, json_object, wrong
from daemon.web.service import Service
from daemon.web.values import Answer, Call, Route, json_answer
from handlers.address import make_address
from handlers.list_token import check_list_name
from handlers.values import ALL_LISTS

MOST_ADDRESSES = 10_000
MAX_BODY_BYTES = 1_048_576
_MEMBERS = frozenset({"addresses", "list", "sub_addresses"})
_SWITCH = {"true": True, "false": False}


def routes(service: Service) -> Sequence[Route]:
    """The routes of this module; none where nobody may ask."""
    if not service.api_keys.asking:
        return ()
    gate = Gate(service=service, tokens=service.api_keys.asking, burst=1_000, every_s=0.01)
    asking = _Asking(service)
    return (
        Route(
            path="/api/suppressions/{address:path}",
            methods=("GET",),
            answer=gate.guard(asking.one),
        ),
        Route(
            path="/api/suppressions",
            methods=("POST",),
            answer=gate.guard(asking.many),
            max_body_bytes=MAX_BODY_BYTES,
        ),
    )


class _Asking:
    def __init__(self, service: Service) -> None:
        self._service = service

    def one(self, call: Call) -> Answer:
        """Whether one address gets no mail of a list."""
        switch = _SWITCH.get(call.query.get("sub_addresses", "false"))
        mistakes = {
            name: "is no parameter" for name in call.query if name not in _MEMBERS - {"addresses"}
        }
        if make_address(call.words["address"]) is None:
            mistakes["address"] = "is not a mail address"
        if switch is None:
            mistakes["sub_addresses"] = "is neither true nor false"
        list_name = _list_name(call.query.get("list", ALL_LISTS), mistakes)
        mistakes |= dict.fromkeys(sorted(call.twice), "stands twice")
        if mistakes:
            raise wrong(mistakes)
        (answer,) = self._ask([call.words["address"]], list_name, sub_addresses=bool(switch))
        return json_answer({**answer, "list": list_name})

    def many(self, call: Call) -> Answer:
        """The same of many: an answer each, in their order; null for what is no address."""
        given = json_object(call)
        mistakes = {name: "is no member" for name in given if name not in _MEMBERS}
        addresses, switch = given.get("addresses"), given.get("sub_addresses", False)
        if not isinstance(addresses, list) or not all(isinstance(a, str) for a in addresses):
            mistakes["addresses"] = "is not a list of texts"
        elif len(addresses) > MOST_ADDRESSES:
            mistakes["addresses"] = f"are more than {MOST_ADDRESSES}"
        if not isinstance(switch, bool):
            mistakes["sub_addresses"] = "is neither true nor false"
        list_name = _list_name(given.get("list", ALL_LISTS), mistakes)
        if mistakes:
            raise wrong(mistakes)
        answers = self._ask(addresses or [], list_name, sub_addresses=bool(switch))
        return json_answer({"list": list_name, "answers": answers})

    def _ask(
        self, written: list[str], list_name: str, *, sub_addresses: bool
    ) -> list[dict[str, Any]]:
        made = [make_address(each) for each in written]
        held = self._service.keeper.store().suppressed_among(
            {address.key for address in made if address is not None},
            list_name,
            sub_addresses=sub_addresses,
        )
        return [
            {
                "address": address.key if address else text,
                "suppressed": address.key in held if address else None,
            }
            for text, address in zip(written, made, strict=True)
        ]


def _list_name(name: object, mistakes: dict[str, str]) -> str:
    try:
        check_list_name(name if isinstance(name, str) else "")
    except ValueError:
        mistakes["list"] = "is not 1 to 64 printable characters"
    return str(name)
