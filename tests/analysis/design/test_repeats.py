"""Few configurations in a large design: their luck is the same wherever they stand."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.design.morris import elementary_effects
from sweeps.analysis.design.noise import NO_REPLICATES, NoisyMeans
from sweeps.analysis.design.repeats import Repeats, widened
from sweeps.analysis.design.sobol import sobol_indices
from tests.analysis.design.making import runs, saltelli, walks


def test_only_other_parts_count_as_repeats():
    """Twice in one block is once; a place without a configuration is nobody."""
    rows = np.array([[0, 0, 1], [1, 2, -1], [1, 3, 3]])
    np.testing.assert_allclose(Repeats.of(rows, 5).share, [0, 2 / 3, 0, 0, 0])


def test_luck_is_drawn_as_large_as_what_resampling_lacks():
    """Half of its variance where a configuration stands in two parts."""
    rng = np.random.default_rng(0)
    scores = runs(np.array([[0, 1], [0, 2]]), np.zeros((2, 2)), 1.0, rng, n_seeds=5)
    means = NoisyMeans.of(scores)
    repeats = Repeats.of(np.array([[0, 1], [0, 2]]), 3)
    assert repeats.are_noisy(means)
    drawn = list(repeats.shaken(means, rng, 4000))
    moved = np.array([each.mean for each in drawn]) - means.mean
    np.testing.assert_allclose(moved.var(axis=0), [means.error[0] / 2, 0, 0], rtol=0.1)
    error = np.mean([each.error for each in drawn], axis=0)
    np.testing.assert_allclose(error, means.error * [1.5, 1, 1], rtol=0.1)


def test_without_luck_or_repeats_nothing_is_widened():
    """An ordinary design draws and says what it did before."""
    rng = np.random.default_rng(1)
    once, twice = np.array([[0, 1], [2, 3]]), np.array([[0, 1], [1, 0]])
    noisy = NoisyMeans.of(runs(once, np.zeros((2, 2)), 1.0, rng))
    quiet = NoisyMeans.of(runs(once, np.zeros((2, 2)), 0.0, rng))
    assert not Repeats.of(once, 4).are_noisy(noisy)
    assert not Repeats.of(twice, 4).are_noisy(quiet)
    assert widened(1.0, 0.5, 2.0, error=1.0, unseen=0.0, level=0.95) == (0.5, 2.0)


def test_widening_adds_variances_and_keeps_the_skew():
    """Where there was no interval to widen, the unseen part alone makes one."""
    assert widened(1.0, 0.0, 4.0, error=3.0, unseen=4.0, level=0.95) == pytest.approx((-2 / 3, 6.0))
    low, high = widened(1.0, 1.0, 1.0, error=0.0, unseen=1.0, level=0.95)
    assert (low, high) == pytest.approx((1 - 1.959964, 1 + 1.959964))


def test_repeats_whose_luck_nothing_tells_have_no_interval():
    """The mean effect stands, its interval would be too narrow by nobody knows how much."""
    rng = np.random.default_rng(2)
    design, points = walks(40, 2, rng)
    rows, truth = points(lambda unit: unit.sum(axis=-1))
    for effect in elementary_effects(
        design, runs(rows, truth, 0.1, rng, n_seeds=1), paired=False, rng=rng
    ):
        assert effect.mu.value == pytest.approx(1.0, abs=0.5)
        assert not effect.mu.is_known
        assert effect.mu.reason == NO_REPLICATES


@pytest.mark.slow
def test_indices_on_a_small_grid_hold_the_truth():
    """Sixteen configurations in 64 blocks; bootstrapped by blocks alone they held it in 60 %."""
    held = []
    for number in range(40):
        rng = np.random.default_rng(number)
        made = saltelli(64, 2, rng, n_levels=4)
        truth = made.points @ [2.0, 1.0]
        scores = runs(made.design.rows, truth, 0.4, rng)
        found = sobol_indices(made.design, scores, paired=False, rng=rng, n_draws=200)
        for index, share in zip((*found.first, *found.total), (0.8, 0.2, 0.8, 0.2), strict=True):
            if index.is_known:
                held.append(index.low <= share <= index.high)
    assert len(held) > 80
    assert np.mean(held) > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 100])
def test_effects_on_a_small_grid_hold_the_truth(n):
    """Steps between eight pairs of configurations; t over the walks alone held it in 20 to 68 %."""
    held = []
    for number in range(100):
        rng = np.random.default_rng(number)
        design, points = walks(n, 2, rng)
        rows, truth = points(lambda unit: unit[..., 1])
        scores = runs(rows, truth, 1.0, rng)
        found = elementary_effects(design, scores, paired=False, rng=rng, n_draws=100)
        held += [
            each.mu.low <= true <= each.mu.high for each, true in zip(found, (0, 1), strict=True)
        ]
    assert np.mean(held) > 0.88
