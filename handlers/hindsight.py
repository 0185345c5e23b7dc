"""What would have been done with a message beside what people did with it: do the two agree?

People say what they took a message for by where they put it. That can be told only of folders
with a meaning; about everything else this says nothing rather than guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from handlers.values import Disposition, Filing, Intent


class Where(StrEnum):
    """Where a message is now."""

    INBOX = "inbox"  # in the folder that is read
    FOLDER = "folder"  # in one that people have put it into
    ARCHIVE = "archive"
    JUNK = "junk"
    TRASH = "trash"
    GONE = "gone"  # in no folder of the account
    UNKNOWN = "unknown"  # nobody has looked, or it has no Message-ID to find it by


class Agreement(StrEnum):
    """Whether people and optoutd decided alike."""

    AGREE = "agree"
    DIFFER = "differ"
    OPEN = "open"  # nobody has dealt with the message yet
    UNKNOWN = "unknown"  # where it is does not tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message is now, and what people did to it there."""

    where: Where
    folder: str = ""
    answered: bool = False
    flagged: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Would:
    """What would have been done with a message."""

    disposition: Disposition
    filing: Filing
    intents: tuple[Intent, ...] = ()

    @property
    def word(self) -> str:
        """In one word: a kind of request, `automatic`, `review`, `leave` or `ignore`."""
        return _WORDS.get(self.filing, self.disposition.value)

    @property
    def kinds(self) -> AbstractSet[Intent]:
        """The kinds of request that it would have been taken for."""
        filed = {_KINDS[self.filing]} if self.filing in _KINDS else set()
        return {*self.intents, *filed}

    @property
    def acts(self) -> bool:
        """Whether a request would have been honoured unattended."""
        return self.filing in _KINDS

    @property
    def asks_people(self) -> bool:
        """Whether a person would have decided."""
        return self.filing is Filing.REVIEW or self.disposition is Disposition.REVIEW


_KINDS = {Filing.OPT_OUTS: Intent.OPT_OUT, Filing.CANCELLATIONS: Intent.CANCELLATION}
_WORDS = {
    Filing.OPT_OUTS: Intent.OPT_OUT.value,
    Filing.CANCELLATIONS: Intent.CANCELLATION.value,
    Filing.AUTOMATIC: "automatic",
    Filing.REVIEW: "review",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """Which folders mean what.

    `folders` maps names in lower case to the kind of request that lies there; the folders of
    optoutd itself are always known. `told` are the kinds that people always file so: of these, a
    message that lies elsewhere was not taken for one.
    """

    folders: Mapping[str, Intent]
    told: frozenset[Intent] = frozenset()

    @classmethod
    def of(cls, told: Mapping[str, Intent]) -> Meanings:
        """Those that an administrator tells, by folder, with our own folders beside them."""
        own = {filing.value: kind for filing, kind in _KINDS.items()}
        named = {name.casefold(): kind for name, kind in {**own, **told}.items()}
        return cls(folders=named, told=frozenset(told.values()))

    def within(self, folders: Iterable[str]) -> Meanings:
        """Those of one account: a folder that it does not have tells nothing of its messages."""
        there = {name.casefold() for name in folders}
        own = {filing.value.casefold() for filing in _KINDS}
        kept = {name: kind for name, kind in self.folders.items() if name in there}
        told = {kind for name, kind in kept.items() if name not in own and kind in self.told}
        return Meanings(folders=kept, told=frozenset(told))

    def kind_of(self, place: Place) -> Intent | None:
        """What people took a message for that lies there, or None."""
        return self.folders.get(place.folder.casefold()) if place.folder else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`then` is the agreement where `holds`; `code` says why."""

    code: str
    then: Agreement
    holds: Callable[[Would, Place, Meanings], bool]


def compare(would: Would, place: Place, meanings: Meanings) -> tuple[Agreement, str]:
    """Whether people and optoutd agree on a message, and the code of the rule that says so."""
    for rule in RULES:
        if rule.holds(would, place, meanings):
            return rule.then, rule.code
    return Agreement.UNKNOWN, "untold"


def _is_filed(_: Would, place: Place, meanings: Meanings) -> bool:
    return meanings.kind_of(place) is not None


def _is_filed_alike(would: Would, place: Place, meanings: Meanings) -> bool:
    return meanings.kind_of(place) in would.kinds


def _is_untouched(_: Would, place: Place, __: Meanings) -> bool:
    return place.where is Where.INBOX and not place.answered


def _was_put_elsewhere(_: Would, place: Place, __: Meanings) -> bool:
    elsewhere = (Where.FOLDER, Where.ARCHIVE, Where.JUNK, Where.TRASH)
    return place.where in elsewhere or (place.where is Where.INBOX and place.answered)


# First match. The differences with the worst harm come first.
RULES = (
    Rule(code="same-kind", then=Agreement.AGREE, holds=_is_filed_alike),
    Rule(
        code="held",  # a person would have decided, and a person has
        then=Agreement.UNKNOWN,
        holds=lambda w, p, m: _is_filed(w, p, m) and w.asks_people,
    ),
    Rule(
        code="other-kind",
        then=Agreement.DIFFER,
        holds=lambda w, p, m: _is_filed(w, p, m) and w.acts,
    ),
    Rule(code="missed", then=Agreement.DIFFER, holds=_is_filed),
    Rule(
        code="junk",
        then=Agreement.DIFFER,
        holds=lambda w, p, _: p.where is Where.JUNK and w.acts,
    ),
    Rule(code="untouched", then=Agreement.OPEN, holds=_is_untouched),
    Rule(
        code="not-filed-so",
        then=Agreement.DIFFER,
        holds=lambda w, p, m: (
            w.acts
            and w.kinds <= m.told
            and _was_put_elsewhere(w, p, m)
            and p.where is not Where.INBOX
        ),
    ),
    Rule(
        code="no-request",
        then=Agreement.AGREE,
        holds=lambda w, p, m: (
            not w.acts
            and not w.asks_people
            and m.told == frozenset(Intent)
            and _was_put_elsewhere(w, p, m)
        ),
    ),
)

# The codes of a difference and what people did, the worst harm first.
DIFFERENCES: Mapping[str, str] = {
    "other-kind": "filed it as the other kind of request",
    "not-filed-so": "did not file it as a request",
    "junk": "call it junk",
    "missed": "filed it as a request",
}
