"""HTML that nobody sees is not what somebody wrote; what is seen stays."""

from __future__ import annotations

import pytest

from handlers.html_text import html_texts
from handlers.parse import parse_message
from tests.unit.messages import mail, multipart, part

WISH = "Please cancel my account."
THEIRS = "Unsubscribe here."

HIDDEN_STYLES = (
    "display:none",
    "display: none !important; mso-hide: all",
    "visibility:hidden",
    "font-size:0",
    "font-size:1px;line-height:1px;color:#ffffff",
    "font:0/0 a",
    "font-size:.5px",
    "opacity:0",
    "opacity:0%",
    "opacity:.0",
    "opacity:.01",
    "opacity:3%",
    "zoom:0",
    "text-decoration:line-through",
    "text-decoration: line-through red",
    "text-decoration-line:line-through",
    "max-height:0;max-width:0;overflow:hidden",
    "height:0;width:0;overflow:hidden;line-height:0",
    "height:1px;width:1px;overflow:hidden",
    "mso-hide:all",
    "color:#fff;background:#ffffff",
    "color:white;background-color:#FFF",
    "color:rgb(255, 255, 255);background-color:white",
    "color:rgba(255,255,255,1)",
    "color:#ffffff",
    "color:#FEFEFE",
    "color:white",
    "color:rgba(0,0,0,0)",
    "color:#00000000",
    "color:hsl(0,0%,100%)",
    "text-indent:-9999px",
    "position:absolute;left:-9999px",
    "position:absolute; top: -5000px",
    "position:fixed;left:-100em",
    "margin-left:-9999px",
    "clip:rect(0,0,0,0);position:absolute",
    "clip-path:inset(100%)",
    "transform:scale(0)",
    "-webkit-text-fill-color:transparent",
)


@pytest.mark.parametrize("style", HIDDEN_STYLES)
def test_a_style_hides(style: str) -> None:
    texts = html_texts(f'<div style="{style}">{THEIRS}</div><p>{WISH}</p>')
    assert texts.shown == WISH
    assert texts.hidden == THEIRS


HIDDEN_SHEETS = (
    "<style>.preheader{display:none}</style><div class=preheader>X</div>",
    "<style>span.preheader { display:none !important; }</style><span class='preheader a'>X</span>",
    "<style>#pre, .b { visibility : hidden }</style><div id=pre>X</div>",
    "<style>@media screen{.m{color:red}} .pre{font-size:0}</style><p class=pre>X</p>",
    "<style>/* c */ .pre{max-height:0;overflow:hidden}</style><p class=pre>X</p>",
    "<style><!-- .pre{mso-hide:all} --></style><p class=pre>X</p>",
    "<style>.pre{display:none}</style><table><tr><td class=pre>X</td></tr></table>",
    "<style>.w{color:#fff}</style><p class=w>X</p>",
    "<head><style type='text/css'>div.pre{opacity:0}</style></head><body><div class=pre>X</div>",
)


@pytest.mark.parametrize("html", HIDDEN_SHEETS)
def test_a_style_sheet_hides(html: str) -> None:
    texts = html_texts(f"{html}<p>{WISH}</p>")
    assert texts.shown == WISH
    assert texts.hidden == "X"


@pytest.mark.parametrize(
    "html",
    [
        "<div hidden>X</div>",
        "<div aria-hidden=true style='display:none'>X</div>",
        "<font color=white>X</font>",
        "<font color='#ffffff'>X</font>",
        "<div style='background:#fff'><span style='color:#fff'>X</span></div>",
        "<div bgcolor=black style='color:#000'>X</div>",
        "<table bgcolor='#000000'><tr><td style='color:black'>X</td></tr></table>",
        "<div style='background:#123456'><p style='color:#123456'>X</p></div>",
        "<div style='color:#fff'>X</div>",
        "<div style='color:#fff'><b>X</b></div>",
        "<div style='font-size:0'><span>X</span></div>",
        "<div style='display:none'><div style='display:block'>X</div></div>",
        "<input type=hidden value=X><div hidden=hidden>X</div>",
        "<dialog>X</dialog>",
        "<p><s>X</s></p>",
        "<p><strike>X</strike></p>",
        "<p><del>X</del></p>",
    ],
)
def test_it_hides_otherwise(html: str) -> None:
    texts = html_texts(f"{html}<p>{WISH}</p>")
    assert texts.shown == WISH
    assert texts.hidden == "X"


