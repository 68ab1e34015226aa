"""The questions about tuning: what it buys, what matters near the winner, what led there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.results.sensitivity.ablation import ablation_answer
from sweeps.results.sensitivity.asking import SensitivityQuestions
from sweeps.results.sensitivity.dependence import dependence_answer
from sweeps.results.sensitivity.local import local_answer
from sweeps.results.sensitivity.tunability import tunability_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.results.answer import Answer


class TuningQuestions(SensitivityQuestions):
    """The part of `Questions` that is about single hyperparameters and their values."""

    def tunability(
        self,
        defaults: Mapping[str, object] | None = None,
        *,
        pairs: bool = False,
        random_seed: int = 0,
    ) -> Answer:
        """Say what tuning buys over the defaults: of everything, and of each hyperparameter alone.

        Settings are chosen on half of the runs and valued on the other half, so what tuning buys
        is 0 in the mean where a hyperparameter does nothing.

        Args:
            defaults: Value by hyperparameter; those left out, or all, are the defaults that the
                sweep ran.
            pairs: Whether to tune each pair as well.
            random_seed: Where the randomness of halves and forests starts.

        Returns:
            One row for `all`, then one a hyperparameter, then one a pair; gains are positive where
            tuning makes the score better, in the unit of the metric.

        Raises:
            ResultsError: No run has finished, or `defaults` do not fit the space.

        Example:
            >>> import numpy as np
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> rng = np.random.default_rng(0)
            >>> table = pd.DataFrame({"lr": rng.random(100), "depth": rng.integers(1, 5, 100)})
            >>> table = table.loc[table.index.repeat(4)].assign(seed=[0, 1, 2, 3] * 100)
            >>> table["loss"] = table["lr"] + 0.1 * rng.normal(size=400)
            >>> results = from_frame(
            ...     table, metric="loss", mode="min", hyperparameters=["lr", "depth"]
            ... )
            >>> gain = results.tunability({"lr": 0.5, "depth": 2}).set_index("term")["gain"]
            >>> gain[["lr", "depth"]].round(1).abs().tolist()
            [0.5, 0.0]
        """
        return tunability_answer(
            self._evidence, self._landscape, defaults=defaults, pairs=pairs, random_seed=random_seed
        )

    def local_importance(self, config: str | int = "best", *, random_seed: int = 0) -> Answer:
        """Say how far the score moves when one hyperparameter of a configuration varies alone.

        Args:
            config: The configuration: its identifier, at least 4 characters of its beginning, its
                rank, or `best`.
            random_seed: Where the randomness of halves and forests starts.

        Returns:
            One row an active hyperparameter, largest standard deviation first, in the unit of the
            metric.

        Raises:
            UnknownConfigError: There is no such configuration, or several.
            ResultsError: No run has finished.

        Example:
            >>> import numpy as np
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> rng = np.random.default_rng(0)
            >>> table = pd.DataFrame({"lr": rng.random(100), "depth": rng.integers(1, 5, 100)})
            >>> table = table.loc[table.index.repeat(4)].assign(seed=[0, 1, 2, 3] * 100)
            >>> table["loss"] = table["lr"] + 0.1 * rng.normal(size=400)
            >>> results = from_frame(
            ...     table, metric="loss", mode="min", hyperparameters=["lr", "depth"]
            ... )
            >>> results.local_importance()[["term", "sd"]].round(1)
                term   sd
            0     lr  0.3
            1  depth  0.0
        """
        return local_answer(self._evidence, self._landscape, config=config, random_seed=random_seed)

    def ablation(
        self,
        defaults: Mapping[str, object] | None = None,
        *,
        config: str | int = "best",
        random_seed: int = 0,
    ) -> Answer:
        """Go from the defaults to a configuration, the step that gains most first.

        The order is chosen on half of the runs, and each step is judged by the other half.

        Args:
            defaults: Value by hyperparameter; those left out, or all, are the defaults that the
                sweep ran.
            config: Where to go: an identifier, the beginning of one, a rank, or `best`.
            random_seed: Where the randomness of halves and forests starts.

        Returns:
            The defaults, then one row a step.

        Raises:
            UnknownConfigError: There is no such configuration, or several.
            ResultsError: No run has finished, or `defaults` do not fit the space.

        Example:
            >>> import numpy as np
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> rng = np.random.default_rng(0)
            >>> table = pd.DataFrame({"lr": rng.random(100), "depth": rng.integers(1, 5, 100)})
            >>> table = table.loc[table.index.repeat(4)].assign(seed=[0, 1, 2, 3] * 100)
            >>> table["loss"] = table["lr"] + 0.1 * rng.normal(size=400)
            >>> results = from_frame(
            ...     table, metric="loss", mode="min", hyperparameters=["lr", "depth"]
            ... )
            >>> path = results.ablation({"lr": 0.9, "depth": 2})
            >>> path["term"].iloc[1], path["gain"].iloc[1].round(1)
            ('lr', np.float64(0.9))
        """
        return ablation_answer(
            self._evidence,
            self._landscape,
            defaults=defaults,
            config=config,
            random_seed=random_seed,
        )

    def dependence(self, name: str, *, random_seed: int = 0) -> Answer:
        """Give the expected score by the values of one hyperparameter, averaged over all others.

        Args:
            name: The hyperparameter; only where it is active.
            random_seed: Where the randomness of halves and forests starts.

        Returns:
            One row a value or a range of values, with a band.

        Raises:
            ResultsError: No run has finished, or the hyperparameter does not vary.

        Example:
            >>> import numpy as np
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> rng = np.random.default_rng(0)
            >>> table = pd.DataFrame({"lr": rng.random(100), "depth": rng.integers(1, 5, 100)})
            >>> table = table.loc[table.index.repeat(4)].assign(seed=[0, 1, 2, 3] * 100)
            >>> table["loss"] = table["lr"] + 0.1 * rng.normal(size=400)
            >>> results = from_frame(
            ...     table, metric="loss", mode="min", hyperparameters=["lr", "depth"]
            ... )
            >>> results.dependence("depth")[["value", "mean"]].round(1)["value"].tolist()
            [1, 2, 3, 4]
        """
        return dependence_answer(self._evidence, self._landscape, name, random_seed=random_seed)
