"""Work that is spread over processes, which are copies of this one and know all that it knows."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
R = TypeVar("R")
_Outcome: TypeAlias = tuple[Exception | None, Any]  # what was raised, and what was found
_FORKS = "fork" in multiprocessing.get_all_start_methods()
_CONTEXT = multiprocessing.get_context("fork" if _FORKS else None)


def several(count: int) -> int:
    """How many processes are worth starting for so many pieces of work: 1 where this one has to do it all."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, processors) if _FORKS and not multiprocessing.current_process().daemon else 1


def side_by_side(
    work: Callable[[T], R], items: Sequence[T], weight: Callable[[T], int], told: Callable[[int], None] = lambda _: None
) -> Generator[R]:
    """`work` of each item, in their order, whichever is done first; the heaviest are begun first. Results are pickled.

    `told` is told how many are done, whenever one is. Each process has a pipe of its own and shares no lock: one that is
    killed holds nobody up.
    Raises what `work` raises, and RuntimeError where a process ends without a result.
    """
    waiting = sorted(range(len(items)), key=lambda place: weight(items[place]))
    done: dict[int, _Outcome] = {}
    gc.freeze()  # collecting garbage would touch, and so copy, all memory that the processes share
    idle, busy = [_Copy(lambda place: work(items[place])) for _ in range(several(len(items)))], list[_Copy]()
    gc.unfreeze()
    try:
        for place in range(len(items)):
            while place not in done:
                while waiting and idle:
                    busy.append(idle.pop())
                    busy[-1].begin(waiting.pop())
                ready = wait([copy.pipe for copy in busy])
                for copy in [copy for copy in busy if copy.pipe in ready]:
                    done[copy.place] = copy.outcome()
                    busy.remove(copy)
                    idle.append(copy)
                    told(len(items) - len(waiting) - len(busy))
            error, result = done.pop(place)
            if error is not None:
                raise error
            yield result
    finally:
        for copy in (*idle, *busy):
            copy.end()


class _Copy:
    """A copy of this process, and the place of the item that it works on."""

    def __init__(self, work: Callable[[int], Any]) -> None:
        self.place = -1
        self.pipe, other = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(work, self.pipe, other))
        self._process.start()
        other.close()

    def begin(self, place: int) -> None:
        self.place = place
        self.pipe.send(place)

    def outcome(self) -> _Outcome:
        """Waits for it."""
        try:
            found: _Outcome = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            raise RuntimeError("a process ended without a result; is there enough memory?") from None
        return found

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _serve(work: Callable[[int], Any], far: Connection, pipe: Connection) -> None:
    """In the copy: answer until nobody is there to ask."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # without a word: the process that this is a copy of says what there is to say
    far.close()  # of which this is a copy too
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            place = pipe.recv()
            try:
                found: _Outcome = None, work(place)
            except Exception as error:  # it is raised there
                found = error, None
            pipe.send(found)
