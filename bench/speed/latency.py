"""From delivery to the accepted reply, while mail comes in steadily and IDLE tells of it."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable
from email.parser import BytesHeaderParser
from statistics import median, quantiles
from typing import Any

from bench.speed.place import Place
from bench.speed.service import Service, new_store, warm_up, write_config


def measure(
    place: Place, *, seconds: float, a_second: float, kind: str, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Delivers by LMTP at an even pace; of those that are answered, how long it took."""
    messages = int(seconds * a_second)
    place.pool.grow(messages, tell)
    read = BytesHeaderParser()
    mails = [place.pool.raw(number) for number in range(messages)]
    ids = [str(read.parsebytes(raw)["Message-ID"]) for raw in mails]
    user, store = place.new_user(), new_store(place, kind)
    config = write_config(place, store, {"support": user}, backlog="new")
    delivered: dict[str, float] = {}
    before = place.sink.count()
    with Service(config, store) as service:
        warm_up(service, place, user, messages, tell)
        used_s, target = service.cpu_s(), service.seen + messages
        with smtplib.LMTP("127.0.0.1", place.imap.lmtp_port, timeout=30) as lmtp:
            began_s = time.monotonic()
            for number, (name, raw) in enumerate(zip(ids, mails, strict=True)):
                time.sleep(max(0.0, began_s + number / a_second - time.monotonic()))
                lmtp.sendmail("customer@elsewhere.example", [user], raw)
                delivered[name] = time.monotonic()
                tell(f"{number + 1} of {messages} delivered")
        service.wait_until_answered(target, tell)
        used_s = service.cpu_s() - used_s
    took = sorted(
        moment - delivered[name]
        for moment, name in place.sink.accepted()[before:]
        if name in delivered
    )
    if not took:
        raise SystemExit("no message was answered")
    cuts = quantiles(took, n=100, method="inclusive")
    return {
        "messages": messages,
        "a_second": a_second,
        "answered": len(took),
        "p50_s": median(took),
        "p90_s": cuts[89],
        "p99_s": cuts[98],
        "most_s": took[-1],
        "cpu_ms_a_message": 1000 * used_s / messages,
        "took_s": [round(one, 4) for one in took],
    }
