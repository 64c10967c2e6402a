"""Keeps the parts of an installation running: starts them, restarts what crashed or is stuck, stops them all.

Every part is forked from the supervisor, which has loaded what they share: they start at once, and together take
the memory of the libraries once. Each leads a session of its own, so that Ctrl-C in a terminal reaches only the
supervisor and a whole cluster can be killed as a group. django-q2 must be asked to stop through its main process
alone: a SIGTERM to the group cuts off its workers and hangs the rest.
"""

import contextlib
import multiprocessing
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from types import FrameType

from django.db import connections

from suno_web.operate import lifeline

# How long parts may take to end what they are doing before they are killed.
STOP_WITHIN = 10.0
# A part that crashes is started again after 0.5 s, then 1, 2, 4 … 30 s; a minute of running makes it well.
FIRST_DELAY, LONGEST_DELAY, WELL_AFTER = 0.5, 30.0, 60.0
LOOK_EVERY = 0.2
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class Part:
    """One child process and what it does."""

    name: str
    work: Callable[[], None]
    process: ForkProcess | None = None
    # The reading end of a pipe that carries what it prints.
    output: int = -1
    unfinished_line: bytes = b""
    started_at: float = 0.0
    start_at: float = 0.0
    crashes: int = 0

    def start(self) -> None:
        self.output, printing = os.pipe()
        os.set_blocking(self.output, False)
        self.process = multiprocessing.get_context("fork").Process(
            target=self._live, args=(printing, os.getpid()), name=self.name
        )
        # A signal between the fork and the first line of _live would be taken for the supervisor's and be lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        self.process.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        os.close(printing)
        self.started_at = time.monotonic()

    def _live(self, printing: int, supervisor: int) -> None:
        """The child's whole life."""
        os.setsid()
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        os.dup2(printing, sys.stdout.fileno())
        os.dup2(printing, sys.stderr.fileno())
        lifeline.hold(supervisor)
        lifeline.rename(self.name)
        self.work()

    def has_ended(self) -> bool:
        return self.process is not None and not self.process.is_alive()

    def ask_to_stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def end(self) -> int | None:
        """Kill what is left of the group and return the leader's exit code."""
        if self.process is None or self.process.pid is None:
            return None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join()
        code = self.process.exitcode
        self.process.close()
        self.process = None
        return code

    def lines(self) -> Iterator[str]:
        """Whole lines printed since the last call."""
        with contextlib.suppress(BlockingIOError):
            while printed := os.read(self.output, 65536):
                *lines, self.unfinished_line = (self.unfinished_line + printed).split(b"\n")
                yield from (line.decode(errors="replace") for line in lines)


class Supervisor:
    """Runs parts until it is told to stop.

    say: where lines for the operator go; watch: called several times a second; after_death: called once the
    processes of a part are gone, before it is started again.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        say: Callable[[str], None],
        watch: Callable[["Supervisor"], None],
        after_death: Callable[[Part], None],
    ) -> None:
        self.parts = {part.name: part for part in parts}
        self.say = say
        self.watch = watch
        self.after_death = after_death
        self.stopping = False
        self.interrupts = 0
        self.selector = selectors.DefaultSelector()
        self.width = max(len(name) for name in self.parts)

    def run(self) -> None:
        """Start everything; return once everything has ended after SIGTERM, SIGINT or SIGHUP."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_signal)
        try:
            for part in self.parts.values():
                self._start(part)
            while not self.stopping:
                self._relay(LOOK_EVERY)
                self._revive()
                self.watch(self)
        finally:
            self._stop()

    def restart(self, part: Part, why: str) -> None:
        """Kill a part that will not recover by itself; it starts again right away."""
        self.say(f"{part.name}: {why} Starting it again.")
        self._end(part)
        part.start_at = time.monotonic()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        self.interrupts += number == signal.SIGINT

    def _start(self, part: Part) -> None:
        # A connection must not be used on both sides of a fork.
        connections.close_all()
        part.start()
        self.selector.register(part.output, selectors.EVENT_READ, part)

    def _revive(self) -> None:
        now = time.monotonic()
        for part in self.parts.values():
            if part.has_ended():
                part.crashes = 0 if now - part.started_at > WELL_AFTER else part.crashes
                delay = min(FIRST_DELAY * 2**part.crashes, LONGEST_DELAY)
                part.crashes += 1
                part.start_at = now + delay
                code = self._end(part)
                self.say(f"{part.name}: ended with code {code}. Starting it again in {delay:g} s.")
            elif part.process is None and part.start_at <= now:
                self._start(part)

    def _end(self, part: Part) -> int | None:
        code = part.end()
        self._pass_on(part)
        self.selector.unregister(part.output)
        os.close(part.output)
        self.after_death(part)
        return code

    def _relay(self, seconds: float) -> None:
        """Pass on what the parts print, waiting so long for some of it."""
        for key, _ in self.selector.select(seconds):
            self._pass_on(key.data)

    def _pass_on(self, part: Part) -> None:
        for line in part.lines():
            self.say(f"{part.name:<{self.width}} | {line}")

    def _stop(self) -> None:
        """Ask the leaders to stop, wait, and kill what has not. A second Ctrl-C ends the wait."""
        alive = [part for part in self.parts.values() if part.process is not None]
        for part in alive:
            part.ask_to_stop()
        until = time.monotonic() + STOP_WITHIN
        while alive and time.monotonic() < until and self.interrupts < 2:
            self._relay(0.05)
            for part in [part for part in alive if part.has_ended()]:
                self._end(part)
                alive.remove(part)
        for part in alive:
            self.say(f"{part.name}: did not stop in time and was killed.")
            self._end(part)
