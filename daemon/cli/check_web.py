"""What `optoutd check` tries of `[web]` and `[panel]`: the keys that callers have to show."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.api_keys import KeyProblem
    from config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one part said: notes where it works, one line where it does not."""

    part: str
    ok: bool
    setting: str
    lines: tuple[str, ...]


def web_results(settings: Settings) -> Iterator[Result]:
    """A result for each of the two sections that says something; none where neither does."""
    from config.api_keys import examine_api_keys

    web, panel = settings.web, settings.panel
    keys, problems = examine_api_keys(settings)
    files = {
        "web": len(web.token_files),
        "panel": len(panel.token_files) + len(panel.signing_key_files),
    }
    usable = {"web": len(keys.asking), "panel": len(keys.panel) + len(keys.signing)}
    if not any(files.values()) and not web.base_url:
        return
    missing = _what_is_not_installed()
    for section, count in files.items():
        if not count and (section == "panel" or not web.base_url):
            continue
        wrong = [found for found in problems if found.key.partition(".")[0] == section]
        unseen = [found for found in wrong if found.is_missing and _is_credential(found)]
        wrong = [found for found in wrong if found not in unseen]
        lines = [
            line for found in wrong for line in (f"{found.key}: {found}", f"cure: {found.cure}")
        ]
        lines += [
            f"{found.key}: {found.name} is a credential of the web service, not to be seen here"
            for found in unseen
        ]
        if missing:
            lines += [missing, "cure: pip install 'optoutd[web]'"]
        if not lines:
            lines = [f"{usable[section]} key{'s' if usable[section] != 1 else ''} can be used"]
        yield Result(
            part=section,
            ok=not wrong and not missing,
            setting=wrong[0].key if wrong else "",
            lines=tuple(lines),
        )


def _is_credential(found: KeyProblem) -> bool:
    """Whether it lies where systemd puts what the unit of the web service loads."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    return "${CREDENTIALS_DIRECTORY}" in found.name or bool(
        folder and found.name.startswith(f"{folder}/")
    )


def _what_is_not_installed() -> str:
    from importlib.util import find_spec

    names = [name for name in ("starlette", "uvicorn") if find_spec(name) is None]
    return f"the web service is not installed: {', '.join(names)}" if names else ""
