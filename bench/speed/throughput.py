"""End to end: a full mailbox, read, decided on, answered and filed by one process and by two.

Beside it, in the same round: downloads of the same mailbox by IMAPClient and by mbsync, which do
nothing else.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import Any

from bench.speed.blast import ceiling
from bench.speed.place import PASSWORD, Place
from bench.speed.process import Samples, cpu_s
from bench.speed.service import Service, new_store, shares, write_config

Tell = Callable[[str], None]
Figures = dict[str, Any]
# So many processes read beside the daemon.
READING = (0, 1, 2)


def measure(
    place: Place, *, kinds: Sequence[str], messages: int, rounds: int, tell: Tell
) -> Figures:
    """Each variant once a round, one after the other; of each the medians."""
    place.pool.grow(messages, tell)
    variants: dict[str, Callable[[Tell], Figures]] = {}
    for kind in kinds:
        for processes in (1, 2):
            variants[f"optoutd, {kind}, {processes} proc."] = _service(
                place, kind, processes, messages
            )
    variants["IMAPClient as it comes"] = lambda _: _download(place, messages, quiet=False)
    variants["IMAPClient, debug off"] = lambda _: _download(place, messages, quiet=True)
    if shutil.which("mbsync"):
        variants["mbsync, FSync yes"] = lambda _: _mbsync(place, messages, fsync=True)
        variants["mbsync, FSync no"] = lambda _: _mbsync(place, messages, fsync=False)
    seen = _seen(variants, rounds, tell)
    return {
        "messages": messages,
        "rounds": rounds,
        "octets_a_message": round(place.pool.octets(messages) / messages),
        "sink_mails_a_second": {
            connections: round(asyncio.run(ceiling(place.sink.port, connections=connections)))
            for connections in (4, 8, 32)
        },
        "variants": {name: _middle(runs) for name, runs in seen.items()},
    }


def _say(tell: Tell, where: str, words: str) -> None:
    tell(f"{where}: {words}")


def _middle(runs: list[Figures]) -> Figures:
    return {name: median(run[name] for run in runs) for name in runs[0]}


def readers(place: Place, *, messages: int, rounds: int, tell: Tell) -> Figures:
    """One process on SQLite, by itself and with processes that read for it; each once a round."""
    place.pool.grow(messages, tell)
    variants = {
        f"{number} reading": _service(place, "sqlite", 1, messages, reading=number)
        for number in READING
    }
    seen = _seen(variants, rounds, tell)
    return {
        "messages": messages,
        "rounds": rounds,
        "variants": {name: _middle(runs) for name, runs in seen.items()},
    }


def _seen(
    variants: dict[str, Callable[[Tell], Figures]], rounds: int, tell: Tell
) -> dict[str, list[Figures]]:
    seen: dict[str, list[Figures]] = {name: [] for name in variants}
    for number in range(rounds):
        for name, run in variants.items():
            where = f"round {number + 1} of {rounds}, {name}"
            tell(where)
            seen[name].append(run(partial(_say, tell, where)))
    return seen


def _service(
    place: Place, kind: str, processes: int, messages: int, *, reading: int = 0
) -> Callable[[Tell], Figures]:
    def run(tell: Tell) -> Figures:
        users = [place.seeded_user(numbers) for numbers in shares(messages, processes)]
        # SQLite has one process a store; PostgreSQL one store for all.
        stores = [new_store(place, kind)]
        stores += [stores[0] if kind == "postgres" else new_store(place, kind) for _ in users[1:]]
        configs = [
            write_config(
                place,
                store,
                {f"support-{number}": user},
                more=f"reading_processes = {reading}\n",  # [limits] stands last
            )
            for number, (user, store) in enumerate(zip(users, stores, strict=True))
        ]
        servers = {"dovecot": place.imap.pid, "sink": place.sink.pid}
        if kind == "postgres":
            servers["postgres"] = place.postgres.pid
        before = {name: cpu_s(pid) for name, pid in servers.items()}
        accepted_before = place.sink.count()
        with ExitStack() as stack:
            services = [
                stack.enter_context(Service(config, store))
                for config, store in zip(configs, stores, strict=True)
            ]
            samples = stack.enter_context(Samples(tuple(one.pid for one in services)))
            each = messages // processes
            ended_s = max(one.wait_until_answered(each, tell) for one in services)
            peak = sum(one.peak_bytes() for one in services)
            copies = sum(_copies(place, user) for user in users)
            for one in services:
                one.stop()
        began_s = min(one.began_s for one in services)
        connected_s = max(one.first["mailbox_connected"] for one in services)
        cpu = sum(one.usage.ru_utime + one.usage.ru_stime for one in services)
        read_s = max(one.last["batch_committed"] for one in services) - connected_s
        return {
            "seconds": ended_s - began_s,
            "messages_a_second": messages / (ended_s - began_s),
            "start_s": connected_s - began_s,
            "running_messages_a_second": messages / (ended_s - connected_s),
            "read_messages_a_second": messages / read_s,
            "cpu_ms_a_message": 1000 * cpu / messages,
            "peak_mb": max(peak, samples.peak_bytes) / 1e6,
            "replies": place.sink.count() - accepted_before,
            "copies_in_sent": copies,
        } | {
            f"{name}_cpu_ms_a_message": 1000 * (cpu_s(pid) - before[name]) / messages
            for name, pid in servers.items()
        }

    return run


def _copies(place: Place, user: str) -> int:
    """How many replies the Sent folder holds: what is filed later is work that was not counted."""
    with place.imap.client(user) as client:
        return int(client.folder_status("Sent", ["MESSAGES"])[b"MESSAGES"])


def _download(place: Place, messages: int, *, quiet: bool) -> Figures:
    """A bare download in batches of 200; `quiet` without imaplib's debug formatting."""
    user = place.seeded_user(range(messages))
    with place.imap.client(user) as client:
        client.select_folder("INBOX", readonly=True)
        if quiet:
            client._imap.debug = 0  # noqa: SLF001 - what is measured is the cost of this attribute
        began_s, before_s = time.perf_counter(), time.process_time()
        uids = client.search("ALL")
        for start in range(0, len(uids), 200):
            some = uids[start : start + 200]
            client.fetch(some, ["INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[]"])
        return _bare(messages, time.perf_counter() - began_s, time.process_time() - before_s)


