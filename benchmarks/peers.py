"""What others take for the same evaluations: a loop, joblib, Optuna with SQLite.

Each function is one measurement for `benchmarks.child`, in a process of its own, and gives the
peer its best case: pools are warm and databases made before the clock starts.
"""

from __future__ import annotations

import random
import tempfile
import time
from typing import Any

import joblib
import optuna

from objectives import synthetic

CORES = 2


def loop(n: int) -> dict[str, float]:
    """Evaluate in one loop: the CPU time of the runs over the cores is what nobody can beat."""
    configs = _configs(n)
    start_s = time.process_time()
    for config in configs:
        _evaluate(config)
    return {"per_s": CORES * n / (time.process_time() - start_s)}


def joblib_pool(n: int) -> dict[str, float]:
    """Evaluate with `joblib.Parallel`, which stores nothing."""
    configs = _configs(n)
    evaluate = joblib.delayed(_evaluate)
    with joblib.Parallel(n_jobs=CORES) as pool:
        pool(evaluate(config) for config in configs[: 10 * CORES])
        start_s = time.perf_counter()
        pool(evaluate(config) for config in configs)
        return {"per_s": n / (time.perf_counter() - start_s)}


def optuna_sqlite(n: int) -> dict[str, float]:
    """Evaluate with Optuna's random sampler in one process, the results in SQLite."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with tempfile.TemporaryDirectory() as directory:
        study = optuna.create_study(
            storage=f"sqlite:///{directory}/optuna.db",
            sampler=optuna.samplers.RandomSampler(seed=0),
            direction="maximize",
        )
        start_s = time.perf_counter()
        study.optimize(_optuna_objective, n_trials=n)
        return {"per_s": n / (time.perf_counter() - start_s)}


def _optuna_objective(trial: optuna.Trial) -> float:
    config = {
        "lr": trial.suggest_float("lr", 1e-4, 1, log=True),
        "width": trial.suggest_int("width", 1, 8),
        "optimizer": trial.suggest_categorical("optimizer", ["sgd", "momentum", "adam"]),
        "irrelevant": trial.suggest_float("irrelevant", 0, 1),
    }
    return _evaluate(config)


def _evaluate(config: dict[str, Any]) -> float:
    # The objective is quiet here and never asks for a stream: a plain number will do.
    return synthetic.train(config, seed=0)["quality"]  # type: ignore[arg-type]


def _configs(n: int) -> list[dict[str, Any]]:
    rng = random.Random(0)  # noqa: S311  a benchmark keeps no secrets
    return [
        {
            "lr": 10 ** rng.uniform(-4, 0),
            "width": rng.randint(1, 8),
            "optimizer": rng.choice(["sgd", "momentum", "adam"]),
            "irrelevant": rng.random(),
        }
        for _ in range(n)
    ]
