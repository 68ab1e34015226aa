"""Intraclass correlations: how far one judge, or the mean of several, can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats


@dataclass(frozen=True, slots=True)
class Intraclass:
    """The six intraclass correlations; negative where targets differ less than judges would.

    Judges are seeds and targets configurations, where the figures are about a sweep.

    Attributes:
        one_way: ICC(1,1): one judge, and every target has other judges.
        agreement: ICC(2,1): one judge of many, the same for all targets, in absolute terms.
        consistency: ICC(3,1): one judge, the same for all targets, for comparisons.
        one_way_mean: ICC(1,k): `one_way` for the mean of all judges.
        agreement_mean: ICC(2,k): `agreement` for the mean of all judges.
        consistency_mean: ICC(3,k): `consistency` for the mean of all judges.
    """

    one_way: float
    agreement: float
    consistency: float
    one_way_mean: float
    agreement_mean: float
    consistency_mean: float


def intraclass(values: ArrayLike) -> Intraclass:
    """Compute the intraclass correlations of a complete table.

    Args:
        values: Scores, shape `(n_targets, n_judges)`, at least 2 x 2.

    Returns:
        The six figures; NaN where a score is missing or all are equal.

    Raises:
        ResultsError: The table is smaller than 2 x 2.

    Example:
        >>> figures = intraclass([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
        >>> round(figures.consistency, 3), round(figures.agreement, 3)
        (1.0, 0.889)

    References:
        Shrout, Fleiss, "Intraclass correlations: uses in assessing rater reliability",
        Psychological Bulletin 86 (1979), 420-428.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < 2:
        message = (
            f"Intraclass correlations need a table of at least 2 targets and 2 judges, got shape "
            f"{table.shape}. Pass one row a target and one column a judge."
        )
        raise ResultsError(message)
    n, k = table.shape
    table = np.ldexp(table, -int(np.frexp(np.nanmax(np.abs(table), initial=0.0))[1]))
    table = table - table[0, 0]  # equal scores become exactly 0
    rows, columns = table.mean(axis=1) - table.mean(), table.mean(axis=0) - table.mean()
    residual = table - table.mean() - rows[:, None] - columns
    targets = k * float((rows**2).sum()) / (n - 1)
    judges = n * float((columns**2).sum()) / (k - 1)
    noise = float((residual**2).sum()) / ((n - 1) * (k - 1))
    within = (judges + (n - 1) * noise) / n
    with np.errstate(invalid="ignore", divide="ignore"):
        between = np.float64(targets)
        return Intraclass(
            one_way=float((between - within) / (between + (k - 1) * within)),
            agreement=float(
                (between - noise) / (between + (k - 1) * noise + k * (judges - noise) / n)
            ),
            consistency=float((between - noise) / (between + (k - 1) * noise)),
            one_way_mean=float((between - within) / between),
            agreement_mean=float((between - noise) / (between + (judges - noise) / n)),
            consistency_mean=float((between - noise) / between),
        )


def spearman_brown(icc: ArrayLike, n: ArrayLike) -> Floats:
    """Give the reliability of the mean over `n` seeds from that of one seed.

    Args:
        icc: Reliability of one seed, from 0 to 1, of any shape.
        n: Numbers of seeds, above 0, of a shape that broadcasts with it.

    Returns:
        `n icc / (1 + (n - 1) icc)`.

    Example:
        >>> float(spearman_brown(0.5, 5).round(6))
        0.833333

    References:
        Spearman, "Correlation calculated from faulty data", British Journal of Psychology 3
        (1910), 271-295; Brown, same volume, 296-322.
    """
    single, number = np.asarray(icc, dtype=np.float64), np.asarray(n, dtype=np.float64)
    return np.asarray(number * single / (1 + (number - 1) * single))
