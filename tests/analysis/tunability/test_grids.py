"""The definition on grids that were trained in full, by enumeration (HPOBench, 30,000 networks)."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.sensitivity.grid import load_grid
from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure
from sweeps.analysis.tunability.tried import Tried
from sweeps.analysis.tunability.tunability import tunability

pytestmark = pytest.mark.slow  # surfaces and large tables

START = (2, 2, 0, 8, 2)
"""Cells of a bad start: a large learning rate on a small network."""


def definition(means, start):
    """Give the best of all less the start, then the best of each axis through it less the start."""
    alone = [means[(*start[:j], slice(None), *start[j + 1 :])].max() for j in range(means.ndim)]
    return np.array([means.max(), *alone]) - means[start]


def asked(scores, rows):
    n_levels = scores.shape[:-1]
    cells = np.stack(np.unravel_index(rows, n_levels), axis=1)
    measure = Measure.product([Dimension.ordered(np.ones(n)) for n in n_levels])
    tried = Tried(cells, scores.reshape(-1, scores.shape[-1])[rows], paired=True)
    rng = np.random.default_rng(0)
    (found,) = tunability([tried], measure, defaults=np.array(START), rng=rng)
    return found


def test_a_full_grid_gives_the_definition_exactly():
    """By the means of all seeds as they are; the honest gain on noise-free scores is the same."""
    scores = load_grid("hpobench", "car").scores
    truth = definition(scores.mean(axis=-1), START)
    found = asked(scores, np.arange(scores[..., 0].size))
    assert [gain.naive for gain in found.gains] == pytest.approx(truth)
    assert all(
        gain.low <= value <= gain.high for gain, value in zip(found.gains, truth, strict=True)
    )
    assert all(gain.value <= gain.naive + 1e-9 for gain in found.gains)
    quiet = np.repeat(scores.mean(axis=-1)[..., None], 2, axis=-1)
    exact = asked(quiet, np.arange(scores[..., 0].size))
    assert [gain.value for gain in exact.gains] == pytest.approx(truth)


def test_500_random_configurations_come_close_to_the_definition():
    """For all together and the learning rate, which make most of it; others are less."""
    scores = load_grid("hpobench", "kc1").scores
    truth = definition(scores.mean(axis=-1), START)
    rows = np.random.default_rng(0).choice(scores[..., 0].size, 500, replace=False)
    found = asked(scores, rows)
    assert found.of().value == pytest.approx(truth[0], abs=0.08)
    assert found.of(3).value == pytest.approx(truth[4], abs=0.08)
    for gain, value in zip(found.gains, truth, strict=True):
        assert gain.value < value + 0.05
        if value > 0.2 or value < 0.01:
            assert gain.low <= value <= gain.high
