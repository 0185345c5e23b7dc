"""The date at which a customer wants the account to end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.wanted_end import find_wanted_end, no_such_day, same_end

TODAY = date(2026, 6, 1)
LAST = "2026-12-31"


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31",
        "Please cancel as of 2026-12-31.",
        "zum 31.12.2026",
        "zum 31. 12. 2026",
        "zum 31. Dezember 2026",
        "zum 31.Dezember 2026",
        "on 31 December 2026",
        "on 31st December 2026",
        "on the 31st of December 2026",
        "on December 31, 2026",
        "on December 31st 2026",
        "on Dec. 31, 2026",
        "ON 31 DECEMBER 2026",
        "au 31 décembre 2026",
        "el 31 de diciembre de 2026",
        "il 31 dicembre 2026",
        "per 31 december 2026",
        "em 31 de dezembro de 2026",
        "between\n31 December 2026 and later",
    ],
)
def test_a_full_date_is_found_as_people_write_it(text: str) -> None:
    assert find_wanted_end(text, today=TODAY) == LAST


@pytest.mark.parametrize(
    ("word", "month"),
    [
        ("enero", 1), ("février", 2), ("März", 3), ("avril", 4), ("maggio", 5), ("juni", 6),
        ("julho", 7), ("août", 8), ("septiembre", 9), ("ottobre", 10), ("novembro", 11),
        ("déc", 0),
    ],
)  # fmt: skip
def test_months_are_known_in_their_languages(word: str, month: int) -> None:
    expected = f"2027-{month:02}-15" if month else ""
    assert find_wanted_end(f"15 {word} 2027", today=TODAY) == expected


def test_the_first_of_two_dates_counts_whatever_its_form() -> None:
    assert find_wanted_end("by July 1, 2026, or 2026-12-31", today=TODAY) == "2026-07-01"
    assert find_wanted_end("by 2026-12-31, or July 1, 2026", today=TODAY) == LAST


def test_dates_outside_the_next_three_years_are_passed_over() -> None:
    text = "customer since 2026-05-31, until 2040-01-01: end it on 31.12.2026"
    assert find_wanted_end(text, today=TODAY) == LAST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "at the end of the month",
        "31/12/2026",
        "12/31/2026",
        "31.12.",
        "31 December",
        "December 2026",
        "in 2026",
        "2026-13-01",
        "2026-02-30",
        "31. Juni 2026",
        "99 December 2026",
        "0 December 2026",
        "invoice 12026-12-31",
        "2026-12-312",
        "2026-05-31",
        "1.1.1999",
        "31 Decembra 2026",
    ],
)
def test_a_date_that_would_have_to_be_guessed_is_left_to_people(text: str) -> None:
    assert find_wanted_end(text, today=TODAY) == ""


@pytest.mark.parametrize("word", ["\u017feptember", "jun\u0130", "augu\u017ft", "o\u212atober"])
def test_letters_that_match_without_regard_to_case_are_no_error(word: str) -> None:
    assert find_wanted_end(f"15 {word} 2027", today=TODAY) in ("", "2027-10-15")


@given(st.dates(TODAY, TODAY + timedelta(days=1_000)))
def test_every_date_to_come_is_found_in_each_form(day: date) -> None:
    iso = day.isoformat()
    months = ("January", "February", "March", "April", "May", "June", "July", "August",
              "September", "October", "November", "December")  # fmt: skip
    month = months[day.month - 1]
    for text in (
        iso,
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
    ):
        assert find_wanted_end(text, today=TODAY) == iso


@given(st.text(max_size=60) | st.text("0123456789.- ejuniſİKde", max_size=60))
def test_any_text_gives_a_date_to_come_or_nothing(text: str) -> None:
    found = find_wanted_end(text, today=TODAY)
    assert not found or date.fromisoformat(found) >= TODAY


def test_a_date_far_down_in_a_long_text_is_not_looked_for() -> None:
    assert find_wanted_end("x " * 10_000 + LAST, today=TODAY) == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2026-12-31", "31 December 2026", True),
        ("31.12.2026", "31. Dezember 2026", True),
        (" Dec. 31, 2026. ", "2026-12-31", True),
        ("2026-12-31", "2026-12-30", False),
        ("31.12.2026", "31.12.2027", False),
        # Words say more than a day.
        ("2026-12-31", "not before 2026-12-31", False),
        ("End of  March", "end of March", True),
        ("at once", "end of March", False),
        ("31.12.", "31.12.", True),
        ("31.12.", "2026-12-31", False),
        ("", "", True),
        ("", "2026-12-31", False),
        ("2026-02-30", "30.02.2026", False),
    ],
)
def test_two_ends_are_one_where_they_are_one_day_or_the_same_words(
    one: str, other: str, same: bool
) -> None:
    assert same_end(one, other) == same_end(other, one) == same


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-30", "2026-02-30"),
        ("2026-13-01", "2026-13-01"),
        ("2100-02-29", "2100-02-29"),
        ("0000-00-00", "0000-00-00"),
        ("on 31 April 2026", "31 April 2026"),
        ("zum 31.11.2026", "31.11.2026"),
        ("April 31st, 2026", "April 31st, 2026"),
        ("2026-12-31, not 2026-12-32", "2026-12-32"),
        ("2024-02-29", ""),
        ("31 December 2026", ""),
        ("2150-12-31", ""),
        ("at once", ""),
        ("31.12.", ""),
        ("", ""),
    ],
)
def test_a_day_that_is_in_no_calendar_is_named(text: str, day: str) -> None:
    assert no_such_day(text) == day


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_words_are_too_much(one: str, other: str) -> None:
    assert same_end(one, one)
    assert same_end(one, other) == same_end(other, one)
    assert no_such_day(one) in one
