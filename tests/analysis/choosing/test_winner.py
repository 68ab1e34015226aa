"""What the leader is worth: exact cases, invariance and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.choosing.winner import leave_one_seed_out, naive, recommended
from sweeps.analysis.comparing.shared_levels import SharedLevels
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.table import Table
from sweeps.errors import ResultsError
from tests.analysis.making import scores_of

NAN = math.nan


def test_the_plain_mean_has_students_interval():
    """Over the leader's own finished runs."""
    own = [1.0, 2.0, 4.0]
    found = naive(1, scores_of([[9.0, 9.0, 9.0], own]), level=0.9)
    expected = stats.ttest_1samp(own, 0).confidence_interval(0.9)
    assert found.value == pytest.approx(7 / 3)
    assert (found.n, found.reason) == (3, None)
    np.testing.assert_allclose([found.low, found.high], expected)


@pytest.mark.parametrize(("table", "n"), [([[1.0]], 1), ([[NAN], [1.0]], 0)])
def test_the_plain_mean_of_one_run_has_no_interval(table, n):
    """Nor has that of none."""
    found = naive(0, scores_of(table))
    assert (found.n, found.is_known, math.isnan(found.value)) == (n, False, n == 0)
    assert found.reason is not None
    assert f"got {n}" in found.reason


def test_leaving_one_seed_out_by_hand():
    """Without seed 0, 1, 2 lead the second, third, first, and score 0, 1, 0 under it."""
    table = np.array([[6.0, 1.0, 0.0], [0.0, 3.0, 0.5], [5.0, 1.0, 2.0]])
    found = leave_one_seed_out(Table(table), mode="max")
    assert found.value == pytest.approx(1 / 3)
    assert found.n == 3
    flipped = leave_one_seed_out(Table(10 - table), mode="min")
    assert flipped.value == pytest.approx(10 - found.value)
    assert (flipped.low, flipped.high) == pytest.approx((10 - found.high, 10 - found.low))


def test_ties_are_split_evenly():
    """Two that lead together count half each, whatever their positions."""
    table = np.array([[1.0, 1.0, 4.0], [1.0, 1.0, 2.0], [0.0, 0.0, 0.0]])
    assert leave_one_seed_out(Table(table), mode="max").value == pytest.approx((1 + 1 + 3) / 3)


def test_a_clear_winner_has_its_own_mean_and_students_interval():
    """Where every seed chooses alike, nothing was lucky."""
    own = np.array([9.0, 8.0, 9.5, 7.5])
    found = leave_one_seed_out(Table(np.stack([own, own - 5])), mode="max")
    expected = stats.ttest_1samp(own, 0).confidence_interval(0.95)
    assert found.value == pytest.approx(8.5)
    np.testing.assert_allclose([found.low, found.high], expected)


def test_a_failed_run_of_the_chosen_one_is_counted_in_words():
    """It has no score to average; the failure rate stands beside."""
    table = np.array([[5.0, 5.0, 5.0, NAN], [1.0, 2.0, 1.0, NAN]])
    found = leave_one_seed_out(Table(table), mode="max")
    assert (found.value, found.n) == (5.0, 3)
    table[1, 3] = 1.0
    table[0, :3] = 9.0, NAN, 9.0
    sparse = leave_one_seed_out(Table(table), mode="max")
    assert sparse.value == pytest.approx(1.25)
    first = np.array([[9.0, 9.0, 9.0, NAN], [1.0, 1.0, NAN, 1.0]])
    found = leave_one_seed_out(Table(first), mode="max")
    assert "of 4 runs of the chosen ones have no score" in found.method


def test_only_named_seeds_are_left_out():
    """Seeds that had a say in who is in the table stay in every choice."""
    table = np.array([[5.0, 0.0, 3.0], [0.0, 4.0, 2.0]])
    found = leave_one_seed_out(Table(table), mode="max", left_out=np.array([False, True, True]))
    assert found.value == pytest.approx((0 + 3) / 2)
    assert found.n == 2
    assert found.is_known


