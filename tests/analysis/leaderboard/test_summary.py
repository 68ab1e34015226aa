"""Descriptions of groups of scores against numpy and scipy, one group at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sweeps.analysis.leaderboard.summary import describe
from sweeps.errors import ResultsError


@pytest.fixture
def ragged():
    """Groups of 1 to 9 values, in mixed order."""
    rng = np.random.default_rng(0)
    groups = rng.permutation(np.repeat(np.arange(9), np.arange(1, 10)))
    return rng.normal(5.0, 2.0, len(groups)), groups


def test_every_group_is_described_as_if_it_were_alone(ragged):
    """Mean, spread, median, interquartile mean and interval equal those of numpy and scipy."""
    values, groups = ragged
    summary = describe(values, groups, 9, mode="max")
    for group in range(9):
        own = values[groups == group]
        np.testing.assert_allclose(summary.n[group], len(own))
        np.testing.assert_allclose(summary.mean[group], own.mean())
        np.testing.assert_allclose(summary.median[group], np.median(own))
        np.testing.assert_allclose(summary.iqm[group], stats.trim_mean(own, 0.25))
        assert summary.worst[group] == own.min()
        if len(own) > 1:
            np.testing.assert_allclose(summary.sd[group], own.std(ddof=1))
            bounds = stats.t.interval(0.95, len(own) - 1, own.mean(), stats.sem(own))
            np.testing.assert_allclose([summary.low[group], summary.high[group]], bounds)


def test_worst_is_the_largest_where_lower_is_better(ragged):
    """Mode `min` turns the worst score around and nothing else."""
    values, groups = ragged
    up, down = (describe(values, groups, 9, mode=mode) for mode in ("max", "min"))
    assert down.worst[8] == values[groups == 8].max()
    np.testing.assert_array_equal(up.mean, down.mean)
    np.testing.assert_array_equal(up.iqm, down.iqm)


def test_hand_computed_interquartile_mean():
    """Of nine values, two are dropped at either end."""
    summary = describe([9, 1, 2, 3, 4, 5, 6, 7, 800], [0] * 9, 1, mode="max")
    assert summary.iqm[0] == (3 + 4 + 5 + 6 + 7) / 5
    assert summary.median[0] == 5


def test_group_without_values_is_nan():
    """An empty group has no figures but its zero."""
    summary = describe([1.0, 2.0], [0, 2], 4, mode="max")
    assert summary.n.tolist() == [1, 0, 1, 0]
    for figure in (summary.mean, summary.sd, summary.low, summary.median, summary.iqm):
        assert np.isnan(figure[[1, 3]]).all()
    assert np.isnan(summary.worst[3])
    assert np.isnan(summary.sd[0])


def test_no_values_at_all_are_described():
    """A sweep in which nothing finished yet has a description."""
    assert np.isnan(describe([], [], 2, mode="min").mean).all()
    assert len(describe([], [], 0, mode="min").mean) == 0


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_order_of_runs_and_names_of_groups_do_not_matter(data):
    """The figures are equal to the last bit under any order and any relabelling."""
    groups = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=30))
    values = data.draw(st.lists(st.floats(-1e6, 1e6), min_size=len(groups), max_size=len(groups)))
    order = data.draw(st.permutations(range(len(groups))))
    names = np.asarray(data.draw(st.permutations(range(4))))
    before = describe(values, groups, 4, mode="max")
    after = describe(np.asarray(values)[order], names[np.asarray(groups)[order]], 4, mode="max")
    for figure in ("n", "mean", "sd", "low", "high", "median", "iqm", "worst"):
        np.testing.assert_array_equal(getattr(after, figure)[names], getattr(before, figure))


@pytest.mark.parametrize("value", [0.1, 1 / 3, -1e-300, 1e300])
def test_equal_values_have_no_spread(value):
    """Rounding gives equal scores neither a spread nor another mean."""
    summary = describe([value] * 30, [0] * 30, 1, mode="max")
    for figure in (summary.mean, summary.low, summary.high, summary.median, summary.iqm):
        assert figure[0] == value
    assert summary.sd[0] == 0


def test_summary_cannot_be_changed():
    """A result is frozen, its arrays too."""
    with pytest.raises(ValueError, match="read-only"):
        describe([1.0], [0], 1, mode="max").mean[0] = 2.0


def test_unknown_mode_is_refused():
    """A mode is `max` or `min`."""
    with pytest.raises(ResultsError, match=r"`mode` must be `max` or `min`, got 'maximum'"):
        describe([1.0], [0], 1, mode="maximum")
