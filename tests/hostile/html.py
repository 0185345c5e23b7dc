"""Hostile by their HTML: floods, what is hidden, and what a browser would load."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from tests.hostile.case import CANCEL, OPT_OUT, QUESTION, Case, Fate, letter

KIND = "text/html; charset=utf-8"


def floods() -> Iterator[Case]:
    """Small HTML that makes much work."""
    for name, body in (
        ("200,000 beginnings of comments", "<!--" * 200_000),
        ("beginnings of comments with text", "<!-- x " * 100_000 + OPT_OUT),
        ("50,000 elements in each other", "<div>" * 50_000 + OPT_OUT),
        ("50,000 ends", "</div>" * 50_000 + OPT_OUT),
        ("20,000 tables in each other", "<table><tr><td>" * 20_000),
        ("20,000 lists in each other", "<ul><li>" * 20_000),
        ("20,000 quotes in each other", "<blockquote>" * 20_000 + OPT_OUT),
        ("a tag of 100,000 attributes", "<p " + "a=b " * 100_000 + ">" + OPT_OUT),
        ("an attribute of 900 kB", f'<p title="{"x" * 900_000}">{OPT_OUT}</p>'),
        ("a quote that never ends", '<p title="' + "<b>" * 100_000),
        ("100,000 references", "&#x10FFFF;&#0;&#xD800;&#99999999999;" * 25_000),
        ("100,000 ampersands", "&" * 100_000),
        ("100,000 brackets", "<" * 100_000),
        ("a style of 900 kB", f"<style>{'p{color:red}' * 75_000}</style>{OPT_OUT}"),
        ("styles that never end", "<style>" * 50_000),
        ("100,000 declarations of one style", f'<p style="{"a:b;" * 100_000}">{OPT_OUT}</p>'),
        ("marked sections", "<![CDATA[" * 50_000),
        ("processing instructions", "<?x " * 50_000),
        ("declarations", "<!DOCTYPE " * 50_000),
        ("a million entities", '<!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;&a;">]>&b;' * 500),
        ("an external entity", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>&a;</p>'),
        ("plaintext", "<plaintext>" * 10_000 + OPT_OUT),
        ("scripts", "<script>" * 50_000 + OPT_OUT),
        ("templates and shadows", "<template><slot>" * 20_000),
        ("selected wrongly", "<a><b><i></a></b></i>" * 20_000),
    ):
        yield Case(
            family="html floods",
            name=name,
            make=lambda who, to, body=body: letter(who, to, body, kind=KIND),  # type: ignore[misc]
        )


def hidden() -> Iterator[Case]:
    """A cancellation that its reader cannot see: it must not be obeyed."""
    for name, style in (
        ("display", "display:none"),
        ("display with comments", "display/**/: none !important"),
        ("visibility", "visibility:hidden"),
        ("no size", "font-size:0"),
        ("no height", "height:0;overflow:hidden"),
        ("no opacity", "opacity:0"),
        ("mso-hide", "mso-hide:all"),
    ):
        body = f'<p>{QUESTION}</p><div style="{style}">{CANCEL}</div>'
        yield Case(
            family="html hidden",
            name=name,
            make=lambda who, to, body=body: letter(who, to, body, kind=KIND),  # type: ignore[misc]
            silent=True,
        )
    for name, body in (
        ("a comment", f"<p>{QUESTION}</p><!-- {CANCEL} -->"),
        ("the title", f"<title>{CANCEL}</title><p>{QUESTION}</p>"),
        ("a script", f"<script>{CANCEL}</script><p>{QUESTION}</p>"),
        ("an attribute", f'<p title="{CANCEL}"><img alt="" src="x?{CANCEL}">{QUESTION}</p>'),
    ):
        yield Case(
            family="html hidden",
            name=name,
            make=lambda who, to, body=body: letter(who, to, body, kind=KIND),  # type: ignore[misc]
            silent=True,
        )


def loads() -> Iterator[Case]:
    """What a browser would load or run, beside a request."""
    data = base64.b64encode(b"\x89PNG" + b"\0" * 600_000).decode()
    for name, body in (
        ("an image of 800 kB in a data URI", f'<img src="data:image/png;base64,{data}">'),
        ("images from elsewhere", '<img src="http://evil.example/p.gif">' * 1_000),
        ("a frame", '<iframe src="file:///etc/passwd"></iframe>'),
        ("a redirect", '<meta http-equiv="refresh" content="0;url=http://evil.example/">'),
        ("a form", '<form action="http://evil.example/"><input name=x></form>'),
        ("a base", '<base href="http://evil.example/"><a href="/unsubscribe">x</a>'),
        ("SVG with a script", '<svg onload="alert(1)"><script>alert(1)</script></svg>'),
        ("MathML", "<math><mtext></p><img src=x onerror=alert(1)></mtext></math>"),
        ("another charset inside", '<meta charset="utf-7">+ADw-script+AD4-'),
        ("conditional comments", "<!--[if mso]><p>cancel</p><![endif]-->"),
        ("terminal escapes", "<p>&#27;[2J&#155;31m&#8238;</p>"),
    ):
        yield Case(
            family="html loads",
            name=name,
            make=lambda who, to, body=body: letter(  # type: ignore[misc]
                who, to, f"<p>{OPT_OUT}</p>{body}", kind=KIND
            ),
            fate=Fate.HONOURED,
        )


FAMILIES = (floods, hidden, loads)
