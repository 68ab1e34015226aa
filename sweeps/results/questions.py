"""The questions that results answer: which configuration, how surely, and how many seeds."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from sweeps.results.bands import band_answer
from sweeps.results.choices import ChoiceQuestions
from sweeps.results.comparing import compare_all, compare_two
from sweeps.results.describing import interval_answer, profile_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sweeps.results.answer import Answer
    from sweeps.results.comparing import ConfigComparison
    from sweeps.results.source import Curves


class Questions(ChoiceQuestions):
    """Methods of `Results` that answer a question, each with its interval or a reason.

    `docs/results.md` lists what they give, `docs/statistics.md` which to ask when. What draws
    random numbers takes `random_seed`, and gives the same for the same one.
    """

    @property
    @abstractmethod
    def _curves(self) -> Curves:
        """What was reported step by step."""

    def compare(
        self, a: str | int, b: str | int, *, role: str | None = None, random_seed: int = 0
    ) -> ConfigComparison:
        """Compare two configurations, seed by seed where they share seeds.

        Args:
            a: The first: its identifier, at least 4 characters of its beginning, its rank (1
                leads), or `best`.
            b: The second.
            role: `race` or `validation`: whose seeds to use. By default fresh ones where both
                have 2 finished runs on them, else those of the race.
            random_seed: Where the randomness of what is drawn starts.

        Returns:
            The difference, `a` minus `b`, and all about it.

        Raises:
            UnknownConfigError: There is no such configuration, or several.
            ResultsError: Both are the same one, or `role` is unknown.

        Example:
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> scores = {
            ...     "loss": [3, 5, 2, 2, 3, 3],
            ...     "lr": [1, 1, 1, 2, 2, 2],
            ...     "seed": [0, 1, 2] * 2,
            ... }
            >>> results = from_frame(
            ...     pd.DataFrame(scores), metric="loss", mode="min", hyperparameters=["lr"]
            ... )
            >>> found = results.compare(2, "best")
            >>> round(found.difference, 3), found.p_value, found.smallest_p
            (0.667, 0.75, 0.25)
        """
        return compare_two(self._evidence, a, b, role=role, random_seed=random_seed)

    def compare_to_best(self, *, pooled: bool = False) -> Answer:
        """Compare every configuration with the leader, corrected for how many there are.

        Args:
            pooled: Whether to take one residual variance for all configurations: narrower
                intervals at few seeds, if luck is as large for all of them.

        Returns:
            One row per configuration, best first; `difference` is its mean minus the leader's.

        Raises:
            ResultsError: No run has finished.

        Example:
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> scores = {
            ...     "loss": [3, 5, 2, 2, 3, 3],
            ...     "lr": [1, 1, 1, 2, 2, 2],
            ...     "seed": [0, 1, 2] * 2,
            ... }
            >>> results = from_frame(
            ...     pd.DataFrame(scores), metric="loss", mode="min", hyperparameters=["lr"]
            ... )
            >>> results.compare_to_best()[["lr", "difference", "p_adjusted", "tied"]].round(3)
               lr  difference  p_adjusted  tied
            0   2       0.000         NaN  True
            1   1       0.667       0.529  True
        """
        return compare_all(self._evidence, pooled=pooled)

    def intervals(
        self, statistic: str = "iqm", *, threshold: float | None = None, tail: float = 0.2
    ) -> Answer:
        """Describe each configuration's seeds by one figure with its 95 % interval.

        Args:
            statistic: `mean`, `median`, `iqm`, `trimmed_mean`, `cvar`, `worst`, `success_rate`
                or `failure_rate`.
            threshold: Score that a run must reach to be a success; for `success_rate` alone.
            tail: Share of the seeds that `cvar` is the mean of, the worst ones.

        Returns:
            One row per configuration, best first.

        Raises:
            ResultsError: An argument is unknown, missing or out of its range.

        Example:
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> scores = {
            ...     "loss": [3, 5, 2, 2, 3, 3],
            ...     "lr": [1, 1, 1, 2, 2, 2],
            ...     "seed": [0, 1, 2] * 2,
            ... }
            >>> results = from_frame(
            ...     pd.DataFrame(scores), metric="loss", mode="min", hyperparameters=["lr"]
            ... )
            >>> results.intervals("success_rate", threshold=2)[
            ...     ["lr", "value", "low", "high"]
            ... ].round(2)
               lr  value   low  high
            0   2   0.33  0.06  0.79
            1   1   0.33  0.06  0.79
        """
        return interval_answer(self._evidence, statistic, threshold=threshold, tail=tail)

    def profiles(
        self,
        configs: Iterable[str | int] | None = None,
        thresholds: Sequence[float] | None = None,
    ) -> Answer:
        """Give the share of each configuration's runs that are better than each threshold.

        Args:
            configs: Which configurations, named as for `compare`; the first 10 by default.
            thresholds: Scores; by default spread over those that occurred.

        Returns:
            One row per configuration and threshold. A failed run is better than none.

        Raises:
            UnknownConfigError: There is no such configuration, or several.
            ResultsError: A threshold is no finite number.

        Example:
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> scores = {
            ...     "loss": [3, 5, 2, 2, 3, 3],
            ...     "lr": [1, 1, 1, 2, 2, 2],
            ...     "seed": [0, 1, 2] * 2,
            ... }
            >>> results = from_frame(
            ...     pd.DataFrame(scores), metric="loss", mode="min", hyperparameters=["lr"]
            ... )
            >>> results.profiles(["best"], thresholds=[2, 2.5, 4])[["threshold", "share"]].round(2)
               threshold  share
            0        2.0   0.00
            1        2.5   0.33
            2        4.0   1.00
        """
        return profile_answer(self._evidence, configs, thresholds)

    def bands(
        self,
        configs: Iterable[str | int] | None = None,
        metric: str | None = None,
        *,
        simultaneous: bool = False,
        random_seed: int = 0,
    ) -> Answer:
        """Give the mean learning curve of each configuration with its 95 % band.

        Args:
            configs: Which configurations, named as for `compare`; the first 10 by default.
            metric: Which metric; the target by default.
            simultaneous: Whether the band holds the whole mean curve, not each step by itself.
            random_seed: Where the randomness of a simultaneous band starts.

        Returns:
            One row per configuration and step; no rows for objectives that report once.

        Raises:
            UnknownConfigError: There is no such configuration, or several.
            ResultsError: Nothing called `metric` was reported.

        Example:
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> scores = {
            ...     "loss": [3, 5, 2, 2, 3, 3],
            ...     "lr": [1, 1, 1, 2, 2, 2],
            ...     "seed": [0, 1, 2] * 2,
            ... }
            >>> results = from_frame(
            ...     pd.DataFrame(scores), metric="loss", mode="min", hyperparameters=["lr"]
            ... )
            >>> results.bands().reasons[0].split(",")[0]
            'No run reported step by step'
        """
        return band_answer(
            self._evidence,
            self._curves,
            configs,
            metric=metric,
            simultaneous=simultaneous,
            random_seed=random_seed,
        )
