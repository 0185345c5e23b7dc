"""Whatever a billing system answers, nothing is cancelled that is not plain."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.http_status import retry_after_s
from handlers.whmcs import Ambiguous, the_client, the_service
from tests.contract.store_values import NOW

ANNA = "anna@shop.example"

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from(["1", 1, "Active", ANNA, "client", "product"]),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["id", "email", "status", "clientid", "regdate", "client", "product", "x"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@given(total=LEAVES, clients=ANYTHING, products=ANYTHING)
def test_an_answer_in_whatever_form_is_ambiguous_or_names_a_number(
    total: Any, clients: Any, products: Any
) -> None:
    # As it comes over the wire, where a number may be infinite.
    answer = json.loads(
        json.dumps({"totalresults": total, "clients": clients, "products": products})
    )
    with contextlib.suppress(Ambiguous):
        assert the_client(answer, ANNA).isdecimal()
    with contextlib.suppress(Ambiguous):
        assert the_service(answer, "1", asked_at=NOW).isdecimal()


STATUSES = ("Active", "Suspended", "Pending", "Terminated", "Cancelled", "Fraud", "Completed", "?")
RUNS = {"Active", "Suspended"}
LEFT = RUNS | {"Pending", "?"}


@given(st.lists(st.sampled_from(STATUSES), max_size=5))
def test_a_service_is_named_where_it_alone_is_left_and_runs(statuses: list[str]) -> None:
    products = [
        {"id": number, "clientid": 1, "status": status, "regdate": "2016-01-01"}
        for number, status in enumerate(statuses, 100)
    ]
    answer = {"totalresults": len(products), "products": {"product": products}}
    left = [number for number, status in enumerate(statuses, 100) if status in LEFT]
    if len(left) == 1 and statuses[left[0] - 100] in RUNS:
        assert the_service(answer, "1", asked_at=NOW) == str(left[0])
    else:
        with pytest.raises(Ambiguous):
            the_service(answer, "1", asked_at=NOW)


@pytest.mark.parametrize(
    ("days", "chosen"),
    [
        (["2026-02-27"], 100),
        # Later than the request in one time zone or another, or not known.
        (["2026-02-28"], None),
        (["2026-03-01"], None),
        (["2026-03-02"], None),
        (["2026-03-05"], None),
        (["0000-00-00"], None),
        ([""], None),
        ([None], None),
        ([20260227], None),
        # What was ordered surely after it was not meant.
        (["2026-02-27", "2026-03-03"], 100),
        (["2026-03-03", "2026-02-27"], 101),
        (["2026-02-27", "2026-03-01"], None),
        (["2026-02-27", None], None),
    ],
)
def test_only_a_service_that_there_was_when_the_request_came_is_meant(
    days: list[Any], chosen: int | None
) -> None:
    products = [
        {"id": number, "clientid": 1, "status": "Active", "regdate": day}
        for number, day in enumerate(days, 100)
    ]
    answer = {"totalresults": len(products), "products": {"product": products}}
    asked_at = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
    if chosen is not None:
        assert the_service(answer, "1", asked_at=asked_at) == str(chosen)
    else:
        with pytest.raises(Ambiguous):
            the_service(answer, "1", asked_at=asked_at)


@given(st.text(max_size=40))
def test_whatever_stands_in_retry_after_is_a_pause_of_an_hour_at_most_or_none(field: str) -> None:
    seconds = retry_after_s(field, now=NOW)
    assert seconds is None or 0 <= seconds <= 3600
