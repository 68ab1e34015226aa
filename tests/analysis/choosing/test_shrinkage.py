"""Shrinking against Morris's formulas by hand, invariance and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.choosing.shrinkage import shrunken
from sweeps.analysis.scores import Scores
from sweeps.errors import ResultsError
from tests.analysis.making import scores_of

NAN = math.nan


@pytest.fixture
def table():
    """Eight configurations under five seeds that shift all of them."""
    rng = np.random.default_rng(0)
    return rng.normal(0, 1, 8)[:, None] + rng.normal(0, 2, 5) + rng.normal(0, 1, (8, 5))


def test_independent_seeds_follow_morris(table):
    """Equations 1.16 to 1.20 with the pooled variance within configurations."""
    mean, k, n = table.mean(axis=1), 8, 5
    error = table.var(axis=1, ddof=1).mean() / n
    between = max(mean.var(ddof=1) - error, 0.0)
    shrink = (k - 3) / (k - 1) * error / (between + error)
    leader = int(mean.argmax())
    value = mean[leader] - shrink * (mean[leader] - mean.mean())
    variance = error * (1 - (k - 1) / k * shrink)
    variance += 2 / (k - 3) * (shrink * (mean[leader] - mean.mean())) ** 2
    half = stats.t.ppf(0.95, k * (n - 1)) * math.sqrt(variance)
    found = shrunken(leader, scores_of(table), level=0.9)
    expected = (value, value - half, value + half)
    assert (found.value, found.low, found.high) == pytest.approx(expected)
    assert found.n == 5


def test_shared_seeds_are_no_noise(table):
    """The effect of a seed on all shrinks nothing, and widens the interval of what is expected."""
    leader = int(table.mean(axis=1).argmax())
    paired, alone = (shrunken(leader, scores_of(table), paired=paired) for paired in (True, False))
    assert alone.value < paired.value < table[leader].mean()
    still = table - table.mean(axis=0) + table.mean()
    assert shrunken(leader, scores_of(still), paired=True).value == pytest.approx(paired.value)
    assert shrunken(leader, scores_of(still), paired=True).high < paired.high


def test_configurations_without_the_leaders_seeds_are_left_out_of_a_paired_one(table):
    """They would bring other seeds' luck; with fewer than 4 left all count as independent."""
    holed = table.copy()
    holed[6:, 0] = NAN
    paired = shrunken(0, scores_of(holed), paired=True)
    assert paired.value == pytest.approx(shrunken(0, scores_of(table[:6]), paired=True).value)
    holed[2:, 0] = NAN
    alone = shrunken(0, scores_of(holed))
    assert shrunken(0, scores_of(holed), paired=True).value == pytest.approx(alone.value)


def test_pure_luck_is_drawn_nearly_to_the_mean_of_all():
    """Means that scatter no more than luck would."""
    runs = np.tile([1.0, -1.0, 2.0, -2.0], (40, 1))
    runs[0] += 0.1
    found = shrunken(0, scores_of(runs))
    assert abs(found.value - runs.mean()) < 0.1 * abs(runs[0].mean() - runs.mean())


def test_equal_scores_stay():
    """No spread at all is no division by zero."""
    found = shrunken(1, scores_of(np.full((5, 3), 0.3)))
    np.testing.assert_allclose([found.value, found.low, found.high], 0.3)


def test_huge_scores_do_not_overflow():
    """Values near the largest float."""
    rng = np.random.default_rng(0)
    for paired in (True, False):
        found = shrunken(0, scores_of(rng.uniform(0.5, 1.0, (6, 3)) * 1e308), paired=paired)
        assert 0.5e308 < found.value < 1e308


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([[1.0, 2.0]] * 3, "got 3"),
        ([[1.0]] * 9, "got 1 for each"),
        ([[NAN, NAN], *[[1.0, 2.0]] * 5], "no finished run"),
        ([[1.0, NAN], *[[NAN, 2.0]] * 5], "got 1 for each"),
    ],
)
def test_too_little_to_shrink_by_is_refused_with_a_reason(table, words):
    """Three configurations, one seed, or a leader without a run."""
    for paired in (True, False):
        found = shrunken(0, scores_of(table), paired=paired)
        assert math.isnan(found.value)
        assert found.reason is not None
        assert words in found.reason


@pytest.mark.parametrize("paired", [True, False])
def test_order_labels_and_scale_do_not_matter(table, paired):
    """Shuffled runs, other labels and another unit."""
    rng = np.random.default_rng(1)
    scores, names, seeds = scores_of(table), rng.permutation(8), rng.permutation(99)
    order = rng.permutation(len(scores.score))
    moved = Scores(
        scores.score[order] * 40 - 3, names[scores.groups[order]], seeds[scores.seeds[order]], 8
    )
    before = shrunken(2, scores, paired=paired)
    after = shrunken(int(names[2]), moved, paired=paired)
    for name in ("value", "low", "high"):
        assert getattr(after, name) == pytest.approx(getattr(before, name) * 40 - 3)


def test_a_level_is_a_share(table):
    """Per cents are refused."""
    with pytest.raises(ResultsError, match="`level` must lie between"):
        shrunken(0, scores_of(table), level=95)
