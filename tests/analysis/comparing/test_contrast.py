"""Differences with their errors against scipy and hand-made cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.comparing.contrast import Contrast, contrasts_to
from sweeps.analysis.comparing.shared_levels import SharedLevels
from sweeps.analysis.interval import mean_interval
from sweeps.analysis.moments import Moments, group_moments
from sweeps.analysis.scores import Scores


def moments(*samples):
    groups = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    return group_moments(np.concatenate(samples), groups, len(samples))


def test_t_and_p_of_samples_equal_those_of_scipy():
    """Welch's test, for several pairs of samples at once."""
    rng = np.random.default_rng(0)
    a, b = (rng.normal(0, 1, 5), rng.normal(1, 1, 9)), (rng.normal(0, 3, 7), rng.normal(0, 1, 4))
    found = Contrast.of_samples(moments(*a), moments(*b))
    expected = [stats.ttest_ind(x, y, equal_var=False) for x, y in zip(a, b, strict=True)]
    assert found.t() == pytest.approx([test.statistic for test in expected])
    assert found.p_value() == pytest.approx([test.pvalue for test in expected])
    assert found.freedom == pytest.approx([test.df for test in expected])
    bounds = [test.confidence_interval(0.9) for test in expected]
    interval = found.interval(0.9)
    assert interval.low == pytest.approx([bound.low for bound in bounds])
    assert interval.high == pytest.approx([bound.high for bound in bounds])


def test_interval_of_samples_swaps_with_them():
    """Exchanging the samples mirrors the interval."""
    one, other = moments([1.0, 1.3, 0.8]), moments([1.4, 3.0, -1.0, 2.0])
    forth, back = (
        Contrast.of_samples(*pair).interval(0.95) for pair in ((one, other), (other, one))
    )
    np.testing.assert_allclose(forth.low, -back.high)
    np.testing.assert_allclose(forth.high, -back.low)


def test_interval_with_one_constant_sample_is_that_of_the_other():
    """Where one sample does not vary, only the other's freedom counts."""
    values = [1.0, 2.0, 4.0, 3.0]
    interval = Contrast.of_samples(moments(values), moments([0.0] * 8)).interval(0.95)
    np.testing.assert_allclose(interval.low, [mean_interval(values).low])


def test_samples_need_two_values_on_either_side():
    """One value in either sample leaves the bounds unknown, without a warning."""
    one, many = moments([1.0], [1.0, 2.0, 3.0]), moments([1.0, 2.0, 3.0], [])
    found = Contrast.of_samples(one, many)
    assert not found.is_known.any()
    assert not found.interval(0.95).is_known.any()


def test_t_and_p_of_pairs_equal_those_of_scipy():
    """The paired t test is the t test of the differences."""
    differences = np.random.default_rng(1).normal(0.5, 1, 8)
    found = Contrast.of_pairs(moments(differences))
    expected = stats.ttest_1samp(differences, 0)
    assert found.p_value() == pytest.approx([expected.pvalue])
    assert found.interval(0.95).high == pytest.approx(expected.confidence_interval(0.95).high)


def test_corrected_intervals_share_what_may_go_wrong():
    """Ten intervals at 95 % are each at 99.5 %."""
    found = Contrast.of_pairs(moments([1.0, 2.0, 4.0]))
    expected = found.interval(0.995)
    assert found.interval(0.95, n_compared=10).low == pytest.approx(expected.low)


def test_difference_without_spread_is_certain():
    """An error of 0 makes any difference infinitely many errors wide, and none 0."""
    found = Contrast.of_pairs(moments([0.1, 0.1], [0.0, 0.0], [-3.0]))
    assert found.t().tolist()[:2] == [np.inf, 0.0]
    assert found.p_value().tolist()[:2] == [0.0, 1.0]
    assert found.is_known.tolist() == [True, True, False]
    assert np.isnan(found.p_value()[2])


def test_scores_that_are_not_finite_have_no_interval():
    """An infinite mean is no difference to test, without a warning."""
    infinite = Moments(np.array([3.0]), np.array([np.inf]), np.array([np.nan]))
    finite = Moments(np.array([3.0]), np.array([0.0]), np.array([1.0]))
    assert not Contrast.of_samples(infinite, finite).is_known.any()
    assert not Contrast.of_pairs(infinite).is_known.any()


def test_few_shared_seeds_fall_back_one_by_one():
    """Each configuration is compared by pairs where it can be, else as a sample."""
    score = np.array([1.0, 2.0, 4.0, 2.0, 4.0, 7.0, 0.0, 5.0])
    groups, seeds = np.array([0, 0, 0, 1, 1, 1, 2, 2]), np.array([0, 1, 2, 0, 1, 2, 8, 9])
    found = contrasts_to(0, Scores(score, groups, seeds, 3), paired=True)
    pairs = stats.ttest_rel([2.0, 4.0, 7.0], [1.0, 2.0, 4.0])
    samples = stats.ttest_ind([0.0, 5.0], [1.0, 2.0, 4.0], equal_var=False)
    assert found.p_value()[1:] == pytest.approx([pairs.pvalue, samples.pvalue])
    assert found.estimate[0] == 0.0


def test_differences_over_shared_levels_are_those_of_level_means():
    """What the split adds to one configuration alone is luck drawn as often as there are splits."""
    splits = np.repeat(np.arange(4), 3)
    shared = SharedLevels(np.arange(12) + 5, splits[None], ("split",))
    values = np.random.default_rng(0).normal(size=(3, 12))
    groups, columns = np.indices(values.shape).reshape(2, -1)
    kept = (groups < 2) | (columns < 3)  # the last configuration has seen one split
    score = values.ravel()[kept]
    scores = Scores(score, groups[kept], columns[kept] + 5, 3)
    found = contrasts_to(0, scores, paired=True, shared=shared)
    test = stats.ttest_1samp((values[1] - values[0]).reshape(4, 3).mean(axis=1), 0)
    assert found.p_value()[1] == pytest.approx(test.pvalue)
    assert (found.estimate[0], found.error[0]) == (0.0, 0.0)
    assert found.is_known.tolist() == [True, True, False]
    assert found.estimate[2] == pytest.approx((values[2] - values[0])[:3].mean())
