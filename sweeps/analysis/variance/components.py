"""The records of a split of variance: what each source adds, and how far configurations repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from sweeps.analysis.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Component:
    """What one source adds to the variance of one run's score.

    Attributes:
        source: Its name, such as `configuration`, `seed` or `configuration:seed`.
        df: Degrees of freedom of its mean square.
        mean_square: Mean square, in squared units of the score.
        variance: Unbiased estimate, in squared units of the score; it may be negative.
        share: Share of the sum of all variances, negative ones counted as 0, from 0 to 1.
        low: Lower bound of the share.
        high: Upper bound of the share.
        variance_low: Lower bound of the variance, at least 0.
        variance_high: Upper bound of the variance.
    """

    source: str
    df: float
    mean_square: float
    variance: float
    share: float
    low: float
    high: float
    variance_low: float
    variance_high: float


@dataclass(frozen=True, slots=True)
class Components:
    """The variance of one run's score, split by source. Unknown figures are NaN, see `reasons`.

    Attributes:
        components: One entry a source; the last also holds the noise that no source explains.
        design: `one-way`, `crossed`, `nested` or `factorial`.
        icc: Share of the configurations in the variance of one run.
        consistency: The same without what shifts all configurations alike, such as the main
            effect of shared seeds: how far one shared seed ranks configurations.
        reliability: `consistency` of the mean over the seeds that were used.
        mean: Mean of all scores, in their unit.
        mean_error: Standard error of that mean over new configurations and seeds.
        f: Mean square of the configurations over what it would be if they were all equal.
        p_value: Probability of an `f` as large if the configurations were all equal.
        n_configs: Number of configurations used.
        mean_seeds: Seeds of a configuration; where they differ, the effective number, which need
            not be whole.
        n_scores: Number of scores used.
        n_left_out: Number of configurations that could not be used.
        is_balanced: Whether all configurations have the same number of scores.
        estimator: How the variances were estimated, in a few words.
        level: Confidence level of all intervals.
        reasons: Why figures are missing or what to beware of, one sentence each.
    """

    components: tuple[Component, ...]
    design: str
    icc: Estimate
    consistency: Estimate
    reliability: Estimate
    mean: float
    mean_error: float
    f: float
    p_value: float
    n_configs: int
    mean_seeds: float
    n_scores: int
    n_left_out: int
    is_balanced: bool
    estimator: str
    level: float
    reasons: tuple[str, ...]

    def of(self, source: str) -> Component:
        """Give the component of one source.

        Raises:
            ResultsError: There is no such source.
        """
        for component in self.components:
            if component.source == source:
                return component
        known = ", ".join(component.source for component in self.components)
        message = f"The variance has no source {source!r}. Pass one of: {known}."
        raise ResultsError(message)
