"""Draws docs/demo.svg, the picture of the demonstration in README.md.

python -m bench.demo_picture docs/demo.svg
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from daemon.cli.demo_page import show
from daemon.demo import run_demo

COLUMNS = 130

# The picture is complete in itself: no font is fetched from anywhere when somebody looks at it.
_FETCHED = re.compile(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", re.DOTALL)


def main() -> None:
    target = Path(sys.argv[1])
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, highlight=False
    )
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        result = run_demo(Path(folder))
        seconds = time.monotonic() - started
        show(result, console, kept_in=None, seconds=seconds, with_reply=False)
    svg = _FETCHED.sub("", console.export_svg(title="make demo", theme=MONOKAI))
    target.write_text(svg.replace("Fira Code", "DejaVu Sans Mono"), encoding="utf-8")
    print(f"{target}: {len(svg)} characters")


if __name__ == "__main__":
    main()
