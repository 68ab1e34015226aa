"""Reads results from a store: its columns become ours."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.errors import ResultsError
from sweeps.planner.event import Role
from sweeps.results.later import Later
from sweeps.results.same import as_it_was
from sweeps.results.source import ROLE_CODES, Configs, Curves, Failure, Runs, Snapshot
from sweeps.seeds import SeedDesign, make_seed, rungs
from sweeps.space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.planner.event import Decision, Run
    from sweeps.store import Store, SweepRow
    from sweeps.store.table import Columns

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
        """Read runs and configurations.

        Raises:
            ResultsError: The sweep was deleted meanwhile.
            StoreError: The store cannot be read.
        """
        # Runs first: a sweep that goes on meanwhile may add configurations, never take some.
        table = self.store.score_table(self.row.sweep_id)
        found = self.store.configs(self.row.sweep_id)
        configs = Configs(
            ids=tuple(config.config_id for config in found),
            active=tuple(config.values for config in found),
            origins=tuple(config.origin for config in found),
        )
        indices = np.array([config.index for config in found], np.int64)
        places = _positions(indices, table["config_index"])
        if places is None:
            message = (
                f"`{self.row.name}` was deleted while its results were being read. "
                "See `sweeps list` for what the store has now."
            )
            raise ResultsError(message)
        return Snapshot(configs, self._runs(configs, places, table))

    def _runs(self, configs: Configs, places: Integers, table: Columns) -> Runs:
        """Give the runs; what is no part of comparing configurations is read on demand."""
        metric = str(self.row.definition["metric"])
        others = sorted({*self.store.metric_names(self.row.sweep_id)} - {metric})

        @functools.cache
        def rest() -> Columns:
            whole = self.store.run_table(self.row.sweep_id)
            return as_it_was(table, whole, self.row.name)

        def metrics() -> Mapping[str, Floats]:
            return {name: rest()[f"metric:{name}"] for name in others}

        def details() -> Columns:
            return {name: rest()[name] for name in _DETAILS}

        def source_seeds() -> Mapping[str, Integers]:
            roles = np.array([str(role) for role in Role], np.object_)[table["role"]]
            ids = np.array(configs.ids, np.object_)[places]
            keys = {"config_id": ids, "role": roles, "seed": table["seed"]}
            return _source_seeds(self.row.definition, keys)

        return Runs(
            configs=places,
            roles=table["role"],
            seeds=table["seed"],
            statuses=table["status"],
            metrics=Later((metric, *others), metrics, {metric: table["score"]}),
            details=Later(_DETAILS, details, {"steps": table["steps"]}),
            source_seeds=Later(_sources(self.row.definition), source_seeds, {}),
        )

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
        "master_seed": definition["master_seed"],
        **_design(definition),
    }


def _status(store: Store, row: SweepRow) -> str:
    """Give the status; `running` is what a driver that was killed leaves behind."""
    if row.status != "running":
        return row.status
    summary = store.summary(row.name)
    return row.status if summary is None else summary.status


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


def _design(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Give the design over the seeds' sources; nothing where they vary together."""
    design = SeedDesign.from_plan(definition["seeds"])
    return {} if design is None else {"design": design.kind, "levels": dict(design.counts)}


def _positions(indices: Integers, wanted: Integers) -> Integers | None:
    """Give the position of each wanted index, None where one is missing."""
    if np.array_equal(indices, np.arange(len(indices))):  # as good as always
        return wanted if (wanted < len(indices)).all() else None
    places = np.searchsorted(indices, wanted)
    return places if np.array_equal(indices[places[places < len(indices)]], wanted) else None


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


def _sources(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the sources of randomness that vary with the seed; none where all of them do."""
    return tuple(definition["seeds"].get("sources") or ())


def _source_seeds(
    definition: Mapping[str, Any], table: Mapping[str, np.ndarray]
) -> dict[str, Integers]:
    """Give the number that each varied source had in each run, where the sweep names some."""
    plan = definition["seeds"]
    sources = _sources(definition)
    if not sources:
        return {}
    is_paired, is_listed = plan.get("paired", True), bool(plan.get("values"))
    design = SeedDesign.from_plan(plan)
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
                levels=design.levels_of(number) if design and role == Role.RACE else None,
            )
            known[key] = [seed.int(source) for source in sources]
        rows.append(known[key])
    numbers = np.array(rows, dtype=np.int64).reshape(-1, len(sources))
    return {source: numbers[:, i] for i, source in enumerate(sources)}
