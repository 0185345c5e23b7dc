"""What other systems are told: the body of a webhook, its schema, and who wants what."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.announcement import (
    EVENT_TYPES,
    VERSION,
    Announcement,
    body_of,
    is_wanted,
    still_true,
)
from handlers.states import TRANSITIONS
from handlers.values import CHANNELS, Intent, State
from tests.contract.store_values import ANNA, NOW, request

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA: dict[str, Any] = json.loads((DOCS / "webhook.schema.json").read_text(encoding="utf-8"))
DATA = SCHEMA["properties"]["data"]


def announcement(**changes: Any) -> Announcement:
    values: dict[str, Any] = {
        "row": 7,
        "id": "msg_0123456789abcdef0123456789abcdef",
        "receiver": "crm",
        "before": None,
        "after": State.EFFECTIVE,
        "reason": "asked-by-mail",
        "changed_at": NOW,
        "lists": ("*",),
        "off": ("*",),
        "request": request("O-7K3M2Q"),
        "span_began_at": NOW,
    }
    return Announcement(**values | changes)


def told(**changes: Any) -> Any:
    return json.loads(body_of(announcement(**changes)))


def test_the_body_is_as_the_guide_shows_it() -> None:
    text = (DOCS / "webhooks.md").read_text(encoding="utf-8")
    shown = json.loads(text.split("```json\n", 1)[1].split("```", 1)[0])
    moment = datetime(2026, 11, 26, 9, 30, 2, tzinfo=UTC)
    asked = replace(
        request("O-7K3M2Q"),
        address_key="anna@example.net",
        received_at=datetime(2026, 11, 26, 9, 29, 41, 7, tzinfo=UTC),
        due_at=datetime(2026, 11, 27, 9, 29, 41, tzinfo=UTC),
    )
    assert told(row=4711, request=asked, changed_at=moment, reason="opt-out") == shown


def test_the_schema_knows_each_type_state_and_channel() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["type"]["enum"] == list(EVENT_TYPES)
    states = [state.value for state in State]
    assert DATA["properties"]["state"]["enum"] == states
    assert DATA["properties"]["before"]["enum"] == [None, *states]
    assert DATA["properties"]["kind"]["enum"] == [kind.value for kind in Intent]
    assert DATA["properties"]["channel"]["enum"] == list(CHANNELS)
    assert SCHEMA["properties"]["version"]["const"] == VERSION


def test_each_state_that_a_request_may_come_into_has_a_type() -> None:
    reachable = {
        f"{kind.value}.{after.value}" for (kind, _), to in TRANSITIONS.items() for after in to
    }
    assert reachable <= set(EVENT_TYPES)
    assert {"opt_out.effective", "cancellation.awaiting_confirmation"} <= set(EVENT_TYPES)


@given(
    kind_and_state=st.sampled_from(EVENT_TYPES),
    address=st.text(min_size=1),
    lists=st.lists(st.text(max_size=64), unique=True).map(tuple),
    channel=st.sampled_from(CHANNELS),
)
def test_whatever_is_told_fits_the_schema(
    kind_and_state: str, address: str, lists: tuple[str, ...], channel: str
) -> None:
    kind, state = kind_and_state.split(".")
    asked = request("O-7K3M2Q", kind=Intent(kind), address_key=address, channel=channel)
    body = told(request=asked, after=State(state), lists=lists, before=State.REVIEW)
    jsonschema.validate(body, SCHEMA)
    # All that there is, is in the schema.
    assert set(body) == set(SCHEMA["required"]) == set(SCHEMA["properties"])
    assert set(body["data"]) == set(DATA["required"]) == set(DATA["properties"])


def test_of_a_person_who_was_forgotten_no_hash_is_told() -> None:
    forgotten = request("O-7K3M2Q", address_key=f"hash:{'0' * 64}")
    body = told(request=forgotten)
    assert body["data"]["address"] is None
    jsonschema.validate(body, SCHEMA)


def test_nothing_that_staff_or_the_customer_wrote_is_told() -> None:
    asked = request(
        "C-1", note="SECRET", taken_by="SECRET", wanted_end="SECRET", address_written="SECRET"
    )
    body = body_of(announcement(request=asked, after=State.CONFIRMED))
    assert b"SECRET" not in body
    assert ANNA.encode() in body


@pytest.mark.parametrize(
    ("after", "off", "told"),
    [
        (State.EFFECTIVE, ("tips", "news"), ("tips", "news")),
        (State.UNDONE, (), ("tips", "news")),
        (State.UNDONE, ("news", "other"), ("tips",)),
        (State.UNDONE, ("*",), ()),
    ],
)
def test_nobody_is_told_of_as_back_who_is_off_by_now(
    after: State, off: tuple[str, ...], told: tuple[str, ...]
) -> None:
    assert still_true(after, ("tips", "news"), off) == told


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        ([], True),
        (["opt_out.*"], True),
        (["opt_out.effective"], True),
        (["cancellation.*", "opt_out.effective"], True),
        (["opt_out.undone"], False),
        (["cancellation.*"], False),
        (["opt_out"], False),
        (["*"], False),
    ],
)
def test_who_wants_what(patterns: list[str], wanted: bool) -> None:
    assert is_wanted(Intent.OPT_OUT, State.EFFECTIVE, patterns) is wanted
