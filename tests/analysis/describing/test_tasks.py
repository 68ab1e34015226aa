"""Figures over several tasks: published values, definitions, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.describing.statistic import group_statistics
from sweeps.analysis.describing.tasks import AGGREGATES, aggregate, middle_mean
from sweeps.analysis.interval import mean_interval
from sweeps.analysis.scores import Scores
from sweeps.errors import ResultsError

NAN = np.nan
# The two tables of rliable's own tests (Agarwal et al. 2021).
FIRST = [[1.0, 2.0], [2.0, 2.0], [1.0, 1.0], [2.0, 1.0]]
SECOND = [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]


def run(x, statistic, **options):
    """Aggregate with a fresh generator and a goal."""
    gamma = 1.0 if statistic == "optimality_gap" else None
    rng = np.random.default_rng(0)
    return aggregate(x, statistic, rng=rng, **{"gamma": gamma, "n_draws": 500} | options)


def draws_of(n_runs=8, n_tasks=5):
    """Give scores of tasks that differ in level and spread."""
    rng = np.random.default_rng(1)
    return np.arange(n_tasks) + rng.normal(size=(n_runs, n_tasks)) * np.linspace(0.1, 1, n_tasks)


@pytest.mark.parametrize(("x", "value"), [(FIRST, 1.5), (SECOND, 2.0)])
@pytest.mark.parametrize("statistic", ["mean", "median", "iqm"])
def test_values_are_the_published_ones(x, value, statistic):
    """The tables with which the method's authors test their own code."""
    assert run(x, statistic).value == value


def test_values_follow_their_definitions():
    """Means of task means, the trimmed mean of everything, the mean shortfall."""
    x = draws_of()
    expected = {
        "mean": x.mean(),
        "median": np.median(x.mean(axis=0)),
        "iqm": stats.trim_mean(x, 0.25, axis=None),
        "optimality_gap": 1.0 - np.minimum(x, 1.0).mean(),
    }
    for statistic in AGGREGATES:
        assert run(x, statistic).value == pytest.approx(expected[statistic], rel=1e-12)


@pytest.mark.parametrize("n", [4, 7, 12, 30])
def test_interquartile_mean_of_equal_counts_is_the_trimmed_mean(n):
    """A resample that draws every score once is the sample."""
    ordered = np.sort(np.random.default_rng(n).normal(size=n))
    found = middle_mean(np.ones((1, n)), ordered, n // 4, n)
    np.testing.assert_allclose(found, stats.trim_mean(ordered, 0.25), rtol=1e-14)


def test_weights_give_the_trimmed_mean_of_the_resample_they_stand_for():
    """Whole counts of ten scores against the resample written out."""
    rng = np.random.default_rng(2)
    ordered = np.sort(rng.normal(size=12))
    for _ in range(20):
        places = rng.integers(0, 12, 12)
        counts = np.bincount(places, minlength=12)[None, :].astype(float)
        expected = stats.trim_mean(ordered[places], 0.25)
        np.testing.assert_allclose(middle_mean(counts, ordered, 3, 12), expected, rtol=1e-13)


def test_scores_that_are_dropped_cost_no_digits():
    """However far out they lie, at either end."""
    ordered = np.array([-1e200, 0.1, 0.2, 0.4, 0.7, 0.9, 1.1, 1e250])
    for counts in ([1] * 8, [1, 2, 0, 3, 1, 1, 0, 0], [0, 0, 1, 1, 2, 1, 1, 2]):
        expected = stats.trim_mean(np.repeat(ordered, counts), 0.25)
        found = middle_mean(np.array([counts]), ordered, 2, 8)
        np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("statistic", AGGREGATES)
def test_interval_holds_its_value(statistic):
    """And says how it was made, and of how many scores."""
    found = run(draws_of(), statistic)
    assert found.low < found.value < found.high
    assert found.n == 40
    assert found.method
    assert found.reason is None


@pytest.mark.parametrize("statistic", AGGREGATES)
def test_order_of_runs_and_tasks_does_not_matter(statistic):
    """The same generator gives the same bounds, to the last bit, failures included."""
    x = draws_of()
    x[2, 3] = NAN
    rng = np.random.default_rng(3)
    shuffled = rng.permuted(x, axis=0)[:, rng.permutation(5)]
    assert run(x, statistic) == run(shuffled, statistic)


@pytest.mark.parametrize("statistic", ["mean", "median", "iqm"])
@pytest.mark.parametrize("missing", [False, True])
def test_figures_move_with_the_unit_of_the_scores(statistic, missing):
    """Scaling and shifting the scores scales and shifts figure and bounds."""
    x = draws_of()
    if missing:
        x[0, :2] = NAN
    before, after = run(x, statistic), run(3 * x + 7, statistic)
    expected = 3 * np.array([before.value, before.low, before.high]) + 7
    np.testing.assert_allclose([after.value, after.low, after.high], expected, rtol=1e-12)


@pytest.mark.parametrize("statistic", ["mean", "median", "iqm"])
def test_huge_scores_overflow_nothing(statistic):
    """The same figures, 1e300 times as large."""
    before, after = run(draws_of(), statistic), run(draws_of() * 1e300, statistic)
    assert after.high == pytest.approx(before.high * 1e300)


@pytest.mark.parametrize("statistic", AGGREGATES)
def test_equal_scores_have_an_interval_of_no_width(statistic):
    """Nothing varies, nothing is unsure."""
    found = run(np.full((8, 3), 0.1), statistic)
    assert found.low == found.value == found.high


@pytest.mark.parametrize("n_missing", [0, 2])
def test_resampled_spread_is_that_of_independent_runs(n_missing):
    """Where nothing is trimmed off, the bootstrap finds the textbook's standard error.

    Tasks far apart: a quarter of the scores at both ends are two tasks whole, so the figure is the
    mean of the other two, and its variance is known.
    """
    x = np.random.default_rng(4).normal(size=(6, 4)) + 100 * np.arange(4)
    parts = x.var(axis=0, ddof=1)[1:3] / 6
    found = run(x, "iqm", n_draws=20_000, level=0.6827)
    freedom = parts.sum() ** 2 / (parts**2 / 5).sum() / 2
    half = stats.t.ppf(0.84135, freedom) * np.sqrt(parts.sum()) / 2
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.05)


