"""Which elements of HTML nobody sees who reads it: by style, style sheet, colour or place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from handlers.html_colour import UNKNOWN, WHITE, are_alike, colour_of, is_clear

# More is not read of what style sheets say; each rule is another pass over the elements.
MAX_SHEET_CHARS = 100_000
MAX_RULES = 100
# Elements in one another cost the square of their number.
MAX_LEVELS = 200
MAX_LOOKS = 20_000

_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_RULE = re.compile(r"([^{}@;]{1,400}+)\{([^{}]{0,2000}+)\}")
_SELECTOR = re.compile(r"[\w.#-]{1,80}+(?:(?: | ?> ?)[\w.#-]{1,80}+){0,3}\Z")
_TELLS = re.compile(
    r"display|visibility|mso-hide|font|color|background|opacity|overflow|indent|left|top|clip"
    r"|transform|margin|zoom|decoration",
    re.IGNORECASE,
)
_ZERO = re.compile(r"[+-]?(?:0+(?:\.0*)?|\.0+)(?:px|pt|r?em|ex|%|vh|vw|in|cm|mm)?\Z")
# Below a tenth nobody sees it.
_FAINT = re.compile(r"(?:0+(?:\.0\d{0,9})?|0?\.0\d{0,9}|\d(?:\.\d{0,9})?%)\Z")
_DECORATIONS = ("text-decoration", "text-decoration-line")
_TINY = re.compile(r"(?:[01]?(?:\.\d{0,9})?(?:px|pt|%)|0?\.0\d{0,9}r?em|0+|0?\.\d{1,9}px)\Z")
_THIN = re.compile(r"[01](?:\.\d{0,9})?px\Z")
_FAR = re.compile(
    r"-(?:\d{4,9}|[5-9]\d\d)(?:\.\d{1,9})?(?:px|pt)\Z|-\d{2,9}(?:\.\d{1,9})?r?em\Z|-\d{3,9}%\Z"
)
_FONT_SIZE = re.compile(r"(?:^|\s)(\d{0,4}(?:\.\d{1,9})?(?:px|pt|r?em|%)|0)(?:/\S+)?\s")
_CLIPPED = re.compile(
    r"rect\(\s*(?:0(?:px)?[,\s]+){3}0(?:px)?\s*\)|inset\((?:[5-9]\d|100)%\)|circle\(0"
)
_SCALED = re.compile(r"scale[xy]?\(\s*0(?:\.0*)?\s*[,)]")

Style = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Elements of which nothing is seen, and such of which only what is inside of others is."""

    whole: list[LexborNode]
    outside: list[LexborNode]
    by_colour: bool  # whether a colour alone hides any


@dataclass(slots=True, kw_only=True)
class _Styles:
    """What each element says of its look, by its `mem_id`."""

    nodes: dict[int, LexborNode] = field(default_factory=dict)
    of: dict[int, Style] = field(default_factory=dict)
    parsed: dict[str, Style] = field(default_factory=dict)
    looks: int = 0  # at elements inside of others

    def parse(self, text: str) -> Style:
        style = self.parsed.get(text)
        if style is None:
            pairs = (p.partition(":") for p in _CSS_COMMENT.sub("", text).lower().split(";"))
            style = {
                name.strip(): value.replace("!important", "").strip()
                for name, colon, value in pairs
                if colon
            }
            self.parsed[text] = style
        return style

    def add(self, node: LexborNode, style: Style) -> None:
        known = self.of.get(node.mem_id)
        self.nodes[node.mem_id] = node
        self.of[node.mem_id] = {**known, **style} if known else style


def unseen(tree: LexborHTMLParser, *, colours: bool = True) -> Unseen:
    """The elements of `tree` that are not seen; `colours` False leaves those of a colour alone.

    An element whose text is too small, not visible or of the colour behind it may hold others
    that are seen.
    """
    styles = _read(tree)
    whole: list[LexborNode] = []
    outside: list[LexborNode] = []
    by_colour = False
    for key, style in styles.of.items():
        node = styles.nodes[key]
        if _is_gone(style) or "hidden" in style:
            whole.append(node)
            continue
        tint = colours and _has_no_contrast(node, style, styles)
        if not tint and not _is_too_small(style) and style.get("visibility") not in _INVISIBLE:
            continue
        by_colour = by_colour or tint
        (outside if _shows_again(node, style, styles, tint=tint) else whole).append(node)
    return Unseen(whole=whole, outside=outside, by_colour=by_colour)


_STRUCK = ("s", "strike", "del")
_INVISIBLE = ("hidden", "collapse")


def _read(tree: LexborHTMLParser) -> _Styles:
    styles = _Styles()
    for selector, text in _rules(tree):
        style = styles.parse(text)
        for node in tree.css(selector):
            if node.tag not in ("html", "head"):
                styles.add(node, style)
    telling = "[style], [hidden], [bgcolor], [background], font[color], dialog"
    for node in tree.css(f"{telling}, {', '.join(_STRUCK)}"):
        attributes = node.attributes
        style = dict(styles.parse(attributes.get("style") or ""))
        if "hidden" in attributes or (node.tag == "dialog" and "open" not in attributes):
            style["hidden"] = ""
        if node.tag in _STRUCK:
            style.setdefault("text-decoration", "line-through")
        if attributes.get("bgcolor"):
            style.setdefault("background-color", (attributes["bgcolor"] or "").lower())
        if attributes.get("background"):
            style.setdefault("background-image", "url()")
        if node.tag == "font" and attributes.get("color"):
            style.setdefault("color", (attributes["color"] or "").lower())
        styles.add(node, style)
    return styles


