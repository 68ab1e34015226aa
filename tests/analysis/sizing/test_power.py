"""Power and numbers of seeds against published tables, R, scipy and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats

from sweeps.analysis.sizing.power import (
    power_of_difference,
    seeds_for_difference,
    seeds_for_improvement,
    seeds_for_reliability,
    seeds_for_width,
    seeds_to_pick_best,
)
from sweeps.errors import ResultsError


@pytest.mark.parametrize(
    ("effect", "seeds"),
    [(0.2, 393.41), (0.5, 63.77), (0.8, 25.52), (1.0, 16.71), (1.5, 8.06), (2.0, 5.09)],
)
def test_seeds_for_a_difference_are_those_of_the_tables(effect, seeds):
    """Two samples, power 0.8, two-sided 0.05."""
    assert round(seeds_for_difference(effect, 1.0, paired=False), 2) == seeds


def test_power_is_that_of_r():
    """`power.t.test(n = 20, delta = 1)` and `power.t.test(power = .90, delta = 1)`."""
    assert round(float(power_of_difference(20, 1.0, 1.0, paired=False)), 7) == 0.8689528
    assert round(seeds_for_difference(1.0, 1.0, paired=False, power=0.9), 5) == 22.02110


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.999])
def test_power_equals_the_noncentral_t_of_scipy(paired, level):
    """Wherever scipy gives a number."""
    n = np.array([2, 2.5, 3, 5, 10, 30, 300, 5000])
    freedom = n - 1 if paired else 2 * n - 2
    bound = special.stdtrit(freedom, (1 + level) / 2)
    for effect in (0.001, 0.1, 0.5, 1.0, 3.0, 20.0):
        shift = effect * np.sqrt(n if paired else n / 2)
        expected = 1 - special.nctdtr(freedom, shift, bound)
        found = power_of_difference(n, effect, 1.0, paired=paired, level=level)
        assert np.isfinite(found).all()
        known = np.isfinite(expected)
        np.testing.assert_allclose(found[known], expected[known], rtol=1e-9, atol=1e-12)


def test_power_is_what_a_simulation_finds():
    """Welch's and the paired t test reject on the right side as often as promised."""
    rng, n, n_sweeps = np.random.default_rng(0), 6, 20_000
    a, b = rng.normal(1.2, 1.0, (n_sweeps, n)), rng.normal(0.0, 1.0, (n_sweeps, n))
    of_pairs = stats.ttest_rel(a, b, axis=1)
    of_samples = stats.ttest_ind(a, b, axis=1)
    for test, sd, paired in ((of_pairs, math.sqrt(2), True), (of_samples, 1.0, False)):
        share = np.mean((test.pvalue < 0.05) & (test.statistic > 0))
        assert abs(share - power_of_difference(n, 1.2, sd, paired=paired)) < 0.011


@pytest.mark.parametrize("paired", [True, False])
def test_seeds_and_power_undo_each_other(paired):
    """So many seeds have exactly the power asked for, whatever the sign and the unit."""
    for difference in (0.05, 0.4, 3.0):
        n = seeds_for_difference(difference, 1.0, paired=paired, power=0.7, level=0.9)
        found = power_of_difference(n, -1e3 * difference, 1e3, paired=paired, level=0.9)
        assert float(found) == pytest.approx(0.7, abs=1e-7)


@pytest.mark.parametrize("paired", [True, False])
def test_extreme_differences_have_an_answer(paired):
    """None at all takes infinitely many seeds, an obvious one two; nothing overflows."""
    assert seeds_for_difference(0.0, 1.0, paired=paired) == math.inf
    assert seeds_for_difference(1e-300, 1e300, paired=paired) == math.inf
    assert seeds_for_difference(1e300, 1e-300, paired=paired) == 2
    assert seeds_for_difference(1.0, 0.0, paired=paired) == 2
    assert seeds_for_difference(1.0, 1.0, paired=paired, power=0.001) == 2
    assert math.isnan(seeds_for_difference(math.nan, 1.0, paired=paired))
    assert math.isnan(seeds_for_difference(0.0, math.nan, paired=paired))
    assert np.isnan(power_of_difference([0, 1], 1.0, 1.0, paired=paired)).all()


