"""What would have been done beside what people did: a table that one can read aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.hindsight import (
    DIFFERENCES,
    RULES,
    Agreement,
    Meanings,
    Place,
    Where,
    Would,
    compare,
)
from handlers.values import Disposition, Filing, Intent

OPT_OUT = Would(disposition=Disposition.ACT, filing=Filing.OPT_OUTS, intents=(Intent.OPT_OUT,))
CANCELLATION = Would(
    disposition=Disposition.ACT, filing=Filing.CANCELLATIONS, intents=(Intent.CANCELLATION,)
)
BOTH = Would(disposition=Disposition.ACT, filing=Filing.CANCELLATIONS, intents=tuple(Intent))
COPY = Would(disposition=Disposition.LEAVE, filing=Filing.OPT_OUTS)
REVIEW = Would(
    disposition=Disposition.REVIEW, filing=Filing.REVIEW, intents=(Intent.CANCELLATION,)
)
LEAVE = Would(disposition=Disposition.LEAVE, filing=Filing.NOWHERE)
IGNORE = Would(disposition=Disposition.IGNORE, filing=Filing.NOWHERE)
BOUNCE = Would(disposition=Disposition.IGNORE, filing=Filing.AUTOMATIC)

INBOX = Place(where=Where.INBOX, folder="INBOX")
ANSWERED = Place(where=Where.INBOX, folder="INBOX", answered=True)
UNSUBSCRIBED = Place(where=Where.FOLDER, folder="Newsletter/Unsubscribed")
CLOSED = Place(where=Where.FOLDER, folder="Accounts/Closed")
OTHER = Place(where=Where.FOLDER, folder="Invoices")
ARCHIVE = Place(where=Where.ARCHIVE, folder="Archive")
JUNK = Place(where=Where.JUNK, folder="Junk")
TRASH = Place(where=Where.TRASH, folder="Trash")
GONE = Place(where=Where.GONE)
UNKNOWN = Place(where=Where.UNKNOWN)

NONE = Meanings.of({})
ONE = Meanings.of({"Newsletter/Unsubscribed": Intent.OPT_OUT})
ALL = Meanings.of(
    {"newsletter/unsubscribed": Intent.OPT_OUT, "Accounts/Closed": Intent.CANCELLATION}
)


@pytest.mark.parametrize(
    ("would", "place", "meanings", "expected"),
    [
        # A folder with a meaning says what people took the message for.
        (OPT_OUT, UNSUBSCRIBED, ONE, "agree same-kind"),
        (BOTH, UNSUBSCRIBED, ONE, "agree same-kind"),
        (COPY, UNSUBSCRIBED, ONE, "agree same-kind"),
        (REVIEW, CLOSED, ALL, "agree same-kind"),
        (REVIEW, UNSUBSCRIBED, ALL, "unknown held"),
        (CANCELLATION, UNSUBSCRIBED, ONE, "differ other-kind"),
        (OPT_OUT, CLOSED, ALL, "differ other-kind"),
        (LEAVE, UNSUBSCRIBED, ONE, "differ missed"),
        (IGNORE, UNSUBSCRIBED, ONE, "differ missed"),
        (BOUNCE, UNSUBSCRIBED, ONE, "differ missed"),
        # Without one, or for a kind that has none, where it lies tells nothing.
        (OPT_OUT, UNSUBSCRIBED, NONE, "unknown untold"),
        (OPT_OUT, ARCHIVE, NONE, "unknown untold"),
        (OPT_OUT, TRASH, NONE, "unknown untold"),
        (CANCELLATION, ARCHIVE, ONE, "unknown untold"),
        (BOTH, ARCHIVE, ONE, "unknown untold"),
        (LEAVE, ARCHIVE, NONE, "unknown untold"),
        (LEAVE, ARCHIVE, ONE, "unknown untold"),
        # Our own folders are known.
        (LEAVE, Place(where=Where.FOLDER, folder="Optoutd/Opt-outs"), NONE, "differ missed"),
        # What people always file so, and is not there, was no such request to them.
        (OPT_OUT, ARCHIVE, ONE, "differ not-filed-so"),
        (OPT_OUT, OTHER, ONE, "differ not-filed-so"),
        (OPT_OUT, TRASH, ONE, "differ not-filed-so"),
        (BOTH, ARCHIVE, ALL, "differ not-filed-so"),
        (OPT_OUT, ANSWERED, ONE, "unknown untold"),
        (LEAVE, ARCHIVE, ALL, "agree no-request"),
        (LEAVE, ANSWERED, ALL, "agree no-request"),
        (IGNORE, TRASH, ALL, "agree no-request"),
        # Junk speaks for itself.
        (OPT_OUT, JUNK, NONE, "differ junk"),
        (REVIEW, JUNK, NONE, "unknown untold"),
        (IGNORE, JUNK, NONE, "unknown untold"),
        # Nobody has dealt with it yet.
        (OPT_OUT, INBOX, ALL, "open untouched"),
        (LEAVE, INBOX, ALL, "open untouched"),
        (REVIEW, INBOX, NONE, "open untouched"),
        # What cannot be found tells nothing.
        (OPT_OUT, GONE, ALL, "unknown untold"),
        (LEAVE, GONE, ALL, "unknown untold"),
        (OPT_OUT, UNKNOWN, ALL, "unknown untold"),
    ],
)
def test_do_they_agree(would: Would, place: Place, meanings: Meanings, expected: str) -> None:
    agreement, code = compare(would, place, meanings)
    assert f"{agreement} {code}" == expected


@pytest.mark.parametrize(
    ("would", "word"),
    [
        (OPT_OUT, "opt_out"),
        (CANCELLATION, "cancellation"),
        (BOTH, "cancellation"),
        (COPY, "opt_out"),
        (REVIEW, "review"),
        (LEAVE, "leave"),
        (IGNORE, "ignore"),
        (BOUNCE, "automatic"),
    ],
)
def test_what_would_have_been_done_in_a_word(would: Would, word: str) -> None:
    assert would.word == word


def test_a_folder_that_an_account_does_not_have_tells_nothing_of_its_messages() -> None:
    here = ALL.within(["INBOX", "Newsletter/Unsubscribed", "Archive"])
    assert here.told == {Intent.OPT_OUT}
    assert compare(CANCELLATION, ARCHIVE, here) == (Agreement.UNKNOWN, "untold")
    assert compare(OPT_OUT, ARCHIVE, here) == (Agreement.DIFFER, "not-filed-so")
    assert ALL.within(["INBOX"]).told == set()


def test_each_difference_is_explained() -> None:
    assert {rule.code for rule in RULES if rule.then is Agreement.DIFFER} == set(DIFFERENCES)


@given(
    st.sampled_from(Disposition),
    st.sampled_from(Filing),
    st.sampled_from(Where),
    st.sampled_from(["", "INBOX", "Junk", "Newsletter/Unsubscribed", "Optoutd/Opt-outs"]),
    st.booleans(),
)
def test_nothing_is_said_of_what_was_not_found(
    disposition: Disposition, filing: Filing, where: Where, folder: str, answered: bool
) -> None:
    would = Would(disposition=disposition, filing=filing)
    found = where not in (Where.GONE, Where.UNKNOWN)
    place = Place(where=where, folder=folder if found else "", answered=answered)
    agreement, _ = compare(would, place, ALL)
    assert found or agreement is Agreement.UNKNOWN
