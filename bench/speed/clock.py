"""How long each stage takes, a stage within another one not counted twice.

Processor time of the thread, so that whoever else is at work on the machine does not count; and
time by the clock, in which a stage may also have waited for a server or for the interpreter.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter, thread_time
from typing import Any


@dataclass(slots=True)
class Spent:
    """Seconds, and how often."""

    cpu_s: float = 0.0
    wall_s: float = 0.0
    calls: int = 0


class _Stack(threading.local):
    """The stages that this thread is in, and since when it is in the innermost."""

    def __init__(self) -> None:
        self.stages: list[Spent] = []
        self.spent: dict[str, Spent] = {}
        self.cpu_s = self.wall_s = 0.0


@dataclass(slots=True)
class Clock:
    """Adds up by stage, over all threads."""

    _stack: _Stack = field(default_factory=_Stack)
    _threads: dict[int, dict[str, Spent]] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What is done inside counts for this stage."""
        self.enter(name)
        try:
            yield
        finally:
            self.leave()

    def enter(self, name: str) -> None:
        """Begins a stage."""
        stack = self._stack
        self._take(stack)
        if name not in stack.spent:
            stack.spent[name] = Spent()
            self._threads[threading.get_ident()] = stack.spent
        stack.spent[name].calls += 1
        stack.stages.append(stack.spent[name])

    def leave(self) -> None:
        """Ends the innermost stage."""
        self._take(self._stack)
        self._stack.stages.pop()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function as a stage."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            self.enter(name)
            try:
                return function(*args, **kwargs)
            finally:
                self.leave()

        return call

    def timed_context(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same for what gives a context manager: its beginning and its end count."""

        @functools.wraps(function)
        @contextmanager
        def call(*args: Any, **kwargs: Any) -> Iterator[Any]:
            manager = function(*args, **kwargs)
            with self.stage(name):
                value = manager.__enter__()
            try:
                yield value
            except BaseException as error:
                with self.stage(name):
                    swallowed = manager.__exit__(type(error), error, error.__traceback__)
                if not swallowed:
                    raise
            else:
                with self.stage(name):
                    manager.__exit__(None, None, None)

        return call

    def forget(self) -> None:
        """Begins anew. Only while no stage is under way."""
        for spent in self._threads.values():
            spent.clear()

    def totals(self) -> dict[str, Spent]:
        """Of all threads together."""
        totals: dict[str, Spent] = {}
        for spent in self._threads.values():
            for name, one in spent.items():
                sum_ = totals.setdefault(name, Spent())
                sum_.cpu_s += one.cpu_s
                sum_.wall_s += one.wall_s
                sum_.calls += one.calls
        return totals

    def _take(self, stack: _Stack) -> None:
        cpu, wall = thread_time(), perf_counter()
        if stack.stages:
            stack.stages[-1].cpu_s += cpu - stack.cpu_s
            stack.stages[-1].wall_s += wall - stack.wall_s
        stack.cpu_s, stack.wall_s = cpu, wall
