"""Work that is spread over processes, which are copies of this one and know all that it knows."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
_task: list[Callable[[int], Any]] = []  # what the copies find when they begin


def several(count: int) -> int:
    """How many processes are worth starting for so many pieces of work: 1 where this one has to do it all."""
    forks = "fork" in multiprocessing.get_all_start_methods()
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, processors) if forks else 1


def side_by_side(work: Callable[[T], R], items: Sequence[T], weight: Callable[[T], int]) -> Iterator[R]:
    """`work` of each item, in their order, whichever is done first; the heaviest are begun first. Results are pickled."""
    before = {process.pid for process in multiprocessing.active_children()}
    _task.append(lambda place: work(items[place]))
    pool = ProcessPoolExecutor(several(len(items)), multiprocessing.get_context("fork"), _quiet)
    try:
        order = sorted(range(len(items)), key=lambda place: -weight(items[place]))
        begun = {place: pool.submit(_begin, place) for place in order}
        for place in range(len(items)):
            yield begun[place].result()
    finally:
        _task.clear()
        for process in multiprocessing.active_children():
            if process.pid not in before:
                process.terminate()
        pool.shutdown(cancel_futures=True)


def _begin(place: int) -> Any:
    return _task[0](place)


def _quiet() -> None:
    """An interrupt ends a copy at once, and without a word: the one that it was copied from says what there is to say."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(130))
