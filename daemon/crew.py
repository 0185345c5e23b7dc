"""The tasks of the running service: one that ends by itself ends the service."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field


@dataclass(slots=True)
class Crew:
    """The tasks that run until the service stops; `ended` is set when one does not."""

    ended: asyncio.Event
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self, work: Coroutine[None, None, None], name: str) -> None:
        """Begins a task."""
        task: asyncio.Task[None] = asyncio.create_task(work, name=name)
        self.tasks.append(task)
        task.add_done_callback(self._ended)

    def release(self, name: str) -> list[asyncio.Task[None]]:
        """Lets the tasks of this name go: they may end, and whoever asks waits for it."""
        released = [task for task in self.tasks if task.get_name() == name]
        self.tasks = [task for task in self.tasks if task not in released]
        return released

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task in self.tasks:
            self.ended.set()
