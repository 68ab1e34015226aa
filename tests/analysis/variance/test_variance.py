"""All designs on whatever table comes: a figure with an interval, or a reason."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sweeps.analysis.table import Table
from sweeps.analysis.variance import mean_squares
from sweeps.analysis.variance.crossed import crossed
from sweeps.analysis.variance.factorial import factorial, nested
from sweeps.analysis.variance.near_the_top import near_the_top
from sweeps.analysis.variance.one_way import one_way
from tests.analysis.making import scores_of

SCORE = st.one_of(st.floats(-1e300, 1e300), st.integers(0, 3).map(float), st.just(np.nan))
TABLE = st.tuples(st.integers(1, 7), st.integers(1, 6)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=SCORE)
)


def splits_of(table):
    """Split the variance in every way there is."""
    rng = np.random.default_rng(0)
    yield one_way(scores_of(table), rng=rng)
    yield crossed(Table(table), rng=rng)
    yield factorial(table, ["seed"], rng=rng)
    yield nested(table, ["seed"], rng=rng)
    yield near_the_top(Table(table), mode="max", share=0.6, rng=rng)
    yield near_the_top(scores_of(table), mode="min", share=0.6, rng=rng)


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(table=TABLE)
def test_every_table_gives_a_figure_or_a_reason(table):
    """Nothing raises or warns; ratios lie between 0 and 1 with an interval, or say why not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mean_squares, "N_DRAWS", 50)
        for split in splits_of(table):
            for figure in (split.icc, split.consistency, split.reliability):
                if np.isnan(figure.value):
                    assert figure.reason in " ".join(split.reasons)
                else:
                    assert figure.reason is None
                    assert figure.is_known
                    assert 0 <= figure.value <= 1 + 1e-12
            total = sum(part.share for part in split.components)
            assert np.isnan(total) or total == pytest.approx(1.0)
