"""Probability of improvement against rliable's own cases, scipy and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from sweeps.analysis.comparing.improvement import improvement_of_pairs, probability_of_improvement
from sweeps.errors import ResultsError

NAN = np.nan


def improvement(x, y, *, mode="max", seed=0, level=0.95, n_draws=500):
    rng = np.random.default_rng(seed)
    return probability_of_improvement(x, y, mode=mode, rng=rng, level=level, n_draws=n_draws)


def test_case_of_rliable_gives_one_third():
    """The case that rliable tests itself with."""
    x, y = [[1, 2], [2, 2], [1, 1], [2, 1]], [[1, 1], [2, 2], [3, 3]]
    assert improvement(x, y).value == pytest.approx(1 / 3)


@pytest.mark.parametrize("n_tasks", [1, 3])
def test_value_is_the_mean_of_the_mann_whitney_statistics(n_tasks):
    """Each task has U divided by the number of pairs."""
    rng = np.random.default_rng(n_tasks)
    x, y = rng.integers(0, 5, (7, n_tasks)), rng.integers(0, 5, (9, n_tasks))
    expected = [stats.mannwhitneyu(x[:, m], y[:, m]).statistic / 63 for m in range(n_tasks)]
    assert improvement(x, y).value == pytest.approx(np.mean(expected))


def test_interval_of_one_task_has_the_variance_of_brunner_and_munzel():
    """At either bound the squared distance is t² times their variance, moved to that bound."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(1.0, 1.0, 12), rng.normal(0.0, 2.0, 15)
    found = improvement(x, y)
    theirs = stats.brunnermunzel(y, x, distribution="t")
    variance = ((found.value - 0.5) / theirs.statistic) ** 2

    def missing(freedom):
        return 2 * stats.t.sf(abs(theirs.statistic), freedom) - theirs.pvalue

    quantile = stats.t.ppf(0.975, optimize.brentq(missing, 2, 100))
    for bound in (found.low, found.high):
        moved = variance * bound * (1 - bound) / (found.value * (1 - found.value))
        assert (found.value - bound) ** 2 == pytest.approx(quantile**2 * moved)


@pytest.mark.parametrize("n_tasks", [1, 2])
def test_failed_runs_are_the_worst(n_tasks):
    """A failed run loses to every finished one and ties with a failed one, in either mode."""
    x, y = np.full((4, n_tasks), 5.0), np.full((4, n_tasks), 5.0)
    x[:2], y[:1] = NAN, NAN
    expected = (0.5 * 0.25 + 0 * 0.75) * 0.5 + (1 * 0.25 + 0.5 * 0.75) * 0.5
    for mode in ("max", "min"):
        assert improvement(x, y, mode=mode).value == pytest.approx(expected)


@pytest.mark.parametrize("n_tasks", [1, 4])
def test_winning_always_has_an_interval_with_a_width(n_tasks):
    """Ten wins out of ten do not make a loss impossible."""
    found = improvement(np.ones((10, n_tasks)), np.zeros((10, n_tasks)))
    assert found.value == found.high == 1.0
    assert 0.7 < found.low < 1.0


@pytest.mark.parametrize("n_tasks", [1, 3])
def test_order_labels_and_scale_change_nothing(n_tasks):
    """Shuffled runs, relabelled tasks and another unit draw the same resamples."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(0.3, 1, (6, n_tasks)), rng.normal(0, 1, (8, n_tasks))
    tasks = rng.permutation(n_tasks)
    moved_x = rng.permuted(x, axis=0)[:, tasks] * 100 - 3
    moved_y = rng.permuted(y, axis=0)[:, tasks] * 100 - 3
    before, after = improvement(x, y), improvement(moved_x, moved_y)
    assert [after.value, after.low, after.high] == pytest.approx(
        [before.value, before.low, before.high]
    )
    losses = improvement(-x, -y, mode="min")
    assert losses.value == pytest.approx(before.value)


@pytest.mark.parametrize("n_tasks", [1, 3])
def test_exchanging_the_two_gives_the_complement(n_tasks):
    """What is no win and no tie is a loss."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(0.3, 1, (6, n_tasks)), rng.normal(0, 1, (8, n_tasks))
    assert improvement(x, y).value + improvement(y, x).value == pytest.approx(1)


def test_result_is_the_same_twice():
    """The same seed of the generator gives the same interval."""
    x, y = np.random.default_rng(3).normal(size=(2, 5, 4))
    assert improvement(x, y, seed=4) == improvement(x, y, seed=4)


@pytest.mark.parametrize(("x", "y"), [([1.0], [0.0, 2.0]), ([1.0, 2.0], [0.0])])
def test_one_run_has_no_interval(x, y):
    """One run says nothing of the spread, and the reason says so."""
    found = improvement(x, y)
    assert found.value in (0.5, 1.0)
    assert not found.is_known
    assert "from 2 runs of both on" in found.reason


def test_no_run_has_no_value():
    """Without a run there is nothing to compare."""
    assert np.isnan(improvement([], [1.0]).value)
    assert np.isnan(improvement_of_pairs([], [], mode="max").value)


def test_shapes_that_do_not_fit_are_refused():
    """Both are scored on the same tasks."""
    with pytest.raises(ResultsError, match="same tasks, got 2 and 3"):
        improvement(np.zeros((4, 2)), np.zeros((4, 3)))
    with pytest.raises(ResultsError, match="got 3 dimensions"):
        improvement(np.zeros((4, 2, 1)), np.zeros((4, 2)))


def test_pairs_are_compared_under_the_same_seed():
    """Only the other run of the same seed counts; failures are the worst, ties half."""
    found = improvement_of_pairs([1.0, NAN, 3.0, 3.0, NAN], [0.0, 1.0, 5.0, 3.0, NAN], mode="max")
    assert found.value == pytest.approx((1 + 0 + 0 + 0.5 + 0.5) / 5)
    assert 0 < found.low < found.value < found.high < 1


@pytest.mark.slow
@pytest.mark.parametrize(("n_tasks", "shift"), [(1, 0.0), (1, 1.0), (4, 0.7)])
def test_interval_covers_the_probability(n_tasks, shift):
    """Of 1,000 intervals from 10 runs at 95 %, at least 93 % hold the truth."""
    rng = np.random.default_rng(5)
    truth = stats.norm.cdf(shift / np.sqrt(2))
    covered = 0
    for _ in range(1_000):
        x, y = rng.normal(shift, 1, (10, n_tasks)), rng.normal(0, 1, (10, n_tasks))
        found = improvement(x, y, seed=6)
        covered += found.low <= truth <= found.high
    assert covered >= 930
