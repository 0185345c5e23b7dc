"""Other systems that are told of requests.

To add one of ours, add its module and a line in OPENERS. Others bring theirs in a package of their
own, under the entry point group `optoutd.receivers` (docs/webhooks.md): a name, and a callable
that makes a `daemon.ports.Receiver` of a `Setup`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import entry_points

from config.systems import ReceiverSettings
from daemon.errors import PermanentFailure
from daemon.ports import Audience, Receiver
from handlers.announcement import EVENT_TYPES

GROUP = "optoutd.receivers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a module is made of: its `[[receiver]]`, and the line of each of its secret files."""

    settings: ReceiverSettings
    secrets: tuple[str, ...] = field(repr=False)

    def wrong(self, key: str, problem: str, *, cure: str = "") -> PermanentFailure:
        """The error to raise where `key` of the settings does not do."""
        name = self.settings.name
        return PermanentFailure(
            problem, part=f"receiver {name}", setting=f"receiver.{name}.{key}", cure=cure
        )


Opener = Callable[[Setup], Receiver]


def _webhook(setup: Setup) -> Receiver:
    # Whoever tells nobody need not load an HTTP client.
    from daemon.receivers.webhook import Webhook

    return Webhook(setup)


def _whmcs(setup: Setup) -> Receiver:
    from daemon.receivers.whmcs import Whmcs

    return Whmcs(setup)


OPENERS: dict[str, Opener] = {"webhook": _webhook, "whmcs": _whmcs}


def open_receiver(settings: ReceiverSettings, secrets: tuple[str, ...]) -> Receiver:
    """The receiver that `[[receiver]]` names; it does not connect yet.

    Raises PermanentFailure, with the setting, where there is no such module or it cannot be used.
    """
    setup = Setup(settings=settings, secrets=secrets)
    _refuse_what_never_happens(setup)
    opener = OPENERS.get(settings.module) or _installed(setup)
    receiver: Receiver = opener(setup)
    return receiver


def _refuse_what_never_happens(setup: Setup) -> None:
    """Raises PermanentFailure for an event that no request comes to: it would be waited for."""
    for event in setup.settings.events:
        if event not in EVENT_TYPES and not event.endswith(".*"):
            near = ", ".join(t for t in EVENT_TYPES if t.startswith(event.partition(".")[0]))
            raise setup.wrong("events", f'"{event}" never happens; what does: {near}')


def _installed(setup: Setup) -> Opener:
    """A module that another package brings."""
    found = entry_points(group=GROUP)
    for each in found:
        if each.name == setup.settings.module:
            try:
                opener: Opener = each.load()
            except Exception as error:
                problem = f"{each.value} cannot be loaded: {type(error).__name__}"
                raise setup.wrong("module", problem) from error
            return opener
    known = sorted({*OPENERS, *(each.name for each in found)})
    problem = f'there is no module "{setup.settings.module}"; there are {", ".join(known)}'
    raise setup.wrong("module", problem)


def audience(settings: ReceiverSettings, receiver: Receiver) -> Audience:
    """The receiver as the store has to know it."""
    target = hashlib.sha256(f"{settings.module} {settings.url}".encode()).hexdigest()
    return Audience(name=settings.name, events=settings.events or receiver.events, target=target)


__all__ = ["GROUP", "OPENERS", "Setup", "audience", "open_receiver"]
