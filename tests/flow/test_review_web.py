"""What a review of the web service found: this fails as it is."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.flow.web_world import running


def test_a_stranger_who_is_slowed_down_does_not_keep_the_store_busy(tmp_path: Path) -> None:
    """Tokens that name a key that there is not: each asks the store, also above the rate."""
    with running("sqlite", tmp_path) as world:
        world.token()  # there is a key, number 1
        asked: list[str] = []
        real = world.store.token_keys
        world.store.token_keys = lambda: (asked.append("keys"), real())[1]  # type: ignore[method-assign,func-returns-value]
        forged = base64.urlsafe_b64encode(bytes([9]) + bytes(40)).decode().rstrip("=")
        statuses = [world.post(f"/u/{forged}").status for _ in range(200)]
    assert statuses.count(429) == 180
    assert len(asked) <= 20
