"""How many lines a second `optoutd log` shows: `python -m bench.log_view [LINES]`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = Path(sys.executable).with_name("optoutd")


def write_log(path: Path, count: int) -> None:
    """A log as a busy day leaves it: a message decided, recorded and answered, over and over."""
    with path.open("w", encoding="ascii") as file:
        for number in range(0, count, 4):
            at = f"2026-11-24T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.25Z"
            head = {"time": at, "level": "info"}
            request = f"O-{number:06X}"
            who = {"recipient": "a***@customer.example", "recipient_hash": "00ff00ff00ff00ff"}
            for event in (
                {"event": "message_decided", "mailbox": "support", "uid": number,
                 "disposition": "act", "reason": "opt-out", "intents": ["opt_out"],
                 "confidence": 0.97, "rules": ["opt-out.stop"], "requests": [request],
                 "proof": "unproven", "language": "en", "sender": "a***@customer.example"},
                {"event": "request_recorded", "request": request, "kind": "opt_out",
                 "state": "effective", "reason": "asked-by-mail", "mailbox": "support",
                 "received_at": at, "due_at": at, "sender": "a***@customer.example"},
                {"event": "reply_queued", "requests": [request], **who},
                {"event": "reply_sent", "requests": [request], "attempt": 1,
                 "response": "250 2.0.0 accepted", **who},
            ):  # fmt: skip
                file.write(json.dumps({**head, **event}) + "\n")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "optoutd.log"
        write_log(path, count)
        for options in ([], ["--request", "O-000100"], ["--lines", "20"], ["--json"]):
            started = time.perf_counter()
            subprocess.run([COMMAND, "log", path, *options], stdout=subprocess.DEVNULL, check=True)
            seconds = time.perf_counter() - started
            words = " ".join(options) or "everything"
            print(f"{words:<20} {count} lines in {seconds:.2f} s: {count / seconds:,.0f} a second")


if __name__ == "__main__":
    main()
