"""What a configuration may be chosen by: figures of all seeds and of sets of seeds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.choosing.criterion import CRITERIA, Criterion
from sweeps.analysis.interval import Interval
from sweeps.errors import ResultsError
from tests.analysis.making import scores_of

SCORES = np.array([[4.0, 1.0, 3.0, 2.0, 5.0], [2.5, 2.5, 2.5, 2.5, 2.5]])


@pytest.mark.parametrize(
    ("criterion", "best_high", "best_low"),
    [
        (Criterion("mean"), 3.0, 3.0),
        (Criterion("worst"), 1.0, 5.0),
        (Criterion("cvar", 0.4), 1.5, 4.5),
        (Criterion("cvar", 0.3), (1.0 + 0.5 * 2.0) / 1.5, (5.0 + 0.5 * 4.0) / 1.5),
        (Criterion("cvar", 0.01), 1.0, 5.0),
        (Criterion("cvar", 1.0), 3.0, 3.0),
    ],
)
def test_figures_by_hand(criterion, best_high, best_low):
    """The worst are the lowest where higher is better, and the highest where lower is."""
    for mode, expected in (("max", best_high), ("min", best_low)):
        first, second = criterion.figures(scores_of(SCORES), mode=mode)
        assert first.value == pytest.approx(expected)
        assert (second.value, first.n) == (2.5, 5)


def test_the_lower_bound_is_the_bad_end_of_students_interval():
    """The upper one where lower is better; it has no interval itself."""
    expected = stats.ttest_1samp(SCORES[0], 0).confidence_interval(0.95)
    high, low = (
        Criterion("lower_bound").figures(scores_of(SCORES), mode=mode)[0] for mode in ("max", "min")
    )
    assert (high.value, low.value) == pytest.approx((expected.low, expected.high))
    assert not high.is_known
    assert high.reason is not None
    assert "upper bound" in low.method


def test_another_interval_of_the_means_takes_its_place():
    """Where seeds share levels, the bound allows for them."""
    given = Interval(np.array([3.0]), np.array([-1.0]), np.array([7.0]), 0.95)
    (found,) = Criterion("lower_bound").figures(scores_of(SCORES[:1]), mode="max", interval=given)
    assert found.value == -1.0


@pytest.mark.parametrize("name", CRITERIA)
def test_sets_of_seeds_give_what_their_scores_give(name):
    """Missing scores are no scores; a set with too few of them has no figure."""
    rng = np.random.default_rng(3)
    table = rng.normal(100, 1, (6, 7))
    table[rng.random(table.shape) < 0.2] = np.nan
    drawn = rng.random((20, 7)) < 0.6
    criterion = Criterion(name, 0.35)
    has_score = ~np.isnan(table)
    found = criterion.over_sets(np.where(has_score, table, 0.0), has_score, drawn)
    for i, chosen in enumerate(drawn):
        part = np.where(chosen, table, np.nan)
        expected = [each.value for each in criterion.figures(scores_of(part), mode="max")]
        np.testing.assert_allclose(
            np.where(np.isinf(found[i]), np.nan, found[i]), expected, rtol=1e-12
        )


def test_what_cannot_be_a_criterion_is_refused():
    """With what it could have been."""
    with pytest.raises(ResultsError, match=r"No criterion 'cvarr'.*`cvar`"):
        Criterion.of("cvarr")
    for tail in (0.0, -0.1, 1.5, float("nan")):
        with pytest.raises(ResultsError, match="`tail` must lie above 0 and up to 1"):
            Criterion.of("cvar", tail)
