"""How much better the leader looks: its direction, and no easy seed taken for luck."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sweeps.analysis.choosing.optimism import optimism, optimism_by_seed
from sweeps.analysis.choosing.winner import leave_one_seed_out
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.table import Table
from sweeps.errors import ResultsError

NAN = math.nan


def by_seed(values, mode="max", leader=0, **options):
    """Leave each seed out in turn."""
    apart = ~np.eye(np.shape(values)[1], dtype=bool)
    return optimism_by_seed(leader, Table(np.asarray(values)), apart, mode=mode, **options)


def test_optimism_is_positive_where_the_plain_mean_flatters():
    """For losses, lower flatters."""
    low, high = Estimate(1.0, 0.0, 2.0, 5), Estimate(3.0, 2.0, 4.0, 5)
    assert optimism(high, low, "max") == optimism(low, high, "min") == 2
    assert math.isnan(optimism(low, Estimate.unknown("One seed."), "max"))


def test_with_all_scores_it_is_the_difference_of_the_means():
    """The leader's own and that of leaving one seed out, in either direction."""
    values = np.random.default_rng(1).normal(size=(50, 4))
    leader = int(values.mean(axis=1).argmax())
    found = leave_one_seed_out(Table(values), mode="max").value
    expected = values[leader].mean() - found
    assert expected > 0
    assert by_seed(values, leader=leader) == pytest.approx(expected)
    assert by_seed(-values, "min", leader) == pytest.approx(expected)


def test_easy_seeds_on_which_the_others_failed_are_no_luck():
    """Five configurations are equally good, and all but the leader failed on the easy seed."""
    seeds = np.array([0.1, 0.2, 0.1, 0.2, 1.0])
    values = np.tile(seeds, (5, 1))
    values[1:, 4] = NAN
    assert by_seed(values) == pytest.approx(0.0)
    assert by_seed(-values, "min") == pytest.approx(0.0)
    values[0, 0], values[1:, 1] = NAN, NAN
    assert by_seed(values) == pytest.approx(0.0)


def test_only_seeds_that_judge_and_that_both_have_are_compared():
    """Where the chosen one or the leader has no score, or the seed had a say, nothing counts."""
    values = [[5.0, 0.0, 3.0], [0.0, 4.0, 2.0]]
    judging = np.array([False, True, True])
    assert by_seed(values, left_out=judging) == pytest.approx(0.0)
    assert math.isnan(by_seed([[1.0, NAN], [NAN, 2.0]]))


def test_huge_scores_do_not_overflow():
    """Values near the largest float."""
    values = np.array([[1.0, 1.2, 1.1], [1.1, 1.0, 1.3]]) * 1e308
    assert math.isfinite(by_seed(values))


def test_unknown_modes_are_refused():
    """A mode is `max` or `min`."""
    with pytest.raises(ResultsError, match="`mode` must be"):
        optimism(Estimate.unknown(""), Estimate.unknown(""), "best")
    with pytest.raises(ResultsError, match="`mode` must be"):
        by_seed(np.ones((2, 2)), "best")
