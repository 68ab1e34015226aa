"""What every question about configurations starts from: scores by rank, and how they were made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.scores import Scores
from sweeps.errors import ResultsError
from sweeps.planner.event import Role
from sweeps.results.column import TEXT, hyperparameter_columns
from sweeps.results.sources import shared_levels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.comparing.shared_levels import SharedLevels
    from sweeps.planner.event import Decision
    from sweeps.results.source import Configs, Runs
    from sweeps.space import Space

FEWEST = 2
"""Runs that it takes to say anything about luck."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Runs of a sweep, with its configurations numbered by rank: number 0 leads.

    Numbered like that, an answer depends neither on the order of runs nor on labels.

    Attributes:
        name: Name of the sweep.
        configs: The configurations, as proposed.
        runs: The runs.
        board: The leaderboard.
        metric: The target metric.
        mode: `max` where a higher score is better, `min` where a lower one is.
        hyperparameters: Names, in the order of their columns.
        paired: Whether the same seed means the same randomness in every configuration.
        rungs: Numbers of seeds at which a race promotes; none for a fixed number of seeds.
        is_quiet: Whether the seed changes no comparison; None where it cannot be told.
        design: `crossed` or `nested` over the sources of randomness, None where they vary together.
        levels: Number of levels of each source in that design.
        space: The search space, None if unknown.
        master_seed: The sweep's seed, None where no sweep of ours made the configurations.
        decided: Gives the planner's decisions in their order, with seconds since the epoch.
    """

    name: str
    configs: Configs
    runs: Runs
    board: pd.DataFrame
    metric: str
    mode: str
    hyperparameters: Sequence[str]
    paired: bool
    rungs: Sequence[int]
    is_quiet: bool | None
    design: str | None
    levels: Mapping[str, int]
    space: Space | None
    master_seed: int | None
    decided: Callable[[], Sequence[tuple[float, Decision]]]

    @property
    def n(self) -> int:
        """How many configurations there are."""
        return len(self.configs.ids)

    @property
    def sign(self) -> int:
        """What turns scores into higher as better: 1, or -1 where lower is."""
        return 1 if self.mode == "max" else -1

    @cached_property
    def ids(self) -> list[str]:
        """Identifiers, best first."""
        return [str(config_id) for config_id in self.board["config_id"]]

    @cached_property
    def order(self) -> Integers:
        """Position among the proposals of each configuration, best first."""
        place = {config_id: i for i, config_id in enumerate(self.configs.ids)}
        return np.array([place[config_id] for config_id in self.ids], dtype=np.int64)

    @cached_property
    def ranks(self) -> Integers:
        """Number by rank, from 0, of each run's configuration."""
        return np.argsort(self.order)[self.runs.configs]

    @cached_property
    def tied(self) -> Booleans:
        """Which configurations cannot be told apart from the leader, itself included."""
        return self.board["tied_with_best"].to_numpy(dtype=bool)

    @cached_property
    def shared(self) -> SharedLevels | None:
        """The levels that the race seeds share, None where they are independent."""
        return shared_levels(self.runs, self.design, tuple(self.levels))

    def shared_by(self, role: Role) -> SharedLevels | None:
        """Give the levels that the seeds of one role share; fresh seeds vary everything anew."""
        return self.shared if role == Role.RACE else None

    @cached_property
    def race(self) -> Scores:
        """Scores of the runs that chose the leader."""
        return self._scores(Role.RACE)

    @cached_property
    def fresh(self) -> Scores:
        """Scores on fresh seeds, which took no part in choosing."""
        return self._scores(Role.VALIDATION)

    def scores(self, role: Role) -> Scores:
        """Give the scores of one role."""
        return self.race if role == Role.RACE else self.fresh

    def _scores(self, role: Role) -> Scores:
        found = self.runs.scores(self.metric, self.n, role)
        return Scores(found.score, np.argsort(self.order)[found.groups], found.seeds, self.n)

    def is_over(self, role: Role) -> Booleans:
        """Say which runs of a role finished or failed; those stopped early say neither."""
        ended = self.runs.is_counted(self.metric) | self.runs.is_failed(self.metric)
        return np.asarray(ended & self.runs.is_role(role))

    def n_failed(self, role: Role) -> Integers:
        """Count the failed runs of each configuration."""
        chosen = self.runs.is_failed(self.metric) & self.runs.is_role(role)
        return np.bincount(self.ranks[chosen], minlength=self.n).astype(np.int64)

    def by_seed(self, number: int, role: Role) -> tuple[Integers, Floats]:
        """Give the seeds and scores of one configuration; NaN where its run failed."""
        chosen = np.flatnonzero(self.is_over(role) & (self.ranks == number))
        is_counted = self.runs.is_counted(self.metric)[chosen]
        scores = np.where(is_counted, self.runs.metrics[self.metric][chosen], np.nan)
        order = np.argsort(self.runs.seeds[chosen], kind="stable")
        return self.runs.seeds[chosen][order], scores[order]

    def with_hyperparameters(self, columns: Mapping[str, Any], rows: Integers) -> dict[str, Any]:
        """Add the columns of hyperparameters for some configurations, by their numbers.

        A hyperparameter that is called like one of the columns gets `config_` before its name.
        """
        found = hyperparameter_columns(
            self.hyperparameters, self.configs.active, self.order[np.asarray(rows, dtype=np.int64)]
        )
        named = {f"config_{name}" if name in columns else name: found[name] for name in found}
        return {**columns, **named}

    def id_column(self, rows: Integers) -> Any:
        """Give the column of identifiers for some configurations, by their numbers."""
        return self.board["config_id"].astype(TEXT).array.take(np.asarray(rows, dtype=np.int64))

    def facts(
        self,
        role: Role,
        numbers: Integers | None = None,
        reasons: Iterable[str] = (),
        *,
        allows_for_levels: bool = False,
        **more: object,
    ) -> dict[str, Any]:
        """Say what an answer rests on.

        Args:
            role: Whose runs it is about.
            numbers: The configurations that it is about; all of them where left out.
            reasons: What is missing or to beware of, beside `notes`.
            allows_for_levels: Whether the answer allows for seeds sharing levels, so that `notes`
                do not apply.
            more: Further facts, which go before these.
        """
        rows = np.arange(self.n) if numbers is None else np.asarray(numbers, dtype=np.int64)
        scores, is_in = self.scores(role), np.zeros(self.n, dtype=bool)
        is_in[rows] = True
        n_seeds = np.bincount(scores.groups, minlength=self.n)[is_in]
        # Without pairs the numbers of seeds are labels, so only how many there are counts.
        shared = len(np.unique(scores.seeds[is_in[scores.groups]]))
        found: dict[str, Any] = {
            "design": "paired" if self.paired else "unpaired",
            "n_configs": int((n_seeds > 0).sum()),
            "n_seeds": shared if self.paired else int(n_seeds.max(initial=0)),
            "n_failed": int(self.n_failed(role)[is_in].sum()),
            "is_balanced": bool(len(n_seeds) and (n_seeds == n_seeds[0]).all()),
        }
        notes = self.notes if role == Role.RACE and not allows_for_levels else ()
        return found | more | {"reasons": (*notes, *reasons)}

    @property
    def notes(self) -> tuple[str, ...]:
        """What to beware of in any answer that takes the race seeds as independent."""
        if not self.levels:
            return ()
        return (
            f"The seeds of a {self.design} design share levels of {' and '.join(self.levels)}; "
            "here they count as independent, so that intervals are too narrow.",
        )

    def require_a_leader(self) -> None:
        """Refuse where no run has finished.

        Raises:
            ResultsError: No configuration has a finished run.
        """
        if not len(self.race.score):
            message = (
                f"No run of `{self.name}` has finished, so no configuration leads. Wait until one "
                "finishes, or look at what failed (`failures()`, `sweeps show NAME --failures`)."
            )
            raise ResultsError(message)
