"""Reads results from a store: its columns become ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.planner.event import Role
from sweeps.results.source import ROLE_CODES, STATUS_CODES, Configs, Curves, Failure, Runs, Snapshot
from sweeps.seeds import make_seed, rungs
from sweeps.space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.planner.event import Decision, Run
    from sweeps.store import Store, SweepRow

_DETAILS = ("steps", "duration_s", "attempts", "node", "error")


@dataclass(frozen=True, slots=True, eq=False)
class StoredSource:
    """A sweep in a store.

    Attributes:
        store: The store.
        row: The sweep in it.
    """

    store: Store
    row: SweepRow

    def snapshot(self) -> Snapshot:
        """Read runs and configurations."""
        # Runs first: a sweep that goes on meanwhile may add configurations, never take some.
        table = self.store.run_table(self.row.sweep_id)
        found = self.store.configs(self.row.sweep_id)
        configs = Configs(
            tuple(config.config_id for config in found), tuple(config.values for config in found)
        )
        metric = str(self.row.definition["metric"])
        nothing = np.full(len(table["seed"]), np.nan)
        runs = Runs(
            configs=_places(configs, table["config_id"]),
            roles=_codes(table["role"], ROLE_CODES),
            seeds=table["seed"],
            statuses=_codes(table["status"], STATUS_CODES),
            metrics={metric: nothing, **_metrics(table, metric)},
            details={name: table[name] for name in _DETAILS},
            source_seeds=_source_seeds(self.row.definition, table),
        )
        return Snapshot(configs, runs)

    def curves(self, configs: Configs) -> Curves:
        """Read the reports of objectives that report more than once."""
        table = self.store.curve_table(self.row.sweep_id)
        known = np.isin(table["config_id"], np.array(configs.ids, dtype=object))
        table = {name: column[known] for name, column in table.items()}
        return Curves(
            configs=_places(configs, table["config_id"]),
            roles=_codes(table["role"], ROLE_CODES),
            seeds=table["seed"],
            steps=table["step"],
            metrics=_metrics(table, str(self.row.definition["metric"])),
        )

    def decisions(self) -> Sequence[tuple[float, Decision]]:
        """Read the planner's decisions."""
        return [(at, decision) for _, at, decision in self.store.decisions(self.row.sweep_id)]

    def failures(self) -> Mapping[Run, Failure]:
        """Read traceback and output of the runs that failed."""
        failed = self.store.failures(self.row.sweep_id)
        return {ended.run: Failure(ended.traceback, ended.output) for ended in failed}


def facts_of(store: Store, row: SweepRow) -> dict[str, Any]:
    """Give the keyword arguments of `Results` that stand in a sweep's row."""
    definition: Mapping[str, Any] = row.definition
    space = Space.from_mapping(definition["space"], definition.get("forbid") or ())
    return {
        "name": row.name,
        "metric": definition["metric"],
        "mode": definition["mode"],
        "hyperparameters": space.names,
        "paired": definition["seeds"].get("paired", True),
        "provenance": row.provenance,
        "space": space,
        "status": _status(store, row),
        "message": row.message,
        "n_planned": None if row.status == "finished" else _n_planned(definition, space),
        "rungs": _rungs(definition),
    }


def _status(store: Store, row: SweepRow) -> str:
    """Give the status; `running` is what a driver that was killed leaves behind."""
    if row.status != "running":
        return row.status
    return next((each.status for each in store.sweeps() if each.name == row.name), row.status)


def _n_planned(definition: Mapping[str, Any], space: Space) -> int | None:
    """Give the number of runs that the definition asks for, as far as the space has them.

    Validation comes on top, and nobody knows before its end how many runs a race takes.
    """
    search, seeds = definition["search"], definition["seeds"]
    if seeds.get("race"):
        return None
    n_seeds = len(seeds["values"]) if seeds.get("values") else seeds["n"]
    counts = [search.get("configs"), len(search["from"]) if search.get("from") else space.size()]
    known = [count for count in counts if count is not None]
    return min(known) * n_seeds if known else None


def _rungs(definition: Mapping[str, Any]) -> tuple[int, ...]:
    """Give the numbers of seeds at which the race promotes; none where there is no race."""
    seeds = definition["seeds"]
    return rungs(seeds["race"], seeds["reduction"]) if seeds.get("race") else ()


def _places(configs: Configs, ids: np.ndarray) -> Integers:
    place = {config_id: i for i, config_id in enumerate(configs.ids)}
    return np.fromiter((place[config_id] for config_id in ids), np.int64, len(ids))


def _codes(words: np.ndarray, known: Mapping[Any, int]) -> Integers:
    codes = {str(word): code for word, code in known.items()}
    return np.fromiter((codes[word] for word in words), np.int64, len(words))


def _metrics(table: Mapping[str, np.ndarray], metric: str) -> dict[str, Floats]:
    """Give the metrics by name, the target first and the others by alphabet."""
    prefix = "metric:"
    names = sorted(name.removeprefix(prefix) for name in table if name.startswith(prefix))
    names.sort(key=lambda name: name != metric)
    return {name: table[prefix + name] for name in names}


def _source_seeds(
    definition: Mapping[str, Any], table: Mapping[str, np.ndarray]
) -> dict[str, Integers]:
    """Give the number that each varied source had in each run, where the sweep names some."""
    plan = definition["seeds"]
    sources = tuple(plan.get("sources") or ())
    if not sources:
        return {}
    is_paired, is_listed = plan.get("paired", True), bool(plan.get("values"))
    known: dict[tuple[str | None, str, int], list[int]] = {}
    rows = []
    for config_id, role, number in zip(
        table["config_id"], table["role"], table["seed"].tolist(), strict=True
    ):
        key = (None if is_paired else config_id, role, number)
        if key not in known:
            seed = make_seed(
                definition["master_seed"],
                role,
                number,
                config_id=key[0],
                varied=sources,
                value=number if is_listed and role == Role.RACE else None,
            )
            known[key] = [seed.int(source) for source in sources]
        rows.append(known[key])
    numbers = np.array(rows, dtype=np.int64).reshape(-1, len(sources))
    return {source: numbers[:, i] for i, source in enumerate(sources)}
