"""The questions about seeds: how much is luck, how many it takes, what fewer would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.results.components import variance_answer
from sweeps.results.needed import needed_answer
from sweeps.results.sensitivity.tuning import TuningQuestions
from sweeps.results.stability import stability_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.results.answer import Answer


class LuckQuestions(TuningQuestions):
    """The part of `Questions` that is about seeds, not about single configurations."""

    def variance(self, top: float | None = None, *, random_seed: int = 0) -> Answer:
        """Split the variance of one run's score into what configurations and seeds add.

        Args:
            top: Share of the configurations to look at, the best ones, such as 0.1; chosen and
                described by different seeds. All configurations by default.
            random_seed: Where the randomness of intervals starts.

        Returns:
            One row per source; `icc`, `reliability` and `mean_seeds` are attributes.

        Raises:
            ResultsError: No run has finished, or `top` is out of its range.

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
            >>> split = results.variance()
            >>> split[["source", "share"]].round(2)
                           source  share
            0       configuration   0.00
            1                seed   0.12
            2  configuration:seed   0.88
            >>> split.design, round(split.reliability.value, 2)
            ('crossed', 0.0)
        """
        return variance_answer(self._evidence, top=top, random_seed=random_seed)

    def seeds_needed(
        self,
        *,
        difference: float | None = None,
        width: float | None = None,
        reliability: float | None = None,
        probability: float | None = None,
        power: float = 0.8,
        top: float | None = None,
        random_seed: int = 0,
    ) -> Answer:
        """Say how many seeds per configuration reach a goal, by the luck in these results.

        `reliability` rests on all configurations. The other goals are about the leaders, so they
        rest on the best 5, or on more where these have few seeds: broken configurations often
        vary ten times as much. To plan a sweep from a pilot, ask the pilot's results.

        Args:
            difference: Difference between two configurations that is to be found.
            width: Width of the 95 % interval of one configuration's mean.
            reliability: Reliability of the configurations' means, between 0 and 1.
            probability: Probability of choosing the best configuration, if it is better than
                the next by `difference` or else by the gap between the first two.
            power: Probability of finding `difference`.
            top: Share of the configurations that all goals rest on, the best ones by half of the
                seeds, such as 0.1: good ones may differ less, and vary less, than all.
            random_seed: Where the randomness starts; without `top` no number depends on it.

        Returns:
            One row per goal that was named, or of a useful set where none was.

        Raises:
            ResultsError: No run has finished, or a goal is out of its range.

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
            >>> results.seeds_needed(difference=1.0, power=0.9)[["goal", "target", "seeds", "have"]]
                     goal  target  seeds  have
            0  difference     1.0     27     3
        """
        return needed_answer(
            self._evidence,
            difference=difference,
            width=width,
            reliability=reliability,
            probability=probability,
            power=power,
            top=top,
            random_seed=random_seed,
        )

    def stability(self, seeds: Sequence[int] | None = None, *, random_seed: int = 0) -> Answer:
        """Say how often fewer seeds would have chosen another configuration, and at what cost.

        Args:
            seeds: Numbers of seeds; by default 1, 2, 3, 5, 10 and so on below those there are.
            random_seed: Where the randomness of the draws starts.

        Returns:
            One row per number of seeds.

        Raises:
            ResultsError: No run has finished, or a number of seeds is none.

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
            >>> results.stability([1, 2])[["n_seeds", "wrong", "cost"]]
               n_seeds     wrong      cost
            0        1  0.333333  0.166667
            1        2  0.166667  0.000000
        """
        return stability_answer(self._evidence, seeds=seeds, random_seed=random_seed)
