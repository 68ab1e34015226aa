"""A planner to play with: a list of configurations, and a game that plays Ray's part."""

from __future__ import annotations

import pytest

from sweeps.planner.batch import Batch, BatchClosed, BatchLost, Idle
from sweeps.planner.event import Role, Run, RunEnded, Status
from sweeps.planner.plan import Plan
from sweeps.planner.planner import Planner
from sweeps.planner.samplers import ListedSampler


def run_of(batch: Batch, i: int) -> Run:
    i_config, role, seed = batch.runs[i]
    return Run(batch.configs[i_config].config_id, role, seed)


class Game:
    """Plays Ray's part, and keeps the books that the invariants are checked against."""

    def __init__(
        self, n_configs=3, n_seeds=4, *, slots=2, entries=None, configs=(), runs=(), **plan
    ):
        rows = entries if entries is not None else [{"x": i} for i in range(n_configs)]
        self.slots = slots
        self.n_seeds = n_seeds
        self.plan = Plan(
            sampler=ListedSampler("listed", tuple(rows)),
            n_configs=plan.pop("n_wanted", None),
            seeds=range(n_seeds),
            metric="score",
            mode="max",
            **plan,
        )
        self.planner = Planner(self.plan, configs, runs)
        self.resumed = [run.run for run in runs]
        self.live: dict[int, list[Run]] = {}
        self.ended: list[RunEnded] = []

    def ask(self) -> Batch | Idle:
        batch = self.planner.ask(self.slots)
        if isinstance(batch, Batch):
            runs = [run_of(batch, i) for i in range(len(batch.runs))]
            busy = {run for other in self.live.values() for run in other}
            assert not busy & set(runs), "a run is in two live batches"
            self.live[batch.batch_id] = runs
        return batch

    def end(self, batch_id, runs, status=Status.FINISHED, duration_s=0.01, score=1.0):
        rows = [
            RunEnded(run, status, {"score": score}, 1, duration_s, self.planner.attempts_of(run))
            for run in runs
        ]
        for run in runs:
            self.live[batch_id].remove(run)
        self.ended += rows
        self.planner.tell(rows)

    def close(self, batch_id):
        del self.live[batch_id]
        self.planner.tell(BatchClosed(batch_id))

    def lose(self, batch_id, suspect=None, lost_at=100.0, reason="exit code 1", **event):
        del self.live[batch_id]
        told = self.planner.tell(BatchLost(batch_id, lost_at, reason, suspect, **event))
        self.ended += told.ended
        return told

    def finish(self):
        """Play on without accidents until the planner is done, then check the books."""
        while True:
            batch = self.ask()
            if batch is Idle.DONE:
                break
            batch_id = batch.batch_id if isinstance(batch, Batch) else next(iter(self.live))
            self.end(batch_id, list(self.live[batch_id]))
            self.close(batch_id)
        self.check()

    def check(self):
        """Check what holds for every finished game: each run exactly once, nothing else."""
        configs = [config.config_id for config in self.planner.table.configs]
        assert len(set(configs)) == len(configs)
        wanted = {Run(c, Role.RACE, seed) for c in configs for seed in range(self.n_seeds)}
        done = [ended.run for ended in self.ended] + self.resumed
        assert len(done) == len(set(done)), "a run ended twice"
        assert set(done) == wanted
        assert self.planner.table.n_done == self.planner.n_runs == len(wanted)
        assert self.planner.is_done()
        assert self.planner.n_live == 0


@pytest.fixture(scope="session")
def game():
    return Game
