from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.reply_texts import ReplyText, ReplyTextError, ReplyTexts, load_reply_texts
from handlers.reply_text import LINE_COLUMNS, VARIABLES, ReplyTemplates, ReplyValues, wrapped

VALUES = ReplyValues(
    company_name="Host & Sons",
    phone="+44 20 7946 0100",
    postal_address="1 Mill Lane\nOxbridge OX1 2AB",
    panel_url="",
    cancel_address="cancel@host.example",
    address="anna@shop.example",
    received="2026-03-01 12:30 UTC",
    cancellation_received="2026-03-01 12:30 UTC",
    opt_out_reference="O-7K3M2Q",
    cancellation_reference="C-9Z8Y7X",
    wanted_end="",
    code="[ABCD-EFGH-IJKL-MNOP]",
    stop_everything=False,
    cancelling=False,
)
FRAME = "Hello,\n\n{{ blocks }}\n\n{{ company_name }}\n"


def templates(**own: str) -> ReplyTemplates:
    """The English templates with some of them replaced."""
    shipped = load_reply_texts(None).by_language["en"]
    texts = {name: ReplyText(source=text, origin=f"en/{name}.txt") for name, text in own.items()}
    return ReplyTemplates(ReplyTexts(by_language={"en": {**shipped, **texts}}))


def body(
    situations: tuple[str, ...] = ("opt_out_done",), values: ReplyValues = VALUES, **own: str
) -> str:
    return templates(**{"frame": FRAME, **own}).body("en", situations, values)


# What comes of a template -----------------------------------------------------------------------


def test_the_blocks_stand_in_the_frame_in_their_order_with_one_blank_line_between() -> None:
    made = body(
        ("opt_out_done", "cancellation_confirmed"),
        opt_out_done="\n\nDone.\n\n\n{% if wanted_end %}\n{{ wanted_end }}\n{% endif %}\n",
        cancellation_confirmed="Confirmed.  \n\n\n\nGood.",
    )
    assert made == "Hello,\n\nDone.\n\nConfirmed.\n\nGood.\n\nHost & Sons\n"


def test_only_the_first_block_is_told_that_it_is() -> None:
    first = "{% if first %}first{% else %}later{% endif %}"
    made = body(("opt_out_done", "stop_everything"), opt_out_done=first, stop_everything=first)
    assert made.split() == ["Hello,", "first", "later", "Host", "&", "Sons"]


def test_a_value_is_never_read_as_a_template() -> None:
    values = replace(VALUES, address="{{code}}@shop.example", company_name="{% if %}")
    made = body(values=values, opt_out_done="{{ address }}")
    assert made == "Hello,\n\n{{code}}@shop.example\n\n{% if %}\n"


def test_a_value_of_plain_text_is_not_escaped() -> None:
    assert "Host & Sons" in body(opt_out_done="Done.")


def test_the_subject_for_a_customer_who_left_it_empty_is_one_line() -> None:
    made = templates(subject="Your\nmessage to\n{{ company_name }}\n")
    assert made.subject("en", VALUES) == "Your message to Host & Sons"


def test_a_situation_without_a_template_is_refused() -> None:
    with pytest.raises(ValueError, match="no reply template is written for frame, refund"):
        body(("opt_out_done", "refund", "frame"))


# Lines ------------------------------------------------------------------------------------------

words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=90)
lines = st.lists(words | st.sampled_from(["-", ":", ";", "?", "»"]), max_size=40).map(" ".join)


@given(st.lists(lines, max_size=6).map("\n".join))
@example("- " + "word " * 40)
def test_wrapping_changes_nothing_but_where_lines_end(text: str) -> None:
    made = wrapped(text)
    assert made.split() == text.split()
    assert wrapped(made) == made
    for line in made.split("\n"):
        # A longer one has no place to break it: one word, or one with a mark after it.
        assert len(line) <= LINE_COLUMNS or len(line.removeprefix("- ").split()) <= 1 + sum(
            word[0] in ":;!?»" for word in line.split()
        )


@given(st.lists(lines, max_size=6).map("\n".join))
def test_wrapping_never_joins_lines(text: str) -> None:
    made = wrapped(text).split("\n")
    assert len(made) >= len(text.split("\n"))
    short = [line for line in text.split("\n") if len(line) <= LINE_COLUMNS]
    assert all(line in made for line in short)


