"""What results are built from: the columns that a store or a foreign frame can give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sweeps.analysis.scores import Scores
from sweeps.planner.event import Role, Status
from sweeps.results.later import taken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.planner.event import Decision, Run


@dataclass(frozen=True, slots=True, eq=False)
class Configs:
    """The configurations of a sweep.

    Attributes:
        ids: Their identifiers.
        active: Their active values by hyperparameter.
        origins: Where each came from, such as `pilot` or `sobol`; `""` where unknown.
        is_proposed: Whether they stand in the order in which they were proposed, which decides
            between equals; in a frame the order says nothing, and the identifier decides.
    """

    ids: tuple[str, ...]
    active: Sequence[Mapping[str, object]]
    origins: tuple[str, ...] = ()
    is_proposed: bool = True

    def __post_init__(self) -> None:
        if not self.origins:
            object.__setattr__(self, "origins", ("",) * len(self.ids))


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Runs by column, one entry a run, ordered by configuration, role and seed.

    Attributes:
        configs: Position of the configuration in the list of configurations.
        roles: 0 for `race`, 1 for `validation`.
        seeds: Seeds.
        statuses: Position of the status in `Status`.
        metrics: Last value of every metric; NaN where it is not a number or not reported.
        details: The columns that say how the run went: `steps`, `duration_s`, `attempts`,
            `node` and `error`, None where unknown.
        source_seeds: The number that each varied source of randomness had.
    """

    configs: Integers
    roles: Integers
    seeds: Integers
    statuses: Integers
    metrics: Mapping[str, Floats]
    details: Mapping[str, NDArray[Any]]
    source_seeds: Mapping[str, Integers]

    def ordered(self) -> Runs:
        """Give the same runs by configuration, role and seed, whatever their order was."""
        if self._is_ordered():
            return self
        return self.taken(np.lexsort((self.seeds, self.roles, self.configs)))

    def _is_ordered(self) -> bool:
        config, role, seed = (np.diff(key) for key in (self.configs, self.roles, self.seeds))
        later = (config > 0) | ((config == 0) & ((role > 0) | ((role == 0) & (seed > 0))))
        return bool(later.all())

    def taken(self, places: Integers) -> Runs:
        """Give the runs at some places, in that order."""
        return Runs(
            configs=self.configs[places],
            roles=self.roles[places],
            seeds=self.seeds[places],
            statuses=self.statuses[places],
            metrics=taken(self.metrics, places),
            details=taken(self.details, places),
            source_seeds=taken(self.source_seeds, places),
        )

    def is_status(self, *statuses: Status) -> Booleans:
        """Say which runs have one of these statuses."""
        return np.array([status in statuses for status in Status])[self.statuses]

    def is_counted(self, metric: str) -> Booleans:
        """Say which runs enter a mean: finished ones with a finite score."""
        return self.is_status(Status.FINISHED) & np.isfinite(self.metrics[metric])

    def is_failed(self, metric: str) -> Booleans:
        """Say which runs are over without a score, for any reason but an early stop."""
        return ~self.is_counted(metric) & ~self.is_status(Status.STOPPED)

    def scores(self, metric: str, n_configs: int, role: Role) -> Scores:
        """Give the scores of the runs of one role that enter a mean."""
        chosen = self.is_counted(metric) & self.is_role(role)
        values = self.metrics[metric][chosen]
        return Scores(values, self.configs[chosen], self.seeds[chosen], n_configs)

    def is_role(self, role: Role) -> Booleans:
        """Say which runs have this role."""
        return np.asarray(self.roles == ROLE_CODES[role])


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Reports step by step, one entry a report, in any order.

    Attributes:
        configs: Position of the configuration in the list of configurations.
        roles: 0 for `race`, 1 for `validation`.
        seeds: Seeds.
        steps: Numbers of the steps, from 1.
        metrics: Values by metric; NaN where it is not a number or not reported.
    """

    configs: Integers
    roles: Integers
    seeds: Integers
    steps: Integers
    metrics: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Failure:
    """What is kept of a run that failed, beside its row.

    Attributes:
        traceback: Full traceback, None where there is none.
        output: Tail of what the run printed, None where there is none.
    """

    traceback: str | None
    output: str | None


STATUS_CODES = {status: code for code, status in enumerate(Status)}
ROLE_CODES = {role: code for code, role in enumerate(Role)}


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """One moment of a sweep.

    Attributes:
        configs: The configurations proposed, in the order of proposals.
        runs: The runs that are over, each by its last attempt.
    """

    configs: Configs
    runs: Runs


class Source(Protocol):
    """Somewhere that results come from; read when a frame is first asked for."""

    def snapshot(self) -> Snapshot:
        """Give configurations and runs, in any order of the runs."""

    def curves(self, configs: Configs) -> Curves:
        """Give what was reported step by step for these configurations."""

    def decisions(self) -> Sequence[tuple[float, Decision]]:
        """Give the planner's decisions in their order, with seconds since the epoch."""

    def failures(self) -> Mapping[Run, Failure]:
        """Give what is kept of the runs that failed."""
