"""A headless Chromium of the system, driven over its DevTools protocol by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Its program, or None where it is not installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """The browser, without a network beyond this machine and without a window."""
    # Not at the top: every process of the tests asks whether there is a browser, and few need one.
    from playwright.sync_api import sync_playwright

    program = find_chromium()
    assert program is not None, "Chromium is not installed"
    # As root it has no sandbox of its own; the pages are ours.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        try:
            yield browser
        finally:
            browser.close()
