"""Whether luck differs between configurations: by a lot, and by more than chance."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.variance.unequal import unequal_luck
from tests.analysis.making import scores_of


def noise(sds, n_seeds=12):
    """Give scores with these standard deviations."""
    rng = np.random.default_rng(5)
    return rng.normal(0, 1, (len(sds), n_seeds)) * np.array(sds)[:, None]


@pytest.mark.parametrize("paired", [True, False])
def test_ten_times_the_luck_is_found(paired):
    """With the smallest and the largest standard deviation."""
    low, high = unequal_luck(scores_of(noise([1, 1, 1, 10, 1])), paired=paired) or (0, 0)
    assert 0.4 < low < 1.2
    assert 7 < high < 14


@pytest.mark.parametrize(
    "table",
    [
        noise([1] * 500, n_seeds=6),
        noise([1, 2, 1, 2]),
        noise([1, 30], n_seeds=4),
        noise([1]),
        noise([0, 0]),
    ],
    ids=["many", "twice", "few seeds", "one", "none"],
)
def test_what_may_be_chance_is_not_told(table):
    """Many configurations have a wide range of spreads, and few seeds say nothing."""
    assert unequal_luck(scores_of(table), paired=False) is None
    assert unequal_luck(scores_of(table), paired=True) is None


def test_luck_that_shared_seeds_bring_to_all_is_no_difference():
    """It cancels in comparisons, and hides what does not."""
    shift = 50 * np.random.default_rng(2).normal(size=12)
    table = noise([1, 1, 1, 10, 1]) + shift
    assert unequal_luck(scores_of(table), paired=False) is None
    assert unequal_luck(scores_of(table), paired=True) is not None


def test_huge_scores_do_not_overflow():
    """In the unit of the scores."""
    low, high = unequal_luck(scores_of(noise([1, 1, 10]) * 1e305), paired=True) or (0, 0)
    assert 1e304 < low < high < 2e306