@pytest.mark.parametrize(
    "html",
    [
        "<!-- Unsubscribe -->",
        "<!--[if mso]><p>Unsubscribe</p><![endif]-->",
        "<title>Unsubscribe</title>",
        "<img alt='Unsubscribe'>",
        "<a title='Unsubscribe' href='#'></a>",
        "<div>&#847;&zwnj;&nbsp;&#8199;&shy;&#847;&zwnj;&nbsp;</div>",
        "<meta name=description content='Unsubscribe'>",
        "<textarea hidden>Unsubscribe</textarea>",
        "<object data=x></object>",
        "<select><option>Unsubscribe</option></select>",
        "<button>Unsubscribe</button>",
    ],
)
def test_what_is_no_text_of_the_writer(html: str) -> None:
    raw = mail(f"{html}<p>{WISH}</p>", fields=["Content-Type: text/html; charset=utf-8"])
    assert parse_message(raw).new_text.strip("\u034f\u200c\u00ad\u2007\n ") == WISH


@pytest.mark.parametrize(
    "html",
    [
        f"<div style='font-size:8px;color:#999999'>{WISH}</div>",
        f"<div style='font-size:6pt;color:gray'>{WISH}</div>",
        f"<div style='color:#eee'>{WISH}</div>",
        f"<body style='background:#1e1e1e;color:#ffffff'><p>{WISH}</p></body>",
        f"<body bgcolor='#000000' text='#ffffff'><p style='color:#fff'>{WISH}</p></body>",
        f"<div style='background-color:#202124'><p style='color:white'>{WISH}</p></div>",
        f"<table bgcolor=navy><tr><td><font color=white>{WISH}</font></td></tr></table>",
        f"<div style='background:url(a.png)'><p style='color:#fff'>{WISH}</p></div>",
        f"<td style='background-image:linear-gradient(red,blue)'><p style='color:#fff'>{WISH}",
        f"<style>.m{{display:none}} @media (max-width:1px){{p{{display:none}}}}</style><p>{WISH}",
        f"<style>@media (prefers-color-scheme:dark){{.w{{color:#fff}}}}</style><p class=w>{WISH}",
        f"<style>@media print{{p{{display:none}}}}</style><p>{WISH}</p>",
        f"<style>.m span{{display:none}}</style><p class=m>{WISH}</p>",
        f"<style>.m:empty{{display:none}}</style><p class=m>{WISH}</p>",
        f"<style>p.x{{display:none}}</style><p class=y>{WISH}</p>",
        f"<style>.d{{background:#000}}</style><div class=d><p style='color:#fff'>{WISH}</p></div>",
        f"<div style='color:windowtext'>{WISH}</div>",
        f"<div style='color:rgb(255,255,254);background:#000'>{WISH}</div>",
        f"<div style='text-indent:-18pt;margin-left:36pt'>{WISH}</div>",
        f"<div style='margin-left:-20px'>{WISH}</div>",
        f"<div style='position:relative;left:-5px'>{WISH}</div>",
        f"<div style='caret-color:rgb(255,255,255)'>{WISH}</div>",
        f"<div aria-hidden=true>{WISH}</div>",
        f"<div style='font:12pt Arial'>{WISH}</div>",
        f"<div style='font-size:0'><span style='font-size:14px'>{WISH}</span></div>",
        f"<div style='color:#fff'><span style='color:#000'>{WISH}</span></div>",
        f"<div style='visibility:hidden'><p style='visibility:visible'>{WISH}</p></div>",
    ],
)
def test_what_a_reader_sees_stays(html: str) -> None:
    assert html_texts(html).shown == WISH


def alternatives(plain: str, html: str) -> bytes:
    return multipart(part(plain), part(html, "text/html; charset=utf-8"), subtype="alternative")


@pytest.mark.parametrize("plain", ["", " \n", "This email requires an HTML viewer.", "\u200c "])
def test_an_empty_plain_part_leaves_the_html(plain: str) -> None:
    assert parse_message(alternatives(plain, f"<p>{WISH}</p>")).new_text == WISH


def test_of_two_alternatives_the_plain_one_is_read() -> None:
    raw = alternatives(WISH, f"<p style='display:none'>{THEIRS}</p><p>{WISH}</p>")
    assert parse_message(raw).new_text == WISH
