"""Moments of groups against numpy and hand-made cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.analysis import moments
from sweeps.analysis.moments import SortedGroups, group_moments

if TYPE_CHECKING:
    import random


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


@given(
    groups=st.lists(st.lists(st.floats(-1e300, 1e300), max_size=5), min_size=1, max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_both_ways_of_sorting_give_the_same(groups: list[list[float]], order: random.Random):
    """Groups of like size are sorted as rows of a table, others as pairs."""
    pairs = [(value, number) for number, values in enumerate(groups) for value in values]
    order.shuffle(pairs)
    values, labels = [value for value, _ in pairs], [number for _, number in pairs]
    found = []
    for most in (0, 10_000):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(moments, "MOST_CELLS_A_VALUE", most)
            ordered = SortedGroups.of(values, labels, len(groups))
        found.append([ordered.values, ordered.groups, ordered.n, ordered.starts])
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
