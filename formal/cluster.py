"""Work on a Dask cluster: the same functions as here, results as they come, and a cluster that goes away is tried again.

A worker that dies has its work done by another, which is Dask's doing. When the scheduler cannot be reached, or there is no
worker, it is tried TRIES times in all; what was done before is not done again. Workers need the same version of this package.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import formal
from formal.errors import FormalError, UsageError

TRIES = 3
PAUSE = 2.0  # seconds before the second try, twice as many before the third
PATIENCE = 10  # seconds to wait for a scheduler, and for a worker
TRANSFER = 120  # seconds for a result to arrive
AHEAD = 3  # tasks for each thread of the cluster that are on their way at a time

Work = Callable[..., Any]
Tasks = Mapping[Any, tuple[Any, ...]]


def gathered(address: str, work: Work, tasks: Tasks, left: Callable[[int], str] = lambda _: "") -> Iterator[tuple[Any, Any]]:
    """The result of `work(*arguments)` for every task, with its key, in the order in which they come.

    Raises UsageError where distributed is not installed, where the cluster is gone for good, which adds what `left` says of the
    number of tasks without a result, where a task kills its workers, and whatever FormalError `work` raises.
    """
    distributed = _distributed()
    waiting, tries = dict(tasks), 0
    gone = (OSError, distributed.client.FutureCancelledError, distributed.client.CancelledError)
    while waiting:
        try:
            with _connected(distributed, address) as client:
                for key, result in _results(distributed, client, work, waiting):
                    tries = 0
                    del waiting[key]
                    yield key, result
        except gone as error:
            tries += 1
            if tries == TRIES:
                reason = str(error).splitlines()[0] if str(error) else type(error).__name__
                raise UsageError(f"the cluster at {address} is gone: {reason}{left(len(waiting))}", place=None) from None
            time.sleep(PAUSE * tries)


@lru_cache(maxsize=1)
def build() -> str:
    """The version of this package, and a digest of its text."""
    folder, digest = Path(formal.__file__).parent, hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return f"{formal.__version__} ({digest.hexdigest()[:8]})"


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise UsageError("clusters need Dask: pip install 'formal-games[distributed]'", place=None) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is raised
    return distributed


def _connected(distributed: Any, address: str) -> Any:
    """A client of a cluster that has a worker. Raises OSError where there is none, UsageError for what is no address."""
    if not re.fullmatch(r"(tcp|tls|ucx|ws|wss)://[^/\s]+:\d+", address):
        raise UsageError(f'"{address}" is not the address of a scheduler, such as tcp://10.0.0.1:8786', place=None)
    client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        client.close()
        raise OSError("it has no workers") from None
    return client


def _results(distributed: Any, client: Any, work: Work, waiting: Tasks) -> Iterator[tuple[Any, Any]]:
    """Results as they come, with only so many tasks on their way that memory stays bounded."""
    queue, running = iter(list(waiting.items())), dict[Any, Any]()
    ahead = AHEAD * sum(client.nthreads().values())
    while True:
        for key, arguments in islice(queue, max(ahead - len(running), 0)):
            running[client.submit(_done, build(), work, arguments, pure=False)] = key
        if not running:
            return
        for future in _finished(distributed, client, list(running)):
            try:
                result = _result(distributed, future, running[future])
            except TimeoutError:  # its worker went away with the result: it is done again, if there is another
                _inhabited(client)
                continue
            yield running.pop(future), result
            future.release()


def _finished(distributed: Any, client: Any, running: list[Any]) -> list[Any]:
    """Those that are done, of which there is at least one. Raises OSError where nobody is there any more to do them."""
    while True:
        try:
            with client.as_current():
                return list(distributed.wait(running, timeout=PATIENCE, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            _inhabited(client)


def _inhabited(client: Any) -> None:
    """Raise OSError where the cluster is not reached any more, or has no workers."""
    if client.status != "running":
        raise OSError("the connection is lost")
    if not client.nthreads():
        raise OSError("it has no workers")


def _result(distributed: Any, future: Any, key: Any) -> Any:
    """What a worker found. Raises TimeoutError where it does not arrive, and UsageError for what is wrong."""
    try:
        wrong, result = future.result(timeout=TRANSFER)
    except distributed.KilledWorker:
        raise UsageError(f"task {key} ends every worker that it is given to; is there enough memory?", place=None) from None
    except ImportError as error:
        raise UsageError(f"the workers of the cluster cannot be used: {error}", place=None) from None
    if wrong:
        raise UsageError(wrong, place=None)
    return result


def _done(version: str, work: Work, arguments: tuple[Any, ...]) -> tuple[str, Any]:
    """On a worker: what is wrong, and the result."""
    if version != build():
        return f"a worker of the cluster runs this package as {build()}, and here it is {version}", None
    try:
        return "", work(*arguments)
    except FormalError as error:
        return str(error), None
    except OSError as error:  # of the work, and not of the connection
        return f"on a worker of the cluster: {error}", None
