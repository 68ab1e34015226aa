"""Spaces on which the shares are known."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.importance.measure import Measure
from sweeps.analysis.importance.response import Response
from sweeps.analysis.importance.shares import variance_shares
from sweeps.analysis.scores import Scores
from sweeps.analysis.variance.one_way import one_way


@pytest.fixture
def shares_of():
    """Give the function that splits a table of scores (configuration, seed)."""

    def split(cells, table, dimensions, *, random_seed=0, **options):
        table = np.asarray(table, dtype=float)
        n_configs, n_seeds = table.shape
        groups = np.repeat(np.arange(n_configs), n_seeds)
        seeds = np.tile(np.arange(n_seeds), n_configs)
        scores = Scores(table.ravel(), groups, seeds, n_configs)
        components = one_way(scores, rng=np.random.default_rng(0))
        rng = np.random.default_rng(random_seed)
        response, measure = Response.of(scores, components), Measure.product(dimensions)
        return variance_shares(cells, response, measure, rng=rng, **options)

    return split
