"""What the store knows about addresses when staff decide or record something, by address."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from handlers.inbox import inbox_key
from handlers.values import ALL_LISTS, Decision, Intent, Request, Suppression


@dataclass(slots=True, kw_only=True)
class Dossier:
    """The store's answer for a number of addresses; grows with each decision, as `Memory` does.

    Two lines of one file may name one person: the second has to see what follows from the first,
    although nothing is written before all of them are.
    """

    newest: dict[tuple[str, Intent], Request] = field(default_factory=dict)
    suppressions: dict[tuple[str, str], Suppression] = field(default_factory=dict)
    mails_last_day: dict[str, int] = field(default_factory=dict)  # of the last 24 hours, by inbox
    by_origin: dict[tuple[str, Intent, str], Request] = field(default_factory=dict)

    def suppression(self, address_key: str, list_name: str) -> Suppression | None:
        """Why an address gets no mail of a list; one for all lists covers each."""
        everything = self.suppressions.get((address_key, ALL_LISTS))
        return everything or self.suppressions.get((address_key, list_name))

    def held_by(self, address_key: str, reference: str) -> tuple[Suppression, ...]:
        """The suppressions of an address that this request is the reason of."""
        return tuple(
            held
            for (key, _), held in self.suppressions.items()
            if key == address_key and held.reference == reference
        )

    def learn(self, decision: Decision) -> None:
        """Adds what `decision` will write, so that the next one sees it."""
        for request in decision.requests:
            self.newest[request.address_key, request.kind] = request
            if request.origin_digest:
                origin = (request.origin_digest, request.kind, request.address_key)
                self.by_origin[origin] = request
        for change in decision.changes:
            for place, request in self.newest.items():
                if request.reference == change.reference:
                    self.newest[place] = replace(request, state=change.after, reason=change.reason)
        for item in decision.suppress:
            self.suppressions.setdefault((item.address_key, item.list_name), item)
        for item in decision.lift:
            held = self.suppressions.get((item.address_key, item.list_name))
            if held is not None and held.reference == item.reference:
                del self.suppressions[item.address_key, item.list_name]
        if decision.reply is not None:
            key = inbox_key(decision.reply.to.key)
            self.mails_last_day[key] = self.mails_last_day.get(key, 0) + 1
