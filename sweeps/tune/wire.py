"""What travels between driver and workers: a batch out, reports back, as small byte strings.

Bytes, because Ray Tune flattens, copies and keeps every structure that it is given.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sweeps.planner.event import Role, Run, RunEnded, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.planner.event import Curve
    from sweeps.planner.planner import Batch


@dataclass(frozen=True, slots=True)
class Order:
    """A batch as a worker gets it.

    Attributes:
        batch_id: Which batch.
        configs: Identifier and values of each configuration that occurs.
        runs: Position in `configs` and seed of each run.
        limit_s: Start no run when the batch is older than that.
        is_watched: Announce each run before it starts.
    """

    batch_id: int
    configs: tuple[tuple[str, Mapping[str, object]], ...]
    runs: tuple[tuple[int, int], ...]
    limit_s: float
    is_watched: bool


class Report(NamedTuple):
    """What a worker says of one run that is over; `i_run` is its position in the batch."""

    i_run: int
    status: str
    metrics: Mapping[str, float]
    steps: int
    duration_s: float
    started_at: float
    error: str | None = None
    traceback: str | None = None
    output: str | None = None
    curve: Curve | None = None
    is_malformed: bool = False
    """Whether what the objective gave back was no report at all."""


def pack_batch(batch: Batch) -> bytes:
    """Turn a batch into bytes."""
    configs = tuple((config.config_id, dict(config.values)) for config in batch.configs)
    order = (batch.batch_id, configs, batch.runs, batch.limit_s, batch.is_watched)
    return pickle.dumps(order, pickle.HIGHEST_PROTOCOL)


def unpack_batch(packed: bytes) -> Order:
    """Turn bytes back into what a worker is to do."""
    return Order(*pickle.loads(packed))  # noqa: S301 - made by `pack_batch`, on Ray's own channel


def pack_reports(reports: Sequence[Report]) -> bytes:
    """Turn reports into bytes."""
    return pickle.dumps([tuple(report) for report in reports], pickle.HIGHEST_PROTOCOL)


def unpack_reports(packed: bytes) -> list[Report]:
    """Turn bytes back into reports."""
    return [Report(*fields) for fields in pickle.loads(packed)]  # noqa: S301 - as above


def run_of(batch: Batch, i_run: int) -> Run:
    """Name the run at a position of a batch."""
    i_config, seed = batch.runs[i_run]
    return Run(batch.configs[i_config].config_id, Role.RACE, seed)


def ended(batch: Batch, report: Report, *, node: str, attempts: int) -> RunEnded:
    """Turn a worker's report into a row of results."""
    return RunEnded(
        run=run_of(batch, report.i_run),
        status=Status(report.status),
        metrics=report.metrics,
        steps=report.steps,
        duration_s=report.duration_s,
        attempts=attempts,
        started_at=report.started_at,
        node=node,
        error=report.error,
        traceback=report.traceback,
        output=report.output,
        curve=report.curve,
    )
