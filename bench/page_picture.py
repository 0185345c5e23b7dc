"""The picture in docs/newsletter.md: `python -m bench.page_picture [FILE]`.

The page with the button and the one after it, as Chromium shows them on a telephone, side by side.
"""

from __future__ import annotations

import sys
from pathlib import Path

from daemon.web.pages import Button, Pages
from tests.servers.chromium import running_chromium

PICTURE = Path(__file__).parents[1] / "docs" / "newsletter-page.png"
PAGES = Pages(company="GigaPros", contact="support@gigapros.example", default="en")


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    values = {"address": "a***@garden.example", "list": "Hosting tips"}
    text = PAGES.text
    asks = PAGES.page(
        "en",
        text("en", "ask_title"),
        [text("en", "ask_list", **values)],
        [Button(text=text("en", "leave"), action="/u/x")],
        main_button=True,
    )
    left = PAGES.page(
        "de",
        text("de", "left_title"),
        [text("de", "left_list", **values), text("de", "service_mail")],
        [Button(text=text("de", name), action="/u/x") for name in ("leave_all", "undo")],
    )
    with running_chromium() as browser:
        context = browser.new_context(viewport={"width": 820, "height": 480})
        page = context.new_page()
        frames = "".join(
            f'<iframe style="border:0;width:400px;height:460px;margin:10px 0 0 8px"'
            f' srcdoc="{html}">'
            "</iframe>"
            for html in (one.replace("&", "&amp;").replace('"', "&quot;") for one in (asks, left))
        )
        page.set_content(f'<body style="margin:0;background:#d8d8d8">{frames}</body>')
        page.screenshot(path=target)
        context.close()
    print(f"{target} written")


if __name__ == "__main__":
    main()
