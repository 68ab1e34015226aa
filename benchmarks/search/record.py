"""One line of the file of partial results: so an interrupted benchmark goes on where it was."""

from __future__ import annotations

import json
import math
import os
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.search.cases import make_case
from benchmarks.search.methods import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Job:
    """One repetition of one method on one case.

    Attributes:
        case: Name of the case.
        method: Name of the method.
        rep: Number of the repetition.
        budget: Runs.
        workers: Simulated runs at the same time.
    """

    case: str
    method: str
    rep: int
    budget: int
    workers: int


@dataclass(frozen=True, slots=True)
class Record:
    """What came of a job.

    Attributes:
        job: Which.
        regret: Scaled regret of the choice at the end.
        bias: Reported score of the choice minus its truth.
        trace: Runs and regret after them, where the choice changed.
        extra: Further figures by name.
        seconds: Wall-clock time that it took.
    """

    job: Job
    regret: float
    bias: float
    trace: tuple[tuple[float, float], ...]
    extra: dict[str, float]
    seconds: float


def execute(job: Job) -> Record:
    """Do a job."""
    case = make_case(job.case)
    start = time.perf_counter()
    outcome = METHODS[job.method](case, job.budget, job.rep, job.workers)
    return Record(
        job,
        outcome.regret,
        outcome.bias,
        tuple(outcome.trace),
        outcome.extra,
        round(time.perf_counter() - start, 4),
    )


def append(path: Path, record: Record) -> None:
    """Write a record down at once."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(record)) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> dict[Job, Record]:
    """Read what is there; a line that was cut off is done again."""
    found: dict[Job, Record] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            row: dict[str, Any] = json.loads(line)
        except json.JSONDecodeError:
            continue
        job = Job(**row.pop("job"))
        trace = tuple((float(n), float(value)) for n, value in row.pop("trace"))
        found[job] = Record(job, trace=trace, **row)
    return found


def reached_at(record: Record, goal: float) -> float:
    """Give the runs after which the regret stays at or below `goal`; infinite where it does not."""
    at = math.inf
    for n_runs, value in record.trace:
        if value > goal:
            at = math.inf
        elif math.isinf(at):
            at = n_runs
    return at


def regret_after(records: Iterable[Record], n_runs: float) -> float:
    """Give the mean regret after `n_runs` runs; 1 where nothing was chosen yet."""
    values = []
    for record in records:
        seen = [value for n, value in record.trace if n <= n_runs]
        values.append(seen[-1] if seen else 1.0)
    return math.fsum(values) / len(values)
