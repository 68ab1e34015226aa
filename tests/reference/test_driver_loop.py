"""The simulation behind the figures on clusters: it must do what a driver and its workers do.

`python -m benchmarks.cluster` measures with it.
"""

from __future__ import annotations

import random

import pytest

import sweeps
from benchmarks.clusters.simulation import Simulation
from benchmarks.clusters.slot import Length, Slot
from benchmarks.clusters.tables import most_slots, with_tune
from objectives.synthetic import SPACE
from sweeps.engine.planning import plan_of
from sweeps.planner.batch import Batch
from sweeps.planner.event import Config
from sweeps.planner.planner import Planner
from sweeps.planner.stopping import Milestones
from sweeps.store import open_store
from sweeps.tune.wire import Halt

CONFIG = Config("c", {"lr": 0.1, "width": 2, "optimizer": "adam"}, 0, "random")


@pytest.fixture
def simulate(tmp_path):
    """Simulate a sweep of the given settings to its end; gives its stored runs."""

    def run(slots: int, length: Length, **settings):
        url = f"sqlite:///{tmp_path / 'sweeps.db'}"
        sweep = sweeps.Sweep(name="small", space=SPACE, store=url, **settings)
        with open_store(url) as store:
            row = store.create(
                name="small",
                definition=sweep.document(),
                identity=sweep.identity(),
                identity_hash=sweep.identity_hash,
                provenance={},
            )
            with store.acquire(row.sweep_id) as lease:
                writer = store.writer(row.sweep_id, lease)
                simulation = Simulation(Planner(plan_of(sweep)), writer, slots, length)
                simulation.fill()
                simulation.play(real_s=30, virtual_s=1e6)
                simulation.flush()
            return store.runs(row.sweep_id)

    return run


def make_slot(n_runs: int, length: Length, limit_s: float = 4.0) -> Slot:
    slot = Slot(0, length, random.Random(0))
    runs = tuple((0, "race", seed) for seed in range(n_runs))
    slot.take(Batch(1, (CONFIG,), runs, limit_s, 0.5, is_watched=False), 0.0)
    return slot


def test_every_run_of_a_design_is_stored_once(simulate):
    """However many slots share them."""
    settings = {"search": {"sampler": "random", "configs": 12}, "seeds": 5}
    runs = simulate(7, Length(0.2), objective="objectives.synthetic", **settings)
    assert len(runs) == len({each.run for each in runs}) == 60
    assert {each.status for each in runs} == {"finished"}


def test_a_rule_stops_simulated_runs(simulate):
    """So points, verdicts and halts go their way as with real workers."""
    length = Length(2.7, 27, Milestones(steps=(3, 9)))
    runs = simulate(
        4,
        length,
        objective="objectives.synthetic:train_steps",
        search={"sampler": "random", "configs": 20},
        seeds=2,
        stopping={"rule": "asha", "grace": 3, "reduction": 3, "max_steps": 27},
    )
    steps = [each.steps for each in runs if each.status == "stopped"]
    assert steps
    assert set(steps) <= {3, 9}


def test_a_call_comes_back_when_its_slice_is_over():
    """Half a second, or the run in hand where that one takes longer."""
    call = make_slot(100, Length(0.05)).call(0.0)
    assert 0.5 <= call.ends_at < 0.7
    assert len(call.reports) > 3
    assert not call.is_complete
    assert len(make_slot(2, Length(60.0)).call(0.0).reports) == 1


def test_a_batch_starts_no_run_after_its_limit():
    """As a worker, which gives back those that it did not start."""
    call = make_slot(2, Length(60.0)).call(0.0)
    assert call.is_complete


def test_a_halted_run_ends_without_another_step():
    """It waits at its milestone until then."""
    slot = make_slot(1, Length(0.3, 9, Milestones(steps=(3,))))
    call = slot.call(0.0)
    assert [point.step for point in call.points] == [3]
    slot.halt([Halt(0, is_pause=False, reason="too low")])
    over = slot.call(call.ends_at)
    assert [(each.status, each.steps) for each in over.reports] == [("stopped", 3)]
    assert over.ends_at == call.ends_at


def test_the_most_slots_are_where_the_load_is_one():
    """Between two measurements, or in proportion to the last one."""
    assert most_slots({100: 0.1, 1000: 10.0}) == pytest.approx(100 * 10**0.5)
    assert most_slots({100: 2.0, 1000: 30.0}) == 50
    assert most_slots({100: 0.01, 1000: 0.1}) == 10_000


def test_the_loop_of_ray_tune_adds_to_the_load():
    """By hand: ten batches of 10 ms and 3 ms of waiting, and twenty results of 1 ms and 1.5 ms."""
    case = {"slots": 1000, "load": 0.1, "batches_due_per_s": 10, "results_due_per_s": 20}
    waits = {100: 0.0005, 1000: 0.002}
    costs = {"batch": {"cpu_s": 0.01}, "result": {"cpu_s": 0.001}, "wait": waits}
    assert with_tune(case, costs) == pytest.approx(0.1 + 10 * 0.013 + 20 * 0.0025)
