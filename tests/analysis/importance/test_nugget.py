import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.nugget import noise_variance

LINE = Dimension.continuous()


def drawn(n, random_seed=0):
    u = np.random.default_rng(random_seed).random((n, 3))
    return u, LINE.cells_of(u)


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.1, 1.0])
def test_noise_around_a_smooth_function_is_found(noise):
    u, cells = drawn(300)
    rng = np.random.default_rng(1)
    scores = np.sin(6 * u[:, 0]) + u[:, 1] * u[:, 2] + np.sqrt(noise) * rng.normal(size=300)
    assert noise_variance(cells, scores, [LINE] * 3, rng=rng) == pytest.approx(noise, rel=0.25)


def test_of_pure_noise_nearly_all_is_noise():
    _, cells = drawn(150)
    rng = np.random.default_rng(1)
    scores = rng.normal(size=150)
    assert noise_variance(cells, scores, [LINE] * 3, rng=rng) > 0.7 * scores.var()


def test_without_noise_nearly_none_is_found():
    u, cells = drawn(150)
    found = noise_variance(cells, u.sum(axis=1), [LINE] * 3, rng=np.random.default_rng(0))
    assert found < 0.02 * u.sum(axis=1).var()


def test_choices_have_no_order():
    rng = np.random.default_rng(0)
    cells = rng.integers(0, 6, (200, 1))
    level = np.array([5.0, -3.0, 1.0, 4.0, -4.0, 0.0])[cells[:, 0]]
    scores = level + rng.normal(size=200)
    kind = Dimension.unordered(np.ones(6))
    assert noise_variance(cells, scores, [kind], rng=rng) == pytest.approx(1, rel=0.3)


def test_equal_scores_have_none():
    rng = np.random.default_rng(0)
    assert noise_variance(np.zeros((9, 1), dtype=int), np.ones(9), [LINE], rng=rng) == 0
