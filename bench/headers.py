"""How fast a newsletter's fields are made: `python -m bench.headers [--addresses N]`.

Pipes so many different addresses through `optoutd headers - --list tips`, with an https address,
and prints addresses a second by the clock, from the start of the command to its end, and by the
time that it had the processor, which a busy machine leaves as it is. `--short` ones leave room
for a second token, behind the plus.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = Path(sys.executable).with_name("optoutd")
GOAL = 50_000
CONFIG = """
[smtp]
host = "smtp.example.com"
[company]
name = "Example"
postal_address = "1 Example Street"
phone = "+1 555 0100"
[web]
base_url = "https://www.example.com/optoutd"
[[mailbox]]
name = "support"
role = "support"
address = "support@example.com"
host = "imap.example.com"
username = "support"
password_file = "support.password"
subaddressing = true
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--addresses", type=int, default=1_000_000)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config, addresses = folder / "optoutd.toml", folder / "addresses"
        config.write_text(CONFIG)
        domains = ("example.net", "garden.example", "post.example.org", "bakery.example")
        if options.short:
            lines = (f"{n}@t{n % 4}.example\n" for n in range(options.addresses))
        else:
            lines = (f"reader.{n}@{domains[n % 4]}\n" for n in range(options.addresses))
        addresses.write_text("".join(lines))
        start = time.perf_counter()
        with addresses.open("rb") as stdin, (folder / "fields").open("wb") as stdout:
            subprocess.run(
                [COMMAND, "--config", config, "headers", "-", "--list", "tips"],
                stdin=stdin,
                stdout=stdout,
                cwd=folder,
                check=True,
            )
        seconds = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = used.ru_utime + used.ru_stime
        with (folder / "fields").open("rb") as fields:
            made = sum(1 for _ in fields)
    if made != options.addresses:
        sys.exit(f"{made} lines for {options.addresses} addresses")
    figures = {
        "addresses": made,
        "seconds": round(seconds, 2),
        "per_second": round(made / seconds),
        "per_processor_second": round(made / processor),
        "goal": GOAL,
    }
    if options.json:
        print(json.dumps(figures))
    else:
        print(f"{made:,} addresses in {seconds:.1f} s: {made / seconds:,.0f} a second")
        print(f"processor {processor:.1f} s: {made / processor:,.0f} a second")
        print(f"goal: {GOAL:,} a second")
    sys.exit(made / seconds < GOAL)


if __name__ == "__main__":
    main()
