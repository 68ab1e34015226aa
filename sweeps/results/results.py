"""`Results`: typed access to a sweep's runs, configurations, curves and decisions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.leaderboard.rung import changes_no_comparison
from sweeps.analysis.leaderboard.summary import check_mode
from sweeps.planner.event import Role
from sweeps.results.configs import configs_frame
from sweeps.results.evidence import Evidence
from sweeps.results.questions import Questions
from sweeps.results.source import Snapshot
from sweeps.results.sources import shared_levels
from sweeps.results.stored import StoredSource, facts_of
from sweeps.results.table import curves_frame, decisions_frame, failures_frame, runs_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sweeps.results.source import Configs, Curves, Runs, Source
    from sweeps.space import Space
    from sweeps.store import Store, SweepRow


class Results(Questions):
    """Everything that a sweep found, as plain pandas frames.

    Made by `sweeps.run`, `sweeps.load` or `sweeps.from_frame`. Frames are built when they are
    first asked for and kept, so they show the sweep as it was then. `docs/results.md` lists
    every column with its dtype, unit and meaning.

    Attributes:
        name: Name of the sweep.
        metric: Name of the target metric.
        mode: `max` where a higher score is better, `min` where a lower one is.
        hyperparameters: Their names, in the order of their columns.
        paired: Whether the same seed means the same randomness in every configuration.
        provenance: Where the results come from: commit, packages, machine; empty if unknown.
        space: The search space, None if unknown.
        status: `running`, `interrupted`, `finished` or `failed`; None if unknown.
        message: One sentence on how the sweep ended, None where there is nothing to say.
        n_planned: Number of runs that the sweep has when it is done, validation aside; None if
            unknown, as in a race.
        rungs: Numbers of seeds at which a race promotes, none for a fixed number of seeds.
        design: `crossed` or `nested` where the seeds follow a design over their sources of
            randomness; None where all sources vary together.
        levels: Number of levels of each source in that design, in its order; empty without one.
        master_seed: The seed from which the sweep draws; None where somebody else made the runs.

    Example:
        >>> import pandas as pd
        >>> from sweeps.results import from_frame
        >>> table = pd.DataFrame(
        ...     {"C": [1, 1, 10, 10], "seed": [0, 1, 0, 1], "accuracy": [0.8, 0.9, 0.9, 1.0]}
        ... )
        >>> results = from_frame(table, metric="accuracy", mode="max", hyperparameters=["C"])
        >>> results.configs[["C", "n_seeds", "mean", "rank"]]
            C  n_seeds  mean  rank
        0  10        2  0.95     1
        1   1        2  0.85     2
    """

    def __init__(  # noqa: PLR0913 - keyword-only facts of a sweep
        self,
        source: Source,
        *,
        name: str,
        metric: str,
        mode: str,
        hyperparameters: Sequence[str],
        paired: bool = True,
        provenance: Mapping[str, Any] | None = None,
        space: Space | None = None,
        status: str | None = None,
        message: str | None = None,
        n_planned: int | None = None,
        rungs: Sequence[int] = (),
        design: str | None = None,
        levels: Mapping[str, int] | None = None,
        master_seed: int | None = None,
    ) -> None:
        check_mode(mode)
        self._source = source
        self.name = name
        self.metric = metric
        self.mode = mode
        self.hyperparameters = tuple(hyperparameters)
        self.paired = paired
        self.provenance = dict(provenance or {})
        self.space = space
        self.status = status
        self.message = message
        self.n_planned = n_planned
        self.rungs = tuple(rungs)
        self.design = design
        self.levels = dict(levels or {})
        self.master_seed = master_seed

    @classmethod
    def from_store(cls, store: Store, row: SweepRow) -> Results:
        """Read the results of a stored sweep; it may still be running.

        Args:
            store: The store. It is read when a frame is first asked for, so keep it open.
            row: The sweep in it.

        Raises:
            StoreError: The store cannot be read.
        """
        return cls(StoredSource(store, row), **facts_of(store, row))

    def __repr__(self) -> str:
        """Say which sweep this is and how much of it there is."""
        n_configs, n_runs = len(self._configs.ids), len(self._runs.seeds)
        return f"<Results of {self.name!r}: {n_runs} runs of {n_configs} configurations>"

    @cached_property
    def _snapshot(self) -> Snapshot:
        read = self._source.snapshot()
        return Snapshot(read.configs, read.runs.ordered())

    @property
    def _configs(self) -> Configs:
        return self._snapshot.configs

    @property
    def _runs(self) -> Runs:
        return self._snapshot.runs

    @cached_property
    def _curves(self) -> Curves:
        return self._source.curves(self._configs)

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(
            name=self.name,
            configs=self._configs,
            runs=self._runs,
            board=self._leaderboard,
            metric=self.metric,
            mode=self.mode,
            hyperparameters=self.hyperparameters,
            paired=self.paired,
            rungs=self.rungs,
            is_quiet=self.is_quiet,
            design=self.design,
            levels=self.levels,
            space=self.space,
            master_seed=self.master_seed,
            decided=self._source.decisions,
        )

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run that is over, by configuration, role and seed."""
        return runs_frame(
            self._configs, self._runs, metric=self.metric, hyperparameters=self.hyperparameters
        )

    @cached_property
    def configs(self) -> pd.DataFrame:
        """One row per configuration, best first."""
        return self._leaderboard.copy(deep=False)

    @cached_property
    def _leaderboard(self) -> pd.DataFrame:
        """The frame of configurations, out of reach of whoever changes theirs."""
        return configs_frame(
            self._configs,
            self._runs,
            metric=self.metric,
            mode=self.mode,
            hyperparameters=self.hyperparameters,
            paired=self.paired,
            rungs=self.rungs,
            shared=shared_levels(self._runs, self.design, tuple(self.levels)),
        )

    @cached_property
    def curves(self) -> pd.DataFrame:
        """One row per run and step; no rows for an objective that reports once."""
        return curves_frame(self._configs, self._curves, hyperparameters=self.hyperparameters)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """One row per decision of the planner, in the order in which they were taken."""
        return decisions_frame(self._source.decisions())

    def failures(self) -> pd.DataFrame:
        """Give one row per run that is over without a score, with its reason.

        Returns:
            The columns that `docs/results.md` lists for `failures()`, rows in the order of
            `runs`.
        """
        kept = self._source.failures()
        return failures_frame(self._configs, self._runs, kept, metric=self.metric)

    @property
    def ignores_seed(self) -> bool | None:
        """Whether no seed ever changed a score.

        True where every configuration with two or more finished seeds has exactly the same
        score for all of them, False where one has not, None where none has two.
        """
        scores = self._runs.scores(self.metric, len(self._configs.ids), Role.RACE)
        first = np.unique(scores.groups, return_index=True)[1]
        n = np.diff(np.append(first, len(scores.groups)))
        if not (n >= 2).any():
            return None
        return bool((scores.score == np.repeat(scores.score[first], n)).all())

    @property
    def is_quiet(self) -> bool | None:
        """Whether the seed changes no comparison: it shifts all configurations alike, or none.

        None where no two configurations share two finished seeds, or seeds are not paired.
        """
        if not self.paired:
            return None
        scores = self._runs.scores(self.metric, len(self._configs.ids), Role.RACE)
        return changes_no_comparison(scores)
