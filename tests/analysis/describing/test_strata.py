"""Resamples within tasks: their law, and that no task lends its scores to another."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.describing import strata as module
from sweeps.analysis.describing.strata import Strata

UNEVEN = np.array([[1.0, 11.0, 21.0], [2.0, 12.0, 22.0], [3.0, 13.0, np.nan], [4.0, 14.0, np.nan]])


def weights_of(strata, n_draws):
    """Draw all weights at once."""
    parts = list(strata.drawn_weights(np.random.default_rng(0), n_draws))
    return np.concatenate([weights for weights, _ in parts]), parts[0][1]


@pytest.mark.parametrize("values", [UNEVEN, UNEVEN[:2], UNEVEN[:, :2]])
def test_each_task_keeps_its_weight_in_every_resample(values):
    """Its scores' weights add up to its share, whatever was drawn."""
    strata = Strata.of(values)
    weights, total = weights_of(strata, 50)
    np.testing.assert_allclose(weights.sum(axis=1), total)
    ordered = np.ldexp(strata.ordered(), strata.exponent)
    for low in (0, 10, 20)[: values.shape[1]]:
        inside = (ordered > low) & (ordered < low + 10)
        share = weights[:, inside].sum(axis=1) / total
        np.testing.assert_allclose(share, inside.sum() / strata.size)


def test_resampled_means_vary_as_those_of_independent_runs():
    """The variance over n, with n - 1 in the denominator: nothing is shrunk."""
    strata = Strata.of(UNEVEN)
    means = np.concatenate(list(strata.drawn_means(np.random.default_rng(0), 40_000)))
    expected = [column.var(ddof=1) / len(column) for column in strata.columns]
    np.testing.assert_allclose(means.var(axis=0), expected, rtol=0.05)
    weights, total = weights_of(strata, 40_000)
    overall = weights @ strata.ordered() / total
    shares = strata.n / strata.size
    assert overall.var() == pytest.approx((shares**2 * expected).sum(), rel=0.05)


def test_variances_are_those_of_each_task():
    """With n - 1, of scores pulled in to the bounds, and exactly 0 where a task does not vary."""
    values = np.array([[0.1, 1.0, 8.0], [0.1, 3.0, 2.0], [0.1, 7.0, np.nan]])
    strata = Strata.of(values)
    expected = [column.var(ddof=1) for column in strata.columns]
    np.testing.assert_allclose(strata.variances(), expected, rtol=1e-14, atol=1e-30)
    assert (strata.variances() == 0).sum() == 1
    pulled_in = [np.clip(column, 0.1, 0.3).var(ddof=1) for column in strata.columns]
    np.testing.assert_allclose(strata.variances(0.1, 0.3), pulled_in, rtol=1e-14, atol=1e-30)


def test_number_of_resamples_is_the_one_asked_for(monkeypatch):
    """Chunks change how many are drawn at a time, not how many in all."""
    monkeypatch.setattr(module, "CHUNK", 25)
    strata = Strata.of(UNEVEN)
    assert weights_of(strata, 11)[0].shape == (11, 10)
    assert [len(m) for m in strata.drawn_means(np.random.default_rng(0), 5)] == [2, 2, 1]


def test_tasks_stand_in_an_order_of_their_own():
    """Neither the order of tasks nor that of runs is kept."""
    first, second = Strata.of(UNEVEN), Strata.of(UNEVEN[::-1, [2, 0, 1]])
    for one, other in zip(first.columns, second.columns, strict=True):
        np.testing.assert_array_equal(one, other)


def test_scaling_is_exact():
    """A power of two: figures come back to the last bit."""
    strata = Strata.of(np.array([[0.1, 1e300]]))
    assert [strata.unscaled(float(column[0])) for column in strata.columns] == [0.1, 1e300]
