"""Where an exception came from, without any value: values may be a customer's words."""

from __future__ import annotations

import traceback
from pathlib import Path

_MAX_PLACES = 12


def places(error: BaseException) -> tuple[str, ...]:
    """`file:line function` of the innermost calls, outermost first."""
    frames = traceback.extract_tb(error.__traceback__, limit=-_MAX_PLACES)
    return tuple(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
