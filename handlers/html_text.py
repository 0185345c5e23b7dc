"""HTML to the three texts it may hold: what the writer shows, what is quoted, what is hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML_CHARS = 1_000_000
MAX_TEXT_CHARS = 200_000
# Deeply nested elements cost the square of their number; a writer's own words come first.
MAX_TAGS = 6_000

_NO_TEXT = "script, style, head, title, template, noscript, svg, math"
# Gmail, Apple Mail and Thunderbird quote with blockquote; the others mark the line above it.
_QUOTES = (
    "blockquote, .gmail_attr, .moz-cite-prefix, .moz-forward-container, .yahoo_quoted, "
    ".protonmail_quote, .zmail_extra"
)
_SIGNATURES = ".gmail_signature, .moz-signature, [data-smartmail=gmail_signature], #Signature"
_BLOCKS = (
    "address, article, br, div, dd, dt, footer, form, h1, h2, h3, h4, h5, h6, header, hr, li, "
    "ol, p, pre, section, table, tr, ul"
)
# An element of one of these styles is not seen by the person who reads the message.
_HIDDEN_STYLE = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?:^|;)\s*(?:max-)?(?:height|width)\s*:\s*0(?![.\d]*[1-9])(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*[01](?:\.\d+)?(?:px|pt|%)?\s*(?:;|!|$)"
    r"|(?:^|;)\s*opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$))",
    re.IGNORECASE,
)
_BREAK = "\x1e"


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlTexts:
    """The texts of one HTML part, with a line for each block."""

    shown: str
    quoted: str
    hidden: str
    signature: str


def html_texts(html: str) -> HtmlTexts:
    """Splits HTML into its texts. Takes any input; what is over `MAX_HTML_CHARS` is cut off."""
    # NUL ends a C string, and the separator is ours.
    clean = _cut(html[:MAX_HTML_CHARS]).replace("\x00", "").replace(_BREAK, " ")
    tree = LexborHTMLParser(clean)
    body = tree.body
    if body is None:
        return HtmlTexts(shown="", quoted="", hidden="", signature="")
    for node in body.css(_NO_TEXT):
        node.decompose()
    for node in body.css(_BLOCKS):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    hidden = _take_out([node for node in body.css("[style], [hidden]") if _is_hidden(node)])
    quoted = _take_out(body.css(_QUOTES))
    signature = _take_out(body.css(_SIGNATURES))
    return HtmlTexts(shown=_lines(_text(body)), quoted=quoted, hidden=hidden, signature=signature)


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN_STYLE.search(attributes.get("style") or ""))


def _take_out(nodes: list[LexborNode]) -> str:
    """The text of `nodes`, which are emptied; a node inside another one is not told twice."""
    texts = []
    inside: set[int] = set()
    for node in nodes:
        if node.mem_id not in inside:
            inside.update(inner.mem_id for inner in node.css("*"))
            texts.append(_text(node))
            node.inner_html = _BREAK
    return _lines(_BREAK.join(texts))


def _cut(html: str) -> str:
    """`html` up to its `MAX_TAGS`-th tag."""
    place = -1
    for _ in range(MAX_TAGS):
        place = html.find("<", place + 1)
        if place < 0:
            return html
    return html[:place]


def _text(node: LexborNode) -> str:
    return node.text(deep=True, separator="", strip=False)[:MAX_TEXT_CHARS]


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)
