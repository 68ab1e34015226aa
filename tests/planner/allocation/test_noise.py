"""The noise of a complete table of scores, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.planner.allocation.noise import noise_of


def test_it_is_the_residual_mean_square_of_two_ways():
    """Rows 1 2 3 and 3 2 4: residuals of -1/2, 1/2 and 0, over two degrees of freedom."""
    noise = noise_of(np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 4.0]]))
    assert noise is not None
    assert noise.df == 2
    assert noise.sd == pytest.approx(np.sqrt(1.0 / 2))
    assert noise.spread == pytest.approx(1 / np.sqrt(2))
    assert noise.margin(3, 2.0) == pytest.approx(2 * np.sqrt(0.5) * np.sqrt(2 / 3))


def test_seeds_that_shift_all_alike_are_no_noise():
    """An easy split lifts everybody, so the order under one seed is the order under all."""
    luck = np.array([0.0, 0.3, -0.1])
    noise = noise_of(np.array([[0.1], [0.5], [0.6]]) + luck)
    assert noise is not None
    assert noise.is_none


def test_one_model_under_many_names_says_nothing():
    """Equal scores under every seed are one configuration: no sign of a quiet problem."""
    scores = np.array([0.9, 0.8, 0.95])
    assert noise_of(np.array([scores, scores, scores])) is None
    noise = noise_of(np.array([scores, scores, scores, [0.7, 0.9, 0.8]]))
    assert noise is not None
    assert noise.df == 2
    assert not noise.is_none


@pytest.mark.parametrize("shape", [(0, 3), (1, 3), (4, 1)])
def test_too_few_to_tell(shape):
    """One configuration, or one seed, shows no noise."""
    assert noise_of(np.arange(float(np.prod(shape))).reshape(shape)) is None
