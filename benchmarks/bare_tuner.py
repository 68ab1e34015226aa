"""What plain Ray Tune takes for the same evaluations, at the best settings that it has.

One evaluation a trial; the clock starts once Ray is up, or before Python for a first result.
"""

from __future__ import annotations

import importlib
import logging
import os
import tempfile
import time
from typing import TYPE_CHECKING, Any

import ray
from ray import tune

from objectives import synthetic

if TYPE_CHECKING:
    from ray.tune.experiment import Trial

CORES = 2
# The cap on pending trials stays at its default: 1 to 200 of them made no difference.
ENVIRONMENT = {
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_GLOBAL_CHECKPOINT_S": "300",
    "RAY_CHDIR_TO_TRIAL_DIR": "0",
}
# What `sweeps run` has loaded when it starts Ray.
IMPORTS_OF_SWEEPS = ("sweeps.cli.main", "sweeps.engine", "sweeps.tune.runner", "sweeps.report.live")


class Trivial(tune.Trainable):
    """One evaluation a trial; the process stays for the next one."""

    def setup(self, config: dict[str, Any]) -> None:
        """Take the first configuration."""
        self.values = config

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Take the next configuration without a new process."""
        self.values = new_config
        return True

    def step(self) -> dict[str, Any]:
        """Evaluate, and be done in the same report."""
        # The objective is quiet here and never asks for a stream: a plain number will do.
        metrics = synthetic.train(self.values, seed=0)  # type: ignore[arg-type]
        return {**metrics, "ended_at": time.time(), "done": True}


class Clock(tune.Callback):
    """Notes when each trial was evaluated."""

    def __init__(self) -> None:
        self.ended_at: list[float] = []

    def on_trial_result(
        self,
        iteration: int,
        trials: list[Trial],
        trial: Trial,
        result: dict[str, Any],
        **info: object,
    ) -> None:
        """Note the time."""
        del iteration, trials, trial, info
        self.ended_at.append(result["ended_at"])


def throughput(n: int) -> dict[str, float]:
    """Evaluate `n` times; the start of workers, up to the first trial's end, does not count."""
    ended_at = _fit(n)
    return {"per_s": (n - 1) / (max(ended_at) - min(ended_at))}


def first_result() -> dict[str, float]:
    """Say when the first of two trials was evaluated, in seconds since the epoch.

    Before that it imports what `sweeps run` does: what is compared is what is done with it.
    """
    for module in IMPORTS_OF_SWEEPS:
        importlib.import_module(module)
    return {"ended_at": min(_fit(CORES))}


def _fit(n: int) -> list[float]:
    """Run `n` trials with nothing that can be left out; seconds since the epoch of their ends."""
    clock = Clock()
    os.environ.update(ENVIRONMENT)
    ray.init(
        address="local",
        num_cpus=CORES,
        include_dashboard=False,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )
    with tempfile.TemporaryDirectory() as directory:
        tuner = tune.Tuner(
            Trivial,
            param_space={
                "lr": tune.loguniform(1e-4, 1),
                "width": tune.randint(1, 9),
                "optimizer": tune.choice(["sgd", "momentum", "adam"]),
                "irrelevant": tune.uniform(0, 1),
            },
            tune_config=tune.TuneConfig(num_samples=n, reuse_actors=True),
            run_config=tune.RunConfig(
                storage_path=directory,
                verbose=0,
                callbacks=[clock],
                checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
            ),
        )
        tuner.fit()
    ray.shutdown()
    return clock.ended_at
