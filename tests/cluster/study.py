"""A small study: a file with the objective, a definition, and what the store says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sweeps
from sweeps.errors import StoreMissingError
from sweeps.store import open_store

if TYPE_CHECKING:
    import pandas as pd

    from sweeps.results import Results
    from sweeps.store import Store
    from tests.cluster.program import Program, Started

N_CONFIGS, N_SEEDS = 12, 4
MODEL = '''\
"""A parabola with noise; a run takes a while, except where somebody is in a hurry."""

import os
import time

SPACE = {"x": {"float": [-1.0, 1.0]}}
METRIC, MODE = "loss", "min"


def train(config, seed):
    time.sleep(float(os.environ.get("NAP_S", "0.5")))
    return {"loss": config["x"] ** 2 + 0.1 * float(seed.rng("noise").normal())}
'''
# what may differ between two executions of one design
_CIRCUMSTANCES = ["duration_s", "attempts", "node"]


@dataclass
class Study:
    """A study in a folder of a machine.

    Attributes:
        program: The program, in that folder.
        store: Address of the store, as this process reaches it.
    """

    program: Program
    store: str
    _opened: Store | None = field(default=None, repr=False)

    def define(
        self,
        name: str,
        *,
        n_configs: int = N_CONFIGS,
        n_seeds: int = N_SEEDS,
        model: str = MODEL,
        extra: str = "",
    ) -> str:
        """Write objective and definition; gives the name of the definition's file."""
        self.program.write("model.py", model)
        search = f"search: {{sampler: random, configs: {n_configs}}}\nseeds: {n_seeds}\n"
        file = f"{name}.yaml"
        self.program.write(file, f"objective: model.py\n{search}{extra}\n")
        return file

    def load(self, name: str) -> Results:
        """Give the results of a sweep."""
        return sweeps.load(name, store=self._store())

    def runs(self, name: str) -> pd.DataFrame:
        """Give the table of runs, with the host of each."""
        runs = self.load(name).runs
        return runs.assign(host=runs["node"].str.partition(":")[0])

    def nodes(self, name: str) -> list[str]:
        """Give the hosts of the runs that are stored by now, none where there is no store yet."""
        try:
            store = self._store()
        except StoreMissingError:
            return []
        row = store.find(name)
        runs = [] if row is None else store.runs(row.sweep_id)
        return [str(run.node).partition(":")[0] for run in runs]

    def close(self) -> None:
        """End what still runs, and close the store."""
        self.program.close()
        if self._opened is not None:
            self._opened.close()

    def _store(self) -> Store:
        if self._opened is None:
            self._opened = open_store(self.store, create=False)
        return self._opened

    def wait_for_runs(self, name: str, n_runs: int, call: Started, *, host: str = "") -> float:
        """Wait until so many runs are stored, of a host or of any."""

        def are_there() -> bool:
            return len([node for node in self.nodes(name) if host in {"", node}]) >= n_runs

        return call.until(are_there, f"{n_runs} runs of {name} {host and f'from {host}'}")


def table_of(runs: pd.DataFrame) -> pd.DataFrame:
    """Give what must be equal in all executions of one design, in a fixed order."""
    kept = runs.drop(columns=[*_CIRCUMSTANCES, "host"], errors="ignore")
    return kept.sort_values(["config_id", "seed"], ignore_index=True)


def check_complete(runs: pd.DataFrame, n_configs: int = N_CONFIGS, n_seeds: int = N_SEEDS) -> None:
    """See that every configuration ran under every seed, exactly once, and well."""
    assert len(runs) == n_configs * n_seeds
    assert not runs.duplicated(["config_id", "seed"]).any()
    failed = runs[runs["status"] != "finished"]
    assert failed.empty, failed[["config_id", "seed", "status", "attempts", "error"]].to_string()
    assert runs["config_id"].nunique() == n_configs