_MBSYNC = """\
FSync {fsync}

IMAPAccount bench
Host 127.0.0.1
Port {port}
User "{user}"
Pass {password}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account bench

MaildirStore near
Path {folder}/
Inbox {folder}/INBOX

Channel bench
Far :far:INBOX
Near :near:INBOX
Sync PullNew
Create Near
SyncState *
"""


def _mbsync(place: Place, messages: int, *, fsync: bool) -> Figures:
    user, folder = place.seeded_user(range(messages)), place.new_folder("mbsync")
    config = folder / "mbsyncrc"
    config.write_text(
        _MBSYNC.format(
            port=place.imap.imap_port, user=user, password=PASSWORD, folder=folder,
            fsync="yes" if fsync else "no",
        )
    )  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began_s = time.perf_counter()
    subprocess.run(
        ["mbsync", "--quiet", "--config", config, "bench"],
        check=True,
        capture_output=True,
        start_new_session=True,
    )
    seconds = time.perf_counter() - began_s
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    there = sum(1 for part in ("cur", "new") for _ in (folder / "INBOX" / part).iterdir())
    if there != messages:
        raise SystemExit(f"mbsync has downloaded {there} of {messages} messages")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    shutil.rmtree(folder)
    return _bare(messages, seconds, used)


def _bare(messages: int, seconds: float, cpu: float) -> Figures:
    return {
        "seconds": seconds,
        "messages_a_second": messages / seconds,
        "cpu_ms_a_message": 1000 * cpu / messages,
    }
