"""Shares of runs better than a threshold."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.describing.profile import profile
from sweeps.analysis.describing.rate import wilson
from sweeps.errors import ResultsError

NAN = np.nan


def test_share_counts_what_is_strictly_better():
    """A score at the threshold is not better than it, in either mode."""
    x = [1.0, 2.0, 2.0, 3.0]
    assert profile(x, [0, 1, 2, 3], mode="max").share.tolist() == [1.0, 0.75, 0.25, 0.0]
    assert profile(x, [1, 2, 3, 4], mode="min").share.tolist() == [0.0, 0.25, 0.75, 1.0]


def test_failed_run_reaches_no_threshold():
    """It counts in the denominator and nowhere else, in either mode."""
    for mode, threshold in (("max", -1e9), ("min", 1e9)):
        found = profile([1.0, NAN, 2.0, NAN], [threshold], mode=mode)
        assert found.share[0] == 0.5
        assert (found.n, found.n_failed) == (4, 2)


def test_one_task_has_wilsons_interval():
    """The interval of a success rate."""
    found = profile(np.arange(10.0), [6.5], mode="max")
    expected = wilson(3, 10)
    assert (found.low[0], found.high[0]) == (expected.low, expected.high)


def test_tasks_that_differ_tell_more_of_the_share():
    """All of one task above and all of the other below: half, and sure of it."""
    apart = profile(np.repeat([[0.0, 1.0]], 10, axis=0), [0.5], mode="max")
    mixed = profile(np.repeat([[0.0, 1.0]], 10, axis=0).reshape(20), [0.5], mode="max")
    assert apart.share[0] == mixed.share[0] == 0.5
    assert apart.high[0] - apart.low[0] < 0.7 * (mixed.high[0] - mixed.low[0])


def test_share_of_one_on_several_tasks_still_has_a_width():
    """A bootstrap would give none."""
    found = profile(np.ones((3, 4)), [0.0], mode="max")
    expected = wilson(12, 12)
    assert (found.low[0], found.high[0]) == (expected.low, 1.0)


def test_order_of_runs_tasks_and_thresholds_does_not_matter():
    """Each threshold has its own answer."""
    rng = np.random.default_rng(0)
    x, taus = rng.normal(size=(6, 4)), rng.normal(size=9)
    order = rng.permutation(9)
    found = profile(x, taus, mode="max")
    shuffled = profile(rng.permuted(x, axis=0)[:, ::-1], taus[order], mode="max")
    np.testing.assert_allclose(shuffled.low, found.low[order], rtol=1e-14)


def test_no_run_and_no_threshold_are_answers():
    """Unknown, and nothing, without a warning."""
    assert np.isnan(profile([], [1.0], mode="max").share).all()
    assert profile([1.0], [], mode="max").share.shape == (0,)


def test_interval_over_tasks_covers_what_it_says():
    """Five tasks of different level, four runs each: at least 94 % hold the true share."""
    rng = np.random.default_rng(1)
    levels = np.linspace(-1.5, 1.5, 5)
    truth = (rng.normal(size=(200_000, 5)) + levels > 0.3).mean()
    held = 0
    for _ in range(2_000):
        found = profile(rng.normal(size=(4, 5)) + levels, [0.3], mode="max")
        held += found.low[0] <= truth <= found.high[0]
    assert 0.94 < held / 2_000 < 0.99


def test_wrong_mode_is_refused():
    """Better has to have a direction."""
    with pytest.raises(ResultsError, match="`mode` must be"):
        profile([1.0], [0.0], mode="up")