def _rules(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    sheet = "\n".join(node.text() for node in tree.css("style"))[:MAX_SHEET_CHARS]
    sheet = _without_blocks(_CSS_COMMENT.sub(" ", sheet)) if sheet else ""
    count = 0
    for match in _RULE.finditer(sheet):
        if not _TELLS.search(match[2]):
            continue
        for selector in match[1].split(","):
            compact = " ".join(selector.split())
            if _SELECTOR.match(compact) and not compact.replace(".", "")[:1].isdigit():
                count += 1
                if count > MAX_RULES:
                    return
                yield compact, match[2]


def _without_blocks(sheet: str) -> str:
    """The sheet but for what holds for some media alone."""
    pieces, place = [], 0
    while (at := sheet.find("@", place)) >= 0:
        pieces.append(sheet[place:at])
        end = _end_of_block(sheet, at)
        place = end
    return "".join([*pieces, sheet[place:]])


def _end_of_block(sheet: str, at: int) -> int:
    depth = 0
    for mark in re.finditer(r"[{};]", sheet[at:]):
        if mark[0] == ";" and depth == 0:
            return at + mark.end()
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if mark[0] == "}" and depth <= 0:
            return at + mark.end()
    return len(sheet)


def _is_gone(style: Style) -> bool:
    """Whether neither the element nor anything in it can be seen."""
    return (
        style.get("display") == "none"
        or style.get("mso-hide") == "all"
        or bool(_FAINT.match(style.get("opacity", "1")))
        or bool(_ZERO.match(style.get("zoom", "1")))
        # Struck out: what somebody took back.
        or any("line-through" in style.get(name, "") for name in _DECORATIONS)
        or _is_cut_off(style)
        or _is_away(style)
    )


def _is_cut_off(style: Style) -> bool:
    """Whether it has no size, and what flows over its edge is cut off."""
    names = ("overflow", "overflow-x", "overflow-y")
    if any(style.get(name, "") in ("hidden", "clip") for name in names):
        sizes = [style.get(n, "x") for n in ("height", "width", "max-height", "max-width")]
        if any(map(_ZERO.match, sizes)) or all(map(_THIN.match, sizes[:2])):
            return True
    clip = style.get("clip-path") or style.get("clip") or ""
    return bool(_CLIPPED.search(clip)) or bool(_SCALED.search(style.get("transform", "")))


def _is_away(style: Style) -> bool:
    places = [
        style.get("text-indent", ""),
        style.get("margin-left", ""),
        style.get("margin-top", ""),
    ]
    if style.get("position") in ("absolute", "fixed", "relative"):
        places += [style.get("left", ""), style.get("top", "")]
    return any(map(_FAR.match, places))


def _is_too_small(style: Style) -> bool:
    size = style.get("font-size") or _font_size(style)
    return bool(size and _TINY.match(size))


def _font_size(style: Style) -> str:
    short = _FONT_SIZE.search(style.get("font", "")[:200] + " ")
    return short[1] if short else ""


def _has_no_contrast(node: LexborNode, style: Style, styles: _Styles) -> bool:
    """Whether the text has no colour, or that of what is behind it."""
    filled = style.get("-webkit-text-fill-color", "")
    if filled == "transparent" or is_clear(style.get("color", "")):
        return True
    colour = colour_of(style.get("color", ""))
    if colour is None or colour is UNKNOWN:
        return False
    return are_alike(colour, _behind(node, styles))


def _behind(node: LexborNode | None, styles: _Styles) -> tuple[int, ...]:
    """The colour behind an element, `UNKNOWN` where it is a picture; paper is white."""
    for _ in range(MAX_LEVELS):
        if node is None:
            return WHITE
        style = styles.of.get(node.mem_id)
        if style is not None and (found := _background(style)) is not None:
            return found
        node = node.parent
    return UNKNOWN


def _background(style: Style) -> tuple[int, ...] | None:
    value = style.get("background-color") or style.get("background") or ""
    if "url(" in value or "gradient" in value or style.get("background-image", "none") != "none":
        return UNKNOWN
    return colour_of(value.split(" ")[0] if "(" not in value else value)


def _shows_again(node: LexborNode, style: Style, styles: _Styles, *, tint: bool) -> bool:
    """Whether something inside is seen that only its own style makes visible."""
    if styles.looks > MAX_LOOKS:
        return True
    small, invisible = _is_too_small(style), style.get("visibility") in _INVISIBLE
    for inner in node.css("[style], [class], [id], [bgcolor], [background], font"):
        styles.looks += 1
        other = styles.of.get(inner.mem_id) if inner.mem_id != node.mem_id else None
        if not other:
            continue
        if small and (other.get("font-size") or _font_size(other)) and not _is_too_small(other):
            return True
        if invisible and other.get("visibility") == "visible":
            return True
        if tint and ("color" in other or _background(other) is not None):
            return True
    return False
