"""The real store and its fake end up the same, whatever batches they are given."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.store_url import postgres_url
from daemon.errors import PermanentFailure, TemporaryFailure
from daemon.ports import Act, Entry, Store
from daemon.stores.postgres import PostgresStore
from daemon.stores.sqlite import SqliteStore
from handlers.values import Change, Disposition, Filing, State
from tests.contract.fake_store import FakeStore
from tests.contract.store_values import (
    NOW,
    UID_VALIDITY,
    change,
    digest,
    entry,
    mail,
    recall,
    record,
    request,
    suppression,
)
from tests.servers.postgres import Postgres

FOLDER = "support:Optoutd/Opt-outs"

# Few of everything, so that they meet.
references = st.sampled_from(["O-1", "O-2", "C-1", "C-2"])
keys = st.sampled_from(["a@a.example", "b@b.example"])
lists = st.sampled_from(["*", "weekly"])
states = st.sampled_from([State.EFFECTIVE, State.AWAITING_CONFIRMATION, State.REVIEW])
suppressions = st.builds(
    lambda of, key, name: suppression(of, address_key=key, list_name=name), references, keys, lists
)
requests = st.builds(
    lambda of, key: request(of, address_key=key, origin_digest=f"{of} by {key}"), references, keys
)
changes: st.SearchStrategy[Change] = st.builds(change, references, states, states)
mails = st.none() | st.builds(mail, st.integers(1, 4), references, to=keys)


def some(one: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(one, max_size=2).map(tuple)


entries: st.SearchStrategy[Entry] = st.builds(
    entry,
    st.integers(1, 6),
    mails,
    requests=some(requests),
    changes=some(changes),
    suppress=some(suppressions),
    lift=some(suppressions),
    repeated=some(references),
    filing=st.sampled_from(Filing),
    disposition=st.sampled_from(Disposition),
    mailbox=st.sampled_from(["support", FOLDER]),
    digest=st.integers(1, 3).map(digest),
    copy_hash=st.sampled_from(["", "c", "d"]),
    flagged=st.booleans(),
    reason=st.sampled_from(["opt-out", "copy"]),
    ends_review=st.sampled_from(["", "", "filed-by-staff"]),
)
batches = st.lists(st.lists(entries, min_size=1, max_size=4), max_size=5)
acts: st.SearchStrategy[Act] = st.builds(
    lambda entry: Act(decision=entry.decision, outgoing=entry.outgoing), entries
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    SqliteStore(path, access="own", now=NOW).close()
    return path


def file(store: Store, now: datetime) -> None:
    """Files the first two messages of each place, and ends the review of one of them."""
    for place in ("support", FOLDER):
        store.filed(place, UID_VALIDITY, [1, 2], now=now)
        store.note_flags(place, UID_VALIDITY, [2], ours=True)
        store.end_reviews(place, UID_VALIDITY, {1: Filing.OPT_OUTS}, now=now)


def write(store: Store, batches: Sequence[Sequence[Entry]]) -> list[bool]:
    """Records each batch; which of them were refused."""
    refused = []
    for number, batch in enumerate(batches):
        try:
            record(store, *batch, now=NOW + timedelta(hours=number))
        except TemporaryFailure:
            refused.append(True)
        else:
            refused.append(False)
            file(store, NOW + timedelta(hours=number, minutes=30))
    return refused


def picture(store: Store) -> list[object]:
    every = ["O-1", "O-2", "C-1", "C-2"]
    addresses = ["a@a.example", "b@b.example"]
    return [
        sorted(store.ledger("support"), key=lambda row: row.uid),
        sorted(store.ledger(FOLDER), key=lambda row: row.uid),
        [[*store.open_reviews(place, UID_VALIDITY)] for place in ("support", FOLDER)],
        [store.our_flags(place, UID_VALIDITY, range(9)) for place in ("support", FOLDER)],
        store.lying_in(["support"], {"c", "d", ""}),
        store.requests(),
        [store.request(reference) for reference in every],
        [[what for _, what, _ in store.history(reference)] for reference in every],
        [store.suppression(key, name) for key in addresses for name in ("*", "weekly")],
        {name: count for name, count in store.counts().items() if count},
        store.mark("support"),
        store.reviews(),
        store.requests_in(State.REVIEW, State.EFFECTIVE),
        [store.messages_about(reference) for reference in every],
        store.dossier(addresses, ["O-1 by a@a.example"], now=NOW + timedelta(hours=30)),
        [due.mail for due in store.take_due(10, now=NOW + timedelta(days=1))],
        recall(
            store,
            digests=[digest(number) for number in range(1, 7)],
            secrets=[f"hash of {reference}" for reference in every],
            addresses=addresses,
            account=("support", "cancel"),
        ),
    ]


def after_forgetting(store: Store, batches: Sequence[Sequence[Entry]]) -> list[object]:
    """What is left once one of the two was forgotten, as far as that may be; twice."""
    write(store, batches)
    for queued in store.take_due(100, now=NOW + timedelta(days=1)):
        store.sent({queued.row: "250 OK"}, now=NOW)
    seen: list[object] = []
    for _ in range(2):
        try:
            done = store.forget("a@a.example", by="kim", now=NOW + timedelta(days=2))
        except PermanentFailure:
            seen.append("refused")
        else:
            seen.append(replace(done, notes=()))
        # A store keeps a hash under a key of its own.
        held = str([store.held_about(key) for key in ("a@a.example", "b@b.example")])
        seen.append(re.sub("hash:[0-9a-f]+", "hash", held))
    return seen


@given(batches=batches)
@settings(max_examples=30)
def test_the_fake_store_forgets_as_the_real_one_does(
    empty: Path, batches: list[list[Entry]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(empty, folder))
        real, fake = SqliteStore(path, access="own", now=NOW), FakeStore()
        try:
            assert after_forgetting(real, batches) == after_forgetting(fake, batches)
            assert real.walk_audit().broken_at is None
        finally:
            real.close()


def carry_out(store: Store, acts: Sequence[Act]) -> list[bool]:
    """Carries out each act of staff; which of them were refused."""
    refused = []
    for number, act in enumerate(acts):
        try:
            store.carry_out(
                act.decision, act.outgoing, by="kim", now=NOW + timedelta(days=1, hours=number)
            )
        except TemporaryFailure:
            refused.append(True)
        else:
            refused.append(False)
    return refused


@given(batches=batches, acts=st.lists(acts, max_size=3))
@settings(max_examples=60)
def test_the_fake_store_does_what_the_real_one_does(
    empty: Path, batches: list[list[Entry]], acts: list[Act]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(empty, folder))
        are_the_same(SqliteStore(path, access="own", now=NOW), batches, acts)


# Fewer, because each takes a database; what the two share is tried above.
@pytest.mark.postgres
@given(batches=batches, acts=st.lists(acts, max_size=3))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_store_in_postgresql_does_so_too(
    postgres: Postgres, batches: list[list[Entry]], acts: list[Act]
) -> None:
    url = postgres_url(postgres.url(postgres.new_database()))
    are_the_same(PostgresStore(url, access="own", now=NOW), batches, acts)
    postgres.clear()


def are_the_same(
    real: SqliteStore | PostgresStore, batches: list[list[Entry]], acts: list[Act]
) -> None:
    fake = FakeStore()
    try:
        assert write(real, batches) == write(fake, batches)
        assert carry_out(real, acts) == carry_out(fake, acts)
        assert picture(real) == picture(fake)
        assert real.walk_audit().broken_at is None
    finally:
        real.close()