@pytest.mark.parametrize("statistic", ["mean", "median"])
def test_one_task_has_the_t_interval_of_its_seeds(statistic):
    """The median of one task's mean is that mean."""
    x = [0.1, 0.4, 0.2]
    expected = mean_interval(x)
    found = run(x, statistic)
    np.testing.assert_allclose([found.low, found.high], [expected.low, expected.high])


def test_interquartile_mean_of_one_task_is_that_of_a_configuration():
    """The same question has the same answer."""
    x = np.random.default_rng(5).normal(size=9)
    groups = np.zeros(9, dtype=int)
    expected = group_statistics(Scores(x, groups, np.arange(9), 1), "iqm", mode="max")
    found = run(x, "iqm")
    assert (found.value, found.low) == (expected.value[0], expected.low[0])


def test_interquartile_mean_of_three_scores_is_refused():
    """There is no middle half of three."""
    found = run([1.0, 2.0, 3.0], "iqm")
    assert np.isnan(found.value)
    assert "at least 4 scores" in found.reason


@pytest.mark.parametrize(
    ("shape", "statistic"),
    [((1, 10), "iqm"), ((1, 2), "mean"), ((5, 1), "iqm"), ((3, 2), "iqm"), ((5, 10), "median")],
)
def test_too_few_runs_give_a_value_without_an_interval(shape, statistic):
    """The reason says how many it would take."""
    found = run(np.random.default_rng(6).normal(size=shape), statistic)
    assert np.isfinite(found.value)
    assert not found.is_known
    assert "at least" in found.reason


def test_task_of_failures_only_leaves_nothing_to_sum_up():
    """Leaving it out silently would answer another question."""
    x = draws_of()
    x[:, 1] = NAN
    found = run(x, "mean")
    assert np.isnan(found.value)
    assert "1 of 5 tasks have none" in found.reason


def test_failed_runs_are_left_out():
    """The figure is that of the scores that are there."""
    x = draws_of()
    x[0, 0] = x[3, 2] = NAN
    assert run(x, "iqm").value == pytest.approx(stats.trim_mean(x[np.isfinite(x)], 0.25))
    assert run(x, "mean").value == pytest.approx(np.nanmean(x, axis=0).mean())
    assert run(x, "iqm").n == 38


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"statistic": "mode"}, "Unknown aggregate 'mode'"),
        ({"statistic": "optimality_gap", "gamma": None}, "takes a finite `gamma`, got None"),
        ({"x": np.ones((2, 2, 2))}, "got 3 dimensions"),
        ({"level": 1.0}, "`level` must lie between 0 and 1"),
    ],
)
def test_argument_out_of_its_range_is_refused(arguments, message):
    """The message says the rule and what came."""
    with pytest.raises(ResultsError, match=message):
        run(**{"x": FIRST, "statistic": "mean"} | arguments)
