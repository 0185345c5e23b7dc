"""The part of WHMCS's API that is used, as https://developers.whmcs.com/api-reference/ has it.

Behind a `ReceiverServer`: `ReceiverServer(whmcs.answer)`. Nothing here needs pytest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.servers.receiver import Call, Reply

IDENTIFIER = "D4j1dKYE3g40VROOPCGyJ9zRwP0ADJIv"
SECRET = "F1CKGXRIpylMfsrig3mwwdSdYUdLiFlo"
PATH = "/includes/api.php"


@dataclass(slots=True)
class Whmcs:
    """Its clients and their services, and the cancellation requests that were added."""

    clients: list[dict[str, str]] = field(default_factory=list)
    services: list[dict[str, str]] = field(default_factory=list)
    cancelled: list[dict[str, str]] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)

    def client(self, email: str, *statuses: str, firstname: str = "Anna") -> str:
        """Adds a client with services in these states; the client's number."""
        number = str(len(self.clients) + 1)
        self.clients.append(
            {
                "id": number,
                "firstname": firstname,
                "lastname": "Mohr",
                "companyname": "",
                "email": email,
                "datecreated": "2016-01-01",
                "groupid": "0",
                "status": "Active",
            }
        )
        for status in statuses:
            self.services.append(
                {
                    "id": str(len(self.services) + 101),
                    "clientid": number,
                    "pid": "3",
                    "regdate": "2016-01-01",
                    "name": "Plus",
                    "domain": "demodomain2.net",
                    "password": "xxxxxxxx",
                    "status": status,
                }
            )
        return number

    def answer(self, call: Call) -> Reply:
        """What the API says to a call."""
        form = dict(parse_qsl(call.body.decode("ascii"), keep_blank_values=True))
        if call.path != PATH:
            return Reply(status=404, body=b"<html>Not Found</html>")
        if (form.get("identifier"), form.get("secret")) != (IDENTIFIER, SECRET):
            return _json({"result": "error", "message": "Authentication Failed"}, status=403)
        assert form["responsetype"] == "json"
        self.actions.append(form["action"])
        actions = {
            "GetClients": self._clients,
            "GetClientsProducts": self._products,
            "AddCancelRequest": self._cancel,
        }
        return _json(actions[form["action"]](form))

    def _clients(self, form: Mapping[str, str]) -> dict[str, Any]:
        wanted = form.get("search", "").lower()
        found = [
            client
            for client in self.clients
            if any(
                text.lower().startswith(wanted)
                for text in (
                    client["email"],
                    client["firstname"],
                    client["lastname"],
                    f"{client['firstname']} {client['lastname']}",
                    client["companyname"],
                )
            )
        ]
        return _listed(form, found, "clients", "client")

    def _products(self, form: Mapping[str, str]) -> dict[str, Any]:
        wanted = form.get("clientid", "")
        found = [s for s in self.services if wanted in ("", s["clientid"])]
        named = {"clientid": wanted or None, "serviceid": None, "pid": None, "domain": None}
        return named | _listed(form, found, "products", "product")

    def _cancel(self, form: Mapping[str, str]) -> dict[str, Any]:
        service = next((s for s in self.services if s["id"] == form["serviceid"]), None)
        if service is None:
            return {"result": "error", "message": "Service ID Not Found"}
        if any(each["serviceid"] == form["serviceid"] for each in self.cancelled):
            return {"result": "error", "message": "Existing Cancellation Request Exists"}
        self.cancelled.append(dict(form))
        return {
            "result": "success",
            "serviceid": form["serviceid"],
            "userid": service["clientid"],
        }


def _listed(
    form: Mapping[str, str], rows: list[dict[str, str]], outer: str, inner: str
) -> dict[str, Any]:
    start, limit = int(form.get("limitstart", 0)), int(form.get("limitnum", 25))
    shown = rows[start : start + limit]
    return {
        "result": "success",
        "totalresults": str(len(rows)),
        "startnumber": start,
        "numreturned": len(shown),
        # PHP makes an empty array of what has no rows.
        outer: {inner: shown} if shown else [],
    }


def _json(answer: Mapping[str, Any], *, status: int = 200) -> Reply:
    return Reply(
        status=status,
        body=json.dumps(answer).encode(),
        fields={"Content-Type": "application/json"},
    )
