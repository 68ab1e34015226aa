"""The questions about hyperparameters: which matter, for what, and what tuning them buys."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from sweeps.results.sensitivity.importance import importance_answer
from sweeps.results.sensitivity.indices import indices_answer
from sweeps.results.sensitivity.instability import instability_answer
from sweeps.results.sensitivity.landscape import Landscape, landscape_of

if TYPE_CHECKING:
    from sweeps.results.answer import Answer
    from sweeps.results.evidence import Evidence


class SensitivityQuestions(ABC):
    """The part of `Questions` that is about hyperparameters, not about single configurations."""

    @property
    @abstractmethod
    def _evidence(self) -> Evidence:
        """What all answers rest on."""

    @cached_property
    def _landscape(self) -> Landscape:
        return landscape_of(self._evidence)

    def importance(
        self, order: int = 1, *, top: float | None = None, random_seed: int = 0
    ) -> Answer:
        """Say which hyperparameters the variance of one run's score comes from.

        Args:
            order: 1 for each hyperparameter alone, 2 for pairs as well, and so on.
            top: Ask about the good configurations: a score below that of the best share `top`
                counts as the worst among them, so what is left to explain is who gets there, and
                how far above. The whole space by default.
            random_seed: Where the randomness of forests starts.

        Returns:
            One row a hyperparameter, largest first, then pairs, all other `interactions`, the
            `lack of fit` and the `seed`; shares add up to 1. `fit`, `ceiling` and `thin` are
            attributes.

        Raises:
            ResultsError: No run has finished, no hyperparameter varies, or an argument is out of
                its range.

        Example:
            >>> import numpy as np
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> rng = np.random.default_rng(0)
            >>> table = pd.DataFrame({"lr": rng.random(200), "depth": rng.integers(1, 5, 200)})
            >>> table = table.loc[table.index.repeat(3)].assign(seed=[0, 1, 2] * 200)
            >>> table["loss"] = table["lr"] + 0.3 * rng.normal(size=600)
            >>> results = from_frame(
            ...     table, metric="loss", mode="min", hyperparameters=["lr", "depth"]
            ... )
            >>> shares = results.importance().set_index("term")["share"]
            >>> shares[["lr", "depth", "seed"]].round(1).abs().tolist()
            [0.5, 0.0, 0.5]
        """
        return importance_answer(
            self._evidence, self._landscape, order=order, top=top, random_seed=random_seed
        )

    def instability(self, order: int = 1, *, random_seed: int = 0) -> Answer:
        """Say which hyperparameters decide how much the seed matters.

        What is split is the variance, over configurations, of the logarithm of each one's
        variance over seeds. The row `seed` is chance: few seeds tell a variance only roughly.

        Args:
            order: 1 for each hyperparameter alone, 2 for pairs as well, and so on.
            random_seed: Where the randomness of forests starts.

        Returns:
            Rows and columns as those of `importance`.

        Raises:
            ResultsError: No run has finished, no hyperparameter varies, or `order` is unknown.

        Example:
            >>> import numpy as np
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> rng = np.random.default_rng(0)
            >>> table = pd.DataFrame({"lr": rng.random(200), "depth": rng.integers(1, 5, 200)})
            >>> table = table.loc[table.index.repeat(9)].assign(seed=list(range(9)) * 200)
            >>> table["loss"] = table["lr"] + table["depth"] * rng.normal(size=1800)
            >>> results = from_frame(
            ...     table, metric="loss", mode="min", hyperparameters=["lr", "depth"]
            ... )
            >>> results.instability()["term"].iloc[0]
            'depth'
        """
        return instability_answer(
            self._evidence, self._landscape, order=order, random_seed=random_seed
        )

    def indices(self, *, random_seed: int = 0) -> Answer:
        """Give the indices of a designed experiment, sampled by `saltelli` or `morris`.

        They need no model of the score, but seeds that are not shared.

        Args:
            random_seed: Where the randomness of intervals starts.

        Returns:
            One row a hyperparameter, largest first: Sobol' indices of `saltelli`, elementary
            effects of `morris`. No rows for other samplers, with the reason.

        Raises:
            ResultsError: No run has finished.

        Example:
            >>> import pandas as pd
            >>> from sweeps.results import from_frame
            >>> table = pd.DataFrame({"lr": [0.1, 0.2], "seed": [0, 1], "loss": [2.0, 1.0]})
            >>> results = from_frame(table, metric="loss", mode="min", hyperparameters=["lr"])
            >>> results.indices().reasons[0].split(",")[0]
            'Indices come from designed experiments'
        """
        return indices_answer(self._evidence, self._evidence.decided(), random_seed=random_seed)
