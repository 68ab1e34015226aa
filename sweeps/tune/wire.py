"""What travels between driver and workers: a batch out, reports back, as small byte strings.

Bytes, because Ray Tune flattens, copies and keeps every structure that it is given.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sweeps.planner.event import Run, RunEnded, RunPaused, Status, StepReached

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.planner.batch import Batch
    from sweeps.planner.event import Curve


@dataclass(frozen=True, slots=True)
class Order:
    """A batch as a worker gets it.

    Attributes:
        batch_id: Which batch.
        configs: Identifier and values of each configuration that occurs.
        runs: Position in `configs`, role and seed of each run.
        limit_s: Start no run when the batch is older than that.
        slice_s: Come back after so long with what there is.
        is_watched: Announce each run before it starts.
    """

    batch_id: int
    configs: tuple[tuple[str, Mapping[str, object]], ...]
    runs: tuple[tuple[int, str, int], ...]
    limit_s: float
    slice_s: float
    is_watched: bool


PAUSED = "paused"
"""Status of a report about a run that left its batch and may come back in another one."""


class Point(NamedTuple):
    """What a worker says of one run that waits for a verdict after a step, counted from 1."""

    i_run: int
    step: int
    metrics: Mapping[str, float]


class Halt(NamedTuple):
    """What a worker is told about one of its runs: end it here, or save it and put it aside."""

    i_run: int
    is_pause: bool
    reason: str


class Report(NamedTuple):
    """What a worker says of one run that is over; `i_run` is its position in the batch.

    `duration_s` counts the seconds up to the checkpoint that the run went on from, if it did.
    """

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
    has_checkpoint: bool = False
    """Whether the run left a checkpoint, which can go once the report is stored."""


def pack_batch(batch: Batch) -> bytes:
    """Turn a batch into bytes."""
    configs = tuple((config.config_id, dict(config.values)) for config in batch.configs)
    times = (batch.limit_s, batch.slice_s)
    order = (batch.batch_id, configs, batch.runs, *times, batch.is_watched)
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


def pack_points(points: Sequence[Point]) -> bytes:
    """Turn points into bytes."""
    return pickle.dumps([tuple(point) for point in points], pickle.HIGHEST_PROTOCOL)


def unpack_points(packed: bytes) -> list[Point]:
    """Turn bytes back into points."""
    return [Point(*fields) for fields in pickle.loads(packed)]  # noqa: S301 - as above


def run_of(batch: Batch, i_run: int) -> Run:
    """Name the run at a position of a batch."""
    i_config, role, seed = batch.runs[i_run]
    return Run(batch.configs[i_config].config_id, role, seed)


def reached(batch: Batch, point: Point) -> StepReached:
    """Turn a worker's point into an event."""
    return StepReached(run_of(batch, point.i_run), point.step, point.metrics)


def paused(batch: Batch, report: Report, *, node: str) -> RunPaused:
    """Turn a worker's report about a run that was put aside into an event."""
    return RunPaused(
        run=run_of(batch, report.i_run),
        metrics=report.metrics,
        steps=report.steps,
        duration_s=report.duration_s,
        started_at=report.started_at,
        node=node,
        curve=report.curve,
    )


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
