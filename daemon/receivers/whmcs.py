"""WHMCS, the billing system of many hosting companies: a confirmed cancellation is entered there.

Its API (https://developers.whmcs.com/api/): GetClients finds the client by the address,
GetClientsProducts the client's services, AddCancelRequest enters the request. Where it is not
plain which service is meant, nothing is entered, and a person has to look.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast, get_args
from urllib.parse import urlencode

from daemon.errors import ReceiverUnreachable, TemporaryFailure
from daemon.ports import Outcome
from daemon.receivers import Setup
from daemon.receivers.http import Answer, Http
from handlers.announcement import Announcement, is_wanted
from handlers.http_status import Reception, reception
from handlers.values import Intent, State
from handlers.whmcs import (
    Ambiguous,
    CancelType,
    cancel_fields,
    for_a_person,
    is_late,
    the_client,
    the_service,
    what_to_do,
)

_MAX_ANSWER_BYTES = 1_048_576
# Far more than one address or one client has; where there are more still, a person looks.
_MOST = 250
# Of the words of WHMCS those that tell what to do; others may hold anything, and are not shown.
_EXISTS = "existing cancellation request exists"
_LOGIN = ("authentication failed", "invalid ip", "api access", "access denied", "identifier")


class Whmcs:
    """Fulfils `daemon.ports.Receiver`."""

    # What enters a cancellation, and what may have to be taken back there.
    events: tuple[str, ...] = (
        "cancellation.confirmed",
        "cancellation.withdrawn",
        "cancellation.review",
    )

    def __init__(self, setup: Setup) -> None:
        """Raises PermanentFailure where an option is wrong or missing."""
        wanted_events = setup.settings.events
        for event in self.events:
            kind, _, state = event.partition(".")
            if not is_wanted(Intent(kind), State(state), wanted_events):
                raise setup.wrong("events", f"must not leave out {event}; leave events out")
        options = dict(setup.settings.options)
        self._identifier = options.pop("identifier", "")
        wanted = options.pop("type", "End of Billing Period")
        if not self._identifier:
            raise setup.wrong("options", "identifier is missing: that of the API credential")
        if wanted not in get_args(CancelType):
            raise setup.wrong("options", 'type must be "End of Billing Period" or "Immediate"')
        if options:
            raise setup.wrong("options", f"{min(options)} is not known; identifier and type are")
        if len(setup.secrets) != 1:
            raise setup.wrong("secret_files", "must be one file: the secret of the API credential")
        self._type = cast("CancelType", wanted)
        (self._secret,) = setup.secrets
        self._part = f"receiver {setup.settings.name}"
        self._setting = f"receiver.{setup.settings.name}"
        self._http = Http(setup)

    async def tell(self, announcement: Announcement, *, now: datetime) -> Outcome:
        """See `daemon.ports.Receiver`."""
        if (outcome := what_to_do(announcement)) is not None:
            return outcome
        address = announcement.request.address_key
        try:
            client = the_client(
                await self._call("GetClients", {"search": address, "limitnum": _MOST}, now=now),
                address,
            )
            wanted = {"clientid": client, "limitnum": _MOST}
            products = await self._call("GetClientsProducts", wanted, now=now)
            asked_at = announcement.request.received_at
            late = is_late(announcement, now)
            service = the_service(products, client, asked_at=asked_at, late=late)
        except Ambiguous as error:
            return for_a_person(announcement, str(error))
        if not (announcement.begun or announcement.noted):
            return Outcome(state="begin")
        return await self._enter(announcement, service, now=now)

    async def _enter(self, announcement: Announcement, service: str, *, now: datetime) -> Outcome:
        fields = cancel_fields(announcement, service, self._type)
        answer = await self._answer_to("AddCancelRequest", fields, now=now)
        if answer.get("result") == "success":
            return Outcome(state="told", note=f"service {service}: {self._type}", hands_over=True)
        words = str(answer.get("message", "")).lower()
        if _EXISTS in words and announcement.begun:
            return Outcome(
                state="told", note=f"service {service}: was entered before", hands_over=True
            )
        if _EXISTS in words:
            # Perhaps of a request that was withdrawn, and is about to be taken back by a person.
            return Outcome(
                state="needs_person",
                note=f"service {service} has a cancellation request that another wish has made: "
                "see that it stays, then settle this",
            )
        self._refuse_login(words)
        return Outcome(
            state="needs_person", note=f"service {service}: WHMCS refuses the cancellation request"
        )

    async def inspect(self) -> list[str]:
        """See `daemon.ports.Receiver`."""
        from daemon.opening import utc_now

        await self._call("GetClients", {"limitnum": 1}, now=utc_now())
        return ["the API takes the credential and shows clients"]

    async def close(self) -> None:
        """See `daemon.ports.Receiver`."""
        await self._http.close()

    async def _call(
        self, action: str, fields: Mapping[str, object], *, now: datetime
    ) -> Mapping[str, Any]:
        """An answer that says success."""
        answer = await self._answer_to(action, fields, now=now)
        if answer.get("result") != "success":
            self._refuse_login(str(answer.get("message", "")).lower())
            raise TemporaryFailure(
                f"WHMCS answers {action} with an error", part=self._part, setting=self._setting
            )
        return answer

    async def _answer_to(
        self, action: str, fields: Mapping[str, object], *, now: datetime
    ) -> Mapping[str, Any]:
        form = {
            "identifier": self._identifier,
            "secret": self._secret,
            "action": action,
            "responsetype": "json",
            **fields,
        }
        answer = await self._http.post(
            {"Content-Type": "application/x-www-form-urlencoded"},
            urlencode(form).encode("ascii"),
            keep_bytes=_MAX_ANSWER_BYTES,
        )
        if answer.status in (401, 403):
            raise self._login_refused(answer.status)
        if reception(answer.status) in (Reception.REFUSED, Reception.NOT_HERE):
            # No cancellation is given up because an address was mistyped: it waits for a cure.
            raise ReceiverUnreachable(
                f"it answered {answer.status}", part=self._part, setting=f"{self._setting}.url"
            )
        self._http.refuse(answer, now=now)
        return self._parsed(answer)

    def _parsed(self, answer: Answer) -> Mapping[str, Any]:
        try:
            found = json.loads(answer.body) if answer.is_whole else None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise ReceiverUnreachable(
                "what answers is not the API of WHMCS",
                part=self._part,
                setting=f"{self._setting}.url",
                cure="url has to end in /includes/api.php",
            )
        return found

    def _refuse_login(self, words: str) -> None:
        if any(known in words for known in _LOGIN):
            raise self._login_refused(200)

    def _login_refused(self, status: int) -> ReceiverUnreachable:
        return ReceiverUnreachable(
            f"WHMCS refuses the API credential or our address ({status})",
            part=self._part,
            setting=f"{self._setting}.secret_files",
            cure="look at identifier and secret, the role's permissions, and the addresses that "
            "WHMCS lets in (General Settings, Security, API IP Access Restriction)",
        )
