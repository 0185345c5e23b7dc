"""HTML to the three texts it may hold: what the writer shows, what is quoted, what is hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from handlers.html_hidden import unseen

MAX_HTML_CHARS = 1_000_000
MAX_TEXT_CHARS = 200_000
# Deeply nested elements cost the square of their number; a writer's own words come first.
MAX_TAGS = 20_000

_NO_TEXT = (
    "script, style, head, title, template, noscript, svg, math, select, button, textarea"
    ", datalist, object, iframe, audio, video"
)
# Gmail, Apple Mail and Thunderbird quote with blockquote; the others mark the line above it.
_QUOTES = (
    "blockquote, .gmail_attr, .moz-cite-prefix, .moz-forward-container, .yahoo_quoted, "
    ".protonmail_quote, .zmail_extra, .tutanota_quote"
)
_SIGNATURES = ".gmail_signature, .moz-signature, [data-smartmail=gmail_signature], #Signature"
_LINES = "address, article, dd, div, dt, footer, form, header, hr, li, section, td, th, tr"
_PARAGRAPHS = "blockquote, dl, h1, h2, h3, h4, h5, h6, ol, p, pre, table, ul"
# Gmail's button for an indented paragraph makes this of it.
_INDENT = re.compile(r"border(?:-left)?\s*:\s*none", re.IGNORECASE)
_PRE = re.compile(r"<pre\b", re.IGNORECASE)
_PRE_END = re.compile(r"</pre\b", re.IGNORECASE)
_LINE, _BR, _PARAGRAPH = "\x1c", "\x1d", "\x1e"
_MARKS = "\x1c\x1d\x1e \n\t"
_BLANK = " \n\u00a0\u200b\u200c\u200d\u034f\u00ad\u2007\ufeff"
_OURS = re.compile("[\x00\x1c-\x1e]")
_BREAKS = re.compile("([\x1c-\x1e])")
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlTexts:
    """The texts of one HTML part, with a line for each block."""

    shown: str
    quoted: str
    hidden: str
    signature: str
    cut: bool = False  # whether there was more than is read


def html_texts(html: str) -> HtmlTexts:
    """Splits HTML into its texts. Takes any input; what is over `MAX_HTML_CHARS` is cut off."""
    # NUL ends a C string, and the separators are ours.
    read = _cut(html[:MAX_HTML_CHARS])
    clean = _with_lines(_OURS.sub(" ", read))
    cut = len(read) < len(html)
    texts, by_colour = _split(clean, cut=cut, colours=True)
    if by_colour and not texts.shown.strip(_BLANK):
        # Written on a dark screen: a whole letter in white is no hidden one.
        texts, _ = _split(clean, cut=cut, colours=False)
    return texts


def _split(clean: str, *, cut: bool, colours: bool) -> tuple[HtmlTexts, bool]:
    """The texts, and whether something was hidden by its colour alone."""
    tree = LexborHTMLParser(clean)
    body = tree.body
    if body is None:
        return HtmlTexts(shown="", quoted="", hidden="", signature="", cut=cut), False
    none_seen = unseen(tree, colours=colours)
    for node in body.css(_NO_TEXT):
        node.decompose()
    for node in body.css("input[type=checkbox], input[type=radio]"):
        node.insert_before("[x] " if "checked" in node.attributes else "[ ] ")
    for node in body.css("br"):
        node.insert_before(_BR)
    for selector, mark in ((_LINES, _LINE), (_PARAGRAPHS, _PARAGRAPH)):
        for node in body.css(selector):
            node.insert_before(mark)
            node.insert_after(mark)
    hidden = _take_out(none_seen.whole, "")
    hidden = _joined(hidden, _lines(_LINE.join(map(_own_text, none_seen.outside))))
    # A marked line stays in the place of a quotation, so that an answer below it is seen as one.
    quoted = _take_out(
        [_whole(node) for node in body.css(_QUOTES) if _is_quote(node)], f"{_LINE}&gt;{_LINE}"
    )
    signature = _take_out(body.css(_SIGNATURES), _LINE)
    shown = _lines(_text(body))
    texts = HtmlTexts(shown=shown, quoted=quoted, hidden=hidden, signature=signature, cut=cut)
    return texts, none_seen.by_colour


def _is_quote(node: LexborNode) -> bool:
    if node.tag != "blockquote" or "type" in node.attributes or "class" in node.attributes:
        return True
    return not _INDENT.search(node.attributes.get("style") or "")


def _whole(node: LexborNode) -> LexborNode:
    """The element that holds all of what Gmail forwards, not only the lines above it."""
    parent = node.parent
    attribution = "gmail_attr" in (node.attributes.get("class") or "")
    if attribution and parent is not None and _text(node).strip("\x1c\x1d\x1e ").startswith("---"):
        return parent
    return node


def _take_out(nodes: list[LexborNode], left: str) -> str:
    """The text of `nodes`, in which only `left` stays; one inside another is not told twice."""
    texts = []
    inside: set[int] = set()
    for node in nodes:
        if node.mem_id not in inside:
            inside.update(inner.mem_id for inner in node.css("*"))
            texts.append(_text(node))
            node.inner_html = left
    return _lines(_LINE.join(texts))


def _own_text(node: LexborNode) -> str:
    """Takes out the text right inside an element, but for what its elements hold."""
    texts = []
    for child in [*node.iter(include_text=True)]:
        if child.tag == "-text" and (text := child.text(deep=False) or "").strip(_MARKS):
            texts.append(text)
            child.decompose()
    return " ".join(texts)


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _cut(html: str) -> str:
    """`html` up to its `MAX_TAGS`-th tag."""
    place = -1
    for _ in range(MAX_TAGS):
        place = html.find("<", place + 1)
        if place < 0:
            return html
    return html[:place]


def _with_lines(html: str) -> str:
    """`html` with the line breaks of preformatted text as elements."""
    pieces, place = [], 0
    while (start := _PRE.search(html, place)) is not None:
        found = _PRE_END.search(html, start.end())
        end = found.start() if found else len(html)
        pieces += [html[place : start.end()], html[start.end() : end].replace("\n", "<br>")]
        place = end
    return "".join([*pieces, html[place:]])


def _text(node: LexborNode) -> str:
    return node.text(deep=True, separator="", strip=False)[:MAX_TEXT_CHARS]


def _lines(text: str) -> str:
    """The lines as a reader sees them, with at most one empty line between two."""
    lines = [""]
    for piece in _BREAKS.split(text):
        if piece == _BR or (piece == _LINE and lines[-1]):
            lines.append("")
        elif piece == _PARAGRAPH:
            lines += ["", ""] if lines[-1] else [""]
        elif piece != _LINE:
            lines[-1] = " ".join(f"{lines[-1]} {piece}".split())
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")
