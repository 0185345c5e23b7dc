"""The date at which a customer wants the account to end, where the text gives one in full."""

from __future__ import annotations

import re
from datetime import date, timedelta

_MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "january januar janvier enero gennaio janeiro januari jan",
            "february februar février fevrier febrero febbraio fevereiro februari feb",
            "march märz maerz mars marzo março marco maart mar",
            "april avril abril aprile apr",
            "may mai mayo maggio maio mei",
            "june juni juin junio giugno junho jun",
            "july juli juillet julio luglio julho jul",
            "august août aout agosto augustus aug",
            "september septembre septiembre settembre setembro sept sep",
            "october oktober octobre octubre ottobre outubro oct okt",
            "november novembre noviembre novembro nov",
            "december dezember décembre decembre diciembre dicembre dezembro dec dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_FORMS = (
    re.compile(r"\b(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
    # Two numbers with dots are day and month wherever dots are used; with slashes, who knows.
    re.compile(r"\b(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>20\d\d)\b"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:(?:st|nd|rd|th|er|\.|º)?\s|\.)(?:of\s|de\s)?(?P<name>{_MONTH})\b\.?,?"
        r"\s(?:de\s)?(?P<y>20\d\d)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<name>{_MONTH})\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>20\d\d)\b",
        re.IGNORECASE,
    ),
)
# As programs write it, of any century.
_ISO = re.compile(r"\b(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\b")
# What databases and panels write where no day is named.
_NO_DAY = re.compile(r"0000-00-00(?:[ T]00:00:00Z?)?")
_HORIZON = timedelta(days=3 * 366)
_MAX_CHARS = 20_000


def find_wanted_end(text: str, *, today: date) -> str:
    """The first full date of `text` that lies in the three years from `today`, in ISO form.

    '' where there is none: a date that has to be guessed is left to the people who carry the
    cancellation out, and they read the message.
    """
    found: list[tuple[int, date]] = []
    for form in _FORMS if "20" in text else ():
        for match in form.finditer(text[:_MAX_CHARS]):
            day = _date(match)
            if day is not None and today <= day <= today + _HORIZON:
                found.append((match.start(), day))
    return min(found)[1].isoformat() if found else ""


def same_end(one: str, other: str) -> bool:
    """Whether two wanted ends are the same day, however written, or else the same words."""
    day = _day_of(one)
    if day is not None and day == _day_of(other):
        return True
    return one.casefold().split() == other.casefold().split()


def without_no_day(text: str) -> str:
    """The text, or '' where it is a database's way to say that no day is named."""
    return "" if _NO_DAY.fullmatch(text.strip()) else text


def no_such_day(text: str) -> str:
    """The first full date of `text` that is in no calendar, as it is written there, or ''."""
    matches = [match for form in (_ISO, *_FORMS) for match in form.finditer(text[:_MAX_CHARS])]
    wrong = [match for match in matches if _month(match) is not None and _date(match) is None]
    return min(wrong, key=lambda match: match.start())[0] if wrong else ""


def _day_of(text: str) -> date | None:
    """The day that a text consists of."""
    matches = (form.fullmatch(text.strip(" .,;")) for form in (_ISO, *_FORMS))
    return next((day for day in map(_date, filter(None, matches)) if day is not None), None)


def _date(match: re.Match[str]) -> date | None:
    parts, month = match.groupdict(), _month(match)
    try:
        return None if month is None else date(int(parts["y"]), month, int(parts["d"]))
    except ValueError:
        return None


def _month(match: re.Match[str]) -> int | None:
    """None for a name that only looks like a month's: `ſ` matches "s" where case is ignored."""
    parts = match.groupdict()
    return _MONTHS.get(parts["name"].lower()) if parts.get("name") else int(parts["m"])
