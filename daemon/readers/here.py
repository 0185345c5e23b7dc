"""Reading in this process, one message after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daemon import events
from daemon.errors import AskedToStop
from daemon.ports.reader import unwatched
from daemon.tracing import places
from handlers.parse import UnparseableMessage
from handlers.reading import Contents, Desk, Reading, find_requester, read_contents
from handlers.set_aside import ENDED, NOT_GIVEN, SetAside
from handlers.values import RawMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Reads where it is called. `survives` reads one on trial, and tells whether that can be."""

    survives: Callable[[RawMessage, Desk], bool] = lambda _raw, _desk: False

    def read(
        self,
        messages: Sequence[RawMessage],
        desk: Desk,
        *,
        on_trial: bool = False,
        progress: Callable[[], None] = unwatched,
    ) -> list[Reading | SetAside]:
        """As the port says."""
        found: list[Reading | SetAside] = []
        for raw in messages:
            # One that is read apart may take half a minute, and there may be many of them.
            progress()
            found.append(self.one(raw, desk, on_trial=on_trial))
        return found

    def inspect(self) -> list[str]:
        """Nothing helps it."""
        return []

    def close(self) -> None:
        """Nothing was started."""

    def one(
        self,
        raw: RawMessage,
        desk: Desk,
        *,
        contents: Contents | None = None,
        on_trial: bool = False,
    ) -> Reading | SetAside:
        """One message, of which others may have read the `contents` already."""
        if not raw.raw and raw.size_bytes:
            return SetAside(raw=raw, error=NOT_GIVEN)
        try:
            if on_trial and not self.survives(raw, desk):
                return SetAside(raw=raw, error=ENDED)
            return find_requester(raw, contents or read_contents(raw, desk), desk)
        except AskedToStop:
            raise  # the message waits for the next start
        except UnparseableMessage as error:
            return SetAside(raw=raw, error=str(error))
        except Exception as error:  # noqa: BLE001 - a poisonous message must not stop the mailbox
            events.unexpected_error(where="read", error=type(error).__name__, trace=places(error))
            return SetAside(raw=raw, error=f"unexpected {type(error).__name__}")
