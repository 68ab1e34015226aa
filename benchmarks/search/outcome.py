"""What one method did in one repetition of one case."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.search.cases import regret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.search.cases import Case


@dataclass
class Outcome:
    """A trace of choices: what would be chosen after so many runs.

    Attributes:
        case: The problem.
        trace: Runs so far and scaled regret of the choice then, where it changed.
        chosen: The choice at the end.
        reported: The score that the method reports for it.
        extra: Further figures by name.
    """

    case: Case
    trace: list[tuple[float, float]] = field(default_factory=list)
    chosen: Mapping[str, object] | None = None
    reported: float = math.nan
    extra: dict[str, float] = field(default_factory=dict)

    def choose(self, n_runs: float, config: Mapping[str, object] | None, reported: float) -> None:
        """Note the choice after `n_runs` runs."""
        if config is not self.chosen or not self.trace:
            self.trace.append((n_runs, regret(self.case, config)))
        self.chosen, self.reported = config, reported

    @property
    def regret(self) -> float:
        """Give the scaled regret at the end."""
        return self.trace[-1][1] if self.trace else 1.0

    @property
    def bias(self) -> float:
        """Give by how much the reported score is above the truth."""
        return math.nan if self.chosen is None else self.reported - self.case.truth(self.chosen)


class FailureCount:
    """Counts the runs that were spent on configurations that fail, after the first ones."""

    FREE = 20

    def __init__(self) -> None:
        self.n_runs = 0
        self.n_failed = 0

    def add(self, *, failed: bool) -> None:
        """Count one run."""
        self.n_runs += 1
        self.n_failed += failed and self.n_runs > self.FREE

    @property
    def share(self) -> float:
        """Give the share of all runs that failed after the first 20."""
        return self.n_failed / self.n_runs if self.n_runs else 0.0
