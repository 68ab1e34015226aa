"""Figures that were published about public data, found again through the methods of `Results`.

The batches, plates, drugs or patients are the configurations; the repetitions, samples, patients or
judges stand for the seeds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import sweeps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.estimate import Estimate
    from sweeps.results.answer import Answer
    from sweeps.results.comparing import ConfigComparison
    from sweeps.results.results import Results

pytestmark = pytest.mark.slow  # for the import of scipy.stats

# Davies, Goldsmith (eds., 1972), Statistical Methods in Research and Production, table 6.4, p. 131:
# yield of dyestuff (g) of 5 preparations from each of 6 batches; `Dyestuff` in lme4.
DYESTUFF = (
    (1545, 1440, 1440, 1520, 1580),
    (1540, 1555, 1490, 1560, 1495),
    (1595, 1550, 1605, 1510, 1560),
    (1445, 1440, 1595, 1465, 1545),
    (1595, 1630, 1515, 1635, 1625),
    (1520, 1455, 1450, 1480, 1445),
)

# Box, Tiao (1973), Bayesian Inference in Statistical Analysis, table 5.1.4, p. 247: made-up yields
# with less between the batches than within them; `Dyestuff2` in lme4.
DYESTUFF_2 = (
    (7.298, 3.846, 2.434, 9.566, 7.990),
    (5.220, 6.556, 0.608, 11.788, -0.892),
    (0.110, 10.386, 13.434, 5.510, 8.166),
    (2.212, 4.852, 7.092, 9.288, 4.980),
    (0.282, 9.014, 4.458, 9.446, 7.198),
    (1.722, 4.782, 8.106, 0.758, 3.758),
)

# Davies, Goldsmith (1972), table 6.6, p. 144: diameter (mm) of the zone in which samples of
# penicillin let nothing grow, 24 plates x 6 samples; `Penicillin` in lme4.
PENICILLIN = (
    (27, 23, 26, 23, 23, 21),
    (27, 23, 26, 23, 23, 21),
    (25, 21, 25, 24, 24, 20),
    (26, 23, 25, 23, 23, 20),
    (25, 22, 26, 22, 23, 20),
    (24, 22, 25, 23, 22, 19),
    (24, 20, 23, 21, 22, 19),
    (26, 22, 26, 24, 24, 21),
    (24, 21, 24, 22, 22, 20),
    (24, 21, 24, 23, 22, 19),
    (26, 23, 26, 24, 24, 21),
    (25, 22, 26, 24, 24, 20),
    (26, 24, 26, 24, 25, 22),
    (26, 23, 26, 23, 23, 20),
    (26, 23, 25, 24, 24, 22),
    (25, 22, 25, 23, 23, 20),
    (25, 21, 24, 23, 23, 20),
    (25, 22, 24, 23, 23, 19),
    (24, 21, 23, 21, 21, 19),
    (26, 23, 26, 24, 24, 21),
    (25, 21, 24, 22, 22, 18),
    (25, 22, 25, 22, 22, 20),
    (24, 21, 24, 22, 24, 19),
    (24, 21, 24, 22, 21, 18),
)

# Shrout, Fleiss (1979), Psychological Bulletin 86, table 2: 6 targets rated by 4 judges.
SHROUT_FLEISS = (
    (9, 2, 5, 8),
    (6, 1, 3, 2),
    (8, 4, 6, 8),
    (7, 1, 2, 6),
    (10, 5, 6, 9),
    (6, 2, 4, 7),
)

# Cushny, Peebles (1905), as used by Student (1908), Biometrika 6, p. 20: extra hours of sleep of 10
# patients under two drugs; `sleep` in R.
SLEEP = (
    (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0),
    (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4),
)


def results_of(table: Sequence[Sequence[float]], *, paired: bool) -> Results:
    """Read a table with one configuration a row, one seed a column."""
    rows = [(i, j, score) for i, row in enumerate(table) for j, score in enumerate(row)]
    frame = pd.DataFrame(rows, columns=["row", "seed", "score"])
    return sweeps.from_frame(
        frame, metric="score", mode="max", hyperparameters=["row"], paired=paired
    )


def column(answer: Answer, name: str) -> dict[str, float]:
    """Give a column of variance components by source."""
    return dict(zip(answer["source"], answer[name], strict=True))


def bounds(estimate: Estimate) -> tuple[float, float, float]:
    """Give a figure with its interval."""
    return estimate.value, estimate.low, estimate.high


def drug_1_and_2(*, paired: bool) -> ConfigComparison:
    """Compare the first drug with the second one, which leads."""
    results = results_of(SLEEP, paired=paired)
    assert results.best().config == {"row": 1}
    return results.compare(2, "best")


def test_dyestuff_has_the_published_analysis_of_variance() -> None:
    """Davies and Goldsmith's mean squares, variance and F."""
    answer = results_of(DYESTUFF, paired=False).variance()
    assert answer.design == "one-way"
    assert column(answer, "df") == {"configuration": 5, "seed": 24}
    assert column(answer, "mean_square") == pytest.approx(
        {"configuration": 11271.5, "seed": 2451.25}, abs=1e-9
    )
    assert column(answer, "variance") == pytest.approx(
        {"configuration": 1764.05, "seed": 2451.25}, abs=1e-9
    )
    assert answer.f == pytest.approx(4.598266, abs=5e-7)
    assert answer.p_value == pytest.approx(0.0043975, abs=5e-8)


