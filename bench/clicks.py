"""How many clicks the web service takes: `python -m bench.clicks [--clicks N] [--json]`.

Starts `optoutd web` on a store of its own in a file, and posts so many different links to it over
8 connections that stay open, as a proxy does after a newsletter. Printed are clicks a second, each
a transaction on the disk, and the slowest tenth's milliseconds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from daemon.stores import open_store
from handlers.list_token import Sealer
from tests.acceptance.web import Web
from tests.contract.store_values import NOW

CONNECTIONS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=4_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        web = Web(Path(name))
        web.start()
        try:
            figures = measure(web, options.clicks)
        finally:
            web.kill()
    if options.json:
        print(json.dumps(figures))
    else:
        print(f"{figures['clicks']:,} clicks: {figures['per_second']:,} a second,", end=" ")
        print(f"nine of ten within {figures['p90_ms']} ms")


def measure(web: Web, clicks: int) -> dict[str, float]:
    with closing(
        open_store("sqlite:///optoutd.db", access="write", base_dir=web.folder, now=NOW)
    ) as store:
        sealer = Sealer(*store.token_key(now=NOW))
    paths = [f"/u/{sealer.seal(f'reader.{n}@post.example', 'tips')}" for n in range(clicks)]
    took: list[float] = []

    def press(some: list[str]) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)) as connection:
            for path in some:
                start = time.perf_counter()
                connection.request("POST", path, body="List-Unsubscribe=One-Click")
                response = connection.getresponse()
                response.read()
                took.append(time.perf_counter() - start)
                if response.status != 200:
                    raise SystemExit(f"answered with {response.status}")

    shares = [paths[start::CONNECTIONS] for start in range(CONNECTIONS)]
    threads = [threading.Thread(target=press, args=(share,)) for share in shares]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    with web.store() as store:
        held = store.counts()["suppression"]
    if held != clicks:
        raise SystemExit(f"{held} suppressions of {clicks} clicks")
    return {
        "clicks": clicks,
        "per_second": round(clicks / seconds),
        "p90_ms": round(sorted(took)[int(clicks * 0.9)] * 1000),
    }


if __name__ == "__main__":
    main()
