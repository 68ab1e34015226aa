"""The network fails, on machines that share neither network nor folders unless a test says so."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from tests.cluster.study import check_complete
from tests.cluster.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

SHORT_S = 1.5
PATIENT = "failures: {retries: 0}"
N_STEPS, STEP_S = 40, 0.2
WALK = f'''\
"""A random walk that saves itself, and keeps a diary that tells who did what when.

On a host that is held, saving lasts until the host is let go.
"""

import json
import pickle
import socket
import time
from pathlib import Path

import numpy as np

SPACE = {{"x": {{"float": [0.0, 1.0]}}}}
METRIC, MODE, STEPS = "height", "max", {N_STEPS}
HOST, DIARIES = socket.gethostname(), Path("SHARED")


class Train:
    def setup(self, config, seed):
        self.seed = seed.index
        self.height, self.n_steps, self.rng = config["x"], 0, np.random.default_rng(seed.index)

    def step(self):
        time.sleep({STEP_S})
        self.height += self.rng.normal()
        self.n_steps += 1
        self.note("stepped")
        return {{"height": self.height}}

    def note(self, what):
        with (DIARIES / f"{{HOST}}.diary").open("a") as diary:
            diary.write(json.dumps([HOST, what, self.seed, self.n_steps, time.time()]) + "\\n")

    def save(self, directory):
        held = DIARIES / f"{{HOST}}.held"
        if held.exists():
            self.note("held")
        while held.exists():
            time.sleep({STEP_S})
        directory.mkdir(parents=True, exist_ok=True)  # its successor may have removed it
        (directory / "walk.pickle").write_bytes(pickle.dumps(vars(self)))
        self.note("saved")

    def load(self, directory):
        vars(self).update(pickle.loads((directory / "walk.pickle").read_bytes()))
'''


def test_a_short_cut_is_survived(cluster, network, study):
    """Nothing was lost, so nothing was tried again; and nothing came from a shared folder."""
    path = study.define("blinked", extra=PATIENT)
    call = study.program.start("run", path)
    victim = cluster.workers[0].machine
    study.wait_for_runs("blinked", 1, call, host=victim.host)
    network.cut(victim)
    time.sleep(SHORT_S)
    network.mend(victim)
    n_before = study.nodes("blinked").count(victim.host)
    call.wait()
    runs = study.runs("blinked")
    check_complete(runs)
    assert set(runs["attempts"]) == {1}
    assert (runs["host"] == victim.host).sum() > n_before
    assert len(cluster.alive()) == 3
    assert not list(victim.tmp.rglob("model.py"))


class Entry(NamedTuple):
    """What a diary says."""

    host: str
    what: str
    seed: int
    step: int
    at: float


def read(diaries: Path, **wanted: object) -> list[Entry]:
    """Give what all hosts wrote, in the order of time, or only what is like that."""
    texts = [diary.read_text(encoding="utf-8") for diary in diaries.glob("*.diary")]
    entries = [Entry(*json.loads(line)) for text in texts for line in text.splitlines()]
    like = [e for e in entries if all(getattr(e, name) == wanted[name] for name in wanted)]
    return sorted(like, key=lambda entry: entry.at)


@pytest.fixture
def diaries(shared):
    """An empty folder that all machines see."""
    folder: Path = shared / "diaries"
    folder.mkdir()
    return folder


def test_a_long_cut_costs_the_unfinished_run_of_a_node_that_goes_on(
    cluster, network, study, shared, diaries
):
    """It saves its run over what its successor saves; what is stored is right all the same."""
    place = f"checkpoint: {{path: {shared}/checkpoints, every_s: 0}}"
    model = WALK.replace("SHARED", str(diaries))
    extra = f"{place}\n{PATIENT}"
    path = study.define("cut", n_configs=1, n_seeds=3, model=model, extra=extra)
    cluster.add(network.machines[-1])
    cluster.wait_alive(4)
    call = study.program.start("run", path)
    call.until(lambda: len(read(diaries, what="saved", step=3)) == 3, "three runs to be saved")
    workers = {worker.machine.host: worker for worker in cluster.workers}
    lost = next(entry for entry in read(diaries) if entry.host in workers)
    victim = workers[lost.host]
    held = diaries / f"{lost.host}.held"
    held.touch()
    # between two calls of its driver it would wait for the next one, which the cut keeps away
    call.until(lambda: read(diaries, host=lost.host, what="held"), "the node to be saving")
    network.cut(victim.machine)
    cluster.wait_gone(victim)

    def successors() -> list[Entry]:
        return [e for e in read(diaries, seed=lost.seed) if e.host != lost.host]

    call.until(successors, "another node to take the run over")
    released_at = time.time()
    held.unlink()
    saved = partial(read, diaries, host=lost.host, what="saved")
    call.until(lambda: saved()[-1].at > released_at, "the lost node to save its run")
    call.wait()
    network.mend(victim.machine)
    until(lambda: not victim.is_running, "the node to learn that it is dead")

    assert successors()[0].step > 1, "it began anew instead of going on from its checkpoint"
    runs = study.runs("cut").set_index("seed")
    check_complete(runs.reset_index(), 1, 3)
    assert runs["attempts"].to_dict() == {s: 1 + (s == lost.seed) for s in range(3)}
    assert runs.loc[lost.seed, "host"] == successors()[-1].host
    for seed, run in runs.iterrows():
        walk = np.random.default_rng(seed).normal(size=N_STEPS)
        assert run["height"] == pytest.approx(run["x"] + walk.sum())
