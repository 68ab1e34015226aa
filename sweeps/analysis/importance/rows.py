"""Rows of the answer: a share, with all that is uncertain of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.importance.share import INTERACTIONS, LACK_OF_FIT, Share
from sweeps.analysis.importance.strata import squared_error

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.response import Response


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """Configurations that no other one can stand for: their own noise is in every share.

    Attributes:
        pull: Twice the share of the space that each stands for; 0 where others can stand for it.
        away: What each scored, less the mean.
        noise: Standard deviation of that by its seeds.
    """

    pull: Floats
    away: Floats
    noise: Floats

    @classmethod
    def of(cls, response: Response, is_alone: Booleans) -> Self:
        """Take those that judge."""
        judges = np.flatnonzero(response.is_judging)
        n, density = response.n_judged[judges], response.density[judges]
        judge = response.judge[judges]
        pull = np.where(is_alone, 2 * density / density.sum(), 0.0)
        away = judge - float(np.average(judge, weights=density))
        return cls(pull, away, np.sqrt(max(response.noise_of_one, 0.0) / n))

    def error(self, effect: Floats | None, share: float) -> float:
        """Give the standard error that their noise leaves in the variance of a term."""
        moved = (0.0 if effect is None else effect) - share * self.away
        return float(np.sqrt(((self.pull * moved) ** 2) @ self.noise**2))


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Makes rows: parts of the variance of one run, by configuration.

    Attributes:
        run: What each configuration says of the variance of one run.
        strata: The regime of each configuration.
        alone: The noise of those that no other one can stand for.
        between: Variance of the configurations.
        normal: Standard errors to each side of an interval.
        width: The same for what rests on the forests.
        common: Standard error of what seeds do to all configurations alike, which all shares have
            in their denominator.
    """

    run: Floats
    strata: Integers
    alone: Alone
    between: float
    normal: float
    width: float
    common: float

    def of(
        self,
        term: tuple[int, ...],
        source: str,
        part: Floats,
        *,
        wobble: float = 0.0,
        common: float = 0.0,
        total: float = math.nan,
        effect: Floats | None = None,
    ) -> Share:
        """Make a row of what each configuration says of its variance.

        Args:
            term: The dimensions.
            source: Name of a row that is no term.
            part: What each configuration says.
            wobble: Further standard error of its variance.
            common: The part of `self.common` that is this row's own.
            total: Variance in which the dimension takes any part.
            effect: What the term does at each configuration.
        """
        whole, value = float(self.run.mean()), float(part.mean())
        share = value / whole
        squared = squared_error((part - share * self.run)[:, None], self.strata)[0]
        own = (1 - share) * common / whole * self.normal / self.width
        lone = self.alone.error(effect, share) / whole
        parts = (math.sqrt(squared) / whole, wobble / whole, own, lone)
        reach = self.width * math.hypot(*parts)
        # What is uncertain of the whole alone makes a share larger or smaller, but not 0.
        others = math.sqrt(max(self.common**2 - common**2, 0.0)) / whole
        factor = math.exp(self.normal * others)
        is_index = source in {"", INTERACTIONS, LACK_OF_FIT} and self.between > 0
        return Share(
            term=term,
            source=source,
            variance=value,
            share=share,
            low=max(share - reach, 0.0) / factor,
            high=max(min((share + reach) * factor, 1.0), share, 0.0),
            index=value / self.between if is_index else math.nan,
            total=total / whole,
        )
