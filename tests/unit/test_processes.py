"""Work in several processes: results in order, errors as they are, nothing left behind."""

import multiprocessing
import os
import time

import pytest

from formal.processes import several, side_by_side


def test_results_come_in_the_order_of_the_items():
    known = {"a": 1}
    made = list(side_by_side(lambda n: (n + known["a"], os.getpid()), [5, 1, 3, 2], lambda n: n))
    assert [n for n, _ in made] == [6, 2, 4, 3]
    assert os.getpid() not in {pid for _, pid in made}


def test_it_ends_every_time():
    """An end that only sometimes comes is a deadlock."""
    for n in range(60):
        assert list(side_by_side(lambda k: k + n, range(3), lambda k: k)) == [n, n + 1, n + 2]


def test_the_heaviest_is_begun_first(tmp_path):
    def noted(n):
        (tmp_path / "log").open("a").write(f"{n}\n")
        return n

    items = list(range(8))
    assert list(side_by_side(noted, items, lambda n: n)) == items
    begun = [int(line) for line in (tmp_path / "log").read_text().split()]
    assert begun[0] > 8 - 1 - several(8)


def test_an_error_of_the_work_is_raised_here():
    def fails(n):
        raise ValueError(f"item {n}")

    with pytest.raises(ValueError, match="item 7"):
        list(side_by_side(fails, [7, 8], lambda n: 1))


def test_a_process_that_is_killed_is_an_error():
    with pytest.raises(RuntimeError, match="ended without a result"):
        list(side_by_side(lambda n: os.kill(os.getpid(), 9 * (n == 8)), [7, 8, 9], lambda n: 1))
    assert not multiprocessing.active_children()


def test_who_stops_listening_ends_the_work():
    started = time.monotonic()
    results = side_by_side(lambda n: time.sleep(60 * (n > 0)), [0, 1, 2], lambda n: -n)
    next(results)
    results.close()
    assert time.monotonic() - started < 30
    assert not multiprocessing.active_children()
