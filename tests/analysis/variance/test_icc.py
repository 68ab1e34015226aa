"""Intraclass correlations against the paper that defined them."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.variance.icc import intraclass, spearman_brown
from sweeps.errors import ResultsError

# Shrout, Fleiss (1979), table 2: 6 targets x 4 judges.
RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_ratings_of_the_paper_have_its_correlations():
    """The six figures, to four digits from the mean squares 11.2417, 6.2639, 32.4861, 1.0194."""
    found = intraclass(RATINGS)
    assert found.one_way == pytest.approx(0.1657, abs=5e-5)
    assert found.agreement == pytest.approx(0.2898, abs=5e-5)
    assert found.consistency == pytest.approx(0.7148, abs=5e-5)
    assert found.one_way_mean == pytest.approx(0.4428, abs=5e-5)
    assert found.agreement_mean == pytest.approx(0.6201, abs=5e-5)
    assert found.consistency_mean == pytest.approx(0.9093, abs=5e-5)


def test_means_of_judges_are_as_spearman_and_brown_say():
    """The figures for means follow from those for one judge."""
    found = intraclass(RATINGS)
    assert float(spearman_brown(found.one_way, 4)) == pytest.approx(found.one_way_mean)
    assert float(spearman_brown(found.agreement, 4)) == pytest.approx(found.agreement_mean)
    assert float(spearman_brown(found.consistency, 4)) == pytest.approx(found.consistency_mean)


def test_scale_and_order_change_nothing():
    """Another unit and another order of targets and judges give the same figures."""
    table = np.array(RATINGS, dtype=float)
    other = intraclass(1e-5 * table[::-1, [2, 0, 3, 1]] + 3.0)
    assert other.agreement == pytest.approx(intraclass(RATINGS).agreement)


def test_correlation_may_be_negative():
    """Targets that differ less than judges by chance are shown as such."""
    assert intraclass([[1.0, 2.0], [2.0, 1.0]]).consistency < 0


@pytest.mark.parametrize("table", [[[1.0, 1.0], [1.0, 1.0]], [[1.0, np.nan], [2.0, 3.0]]])
def test_table_without_an_answer_is_unknown(table):
    """Equal scores and missing scores have no correlation."""
    assert np.isnan(intraclass(table).agreement)


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (4,), (2, 2, 2)])
def test_too_small_a_table_is_refused(shape):
    """Correlations need two of each."""
    with pytest.raises(ResultsError, match="at least 2 targets and 2 judges"):
        intraclass(np.zeros(shape))


def test_reliability_of_five_seeds_at_half():
    """Five seeds turn one half into five sixths, and one seed changes nothing."""
    assert float(spearman_brown(0.5, 5)) == pytest.approx(5 / 6)
    assert spearman_brown([0.0, 0.3, 1.0], 1).tolist() == [0.0, 0.3, 1.0]
    assert spearman_brown(0.2, [1, 4]).shape == (2,)
