"""The one state machine that decides: `ask` for a batch, `tell` what became of it.

Both are deterministic functions of the table of runs and of the master seed. Time enters only as
fields of what is told. Resuming is constructing the planner with the stored configurations and
runs. This file must not know Ray, clocks or files.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sweeps.planner.batching import BATCH_S, WATCHED_S, Pace, batch_size
from sweeps.planner.event import Config, Decision, Role, Run, RunEnded, Status
from sweeps.planner.retry import Suspect, Verdict, verdict
from sweeps.planner.samplers import NoProposal, Sampler
from sweeps.planner.table import Table
from sweeps.space import config_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MOST_REPEATS = 1000
"""Proposals in a row without a new configuration after which a space counts as exhausted."""


class Idle(Enum):
    """Why `ask` gives no batch."""

    WAIT = auto()  # everything left is being executed
    DONE = auto()


class Cell(NamedTuple):
    """A run by its place in the table."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Batch:
    """The runs that one Ray Tune trial carries.

    Attributes:
        batch_id: Counts from 1 within a driver's session.
        configs: The configurations that occur in it.
        runs: For each run the position of its configuration in `configs`, and its seed.
        limit_s: No run is started when the batch is older than that.
        is_watched: Whether each run is announced before it starts.
    """

    batch_id: int
    configs: tuple[Config, ...]
    runs: tuple[tuple[int, int], ...]
    limit_s: float
    is_watched: bool


@dataclass(frozen=True, slots=True)
class BatchClosed:
    """A batch is over; its runs that have not ended were never started."""

    batch_id: int


