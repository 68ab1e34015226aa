"""The exact tests against published data, brute force and their own level."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sweeps.analysis.comparing.permutation import flipped_sums, permutation, sign_flip, split_sums
from sweeps.errors import ResultsError

# Student's sleep data, as R ships them: extra hours of sleep under two drugs.
SLEEP_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SLEEP_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


def rng(seed=0):
    return np.random.default_rng(seed)


def test_sign_flips_of_the_sleep_data():
    """Four of the 1024 patterns of signs are as far from 0, one pair being equal."""
    found = sign_flip(SLEEP_1 - SLEEP_2, rng=rng())
    assert found.p_value == 4 / 1024
    assert found.is_enumerated


@pytest.mark.slow
def test_permutation_of_the_sleep_data_equals_that_of_scipy():
    """All 184,756 splits are counted."""

    def difference(a, b, axis):
        return a.mean(axis) - b.mean(axis)

    found = permutation(SLEEP_1, SLEEP_2, rng=rng())
    expected = stats.permutation_test(
        (SLEEP_1, SLEEP_2), difference, n_resamples=200_000, vectorized=True
    )
    assert found.p_value == pytest.approx(expected.pvalue, abs=1e-12)
    assert found.n_arrangements == 184_756


@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_sign_flips_equal_brute_force(n):
    """Every pattern is counted once."""
    values = rng(n).integers(-3, 4, n).astype(float)  # small numbers, so that sums tie
    sums = [abs(sum(signs * values)) for signs in itertools.product([-1, 1], repeat=n)]
    expected = np.mean(np.array(sums) >= abs(values.sum()))
    assert sign_flip(values, rng=rng()).p_value == pytest.approx(expected)


@pytest.mark.parametrize(("n_a", "n_b"), [(1, 1), (3, 3), (2, 5), (5, 2)])
def test_permutations_equal_brute_force(n_a, n_b):
    """Every split is counted once, ties included."""
    pooled = rng(n_a).integers(0, 4, n_a + n_b).astype(float)

    def distance(chosen):
        rest = np.delete(pooled, chosen)
        return abs(pooled[list(chosen)].mean() - rest.mean())

    splits = itertools.combinations(range(n_a + n_b), n_a)
    expected = np.mean([distance(s) >= distance(range(n_a)) - 1e-9 for s in splits])
    found = permutation(pooled[:n_a], pooled[n_a:], rng=rng())
    assert found.p_value == pytest.approx(expected)


@pytest.mark.parametrize(("n", "smallest"), [(4, 0.125), (5, 0.0625), (6, 0.03125), (8, 0.0078125)])
def test_smallest_p_of_pairs_is_two_patterns(n, smallest):
    """So few pairs cannot give a smaller p, and pairs that all agree give this one."""
    found = sign_flip(np.arange(1.0, n + 1), rng=rng())
    assert found.smallest_p == found.p_value == smallest


@pytest.mark.parametrize(("n", "smallest"), [(3, 0.1), (4, 2 / 70), (5, 2 / 252)])
def test_smallest_p_of_samples_is_two_splits(n, smallest):
    """So few runs cannot give a smaller p, and samples that do not overlap give this one."""
    found = permutation(np.arange(n), np.arange(n) + 100.0, rng=rng())
    assert found.smallest_p == pytest.approx(smallest)
    assert found.p_value == pytest.approx(smallest)


def test_equal_pairs_raise_the_smallest_p():
    """A difference of 0 says nothing either way."""
    assert sign_flip([0.0, 0.0, 1.0, 2.0, 3.0], rng=rng()).smallest_p == 0.25


def test_nothing_to_arrange_is_no_evidence():
    """Equal scores have p = 1; without scores there is no p."""
    assert sign_flip([0.0, 0.0], rng=rng()).p_value == 1.0
    assert permutation([3.0, 3.0], [3.0], rng=rng()).p_value == 1.0
    assert np.isnan(sign_flip([], rng=rng()).p_value)
    assert np.isnan(permutation([], [1.0], rng=rng()).p_value)


@pytest.mark.slow
def test_drawn_arrangements_agree_with_the_t_test():
    """Where there are too many arrangements, 100,000 of them come near the t test's p."""
    values = rng(1).normal(0.25, 1.0, 60)
    pairs = sign_flip(values, rng=rng())
    assert not pairs.is_enumerated
    assert pairs.p_value == pytest.approx(stats.ttest_1samp(values, 0).pvalue, abs=0.01)
    other = rng(2).normal(0.0, 1.0, 25)
    samples = permutation(values, other, rng=rng())
    assert samples.p_value == pytest.approx(stats.ttest_ind(values, other).pvalue, abs=0.01)


def test_drawn_p_is_never_0():
    """The data count as one of the arrangements."""
    found = sign_flip(np.full(40, 1.0), rng=rng())
    assert found.p_value == found.smallest_p == pytest.approx(1 / 100_001)


@pytest.mark.slow
@pytest.mark.parametrize("n", [12, 30])
def test_p_ignores_order_direction_and_scale(n):
    """Shuffled, exchanged and rescaled data draw the same arrangements and give the same p."""
    a, b = rng(3).normal(0.4, 1.0, n), rng(4).normal(0.0, 1.0, n)
    moved_a, moved_b = (rng(5).permutation(x) * 1000.0 + 7.0 for x in (a, b))
    before = permutation(a, b, rng=rng()).p_value
    assert permutation(moved_a, moved_b, rng=rng()).p_value == before
    assert permutation(b, a, rng=rng()).p_value == before
    before = sign_flip(a - b, rng=rng()).p_value
    assert sign_flip(rng(6).permutation(b - a) * 1e-3, rng=rng()).p_value == before


def test_huge_scores_overflow_nothing():
    """Losses of 1e308 are arranged like any other."""
    assert sign_flip([1e308, 1e308, 1.7e308], rng=rng()).p_value == 0.25
    assert permutation([1e308, -1e308], [1.7e308, 1.0], rng=rng()).p_value > 0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_that_are_not_finite_are_refused(bad):
    """A failed run has to be left out and counted."""
    with pytest.raises(ResultsError, match="finite scores only"):
        sign_flip([1.0, bad], rng=rng())


def test_sums_are_vectorised_over_rows():
    """A table of samples gives the sums of each row."""
    values = rng().normal(size=(3, 5))
    for i in range(3):
        np.testing.assert_allclose(flipped_sums(values)[i], flipped_sums(values[i]))
        np.testing.assert_allclose(split_sums(values, 2)[i], split_sums(values[i], 2))


@settings(max_examples=30, deadline=None)
@given(values=st.lists(st.floats(-100, 100), min_size=1, max_size=7), size=st.integers(0, 7))
def test_split_sums_equal_those_of_itertools(values, size):
    """All subsets of a size are there, each once."""
    size = min(size, len(values))
    expected = sorted(sum(c) for c in itertools.combinations(values, size))
    np.testing.assert_allclose(np.sort(split_sums(np.array(values), size)), expected, atol=1e-9)
