"""What the web service makes of calls that nobody would write: `python -m bench.api_schema`.

Starts `optoutd web` on a store of its own and lets schemathesis (`pip install 'optoutd[schema]'`)
make calls from docs/openapi.json, as it says and as it does not: examples, limits, random ones
and chains of them. Each answer has to be one that the document names, with a body as it describes,
and none may be a 500; the log may hold no mistake of ours, and no address and no token.

Left out is its check that whatever fits the schema is accepted: whether a text is a mail address,
or a time too long ago, no schema can say.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.acceptance.web import CONFIG, Web

SECRETS = {"asking": secrets.token_hex(32), "panel": secrets.token_hex(32)}
MINE = CONFIG.rstrip() + '\ntoken_files = ["asking"]\n[panel]\ntoken_files = ["panel"]\n'
# Below what the panel may do, or most calls would be refused as too many.
CALLS_A_SECOND = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=60, help="of each call and phase")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tool", default="", help="where schemathesis is, if not beside Python")
    options = parser.parse_args()
    beside = Path(sys.executable).with_name("schemathesis")
    tool = options.tool or (str(beside) if beside.exists() else shutil.which("schemathesis"))
    if not tool:
        sys.exit("schemathesis is not installed: pip install 'optoutd[schema]'")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for who, token in SECRETS.items():
            (folder / who).write_text(token)
            (folder / who).chmod(0o600)
        (folder / "schemathesis.toml").write_text(
            "".join(f'[auth.openapi.{who}]\nbearer = "{t}"\n' for who, t in SECRETS.items())
        )
        web = Web(folder, config=MINE)
        web.start()
        try:
            done = subprocess.run(
                [tool, "run", web.url("/api/openapi.json"), f"--url={web.url('')}",
                 f"--max-examples={options.examples}", f"--seed={options.seed}",
                 f"--rate-limit={CALLS_A_SECOND}/s",
                 "--exclude-checks=positive_data_acceptance"],
                cwd=folder, check=False,
            )  # fmt: skip
        finally:
            web.kill()
        sys.exit(done.returncode or look_at(web.log))


def look_at(log: str) -> int:
    """1 where the log holds what it must not."""
    told = [json.loads(line)["event"] for line in log.splitlines() if line.startswith("{")]
    leaks = [word for word in ("@", *SECRETS.values()) if word in log]
    print(f"log: {len(told)} lines, {told.count('unexpected_error')} mistakes, {len(leaks)} leaks")
    return int("unexpected_error" in told or bool(leaks))


if __name__ == "__main__":
    main()