def test_dyestuff_has_the_published_intraclass_correlation() -> None:
    """Share of the batches with the exact interval by F; the reliability of 5 follows from it."""
    answer = results_of(DYESTUFF, paired=False).variance()
    assert bounds(answer.icc) == pytest.approx((0.418487, 0.083836, 0.847877), abs=5e-7)
    assert column(answer, "share")["configuration"] == answer.icc.value
    assert answer.reliability.value == pytest.approx(1 - 2451.25 / 11271.5, rel=1e-12)


def test_a_negative_component_of_dyestuff_2_is_shown() -> None:
    """No likelihood is maximised at 0 instead; the share counts it as 0."""
    answer = results_of(DYESTUFF_2, paired=False).variance()
    assert column(answer, "variance")["configuration"] == pytest.approx(-1.321912768, abs=1e-9)
    assert column(answer, "share") == {"configuration": 0, "seed": 1}


def test_penicillin_has_the_standard_deviations_of_lme4() -> None:
    """In a complete crossed table, restricted likelihood and mean squares agree."""
    answer = results_of(PENICILLIN, paired=True).variance()
    assert answer.design == "crossed"
    found = {source: math.sqrt(value) for source, value in column(answer, "variance").items()}
    assert found == pytest.approx(
        {"configuration": 0.8467043, "seed": 1.9315584, "configuration:seed": 0.5499231}, abs=5e-7
    )


def test_penicillin_is_the_same_whatever_stands_for_the_seeds() -> None:
    """Plates as seeds and samples as configurations: the same components, names exchanged."""
    turned = np.transpose(PENICILLIN).tolist()
    variance = column(results_of(turned, paired=True).variance(), "variance")
    assert math.sqrt(variance["configuration"]) == pytest.approx(1.9315584, abs=5e-7)
    assert math.sqrt(variance["seed"]) == pytest.approx(0.8467043, abs=5e-7)


def test_shrout_and_fleiss_table_has_the_published_coefficients() -> None:
    """ICC(2,1), ICC(3,1) and, for the mean of all 4 judges, ICC(3,4)."""
    answer = results_of(SHROUT_FLEISS, paired=True).variance()
    assert answer.icc.value == pytest.approx(0.2898, abs=5e-5)
    assert answer.consistency.value == pytest.approx(0.7148, abs=5e-5)
    assert answer.reliability.value == pytest.approx(0.9093, abs=5e-5)


def test_sleep_of_two_groups_has_the_figures_of_r() -> None:
    """`t.test(extra ~ group)` in R: Welch's test."""
    found = drug_1_and_2(paired=False)
    assert not found.paired
    assert found.difference == pytest.approx(-1.58)
    assert (found.t, found.df) == pytest.approx((-1.8608, 17.776), rel=3e-5)
    assert found.p_value == found.p_t == pytest.approx(0.07939, abs=5e-6)
    assert (found.low, found.high) == pytest.approx((-3.3654832, 0.2054832), abs=5e-8)


def test_sleep_of_the_same_patients_has_the_figures_of_r() -> None:
    """`t.test(extra ~ group, paired = TRUE)` in R, and all 1,024 ways to flip the signs."""
    found = drug_1_and_2(paired=True)
    assert (found.paired, found.n_pairs, found.df) == (True, 10, 9)
    assert found.t == pytest.approx(-4.0621, abs=5e-5)
    assert found.p_t == pytest.approx(0.002833, abs=5e-7)
    assert (found.low, found.high) == pytest.approx((-2.4598858, -0.7001142), abs=5e-8)
    assert found.p_value == found.p_exact == 4 / 1024


def test_comparison_with_the_best_repeats_that_of_the_pair() -> None:
    """With two configurations there is nothing to correct for."""
    for paired in (True, False):
        found = drug_1_and_2(paired=paired)
        row = results_of(SLEEP, paired=paired).compare_to_best().iloc[1]
        assert (row["difference"], row["low"], row["high"]) == pytest.approx(
            (found.difference, found.low, found.high), rel=1e-12
        )
        assert row["p_adjusted"] == pytest.approx(found.p_t, rel=1e-9)
