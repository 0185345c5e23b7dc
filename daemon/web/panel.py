"""The control panel: a signed-in customer cancels, and sees how far that is.

    POST /api/cancellations          {"ticket": "4711", "address": "anna@example.net", …}
    GET  /api/requests/REFERENCE

A ticket is taken once, however often it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from daemon import events
from daemon.panel import Panel, Taken, TooOld
from daemon.web.gate import Gate, Refused, json_object, wrong
from daemon.web.service import Service
from daemon.web.values import Answer, Call, Route, json_answer, problem
from handlers.steps import NotPossible
from handlers.ticket import read_ticket
from handlers.values import Request


def routes(service: Service) -> Sequence[Route]:
    """The routes of this module; none where no panel is set up."""
    keys = service.api_keys
    if not keys.panel and not keys.signing:
        return ()
    gate = Gate(service=service, tokens=keys.panel, signing=keys.signing, burst=100, every_s=0.2)
    panel = _Panel(service)
    return (
        Route(
            path="/api/cancellations",
            methods=("POST",),
            answer=gate.guard(panel.cancel),
            writes=True,
        ),
        Route(
            path="/api/requests/{reference}", methods=("GET",), answer=gate.guard(panel.request)
        ),
    )


class _Panel:
    def __init__(self, service: Service) -> None:
        self._service = service

    def cancel(self, call: Call) -> Answer:
        """Takes a ticket: 201 where it makes a request, 200 where one stands for it already."""
        service = self._service
        ticket, mistakes = read_ticket(json_object(call), now=service.now())
        if ticket is None:
            raise wrong(mistakes)
        panel = Panel(
            store=service.keeper.store(),
            boxes=service.settings.mailbox,
            policy=service.policy,
            writer=service.writer(),
            now=service.now,
            draw=service.draw,
        )
        try:
            taken = panel.take(ticket)
        except TooOld as error:
            raise wrong({"received_at": str(error)}) from None
        except NotPossible as error:
            events.call_refused(why="conflict")
            raise Refused(problem(409, str(error), reference=error.reference)) from None
        return _told(taken)

    def request(self, call: Call) -> Answer:
        """How far a request is; nothing that says whose it is."""
        reference = call.words["reference"].upper()
        found = self._service.keeper.store().request(reference)
        if found is None:
            return problem(404, "there is no such request")
        return json_answer(_as_object(found))


def _told(taken: Taken) -> Answer:
    if taken.request is None:
        detail = "its request is over for so long that it was erased"
        return problem(409, detail, reference=taken.reference)
    return json_answer(_as_object(taken.request), status=201 if taken.outcome == "made" else 200)


def _as_object(request: Request) -> dict[str, str | None]:
    return {
        "reference": request.reference,
        "kind": request.kind.value,
        "state": request.state.value,
        "channel": request.channel,
        "received_at": _time(request.received_at),
        "due_at": _time(request.due_at),
        "updated_at": _time(request.updated_at) if request.updated_at else None,
    }


def _time(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
