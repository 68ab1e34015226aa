"""The questions about choosing: which configuration, by what, and what it costs in spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.analysis.choosing.criterion import Criterion
from sweeps.results.frontier import frontier_answer
from sweeps.results.luck import LuckQuestions
from sweeps.results.winning import winner_of

if TYPE_CHECKING:
    from sweeps.results.answer import Answer
    from sweeps.results.winner import Winner


class ChoiceQuestions(LuckQuestions):
    """The part of `Questions` that chooses configurations."""

    def best(self, criterion: str = "mean", *, tail: float = 0.2) -> Winner:
        """Give the configuration that leads the leaderboard, and what it is worth.

        Args:
            criterion: What it is to be best in: `mean`, or a figure that minds bad seeds:
                `lower_bound` (the bad end of the 95 % t interval of the mean), `cvar` (the mean
                of the worst seeds) or `worst` (the worst seed).
            tail: Share of the seeds that `cvar` is the mean of, the worst ones.

        Returns:
            The first row of `configs`, with those that cannot be told apart from it; by another
            criterion the best one of those with as few failures and as many seeds. It leads
            by the runs of role `race` alone: to choose again by the validation would flatter
            the validated value too.

        Raises:
            ResultsError: No run has finished, an argument is unknown or out of its range, or
                there is one seed only and the criterion is not `mean`.

        Example:
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> table = pd.DataFrame(
            ...     {
            ...         "lr": [0.1, 0.1, 0.1, 0.2, 0.2, 0.2],
            ...         "seed": [0, 1, 2] * 2,
            ...         "loss": [3.0, 3.0, 3.0, 1.0, 1.0, 5.0],
            ...     }
            ... )
            >>> results = from_frame(table, metric="loss", mode="min", hyperparameters=["lr"])
            >>> results.best().config, results.best("worst").config
            ({'lr': 0.2}, {'lr': 0.1})
        """
        return winner_of(self._evidence, Criterion.of(criterion, tail))

    def frontier(self, *, random_seed: int = 0) -> Answer:
        """Give the configurations that no other beats in both mean and spread over seeds.

        Args:
            random_seed: Where the randomness of the resamples behind `share` starts.

        Returns:
            One row per configuration of the frontier, best mean first.

        Raises:
            ResultsError: No run has finished.

        Example:
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> scores = {
            ...     "loss": [3, 5, 2, 2, 3, 3, 6, 6, 7],
            ...     "lr": [1, 1, 1, 2, 2, 2, 3, 3, 3],
            ...     "seed": [0, 1, 2] * 3,
            ... }
            >>> results = from_frame(
            ...     pd.DataFrame(scores), metric="loss", mode="min", hyperparameters=["lr"]
            ... )
            >>> results.frontier()[["lr", "rank", "mean", "sd", "sd_high"]].round(2)
               lr  rank  mean    sd  sd_high
            0   2     1  2.67  0.58     3.63
        """
        return frontier_answer(self._evidence, random_seed=random_seed)
