"""A webhook as Standard Webhooks has it: a signed POST of a small JSON object."""

from __future__ import annotations

from datetime import datetime

from config.api_keys import signing_key
from daemon.ports import Outcome
from daemon.receivers import Setup
from daemon.receivers.http import Http
from handlers.announcement import Announcement, body_of
from handlers.signing import signed_fields


class Webhook:
    """Fulfils `daemon.ports.Receiver`. The body of an answer is not read."""

    # What there is to be told of: everything.
    events: tuple[str, ...] = ()

    def __init__(self, setup: Setup) -> None:
        """Raises PermanentFailure where a secret is no key, or an option is given."""
        if setup.settings.options:
            raise setup.wrong("options", "a webhook has none")
        try:
            self._keys = [signing_key(line) for line in setup.secrets]
        except ValueError as error:
            raise setup.wrong("secret_files", str(error)) from error
        self._http = Http(setup)

    async def tell(self, announcement: Announcement, *, now: datetime) -> Outcome:
        """See `daemon.ports.Receiver`."""
        body = body_of(announcement)
        fields = signed_fields(announcement.id, body, self._keys, at=now)
        answer = await self._http.post({"Content-Type": "application/json", **fields}, body)
        self._http.refuse(answer, now=now)
        return Outcome(state="told", note=f"it answered {answer.status}")

    async def inspect(self) -> list[str]:
        """See `daemon.ports.Receiver`. To send anything would be to tell something."""
        return [await self._http.reach()]

    async def close(self) -> None:
        """See `daemon.ports.Receiver`."""
        await self._http.close()
