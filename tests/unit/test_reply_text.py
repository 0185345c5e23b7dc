from __future__ import annotations

from dataclasses import fields, replace

import pytest

from config.reply_texts import ReplyText, ReplyTextError, ReplyTexts, load_reply_texts
from handlers.reply_text import VARIABLES, ReplyTemplates, ReplyValues

VALUES = ReplyValues(
    company_name="Host & Sons",
    phone="+44 20 7946 0100",
    postal_address="1 Mill Lane\nOxbridge OX1 2AB",
    panel_url="",
    cancel_address="cancel@host.example",
    address="anna@shop.example",
    channel="mail",
    answering=True,
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


def test_a_telephone_number_a_time_and_an_address_stay_on_one_line() -> None:
    values = replace(VALUES, address="用户名字很长很长@shop.example")
    source = "{f} {{{{ phone }}}} and\n{f} {{{{ received }}}} and\n{f} {{{{ address }}}} and"
    for length in range(40, 75):
        made = body(values=values, opt_out_done=source.format(f="x" * length))
        assert values.phone in made
        assert values.received in made
        assert values.address in made


def test_the_sentence_of_receipt_tells_how_and_when_it_was_asked_for() -> None:
    made = body(
        values=replace(VALUES, channel="phone"),
        receipt="\n{{ channel }} {{ received }}\n",
        opt_out_done="{{ receipt }}. Done.",
    )
    assert "phone 2026-03-01 12:30 UTC. Done." in made


def test_the_subject_of_a_letter_of_our_own_accord_knows_what_it_is_about() -> None:
    own = "{% if 'cancellation_reminder' in situations %}Reminder\n{% else %}Other{% endif %}"
    made = templates(own_subject=own)
    assert made.own_subject("en", ("cancellation_reminder",), VALUES) == "Reminder"
    assert made.own_subject("en", ("opt_out_done", "stop_everything"), VALUES) == "Other"


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
        pytest.param("receipt", "{{ receipt }}", "uses receipt;", id="itself"),
        pytest.param("subject", "{{ situations }}", "uses situations;", id="the own subject's"),
        pytest.param(
            "receipt",
            "{% if channel == 'letter' %}{{ phone + 1 }}{% else %}x{% endif %}",
            "cannot be rendered: ",
            id="wrong for one channel",
        ),
        pytest.param(
            "own_subject",
            "{% if 'opt_out_undone' in situations %}Back{% endif %}",
            "says nothing in some cases",
            id="no subject for one situation",
        ),
        pytest.param(
            "cancellation_reminder",
            "Remember us?",
            "has to contain {{ code }} in every case",
            id="a reminder without code",
        ),
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