@pytest.mark.parametrize(
    ("table", "got"),
    [
        (np.ones((1, 5)), "got 1 and 5"),
        (np.ones((5, 1)), "got 5 and 1"),
        (np.ones((0, 0)), "got 0 and 0"),
        (np.array([[1.0, NAN], [NAN, NAN]]), "got 1 and 1"),
        (np.array([[1.0, 2.0, NAN, NAN], [NAN, NAN, 1.0, 2.0]]), "got 0 of 4"),
    ],
)
def test_too_little_to_leave_out_is_refused_with_a_reason(table, got):
    """One configuration, one seed, or seeds that nobody shares."""
    found = leave_one_seed_out(Table(table), mode="max")
    assert math.isnan(found.value)
    assert not found.is_known
    assert found.reason is not None
    assert got in found.reason


def test_two_seeds_have_students_interval():
    """No seed is left to leave out besides."""
    found = leave_one_seed_out(Table(np.array([[1.0, 5.0], [3.0, 2.0]])), mode="max")
    expected = stats.ttest_1samp([2.0, 1.0], 0).confidence_interval(0.95)
    np.testing.assert_allclose([found.low, found.high], expected)


def test_equal_scores_have_an_interval_without_width():
    """No luck, no optimism."""
    found = leave_one_seed_out(Table(np.full((3, 4), 0.3)), mode="min")
    np.testing.assert_allclose([found.value, found.low, found.high], 0.3, rtol=1e-15)


def test_huge_scores_do_not_overflow():
    """Values near the largest float."""
    found = leave_one_seed_out(
        Table(np.array([[1.0, 1.2, 1.1], [1.1, 1.0, 1.3]]) * 1e308), mode="max"
    )
    assert math.isfinite(found.value)
    assert 1e308 <= found.value <= 1.3e308


def test_order_labels_and_scale_do_not_matter():
    """Shuffled rows and columns give the same figures; another unit scales them."""
    rng = np.random.default_rng(3)
    table = rng.normal(size=(30, 7))
    table[rng.random(table.shape) < 0.1] = NAN
    before = leave_one_seed_out(Table(table), mode="max")
    moved = table[rng.permutation(30)][:, rng.permutation(7)] * 40 - 3
    after = leave_one_seed_out(Table(moved), mode="max")
    for name in ("value", "low", "high"):
        assert getattr(after, name) == pytest.approx(getattr(before, name) * 40 - 3)


def test_the_most_honest_known_figure_is_recommended():
    """Validation, then leaving one seed out, then shrinking; the plain mean is the last resort."""
    known, unknown = Estimate(1.0, 0.0, 2.0, 5), Estimate.unknown("One seed.", value=1.0, n=1)
    assert recommended(known, known, known, known) == "validated"
    assert recommended(known, known, known, unknown) == "leave_one_seed_out"
    assert recommended(known, unknown, known, unknown) == "shrunken"
    assert recommended(known, unknown, unknown, unknown) == "naive"
    assert recommended(unknown, unknown, unknown, unknown) == "naive"


def test_wrong_arguments_are_refused():
    """A level is a share, a mode is `max` or `min`."""
    table = Table(np.ones((2, 2)))
    with pytest.raises(ResultsError, match="`level` must lie between"):
        leave_one_seed_out(table, mode="max", level=95)
    with pytest.raises(ResultsError, match="`level` must lie between"):
        naive(0, scores_of([[1.0, 2.0]]), level=0)
    with pytest.raises(ResultsError, match="`mode` must be"):
        leave_one_seed_out(table, mode="best")


def test_naive_interval_allows_for_shared_levels():
    """It is as wide as the splits are few, and refuses a single one."""
    shared = SharedLevels(np.arange(6), np.repeat([0, 1], 3)[None], ("split",))
    found = naive(0, scores_of([[1.0, 1, 1, 2, 2, 2]]), shared=shared)
    expected = stats.t.interval(0.95, 1, loc=1.5, scale=0.5)
    assert [found.low, found.high] == pytest.approx(list(expected))
    assert (found.value, found.n, found.reason) == (1.5, 6, None)
    one = naive(0, scores_of([[1.0, 1, 1]]), shared=shared)
    assert one.value == 1.0
    assert not one.is_known
    assert "at least 2 levels of split" in str(one.reason)
