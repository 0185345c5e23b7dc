"""One way to write each letter, and the place where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.classify.fold import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Please CANCEL", "please cancel"),
        ("Kündigung", "kundigung"),
        ("Ku\u0308ndigung", "kundigung"),
        ("Straße", "strasse"),
        ("Łódź, Ærø, Œuvre", "lodz, aero, oeuvre"),
        ("İPTAL ıptal", "iptal iptal"),
        ("don’t ‘x’", "don't 'x'"),
        ("« oui » „ja“", '" oui " "ja"'),
        ("opt‑out", "opt-out"),
        ("stop – now", "stop — now"),
        ("ｃａｎｃｅｌ", "cancel"),
        ("can\u200bcel un\u00adsub", "cancel unsub"),
        ("a\u00a0b\u2003c", "a b c"),
        ("ﬁn", "fin"),
        ("해지", "해지"),
        ("ガス", "ガス"),
        ("\u2028", "\n"),
    ],
)  # fmt: skip
def test_each_letter_is_written_one_way(text: str, folded: str) -> None:
    assert fold(text).text == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("c\u0430ncel", "cancel"),  # Cyrillic a
        ("uns\u03c5bscribe", "unsubscribe"),  # Greek upsilon
        ("отмена", "отмена"),
        ("отмена account", "отмена account"),
        ("c\u0430йт", "саит"),  # a Latin c before Cyrillic letters that no Latin one resembles
        ("удaлитe", "удалите"),
        ("emailы", "emailы"),
    ],
)
def test_look_alikes_are_of_the_script_that_the_word_is_in(text: str, folded: str) -> None:
    assert fold(text).text == folded


@given(st.text())
def test_every_character_keeps_its_place_in_the_original(text: str) -> None:
    folded = fold(text)
    for place in range(len(folded.text)):
        start, end = folded.span(place, place + 1)
        assert 0 <= start < end <= len(text)
    starts = [folded.span(i, i + 1)[0] for i in range(len(folded.text))]
    assert starts == sorted(starts)


@given(st.text())
def test_a_character_is_folded_the_same_wherever_it_stands(text: str) -> None:
    assert fold(text + "\n").text == fold(text).text + "\n"


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_text_is_only_put_in_lower_case(text: str) -> None:
    assert fold(text).text == text.lower()


def test_a_span_covers_the_invisible_characters_inside_a_word() -> None:
    text = "x c\u200ban\u200bcel y"
    folded = fold(text)
    at = folded.text.index("cancel")
    start, end = folded.span(at, at + len("cancel"))
    assert text[start:end] == "c\u200ban\u200bcel"
