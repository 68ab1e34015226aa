"""The life of a sweep on a real cluster, by the program alone."""

from __future__ import annotations

import json
import os
import signal
import threading
from contextlib import contextmanager

import pytest

import sweeps
from sweeps.store import open_store
from tests.cluster.waiting import until
from tests.postgres import PASSWORD

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(240)]
MODEL = """\
import os
import time

if os.environ.get("BROKEN"):
    raise RuntimeError("broken there")

SPACE = {"x": {"float": [-1, 1]}}
METRIC, MODE = "loss", "min"


def train(config, seed):
    time.sleep(PAUSE)
    return {"loss": config["x"] ** 2 + seed.rng("init").normal()}
"""
SWEEP = """\
objective: model.py
search: {sampler: random, configs: 4}
seeds: 3
store: sqlite:///nowhere.db
"""
SECRETS = (PASSWORD, PASSWORD.replace("/", "%2F").replace("@", "%40"), "swordfish")


@pytest.fixture
def project(tmp_path, monkeypatch, database):
    """A folder with an objective and its sweep; what else is in it is not to travel."""
    folder = tmp_path / "project"
    (folder / "defs").mkdir(parents=True)
    (folder / "model.py").write_text(MODEL.replace("PAUSE", "0.5"), encoding="utf-8")
    (folder / "defs" / "far.yaml").write_text(SWEEP, encoding="utf-8")
    (folder / "old.db").write_text("a store", encoding="utf-8")
    (folder / ".gitignore").write_text("big.bin\n", encoding="utf-8")
    (folder / "big.bin").write_bytes(b"x" * 1000)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SWEEPS_STORE", database)
    monkeypatch.setenv("MINE", "swordfish")
    return folder


def test_a_sweep_is_submitted_stopped_and_gone_on_with(program, project, jobs, database):
    """Attached to while it runs, stopped within seconds, resumed; no secret is ever shown."""
    submit = ["submit", "defs/far.yaml", "--store", database, "--env", "MINE", "--no-check"]
    spoken = [program(*submit, "--dry-run", "--json")]
    shown = json.loads(spoken[0][1])
    assert shown["would"] == "submit"
    assert shown["n_files"] == 3
    assert shown["environment"]["MINE"] == "***"
    assert shown["entrypoint"] == (
        "python -m sweeps run defs/far.yaml --address auto --set store=null"
    )
    first = shown["submission_id"]
    with interrupted_when(lambda: n_stored(database) > 1):
        spoken.append(program(*submit))
    assert spoken[-1][0] == 130, spoken[-1]
    assert f"Submitted {first} to" in spoken[-1][2]
    assert "Detached; the sweep goes on." in spoken[-1][2]

    spoken.append(program(*submit, "--set", "seeds=4", "--no-wait"))
    assert spoken[-1][0] == 0, spoken[-1]
    assert f"{first} runs `far` already" in spoken[-1][2]
    assert "the definition is another one here" in spoken[-1][2]
    assert "Watch it:  sweeps logs far --follow" in spoken[-1][1]
    spoken.append(program("status", "far"))
    assert "RUNNING since" in spoken[-1][1]
    assert "running, driven by node1:" in spoken[-1][1]
    spoken.append(program("stop", "far"))
    assert f"{first} stopped after" in spoken[-1][1], spoken[-1]
    assert n_stored(database) < 12

    spoken.append(program(*submit))
    assert spoken[-1][0] == 0, spoken[-1]
    second = f"{first[:-1]}2"
    assert f"Submitted {second}" in spoken[-1][2]
    assert "12 of 12 runs" in spoken[-1][2]
    assert "leads with a mean loss of" in spoken[-1][1]
    with open_store(database) as opened:
        assert len(sweeps.load("far", store=opened).runs) == 12
    spoken.append(program("stop", second))
    assert f"`{second}` is not running" in spoken[-1][1]
    spoken.append(program("logs", "far"))
    assert "12 of 12 runs" in spoken[-1][1]
    spoken.append(program("status", "far", "--json"))
    assert json.loads(spoken[-1][1])["job"]["status"] == "SUCCEEDED"
    everything = "".join(map(str, spoken)) + "".join(map(str, jobs.find()))
    assert not [secret for secret in SECRETS if secret in everything]


def test_a_job_that_fails_says_why(program, project, database):
    """Exit 1, and the reason is the end of its log."""
    submit = ["submit", "defs/far.yaml", "--store", database, "--no-check", "--set", "name=bad"]
    code, out, said = program(*submit, "--env", "BROKEN=1")
    assert (code, out) == (1, "")
    assert "cannot be imported: RuntimeError: broken there." in said
    assert said.endswith("-1 failed. What was reported is stored. To go on, submit it again.\n")


def test_a_cluster_that_is_not_fit_is_refused(program, project, database):
    """Exit 2 before anything is submitted, with what is wrong there."""
    submit = ["submit", "defs/far.yaml", "--store", database, "--set", "resources.cpu=64"]
    code, out, said = program(*submit)
    assert (code, out) == (2, "")
    assert "this sweep would not run there" in said


def test_the_check_up_takes_the_same_variables(program, project, jobs, database):
    """What they break there, it finds."""
    doctor = ["doctor", "defs/far.yaml", "--address", jobs.url, "--store", database]
    code, said, _ = program(*doctor, "--env", "BROKEN=1")
    assert code == 2
    assert "RuntimeError: broken there" in said
    code, said, _ = program(*doctor, "--env", "SWEEPS_STORE=elsewhere")
    assert code == 2
    assert "SWEEPS_STORE has an option of its own" in said


def n_stored(database):
    """The number of runs that are stored."""
    with open_store(database) as opened:
        return sum(row.n_runs for row in opened.sweeps())


@contextmanager
def interrupted_when(is_time):
    """Press Ctrl-C as soon as a condition holds."""

    is_over = threading.Event()

    def wait():
        until(lambda: is_over.is_set() or is_time(), "the moment to press Ctrl-C")
        if not is_over.is_set():
            os.kill(os.getpid(), signal.SIGINT)

    waiter = threading.Thread(target=wait)
    waiter.start()
    try:
        yield
    finally:
        is_over.set()
        waiter.join()