@dataclass(frozen=True, slots=True)
class BatchLost:
    """The process or machine that executed a batch is gone.

    Attributes:
        batch_id: Which batch.
        lost_at: When it was seen, seconds since the epoch.
        reason: What Ray said, one line.
        suspect: The run that was being executed, None where nobody knows.
        node: Where it ran.
    """

    batch_id: int
    lost_at: float
    reason: str
    suspect: Suspect | None = None
    node: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the planner has to know of a sweep.

    Attributes:
        sampler: Where configurations come from.
        n_configs: Configurations to run; None for all that the sampler has.
        seeds: Seeds of every configuration, in order.
        metric: Target metric.
        mode: `max` or `min`.
        first: A configuration to run before the sampler's, such as the defaults.
        space_size: Number of legal configurations, None where it is infinite or unknown.
        retries: Times that a run is tried again after its process was lost.
        timeout_s: Time limit of a run, None for no limit.
    """

    sampler: Sampler
    n_configs: int | None
    seeds: Sequence[int]
    metric: str
    mode: str
    first: Mapping[str, object] | None = None
    space_size: int | None = None
    retries: int = 2
    timeout_s: float | None = None


@dataclass
class Told:
    """What follows from an event, for the record.

    Attributes:
        ended: Runs that the planner itself ended (lost, timed out with their process).
        decisions: Why.
    """

    ended: list[RunEnded] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


class Planner:
    """Fixed allocation: every configuration under every seed, one configuration after the other.

    Args:
        plan: What to do.
        configs: Configurations stored earlier, in their order.
        runs: Runs stored earlier, in their order of arrival.
    """

    def __init__(
        self, plan: Plan, configs: Iterable[Config] = (), runs: Iterable[RunEnded] = ()
    ) -> None:
        self.plan = plan
        self.table = Table(plan.seeds)
        self.pace = Pace()
        self.new_configs: list[Config] = []
        """Configurations proposed since the shell last took them, to be recorded."""
        self.new_decisions: list[Decision] = []
        self._n_wanted = plan.n_configs if plan.n_configs is not None else plan.sampler.n_proposals
        self._k = 0
        self._batch_id = 0
        self._live = dict[int, dict[Run, Cell]]()
        self._returned = deque[Cell]()
        self._alone = deque[Cell]()
        self._losses = dict[Run, int]()
        self._starts = dict[Run, int]()
        self._fresh = self._fresh_cells()
        for config in configs:
            self.table.register(config)
        self._record(runs)

    @property
    def n_runs(self) -> int:
        """Runs that the sweep has when it is done."""
        return (self._n_wanted or 0) * len(self.plan.seeds)

    @property
    def n_live(self) -> int:
        """Batches that are being executed."""
        return len(self._live)

    def ask(self, slots: int) -> Batch | Idle:
        """Give the next batch.

        Args:
            slots: Batches that can run at the same time, at least 1.
        """
        if self._alone:
            return self._batch([self._alone.popleft()], is_watched=True)
        n_left = self.n_runs - self.table.n_done - sum(map(len, self._live.values()))
        size = batch_size(self.pace.duration_s, n_left, slots)
        cells = [self._returned.popleft() for _ in range(min(size, len(self._returned)))]
        cells += islice(self._fresh, size - len(cells))
        if cells:
            return self._batch(cells, is_watched=(self.pace.duration_s or 0.0) >= WATCHED_S)
        return Idle.WAIT if self._live else Idle.DONE

    def is_done(self) -> bool:
        """Tell whether every run is over, and nothing is being executed."""
        if self._live or self._alone or self._returned:
            return False
        self._returned.extend(islice(self._fresh, 1))
        return not self._returned

    def tell(self, event: Sequence[RunEnded] | BatchClosed | BatchLost) -> Told:
        """Take what happened to a batch, or runs that ended.

        Unknown batches and runs are ignored, so that telling twice does no harm.
        """
        match event:
            case BatchClosed(batch_id):
                self._returned.extend(self._live.pop(batch_id, {}).values())
                return Told()
            case BatchLost():
                return self._lose(event)
            case _:
                if event:
                    self.pace.observe(sum(e.duration_s for e in event) / len(event), len(event))
                self._record(event)
                return Told()

    def proposals(self) -> list[Config]:
        """Give every configuration of the design, without running any."""
        for _ in self._fresh:
            pass
        return self.table.configs

    def attempts_of(self, run: Run) -> int:
        """Count how often a run was started, at least 1."""
        return self._starts.get(run, 0) + 1

    def _record(self, runs: Iterable[RunEnded]) -> None:
        by_run = {run: live for live in self._live.values() for run in live} if self._live else {}
        for ended in runs:
            if (live := by_run.get(ended.run)) is not None:
                live.pop(ended.run, None)
            row = self.table.row_of(ended.run.config_id)
            column = self.table.column_of(ended.run.seed)
            if row is not None and column is not None and ended.run.role == Role.RACE:
                score = ended.metrics.get(self.plan.metric)
                self.table.record(row, column, ended.status, score)

    def _batch(self, cells: list[Cell], *, is_watched: bool) -> Batch:
        rows = list(dict.fromkeys(cell.row for cell in cells))
        place = {row: i for i, row in enumerate(rows)}
        self._batch_id += 1
        self._live[self._batch_id] = {self._run(cell): cell for cell in cells}
        return Batch(
            batch_id=self._batch_id,
            configs=tuple(self.table.configs[row] for row in rows),
            runs=tuple((place[cell.row], self.table.seeds[cell.column]) for cell in cells),
            limit_s=BATCH_S,
            is_watched=is_watched,
        )

    def _run(self, cell: Cell) -> Run:
        return Run(self.table.configs[cell.row].config_id, Role.RACE, self.table.seeds[cell.column])

    def _fresh_cells(self) -> Iterator[Cell]:
        """Walk the design once: a configuration's seeds in a row, so that means come early."""
        row = 0
        while (self._n_wanted is None or row < self._n_wanted) and (
            row < len(self.table.configs) or self._propose()
        ):
            for column in range(len(self.plan.seeds)):
                if not self.table.is_over(row, column):
                    yield Cell(row, column)
            row += 1

    def _propose(self) -> bool:
        """Register one more configuration; False where there is none."""
        index = len(self.table.configs)
        if index == 0 and self.plan.first is not None:
            return self._register(self.plan.first, "defaults")
        for _ in range(MOST_REPEATS):
            if self.plan.space_size is not None and index >= self.plan.space_size:
                break
            values = self.plan.sampler.propose(self._k)
            if values is NoProposal.EXHAUSTED:
                break
            self._k += 1
            if not isinstance(values, NoProposal) and self._register(
                values, self.plan.sampler.name
            ):
                return True
        self._exhaust(index)
        return False

    def _register(self, values: Mapping[str, object], origin: str) -> bool:
        identifier = config_id(values)
        if self.table.row_of(identifier) is not None:
            return False
        config = Config(identifier, values, len(self.table.configs), origin)
        self.table.register(config)
        self.new_configs.append(config)
        self.new_decisions.append(Decision("proposed", identifier, {"by": origin, "k": self._k}))
        return True

    def _exhaust(self, n_found: int) -> None:
        if self._n_wanted != n_found:
            detail = {"n_wanted": self._n_wanted, "n_found": n_found}
            self.new_decisions.append(Decision("exhausted", None, detail))
        self._n_wanted = n_found

    def _lose(self, event: BatchLost) -> Told:
        told = Told()
        unfinished = self._live.pop(event.batch_id, {})
        for run, cell in unfinished.items():
            judgement = verdict(
                run,
                suspect=event.suspect,
                is_only=len(unfinished) == 1,
                n_losses=self._losses.get(run, 0),
                retries=self.plan.retries,
                lost_at=event.lost_at,
                timeout_s=self.plan.timeout_s,
            )
            if judgement is Verdict.QUEUE:
                self._returned.append(cell)
                continue
            is_blamed = event.suspect is not None or len(unfinished) == 1
            self._losses[run] = self._losses.get(run, 0) + is_blamed
            if judgement is Verdict.ALONE:
                self._starts[run] = self._starts.get(run, 0) + 1
                self._alone.append(cell)
                told.decisions.append(_decision("retried", run, event.reason))
            else:
                ended = self._give_up(run, judgement, event)
                self._record([ended])
                told.ended.append(ended)
                told.decisions.append(_decision("abandoned", run, str(ended.error)))
        return told

    def _give_up(self, run: Run, judgement: Verdict, event: BatchLost) -> RunEnded:
        suspect = event.suspect
        started_at = suspect.started_at if suspect is not None else event.lost_at
        if judgement is Verdict.TIMED_OUT:
            error = f"ran longer than timeout_s={self.plan.timeout_s:g}; its process was ended"
        else:
            error = f"its process was lost: {event.reason}"
        return RunEnded(
            run=run,
            status=Status.TIMED_OUT if judgement is Verdict.TIMED_OUT else Status.LOST,
            duration_s=event.lost_at - started_at,
            attempts=self.attempts_of(run),
            started_at=started_at,
            node=event.node,
            error=error,
            output=suspect.output if suspect is not None else None,
        )


def _decision(kind: str, run: Run, reason: str) -> Decision:
    return Decision(kind, run.config_id, {"role": run.role, "seed": run.seed, "reason": reason})
