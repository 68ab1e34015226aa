"""Draws from cases with known shares, and what ours and Optuna say of each."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

import sweeps
from benchmarks.sensitivity.conditional import CONDITIONAL
from benchmarks.sensitivity.grid import TABLES, Grid, load_grid
from benchmarks.sensitivity.peers import optuna_indices
from benchmarks.sensitivity.simulated import HALVES, ISHIGAMI, MULTIPLIED_NOISE, NOISE, linear

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from benchmarks.sensitivity.simulated import Simulated
    from sweeps.results.answer import Answer
    from sweeps.results.results import Results

LINEAR = linear(1, 2, 3, 4)
SIMULATED = {
    each.name: each for each in (*HALVES, LINEAR, ISHIGAMI, MULTIPLIED_NOISE, *NOISE, *CONDITIONAL)
}
REST = frozenset({"interactions", "lack of fit", "lack of fit and seed"})
"""Rows that are neither a hyperparameter, a pair nor a source of randomness."""


@dataclass(frozen=True, slots=True)
class Job:
    """One draw from a case.

    Attributes:
        case: Name of the case.
        n_configs: Configurations drawn.
        n_seeds: Seeds of each; None for all that a table has.
        draw: Number of the draw.
        order: 2 to ask for interactions of two.
        instability: Whether to ask what drives the noise instead.
        peer: Whether to ask Optuna too.
    """

    case: str
    n_configs: int
    n_seeds: int | None
    draw: int
    order: int = 1
    instability: bool = False
    peer: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was said of a draw, by hyperparameter and pair.

    Attributes:
        job: The draw.
        share: Share of the variance of one run.
        low: Lower bound of that.
        high: Upper bound of that.
        index: Share of the variance of the configurations.
        total: Share of it in which a hyperparameter takes any part.
        seed: Share of the variance of one run that is the seed's; NaN with one seed each.
        peer: Optuna's share; empty where it was not asked.
        seconds: How long ours took, without reading the frame.
    """

    job: Job
    share: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]
    index: Mapping[str, float]
    total: Mapping[str, float]
    seed: float
    peer: Mapping[str, float] = field(default_factory=dict)
    seconds: float = math.nan


@cache
def case_of(name: str) -> Grid | Simulated:
    """Give a case by its name: one of `SIMULATED`, or a table such as `hpobench-car`."""
    if name in SIMULATED:
        return SIMULATED[name]
    benchmark, _, dataset = name.partition("-")
    return load_grid(benchmark, dataset)


def tables_of(benchmark: str) -> list[str]:
    """Give the names of the tables of a benchmark."""
    return [f"{benchmark}-{dataset}" for dataset in TABLES[benchmark]]


def results_of(frame: pd.DataFrame, case: Grid | Simulated) -> Results:
    """Read the runs of a draw."""
    return sweeps.from_frame(
        frame,
        metric="score",
        mode="max",
        hyperparameters=case.names,
        space=case.space,
        paired=isinstance(case, Grid),
    )


def measure(job: Job) -> Found:
    """Draw, and ask. The same job has the same answer."""
    case = case_of(job.case)
    frame = frame_of(job)
    results: Any = results_of(frame, case)
    start_s = time.perf_counter()
    if job.instability:
        answer = results.instability(order=job.order, random_seed=job.draw)
    else:
        answer = results.importance(order=job.order, random_seed=job.draw)
    seconds = time.perf_counter() - start_s
    peer = optuna_indices(frame, case.space, random_seed=job.draw) if job.peer else {}
    return read(answer, job, peer, seconds)


def frame_of(job: Job) -> pd.DataFrame:
    """Give the runs of a draw."""
    words = f"{job.case} {job.n_configs} {job.n_seeds}".encode()
    rng = np.random.default_rng([job.draw, *words])
    return case_of(job.case).draw(rng, job.n_configs, job.n_seeds)


def read(answer: Answer, job: Job, peer: Mapping[str, float], seconds: float) -> Found:
    """Take shares and indices out of an answer."""
    names = case_of(job.case).names
    columns = {name: _by_term(answer, name, names) for name in ("share", "low", "high", "total")}
    share = columns["share"]
    is_term = {row: row.partition(":")[0] in names for row in share}
    seeds = [row for row in share if not is_term[row] and row not in REST]
    seed = sum(share[row] for row in seeds) if seeds else math.nan
    between = 1 - seed if seeds else _between(answer)
    terms = {
        name: {row: value for row, value in column.items() if is_term[row]}
        for name, column in columns.items()
    }
    index = {row: value / between for row, value in terms["share"].items()}
    total = {row: terms["total"][row] / between for row in names if row in terms["total"]}
    return Found(
        job, terms["share"], terms["low"], terms["high"], index, total, seed, peer, seconds
    )


def _by_term(answer: Answer, column: str, names: Sequence[str]) -> dict[str, float]:
    """Give a column by term, the names of a pair in the order of the case."""

    def ordered(term: str) -> str:
        parts = term.split(":")
        return ":".join(sorted(parts, key=names.index)) if set(parts) <= set(names) else term

    terms = [ordered(term) for term in answer["term"].tolist()]
    return dict(zip(terms, answer[column].tolist(), strict=True))


def _between(answer: Answer) -> float:
    """Give the share of configurations where one seed each cannot tell it from the seed's."""
    return float(answer.attrs["between"])
