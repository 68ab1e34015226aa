"""Moments of groups against numpy and hand-made cases."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.moments import group_moments


def test_moments_of_groups_equal_those_of_numpy():
    """The sufficient statistics are those of the textbook."""
    moments = group_moments([1.0, 2.0, 6.0], [1, 1, 1], 2)
    assert moments.n.tolist() == [0, 3]
    assert moments.mean[1] == 3.0
    np.testing.assert_allclose(moments.sd[1], np.sqrt(7.0))


def test_huge_scores_of_one_group_leave_the_others_exact():
    """A loss of 1e300 overflows nothing and costs its neighbours no digit."""
    values = [0.1, 0.3, 1e300, 1.7e308, 1.7e308]
    summary = group_moments(values, [0, 0, 1, 1, 1], 2)
    assert summary.mean[0] == pytest.approx(0.2, rel=1e-15)
    assert np.isfinite(summary.mean[1])
    assert np.isfinite(summary.sd[1])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_value_that_is_not_finite_spoils_only_its_own_group(bad):
    """A NaN or an infinity shows in its group and nowhere else, without a warning."""
    moments = group_moments([1.0, bad, 2.0, 4.0], [0, 0, 1, 1], 2)
    assert not np.isfinite(moments.mean[0])
    assert moments.mean[1] == 3.0
    assert np.isnan(moments.sd[0])
