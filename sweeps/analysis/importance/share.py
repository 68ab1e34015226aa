"""The records of shares of the variance of one run's score."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sweeps.errors import ResultsError

INTERACTIONS = "interactions"
LACK_OF_FIT = "lack of fit"
UNEXPLAINED = "lack of fit and seed"


@dataclass(frozen=True, slots=True)
class Share:
    """What one source adds to the variance of one run's score.

    Attributes:
        term: The dimensions: one for a main effect, two for an interaction, none for the rest.
        source: Name of the rest, such as `interactions`, `lack of fit` or `seed`; "" for a term.
        variance: Estimate in squared units of the score; it may be negative.
        share: Its share of the variance of one run; it may be negative.
        low: Lower bound of the share, at least 0.
        high: Upper bound of the share.
        index: Its share of the variance of configurations, Var E[y | x]; NaN for seeds.
        total: Share of the variance of one run in which a hyperparameter takes any part, at least
            `share`. What the forests miss, up to as much as they find of
            interactions, is taken to lie as these do.
            NaN for all that is no single hyperparameter.
    """

    term: tuple[int, ...]
    source: str
    variance: float
    share: float
    low: float
    high: float
    index: float
    total: float = float("nan")


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the variance of one run's score, which add up to 1.

    Attributes:
        rows: Main effects, interactions of two where asked for, all other `interactions`, the
            lack of fit and each source of the seed's variance. With one seed a configuration the
            last two are one row.
        total: Variance of one run's score over the space and seeds, in squared units.
        between: Variance of configurations, Var E[y | x], which `index` is a share of.
        between_low: Least it can be, where one seed a configuration leaves it open.
        between_high: Most it can be there; both equal `between` elsewhere.
        fit: Share of the variance of the means that the forests predict, out of sample.
        ceiling: What a perfect forest would reach there; NaN with one seed a configuration.
        n_configs: Number of configurations used.
        level: Confidence level of all intervals.
        reasons: Why figures are missing or what to beware of, one sentence each.
    """

    rows: tuple[Share, ...]
    total: float
    between: float
    between_low: float
    between_high: float
    fit: float
    ceiling: float
    n_configs: int
    level: float
    reasons: tuple[str, ...]

    @classmethod
    def unknown(cls, reason: str, *, n_configs: int, level: float) -> Shares:
        """Give no shares, for a reason."""
        nan = float("nan")
        return cls((), nan, nan, nan, nan, nan, nan, n_configs, level, (reason,))

    def times_power(self, exponent: int) -> Shares:
        """Give the same for scores that are larger by a power of two."""

        def squared(variance: float) -> float:
            with np.errstate(over="ignore"):
                return float(np.ldexp(variance, 2 * exponent))

        return replace(
            self,
            rows=tuple(replace(row, variance=squared(row.variance)) for row in self.rows),
            total=squared(self.total),
            between=squared(self.between),
            between_low=squared(self.between_low),
            between_high=squared(self.between_high),
        )

    def of(self, *term: int) -> Share:
        """Give the share of a main effect or an interaction.

        Raises:
            ResultsError: There is no such row.
        """
        for row in self.rows:
            if row.term and row.term == tuple(sorted(term)):
                return row
        message = f"There is no share of dimensions {term}: ask for `order=2` for interactions."
        raise ResultsError(message)

    def rest(self, source: str) -> Share:
        """Give a row that is no term, such as `seed`.

        Raises:
            ResultsError: There is no such row.
        """
        for row in self.rows:
            if row.source and row.source == source:
                return row
        known = ", ".join(row.source for row in self.rows if row.source)
        message = f"There is no row {source!r}. Pass one of: {known}."
        raise ResultsError(message)
