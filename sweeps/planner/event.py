"""The words that planner, store and Ray Tune's shells exchange: runs and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Role(StrEnum):
    """Which list of seeds a seed belongs to; the two lists are disjoint."""

    RACE = "race"
    VALIDATION = "validation"


class Status(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    LOST = "lost"


class Run(NamedTuple):
    """One training of one configuration under one seed: the key of a row of results."""

    config_id: str
    role: str
    seed: int


@dataclass(frozen=True, slots=True)
class Config:
    """One configuration that a sampler proposed.

    Attributes:
        config_id: Hash of the active values.
        values: Active values by hyperparameter, plain Python values.
        index: Position in the order of proposals, from 0.
        origin: Name of the sampler, `defaults`, or `listed`.
    """

    config_id: str
    values: Mapping[str, object]
    index: int
    origin: str


@dataclass(frozen=True, slots=True)
class Curve:
    """What a run reported step by step.

    Attributes:
        steps: Step numbers, increasing, from 1.
        metrics: One sequence per metric, as long as `steps`; NaN = diverged, None = not reported.
    """

    steps: tuple[int, ...]
    metrics: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run is over: one row of results.

    Attributes:
        run: Which run.
        status: How it ended.
        metrics: Last value of every metric reported; NaN and infinity are kept.
        steps: Number of reports made.
        duration_s: Wall-clock seconds of the last attempt.
        attempts: Times the run was started, at least 1.
        started_at: Start of the last attempt, seconds since the epoch.
        node: Host name and process of the last attempt.
        error: One line saying what went wrong, None where nothing did.
        traceback: Full traceback, None where there is none.
        output: Tail of what the run printed; kept for runs that did not finish.
        curve: The reports step by step, None for an objective that reports once.
    """

    run: Run
    status: Status
    metrics: Mapping[str, float] = field(default_factory=dict)
    steps: int = 0
    duration_s: float = 0.0
    attempts: int = 1
    started_at: float = 0.0
    node: str = ""
    error: str | None = None
    traceback: str | None = None
    output: str | None = None
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class StepReached:
    """A run waits at a milestone.

    Attributes:
        run: Which run.
        step: The step that it has just made, from 1.
        metrics: Last value of every metric reported so far.
    """

    run: Run
    step: int
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RunPaused:
    """A run has saved its state and left its batch; it may be asked for again.

    Attributes:
        run: Which run.
        metrics: Last value of every metric reported so far.
        steps: Number of reports made.
        duration_s: Seconds that it took so far.
        started_at: Start of the last attempt, seconds since the epoch.
        node: Where it ran.
        curve: The reports step by step.
    """

    run: Run
    metrics: Mapping[str, float]
    steps: int
    duration_s: float = 0.0
    started_at: float = 0.0
    node: str = ""
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of the planner, with the numbers behind it.

    Attributes:
        kind: A verb such as `proposed`, `promoted` or `stopped`; `docs/results.md` lists them all.
        config_id: The configuration it is about, None where it is about the sweep.
        detail: Plain numbers and words that explain it, JSON-able.
    """

    kind: str
    config_id: str | None
    detail: Mapping[str, Any]
