import numpy as np
import pytest

from sweeps.analysis.near.halves import Halves
from sweeps.analysis.near.problem import Problem
from sweeps.analysis.scores import Scores
from tests.analysis.near.making import cube, draws, scores_of, under_seeds


def halves_of(table, *, is_paired=True):
    return Halves.of(scores_of(np.asarray(table, dtype=float)), is_paired=is_paired)


def test_halves_share_no_configuration_and_no_seed():
    """Each score is its own power of two, so that a sum says which ones it is made of."""
    table = np.asarray(2.0 ** np.arange(40), dtype=np.float64).reshape(10, 4)
    halves = Halves(table, None, np.arange(4), 0.0, 0.0)
    first, second = halves.deal(np.arange(10), np.random.default_rng(0))
    assert not set(first.rows) & set(second.rows)
    used = [
        {seed for row, sum_ in zip(half.rows, half.figures * half.weights, strict=True)
         for seed in range(4) if int(sum_) >> (4 * row + seed) & 1}
        for half in (first, second)
    ]  # fmt: skip
    assert used[0] | used[1] == set(range(4))
    assert not used[0] & used[1]


def test_independent_seeds_stay_together():
    halves = halves_of(np.arange(40).reshape(10, 4), is_paired=False)
    first, second = halves.deal(np.arange(10), np.random.default_rng(0))
    assert not halves.splits_seeds
    assert first.weights.tolist() == second.weights.tolist() == [4.0] * 5


def test_what_a_seed_does_to_all_alike_is_taken_off():
    """Also where gaps leave out some scores, as in a race."""
    rng = np.random.default_rng(0)
    truth = rng.normal(size=30)
    table = under_seeds(truth, 3, noise=0.0, shift=5.0)
    scores = scores_of(table)
    kept = (scores.seeds < 2) | (scores.groups < 6)
    fewer = Scores(scores.score[kept], scores.groups[kept], scores.seeds[kept], scores.n_groups)
    for each in (scores, fewer):
        half = Halves.of(each, is_paired=True).whole(np.arange(30))
        away = half.figures - truth
        assert away == pytest.approx(np.full(30, away.mean()), abs=1e-6)


def test_noise_is_the_variance_within_configurations_without_the_seed():
    table = under_seeds(np.arange(200.0), 5, noise=0.5, shift=3.0)
    assert halves_of(table).noise == pytest.approx(0.25, rel=0.15)
    assert np.isinf(halves_of(table[:, :1]).noise)


def test_the_error_of_the_level_is_that_of_a_mean_of_seeds():
    table = np.arange(10.0)[:, None] + np.array([0.0, 1.0, 2.0])
    assert halves_of(table).level_error == pytest.approx(1 / np.sqrt(3))


def test_a_race_in_which_most_have_one_seed_says_so():
    cells, u = draws(60, 2)
    table = under_seeds(u.sum(axis=1), 3)
    scores = scores_of(table)
    kept = (scores.seeds == 0) | (scores.groups < 6)
    race = Scores(scores.score[kept], scores.groups[kept], scores.seeds[kept], 60)
    problem = Problem.of(cells, race, cube(2), is_paired=True)
    assert "Fewer than two seeds are shared by most" in problem.reasons[0]
