"""Work on a real Dask cluster: a worker is killed half-way, the cluster goes away, workers that are of another mind."""

import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from click.testing import CliRunner
from distributed import LocalCluster

import formal.cluster
from formal.check import check
from formal.cli import main
from formal.cluster import gathered
from formal.errors import UsageError
from formal.loader import load
from formal.numeric.grid import axis
from formal.remote import check_on, decided, sources
from formal.sweep import sweep
from proofs.gallery.agenda_setter import linear
from proofs.ratification.model import equilibrium
from tests.conftest import ROOT

GAME = equilibrium.game
AXES = [axis(f"{q.name}=1/2:2:4") for q in GAME.parameters]


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.CRITICAL) as made:
        yield made


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(formal.cluster, "PAUSE", 0.01)
    monkeypatch.setattr(formal.cluster, "PATIENCE", 1)
    monkeypatch.setattr(formal.cluster, "TRANSFER", 1)


def contents(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_killed_worker_changes_nothing(cluster, tmp_path):
    sweep(GAME, AXES, tmp_path / "here", chunk=50)
    pids = [worker.pid for worker in cluster.workers.values()]
    done = []

    def progress(_):
        done.append(1)
        if len(done) == 5:
            os.kill(pids[0], signal.SIGKILL)

    sweep(GAME, AXES, tmp_path / "there", chunk=50, scheduler=cluster.scheduler_address, progress=progress)
    assert len(done) == -(-(4 ** len(AXES)) // 50) > 10
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
    assert pids[0] not in [worker.pid for worker in cluster.workers.values()]


CLAIMS = """
from formal import implies, parameters, proposition

p = parameters("a >= 0", "b > 0")


@proposition("A", "what is given is needed")
def needed():
    return implies(p.a <= p.b, p.a**2 <= p.b**2)


@proposition("B", "false", expect="refuted")
def false():
    return p.a < p.b
"""


def test_claims_are_decided_as_here(cluster, tmp_path):
    (tmp_path / "claims.py").write_text(CLAIMS)
    files = load([tmp_path / "claims.py", ROOT / "proofs/gallery/ultimatum.py"])
    there = [replace(r, seconds=0) for r in check_on(cluster.scheduler_address, files)]
    assert there == [replace(r, seconds=0) for r in check(files)]
    assert [r.status for r in there[:2]] == ["proved", "refuted"]
    assert there[0].audit.needed


def test_the_command(cluster):
    result = CliRunner().invoke(main, ["check", "proofs/gallery/ultimatum.py", "--scheduler", cluster.scheduler_address])
    assert result.exit_code == 0, result.output
    assert "0 unknown" in result.output


def test_another_text_is_not_decided(cluster, tmp_path, monkeypatch):
    path = tmp_path / "mine.py"
    path.write_text("from formal import proposition\n\n\n@proposition('A', 'one')\ndef one():\n    return 1 + 1 > 1\n")
    (proof_file,) = load([path])
    texts = sources(path)
    assert list(texts) == [str(path.resolve())]
    with pytest.raises(UsageError, match="another text on a worker"):
        decided(str(path), "A", dict.fromkeys(texts, "0"), (), False, False)
    monkeypatch.setattr(formal.remote, "_read", dict.fromkeys(map(type(path), texts), "0"))
    with pytest.raises(UsageError, match="another text on a worker"):
        list(check_on(cluster.scheduler_address, [proof_file]))


def test_another_version_is_told(cluster, monkeypatch):
    monkeypatch.setattr(formal.cluster, "build", lambda: "9.9 (x)")
    with pytest.raises(UsageError, match=r"a worker of the cluster runs this package as .*, and here it is 9.9 \(x\)"):
        list(gathered(cluster.scheduler_address, len, {"a": ((),)}))


def test_a_users_mistake_on_a_worker_is_his_mistake_here(cluster, tmp_path):
    axes = [axis("s=0:1:3"), axis("v=0:1:3"), axis("q=0:1:3")]
    with pytest.raises(UsageError, match="the grid leaves"):
        sweep(linear, axes, tmp_path / "out", scheduler=cluster.scheduler_address)


ALONE = """
import logging
from distributed import LocalCluster

options = {"processes": False, "protocol": "tcp://", "dashboard_address": ":0", "silence_logs": logging.CRITICAL}
print(LocalCluster(n_workers=1, threads_per_worker=1, **options).scheduler_address, flush=True)
input()
"""


@pytest.fixture
def alone():
    """The process and the address of a cluster that can be killed as a whole."""
    process = subprocess.Popen([sys.executable, "-c", ALONE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield process, process.stdout.readline().strip()
    process.kill()
    process.wait()


@pytest.mark.usefixtures("hurried")
def test_a_cluster_that_goes_away(tmp_path, alone):
    """Finished chunks are kept, and another call goes on."""
    process, address = alone
    sweep(GAME, AXES, tmp_path / "here", chunk=50)
    done = []

    def progress(_):
        done.append(1)
        if len(done) == 3:
            process.kill()

    with pytest.raises(UsageError, match=r"is gone: .*chunks are left, the others are kept in .*give the same command"):
        sweep(GAME, AXES, tmp_path / "out", chunk=50, scheduler=address, progress=progress)
    kept = contents(tmp_path / "out")
    assert len(done) + 1 == len(kept) < len(contents(tmp_path / "here"))
    sweep(GAME, AXES, tmp_path / "out", chunk=50)
    assert contents(tmp_path / "out") == contents(tmp_path / "here")


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("address", "said"),
    [("tcp://127.0.0.1:9", "the cluster at tcp://127.0.0.1:9 is gone"), ("nonsense://x", "is not the address of a scheduler")],
)
def test_addresses_without_a_cluster(address, said):
    with pytest.raises(UsageError, match=said):
        list(gathered(address, len, {"a": ((),)}))


@pytest.mark.usefixtures("hurried")
def test_workers_that_are_gone_for_good(cluster):
    """The scheduler is there, and nobody works: this must not wait for ever."""
    address, tasks = cluster.scheduler_address, dict.fromkeys(range(50), (0.1,))
    found = gathered(address, time.sleep, tasks, lambda left: f"; {left} left")
    next(found)
    cluster.scale(0)
    with pytest.raises(UsageError, match=r"is gone: it has no workers; \d\d left"):
        list(found)
