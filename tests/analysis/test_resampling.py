"""The bootstrap by counts."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.resampling import draw_counts


def test_counts_follow_the_law_of_draws_with_replacement():
    """Each value is drawn once on average, with the variance of the multinomial law."""
    counts = draw_counts(np.random.default_rng(0), 40_000, 5)
    assert (counts.sum(axis=1) == 5).all()
    np.testing.assert_allclose(counts.mean(axis=0), 1.0, atol=0.02)
    np.testing.assert_allclose(counts.var(axis=0), 0.8, atol=0.03)
    assert np.cov(counts[:, 0], counts[:, 1])[0, 1] == pytest.approx(-0.2, abs=0.02)


def test_same_generator_draws_the_same_counts():
    """The result comes again with the seed."""
    first, again = (draw_counts(np.random.default_rng(7), 10, 6) for _ in range(2))
    np.testing.assert_array_equal(first, again)
