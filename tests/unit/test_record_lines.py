"""CSV as spreadsheets and people write it, and as nobody should."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cli.moments import FORMS, moment
from handlers.record_lines import Line, Mistake, read_lines
from handlers.recorded import Recorded
from handlers.values import Intent

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HEADER = "kind,address,channel,received"
OLD = "more than a year ago: if that is right, say --yes"
LINE = "opt-out,anna@shop.example,phone,2026-03-01T10:00:00Z"


def at(text: str, *, may_be_long_ago: bool = False) -> datetime:
    return moment(text, now=NOW, may_be_long_ago=may_be_long_ago)


def read(text: str) -> tuple[list[Line], list[Mistake]]:
    return read_lines(text, moment=at, taken_by="Kim")


def recorded(text: str) -> list[Recorded]:
    lines, mistakes = read(text)
    assert mistakes == []
    return [line.recorded for line in lines]


def mistakes(text: str) -> list[str]:
    _, found = read(text)
    assert found
    return [str(mistake) for mistake in found]


def test_a_line_with_all_its_columns() -> None:
    (found,) = recorded(
        "kind,address,channel,received,by,note,list,language,wanted_end\n"
        'cancellation,Anna@Shop.example,letter,2026-03-01T10:00:00+01:00,Lee,"a, b",,DE,31.12.\n'
    )
    assert found.kind is Intent.CANCELLATION
    assert (found.address.key, found.address.written) == ("anna@shop.example", "Anna@Shop.example")
    assert found.received_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert (found.taken_by, found.note, found.channel) == ("Lee", "a, b", "letter")
    assert (found.list_name, found.language, found.wanted_end) == ("*", "de", "31.12.")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\ufeff\r\n"])
def test_spreadsheets_write_it_in_many_ways(start: str, mark: str, end: str) -> None:
    text = start + (HEADER + end + LINE + end).replace(",", mark)
    (found,) = recorded(text)
    assert found.taken_by == "Kim"


def test_the_order_and_the_case_of_columns_are_free_and_empty_lines_are_passed_over() -> None:
    text = "Received,KIND , Channel,address,\n\n2026-03-01,opt_out,Phone,a@b.example,\n,,,,\n"
    (found,) = recorded(text)
    assert found.kind is Intent.OPT_OUT


def test_lines_are_counted_as_an_editor_does() -> None:
    lines, _ = read(f'{HEADER},note\n{LINE},"one\ntwo\nthree"\n\n{LINE},x\n')
    assert [line.line for line in lines] == [2, 6]
    assert lines[0].recorded.note == "one\ntwo\nthree"


def test_every_mistake_is_told_with_its_line() -> None:
    assert mistakes(
        f"{HEADER},list,language,wanted_end,by\n"
        f"{LINE},,,,\n"
        "opt-out,nobody,fax,2027-01-01T00:00Z,,,,\n"
        "cancel,a@b.example,phone,,,,,\n"
        "cancellation,a@b.example,phone,2026-03-01,tips,deu,,\n"
        "opt-out,a@b.example,phone,2020-01-01T00:00Z,,,31.12.,\n"
        "opt-out,a@b.example,phone,2026-03-01,,,,,more\n"
        "cancellation,a@b.example,phone,2026-03-01,,,31 April 2026,\n"
    ) == [
        'line 3: address is "nobody", which is not a mail address',
        'line 3: channel is "fax": phone, letter, panel, newsletter',
        "line 3: received is 2027-01-01 00:00 UTC, which is yet to come",
        'line 4: kind is "cancel": opt-out or cancellation',
        f"line 4: received is empty: {FORMS}",
        'line 5: language is "deu": a code of two letters such as de',
        "line 5: list is for opt-outs: a cancellation is of the account",
        f"line 6: received is 2020-01-01 00:00 UTC, {OLD}",
        "line 6: wanted_end is for cancellations",
        "line 7: has 9 cells, and there are 8 columns",
        "line 8: wanted_end has 31 April 2026, and there is no such day",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: is empty: the first line names the columns"),
        (HEADER, "line 1: is followed by no line to record"),
        (f"{HEADER},colour\n{LINE},red", 'line 1: the column "colour" is not known; the columns'),
        (f"{HEADER},kind\n{LINE},x", 'line 1: has the column "kind" twice'),
        (LINE, 'line 1: has no column "kind": the columns are kind, address, channel, received'),
        (f'{HEADER}\n{LINE}\nopt-out,"a@b.example,phone\n{LINE}', "line 3: is not CSV: "),
        (f'{HEADER}\n"opt"-out,a@b.example,phone,x', "line 2: is not CSV: "),
        (f"{HEADER},note\n{LINE},{'x' * 200_000}", "line 2: is not CSV: field larger than"),
        (f"{HEADER},note\n{LINE},{'x' * 5_000}", "line 2: note is longer than 4000 characters"),
        (f"{HEADER},note\n{LINE},{'x' * 3_000}", "line 2: note is longer than 2000 characters"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_calls_is_told(text: str, words: str) -> None:
    assert mistakes(text)[0].startswith(words)


def test_hostile_cells_are_only_text() -> None:
    note = '=HYPERLINK(""http://evil.example"")\x1b[2J\u202e@SUM(A1)\x00'
    (found,) = recorded(f'{HEADER},note,by\n{LINE},"{note}",=cmd|calc\x1b\n')
    assert found.taken_by == "=cmd|calc"
    hostile = "a@b.example\x1b[2J"
    (told, *_) = mistakes(f"{HEADER}\nopt-out,{hostile},phone,2026-03-01\n")
    assert "\x1b" not in told


def test_ten_thousand_lines_are_read() -> None:
    many = "".join(f"opt-out,p{n}@shop.example,letter,2026-03-01\n" for n in range(10_000))
    assert len(recorded(f"{HEADER}\n{many}")) == 10_000


@given(st.text(max_size=300))
def test_whatever_a_file_holds_it_is_lines_or_mistakes(text: str) -> None:
    for whole in (text, f"{HEADER}\n{text}", f"{HEADER}\n{LINE}\n{text}"):
        lines, found = read(whole)
        assert lines or found
        assert all(str(mistake).isprintable() or "\n" not in str(mistake) for mistake in found)


# times ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 10:00+02:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("20260301T100000Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_time_with_a_zone_is_that_time(text: str, when: datetime) -> None:
    assert at(text) == when
    assert at(text).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2026-03-01 15:30", datetime(2026, 3, 1, 15, 30)),  # noqa: DTZ001 - meant in our zone
        (" 2026-03-01T15:30:20 ", datetime(2026, 3, 1, 15, 30, 20)),  # noqa: DTZ001
        ("2026-03-01", datetime(2026, 3, 1)),  # noqa: DTZ001
        ("1.3.2026", datetime(2026, 3, 1)),  # noqa: DTZ001
        ("01.03.2026  15:30", datetime(2026, 3, 1, 15, 30)),  # noqa: DTZ001
    ],
)
def test_a_time_without_one_is_meant_in_the_zone_of_the_machine(
    text: str, local: datetime
) -> None:
    assert at(text) == local.astimezone(UTC)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "03/01/2026", "2026-13-01", "31.2.2026", "12:00", "0001-01-01", "9" * 400],
)
def test_what_is_no_time_or_not_clearly_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is "):
        at(text)


def test_a_time_may_be_a_year_old_and_older_where_that_is_said() -> None:
    zone = timezone(timedelta(hours=1))
    old = (NOW - timedelta(days=366)).astimezone(zone).isoformat()
    with pytest.raises(ValueError, match="--yes"):
        at(old)
    assert at(old, may_be_long_ago=True) == NOW - timedelta(days=366)
