"""Phrase files: what they hold, and what is wrong with those that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.phrase_book import (
    MAX_EXPANSIONS,
    MAX_WORDS,
    TABLES,
    PhraseError,
    expand,
    load_phrases,
    read_phrases,
)
from handlers.classify.confirmed import RULE as CONFIRMED
from handlers.classify.confirmed import UNSETTLED
from handlers.classify.frames import FRAMES
from handlers.classify.headings import HEADING
from handlers.classify.hints import DOUBT_RULE as HINTED
from handlers.classify.mailings import RULE as MAILING
from handlers.classify.objections import OBJECTIONS
from handlers.classify.tongues import RULE as OTHER_LANGUAGE
from tests.unit.classified import english_book

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "classifier.md").read_text()
# Rules of handlers/classify/terse.py and weigh.py, beside those of the tables.
OTHER_RULES = {
    "opt-out.terse", "opt-out.vague", "opt-out.subscription", "cancellation.terse",
    "opt-out.hinted", "cancellation.hinted", CONFIRMED,
}  # fmt: skip


def written(folder: Path, changes: Mapping[str, str] | None = None, name: str = "en") -> Path:
    """A file with every table and key, empty but for `changes`: "table.key" -> TOML value."""
    lines: list[str] = []
    for table, keys in TABLES.items():
        lines.append(f"[{table}]")
        lines += [f"{key} = {(changes or {}).get(f'{table}.{key}', '[]')}" for key in keys]
    (folder / f"{name}.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("cancel", ["cancel"]),
        ("{a,b} c", ["a c", "b c"]),
        ("{,a }b", ["b", "a b"]),
        ("x {a,b} {c,d}", ["x a c", "x a d", "x b c", "x b d"]),
        ("take .. off", ["take .. off"]),
        ("kündig*", ["kündig*"]),
        ("mail{,s}", ["mail", "mails"]),
    ],
)
def test_a_phrase_stands_for_all_that_its_braces_say(phrase: str, expected: list[str]) -> None:
    assert expand(phrase) == expected


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("{a,b", "has a brace without its partner"),
        ("a}", "has a brace without its partner"),
        ("{a,{b,c}}", "has a brace without its partner"),
        ("{,a}", "may be empty"),
        ("x " * (MAX_WORDS + 1), f"has more than {MAX_WORDS} words"),
        ("a*b", 'has "*" elsewhere than at one end of a word'),
        ("a * b", 'has "*" elsewhere than at one end of a word'),
        ("a ..", 'may have one ".." between words, with a space on either side'),
        ("a..b", 'may have one ".." between words, with a space on either side'),
        ("a .. b .. c", 'may have one ".." between words, with a space on either side'),
        ("{a,b,c,d,e} " * 5, f"stands for more than {MAX_EXPANSIONS} phrases"),
    ],
)
def test_what_is_no_phrase_is_refused(phrase: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        expand(phrase)


@given(st.text(alphabet="ab{}, .*", max_size=40))
def test_any_phrase_is_expanded_or_refused(phrase: str) -> None:
    try:
        found = expand(phrase)
    except ValueError:
        return
    assert 0 < len(found) <= MAX_EXPANSIONS
    assert all(one == " ".join(one.split()) and not set("{}") & set(one) for one in found)


def test_phrases_are_found_by_language_and_place(tmp_path: Path) -> None:
    written(tmp_path, {"cancel.do": '["{a,b} c"]'})
    book = read_phrases(written(tmp_path, {}, "de"))
    assert book.languages == ("de", "en")
    found = book.by_language["en"]["cancel.do"]
    assert (tuple(found), len(found), found[1]) == (("a c", "b c"), 2, "b c")
    assert tuple(book.by_language["de"]["cancel.do"]) == ()
    assert not book.by_language["de"]["cancel.do"]


@pytest.mark.parametrize(
    ("place", "value", "error"),
    [
        ("cancel.do", '"cancel"', "en.toml: cancel.do: must be a list of phrases"),
        ("cancel.do", "[1]", "en.toml: cancel.do: 1 is not a phrase"),
        ("cancel.do", '[" "]', "en.toml: cancel.do: ' ' is not a phrase"),
        ("cancel.do", '["a", "a"]', "en.toml: cancel.do: 'a' is there twice"),
        ("cancel.do", '["{a"]', "en.toml: cancel.do: '{a' has a brace without its partner"),
        ("cancel.do", "[]\nmore = []", "en.toml: cancel.more: there is no such key"),
        ("cancel.do", "[]\ndo = []", "en.toml: is not TOML in UTF-8: "),
    ],
)
def test_a_mistake_names_file_key_and_what_is_wrong(
    tmp_path: Path, place: str, value: str, error: str
) -> None:
    with pytest.raises(PhraseError, match=re.escape(error)) as caught:
        read_phrases(written(tmp_path, {place: value}))
    assert caught.value.file == "en.toml"


def test_a_file_has_all_tables_and_keys_and_no_others(tmp_path: Path) -> None:
    file = written(tmp_path) / "en.toml"
    whole = file.read_text()
    for spoilt, error in (
        (whole.replace("[renew]\ndo = []", ""), "en.toml: renew: the table is missing"),
        (whole.replace("please = []\n", ""), "en.toml: mood.please: is missing; write []"),
        (whole + "\n[more]\n", "en.toml: more: there is no such table"),
    ):
        file.write_text(spoilt)
        with pytest.raises(PhraseError, match=re.escape(error)):
            read_phrases(tmp_path)


@pytest.mark.parametrize("name", ["english", "EN", "e1"])
def test_a_file_is_named_after_its_language(tmp_path: Path, name: str) -> None:
    written(tmp_path)
    with pytest.raises(PhraseError, match="is not named after a language"):
        read_phrases(written(tmp_path, {}, name))


def test_english_is_always_there(tmp_path: Path) -> None:
    with pytest.raises(PhraseError, match=r"en\.toml is missing"):
        read_phrases(written(tmp_path, {}, "de"))


def test_a_file_that_is_far_too_long_or_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "en.toml"
    file.write_bytes(b"#" * 300_000)
    with pytest.raises(PhraseError, match="is over 262144 bytes"):
        read_phrases(tmp_path)
    file.write_bytes(b"\xff")
    with pytest.raises(PhraseError, match="is not TOML in UTF-8"):
        read_phrases(tmp_path)


def test_every_shipped_file_is_read() -> None:
    shipped = (ROOT / "config" / "phrases").glob("*.toml")
    assert load_phrases().languages == tuple(sorted(file.stem for file in shipped))


def test_every_key_of_english_has_phrases_but_for_those_it_has_no_use_for() -> None:
    empty = {place for place, phrases in english_book().by_language["en"].items() if not phrases}
    assert empty == {
        "join.that", "leave.done", "leave.noun",
        "stop.noun", "remove.now", "send.noun", "receive.noun", "object.done",
    }  # fmt: skip


def test_the_guide_tells_every_table_and_key() -> None:
    section = GUIDE.split("## The phrase files")[1].split("## Adding a phrase")[0]
    told = {
        place
        for line in section.splitlines()
        if line.startswith("| `")
        for place in re.findall(r"`([a-z_]+\.[a-z_]+)`", line.split("|")[1])
    }
    assert told == {f"{table}.{key}" for table, keys in TABLES.items() for key in keys}


def test_the_guide_tells_every_rule() -> None:
    section = GUIDE.split("## Rules")[1].split("## Limits")[0]
    told = {line.split("`")[1] for line in section.splitlines() if line.startswith("| `")}
    frames = {frame.rule for frame in FRAMES.values()}
    against = {
        *(name for name, _ in OBJECTIONS),
        HEADING,
        OTHER_LANGUAGE,
        HINTED,
        MAILING,
        UNSETTLED,
    }
    assert told == frames | OTHER_RULES | against


def test_the_guide_tells_the_confidence_of_every_frame() -> None:
    for (what, thing), frame in FRAMES.items():
        row = next(line for line in GUIDE.splitlines() if line.startswith(f"| `{frame.rule}` |"))
        cells = [cell.strip() for cell in row.split("|")]
        assert f"{what} {thing}" in cells[3].split(", ")
        assert f"{frame.in_support:.2f}" in cells[4].split()
        assert f"{frame.in_cancel:.2f}" in cells[5].split()
