"""HTML to what is shown, quoted, hidden and signed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.html_text import MAX_TAGS, html_texts
from handlers.parse import parse_message
from tests.unit.messages import mail

WISH = "Please cancel my account."
THEIRS = "Unsubscribe here."


def new_text(html: str) -> str:
    return parse_message(mail(html, fields=["Content-Type: text/html; charset=utf-8"])).new_text


# Lines --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        pytest.param("a <b>b</b>c", "a bc", id="inline elements"),
        pytest.param("a\n  b\tc", "a b c", id="white space"),
        pytest.param("a<br>b<br/>c", "a\nb\nc", id="breaks"),
        pytest.param("a<br><br><br>b", "a\n\nb", id="breaks that make an empty line"),
        pytest.param("<div>a</div><div>b</div>", "a\nb", id="Gmail's lines"),
        pytest.param("<div>a</div><div><br></div><div>b</div>", "a\n\nb", id="Gmail's empty line"),
        pytest.param("<div>a<br></div><div>b</div>", "a\nb", id="a break at a line's end"),
        pytest.param("<p>a</p><p>b</p>c", "a\n\nb\n\nc", id="paragraphs"),
        pytest.param("<h1>a</h1>b", "a\n\nb", id="a heading"),
        pytest.param("<ul><li>a</li><li>b</li></ul>", "a\nb", id="a list"),
        pytest.param("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb", id="a table"),
        pytest.param("<pre>a\n&gt; b\n  c</pre>d", "a\n> b\nc\n\nd", id="preformatted"),
        pytest.param("<pre>a\nb", "a\nb", id="preformatted to the end"),
        pytest.param("K&uuml;ndigung&nbsp;&#8211; &lt;b&gt;", "Kündigung – <b>", id="entities"),
        pytest.param("a<script>b</script><style>c</style><title>d</title>", "a", id="no text"),
        pytest.param("a<!-- b --><!--[if mso]>c<![endif]-->", "a", id="comments"),
        pytest.param("<html><head><title>x</title></head><body>a</body></html>", "a", id="whole"),
        pytest.param("<p>a<p>b", "a\n\nb", id="without end tags"),
        pytest.param("a</div></p></b>", "a", id="with too many end tags"),
        pytest.param("a\x00b", "a b", id="NUL"),
        pytest.param("a\x1cb", "a b", id="a control character that is used within"),
        pytest.param("2 < 3 &", "2 < 3 &", id="signs that are no markup"),
        pytest.param("", "", id="nothing"),
        pytest.param("<img src=x>", "", id="only a picture"),
    ],
)
def test_lines_are_those_that_a_reader_sees(html: str, shown: str) -> None:
    assert html_texts(html).shown == shown


# Hidden text --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attribute",
    [
        "style='display:none'",
        'style="DISPLAY : None !important"',
        "style='color:red; display:none; x:y'",
        "style='visibility:hidden'",
        "style='mso-hide:all'",
        "style='font-size:0'",
        "style='font-size:0px;line-height:0'",
        "style='font-size: 1px'",
        "style='font-size:0.0em'",
        "style='opacity:0'",
        "style='opacity:0.0;x:y'",
        "style='color:transparent'",
        "style='max-height:0;overflow:hidden'",
        "style='overflow:hidden;height:0px'",
        "style='width:0;overflow-x:clip'",
        "hidden",
    ],
)
def test_hidden_text_is_kept_apart(attribute: str) -> None:
    texts = html_texts(f"<div {attribute}>{THEIRS} <b>Now.</b></div><p>{WISH}</p>")
    assert texts.shown == WISH
    assert texts.hidden == f"{THEIRS} Now."


@pytest.mark.parametrize(
    "attribute",
    [
        "style='display:block'",
        "style='font-size:10px'",
        "style='font-size:1em'",
        "style='font-size:100%'",
        "style='font-size:0.9em'",
        "style='opacity:0.9'",
        "style='line-height:0'",
        "style='height:0'",
        "style='min-height:0;overflow:hidden'",
        "style='max-height:0.5em;overflow:hidden'",
        "style='max-width:100%;overflow:hidden'",
        "style='width:05px;overflow:hidden'",
        "style='background-color:transparent'",
        "title='display:none'",
        "class='hidden'",
        "style",
    ],
)
def test_text_of_another_style_is_shown(attribute: str) -> None:
    texts = html_texts(f"<div {attribute}>{WISH}</div>")
    assert texts.shown == WISH
    assert texts.hidden == ""


def test_a_preheader_never_is_what_somebody_wrote() -> None:
    preheader = f"<span style='display:none;max-height:0px;overflow:hidden'>{THEIRS}</span>"
    raw = mail(f"{preheader}<p>{WISH}</p>", fields=["Content-Type: text/html"])
    message = parse_message(raw)
    assert message.new_text == WISH
    assert message.hidden_text == THEIRS


def test_hidden_letters_do_not_break_a_word() -> None:
    html = "can<span style='font-size:0'>xx</span>cel"
    assert html_texts(html).shown == "cancel"


def test_hidden_text_inside_hidden_text_is_told_once() -> None:
    assert html_texts("<div hidden>a<p hidden>b</p></div>").hidden == "a\n\nb"


# Quotations and signatures ------------------------------------------------------------------

QUOTATIONS = {
    "Gmail": (
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, Jun 1, 2026 at 10:00 AM Shop'
        f' wrote:<br></div><blockquote class="gmail_quote">{THEIRS}</blockquote></div>'
    ),
    "Gmail forwarded": (
        '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message --------'
        f"-<br>From: Shop<br></div><br><div>{THEIRS}</div></div>"
    ),
    "Apple Mail": (
        f'<blockquote type="cite"><div>On 1 Jun 2026, at 10:00, Shop wrote:</div>{THEIRS}'
        "</blockquote>"
    ),
    "Thunderbird": (
        '<div class="moz-cite-prefix">Am 01.06.26 um 10:00 schrieb Shop:<br></div>'
        f'<blockquote type="cite" cite="mid:x">{THEIRS}</blockquote>'
    ),
    "Thunderbird forwarded": (
        '<div class="moz-forward-container">-------- Forwarded Message --------'
        f"<table><tr><th>Subject:</th><td>News</td></tr></table><p>{THEIRS}</p></div>"
    ),
    "Yahoo": (
        '<div class="yahoo_quoted"><div>On Monday, June 1, 2026, 10:00 AM, Shop wrote:</div>'
        f"<div>{THEIRS}</div></div>"
    ),
    "Outlook": (
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b>"
        " Shop &lt;a@shop.example&gt;<br><b>Sent:</b> Monday, June 1, 2026 10:00 AM<br><b>To:</b>"
        f" Anna<br><b>Subject:</b> News</p></div><p class=MsoNormal>{THEIRS}</p>"
    ),
    "Outlook on the web": (
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><font><b>Von:</b> Shop &lt;'
        "a@shop.example&gt;<br><b>Gesendet:</b> Montag, 1. Juni 2026 10:00<br><b>An:</b> Anna"
        f"</font><div>&nbsp;</div></div><div>{THEIRS}</div>"
    ),
    "Proton": f'<div class="protonmail_quote">On Monday, Shop wrote:<blockquote>{THEIRS}'
    "</blockquote></div>",
    "without a class": f"<div>On 1 Jun 2026, at 10:00, Shop wrote:</div><blockquote>{THEIRS}"
    "</blockquote>",
}


@pytest.mark.parametrize("quotation", QUOTATIONS.values(), ids=QUOTATIONS.keys())
def test_an_answer_above_a_quotation_is_new(quotation: str) -> None:
    raw = mail(f"<div>{WISH}</div>{quotation}", fields=["Content-Type: text/html"])
    message = parse_message(raw)
    assert message.new_text == WISH
    assert THEIRS in message.quoted_text


MARKED = [name for name, html in QUOTATIONS.items() if "Outlook" not in name]


@pytest.mark.parametrize("name", MARKED)
def test_an_answer_below_a_quotation_is_new(name: str) -> None:
    assert new_text(f"{QUOTATIONS[name]}<div>{WISH}</div>") == WISH


def test_answers_between_two_quotations_are_new() -> None:
    quote = f"<blockquote type=cite>{THEIRS}</blockquote>"
    header = "<p>Am 01.06.26 um 10:00 schrieb Shop:</p>"
    assert new_text(f"{header}{quote}<p>One.</p>{quote}<p>Two.</p>") == "One.\n\n\nTwo."


def test_a_quotation_within_a_quotation_is_told_once() -> None:
    assert html_texts("<blockquote>a<blockquote>b</blockquote></blockquote>").quoted == "a\n\nb"


def test_a_paragraph_that_gmail_indents_is_no_quotation() -> None:
    style = "margin:0 0 0 40px;border:none;padding:0px"
    assert html_texts(f"<blockquote style='{style}'>{WISH}</blockquote>").shown == WISH


@pytest.mark.parametrize(
    "opening",
    [
        '<div class="gmail_signature">',
        '<div data-smartmail="gmail_signature">',
        '<pre class="moz-signature">',
        '<div id="Signature">',
    ],
)
def test_a_signature_is_kept_apart(opening: str) -> None:
    raw = mail(f"<p>{WISH}</p>{opening}Unsubscribe Ltd", fields=["Content-Type: text/html"])
    message = parse_message(raw)
    assert message.new_text == WISH
    assert message.signature == "Unsubscribe Ltd"


# Any input ----------------------------------------------------------------------------------

TAGS = st.sampled_from(
    ["<div>", "</div>", "<p hidden>", "<blockquote>", "</blockquote>", "<br>", "<pre>", "</pre>",
     "<table>", "<td>", "<!--", "-->", "<script>", "</script>", "<style>", "<svg>", "<a b='", "'>",
     "<template>", "<select>", "<noscript>", "<html>", "<body hidden>", "</body>", "&#0;",
     "&#xD800;", "&#28;", "<p style='font-size:0'>", "<div class=gmail_attr>---", "\x00", "\x1c",
     "\x1e", "<", "\n"]
)  # fmt: skip


@given(st.lists(TAGS | st.text(max_size=5), max_size=40))
def test_any_markup_gives_texts_that_can_be_stored(pieces: list[str]) -> None:
    texts = html_texts("".join(pieces))
    for text in (texts.shown, texts.quoted, texts.hidden, texts.signature):
        text.encode("utf-8")
        assert not set(text) & {"\x00", "\x1c", "\x1d", "\x1e"}
        assert "\n\n\n" not in text


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=9), min_size=1))
def test_words_in_paragraphs_are_all_shown_in_their_order(words: list[str]) -> None:
    shown = html_texts("".join(f"<p>{word}</p>" for word in words)).shown
    assert shown.split("\n\n") == words


def test_of_very_many_elements_the_first_are_read() -> None:
    html = f"<p>{WISH}</p>" + "<p>x</p>" * MAX_TAGS + "<p>the end</p>"
    shown = html_texts(html).shown
    assert shown.startswith(WISH)
    assert "the end" not in shown