def test_a_list_item_goes_on_below_its_text() -> None:
    made = wrapped("- " + "word " * 20).split("\n")
    assert [line[:3] for line in made] == ["- w", "  w"]


def test_a_word_longer_than_a_line_stays_whole() -> None:
    url = f"https://panel.host.example/{'x' * 100}"
    assert url in wrapped(f"You can do this in the control panel at {url} at any time you like.")


@pytest.mark.parametrize("mark", [":", ";", "?", "!", "»"])
def test_a_mark_after_a_blank_never_begins_a_line(mark: str) -> None:
    # French sets these marks apart from their word.
    for length in range(60, 76):
        made = wrapped(f"{'é' * length} mot {mark} suite de la phrase")
        assert f"mot {mark}" in made


def test_a_telephone_number_and_a_time_stay_on_one_line() -> None:
    for length in range(40, 75):
        filler = "x" * length
        made = body(opt_out_done=f"{filler} {{{{ phone }}}} and\n{filler} {{{{ received }}}} and")
        assert VALUES.phone in made
        assert VALUES.received in made


# Templates that cannot be used ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source", "problem"),
    [
        pytest.param(
            "opt_out_done",
            "{{ adress }}",
            "uses adress; the variables are address, ",
            id="misspelt",
        ),
        pytest.param(
            "opt_out_done",
            "{% if wanted_end %}{{ mail }}{% endif %}x",
            "uses mail;",
            id="misspelt in a condition",
        ),
        pytest.param("opt_out_done", "{{ blocks }}", "uses blocks;", id="the frame's"),
        pytest.param("frame", "{{ first }}{{ blocks }}", "uses first;", id="a block's"),
        pytest.param(
            "opt_out_done",
            "One\n{% if first %}",
            "line 2: Unexpected end of template",
            id="no end",
        ),
        pytest.param("opt_out_done", "{{ first", "line 1: ", id="no brace"),
        pytest.param("opt_out_done", "{{ phone + 1 }}", "cannot be rendered: ", id="wrong sum"),
        pytest.param("opt_out_done", "{{ 1 / 0 }}", "cannot be rendered: ", id="division"),
        pytest.param(
            "opt_out_done", "{{ phone.number }}", "cannot be rendered: ", id="no such part"
        ),
        pytest.param(
            "opt_out_done", "{{ phone.__class__.mro() }}", "cannot be rendered: ", id="sandbox"
        ),
        pytest.param("opt_out_done", "{% include 'x' %}", "cannot be rendered: ", id="include"),
        pytest.param(
            "opt_out_done",
            "x{% if cancelling %}{{ phone + 1 }}{% endif %}",
            "cannot be rendered: ",
            id="wrong in one case",
        ),
        pytest.param(
            "opt_out_done",
            "{{ received.split()[1] }}",
            "cannot be rendered: ",
            id="wrong without a time",
        ),
        pytest.param(
            "opt_out_done",
            "{% if first %}Done.{% endif %}",
            "says nothing in some cases",
            id="empty in one case",
        ),
        pytest.param(
            "frame", "Hello", "has to contain {{ blocks }} in every case", id="no blocks"
        ),
        pytest.param(
            "frame",
            "Hi{% if panel_url %}{{ blocks }}{% endif %}",
            "has to contain {{ blocks }}",
            id="blocks in one case",
        ),
        pytest.param(
            "cancellation_question",
            "Sure?",
            "has to contain {{ code }} in every case",
            id="no code",
        ),
        pytest.param(
            "cancellation_question",
            "Sure? {{ code[:9] }}",
            "has to contain {{ code }}",
            id="cut code",
        ),
    ],
)
def test_a_template_that_cannot_be_used_is_found_at_the_start(
    name: str, source: str, problem: str
) -> None:
    with pytest.raises(ReplyTextError) as caught:
        templates(**{name: source})
    assert str(caught.value).startswith(f"en/{name}.txt: ")
    assert problem in str(caught.value)


def test_the_variables_are_the_fields_of_the_values() -> None:
    assert tuple(field.name for field in fields(ReplyValues)) == VARIABLES
    every = " ".join(f"{{{{ {name} }}}}" for name in VARIABLES)
    assert body(opt_out_done=every).split()[:3] == ["Hello,", "Host", "&"]