@pytest.mark.parametrize("paired", [True, False])
def test_the_normal_distribution_takes_over_without_a_step(paired):
    """Just above a million seeds the answer goes on as below it."""
    effect = 2.8016 * math.sqrt((1 if paired else 2) / 1e6)
    below, above = (
        seeds_for_difference(effect * part, 1.0, paired=paired) * part**2 for part in (1.001, 0.999)
    )
    assert below == pytest.approx(above, rel=1e-7)


def test_seeds_for_a_width_give_that_width():
    """Upper minus lower bound of Student's interval, at the spread given."""
    for width in (0.1, 1.0, 4.0):
        n = seeds_for_width(2.0, width, level=0.9)
        half = stats.t.ppf(0.95, n - 1) * 2.0 / math.sqrt(n)
        assert 2 * half == pytest.approx(width)
    assert seeds_for_width(1.0, 100.0) == 2
    assert seeds_for_width(1.0, 0.0) == math.inf
    assert seeds_for_width(1.0, 1e-5) == pytest.approx((2 * 1.959964 / 1e-5) ** 2, rel=1e-6)
    assert math.isnan(seeds_for_width(math.nan, 1.0))


@pytest.mark.parametrize("icc", [0.05, 0.5, 0.99])
def test_seeds_for_a_reliability_invert_spearman_and_brown(icc):
    """The mean of so many seeds has the reliability asked for."""
    for target in (0.5, 0.8, 0.95):
        n = seeds_for_reliability(icc, target)
        assert n * icc / (1 + (n - 1) * icc) == pytest.approx(target)


def test_seeds_for_a_reliability_at_the_ends():
    """Pure luck is never reliable; no luck needs nothing; a round answer is not rounded up."""
    assert seeds_for_reliability(0.0, 0.9) == seeds_for_reliability(-0.2, 0.9) == math.inf
    assert seeds_for_reliability(1.0, 0.9) == 0
    assert math.isnan(seeds_for_reliability(math.nan, 0.9))
    assert seeds_for_reliability(0.5, 0.9) == 9


@pytest.mark.parametrize(
    ("gamma", "n"), [(0.6, 180.4), (0.7, 45.1), (0.75, 28.9), (0.8, 20.0), (0.9, 11.3)]
)
def test_seeds_for_an_improvement_are_those_of_noether(gamma, n):
    """One-sided 0.05, power 0.95; being worse takes as many as being better."""
    assert round(seeds_for_improvement(gamma), 1) == n
    assert seeds_for_improvement(1 - gamma) == pytest.approx(seeds_for_improvement(gamma))
    assert seeds_for_improvement(0.5) == math.inf


@pytest.mark.slow
def test_so_many_seeds_pick_the_best_as_often_as_asked():
    """All others equally far behind, the worst case."""
    n = math.ceil(seeds_to_pick_best(6, 0.5, 1.0, 0.9))
    rng = np.random.default_rng(0)
    means = rng.normal(0, 1 / math.sqrt(n), (40_000, 6)) + 0.5 * (np.arange(6) == 0)
    assert np.mean(means.argmax(axis=1) == 0) == pytest.approx(0.9, abs=0.01)


def test_picking_the_best_at_the_ends():
    """A blind guess may do; equally good ones cannot be told apart; spreads of 0 need no seeds."""
    assert seeds_to_pick_best(1, 0.0, 1.0) == seeds_to_pick_best(2, 0.1, 1.0, 0.5) == 0
    assert seeds_to_pick_best(3, 0.0, 1.0) == math.inf
    assert seeds_to_pick_best(3, 1.0, 0.0) == 0
    assert math.isnan(seeds_to_pick_best(3, math.nan, 1.0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: seeds_for_difference(1, 1, paired=True, level=0.05), "`level` must lie between"),
        (lambda: seeds_for_difference(1, 1, paired=True, power=1.0), "`power` must lie between"),
        (lambda: seeds_for_difference(1, -1, paired=True), "`sd` must not be negative"),
        (lambda: seeds_for_width(1, -1), "`width` must not be negative"),
        (lambda: seeds_for_reliability(0.5, 1.0), "`target` must lie between"),
        (lambda: seeds_for_improvement(1.5), "`gamma` must lie between"),
        (lambda: seeds_to_pick_best(0, 1, 1), "`n_configs` must be at least"),
        (lambda: seeds_to_pick_best(5, 1, 1, 1.0), "`probability` must lie between"),
    ],
)
def test_what_is_no_question_is_refused(call, message):
    """The message names the rule; a significance level is not taken for a confidence level."""
    with pytest.raises(ResultsError, match=message):
        call()
