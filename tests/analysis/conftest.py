"""Classical tables whose variance components are published."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.making import scores_of


@pytest.fixture(name="scores_of")
def _scores_of():
    """Give the function that turns a table (configuration, seed), NaN for none, into scores."""
    return scores_of


@pytest.fixture
def dyestuff():
    """Yields of dyestuff, 6 batches x 5 samples (Davies, "Statistical methods", 1947)."""
    return np.array(
        [
            [1545.0, 1440.0, 1440.0, 1520.0, 1580.0],
            [1540.0, 1555.0, 1490.0, 1560.0, 1495.0],
            [1595.0, 1550.0, 1605.0, 1510.0, 1560.0],
            [1445.0, 1440.0, 1595.0, 1465.0, 1545.0],
            [1595.0, 1630.0, 1515.0, 1635.0, 1625.0],
            [1520.0, 1455.0, 1450.0, 1480.0, 1445.0],
        ]
    )


@pytest.fixture
def dyestuff2():
    """Simulated yields, 6 x 5 (Box, Tiao, "Bayesian inference in statistical analysis", 1973)."""
    return np.array(
        [
            [7.298, 3.846, 2.434, 9.566, 7.99],
            [5.22, 6.556, 0.608, 11.788, -0.892],
            [0.11, 10.386, 13.434, 5.51, 8.166],
            [2.212, 4.852, 7.092, 9.288, 4.98],
            [0.282, 9.014, 4.458, 9.446, 7.198],
            [1.722, 4.782, 8.106, 0.758, 3.758],
        ]
    )


@pytest.fixture
def penicillin():
    """Diameter of the zone in mm, 24 plates x 6 samples (Davies, Goldsmith, 1972)."""
    rows = (
        "27 23 26 23 23 21 | 27 23 26 23 23 21 | 25 21 25 24 24 20 | 26 23 25 23 23 20 | "
        "25 22 26 22 23 20 | 24 22 25 23 22 19 | 24 20 23 21 22 19 | 26 22 26 24 24 21 | "
        "24 21 24 22 22 20 | 24 21 24 23 22 19 | 26 23 26 24 24 21 | 25 22 26 24 24 20 | "
        "26 24 26 24 25 22 | 26 23 26 23 23 20 | 26 23 25 24 24 22 | 25 22 25 23 23 20 | "
        "25 21 24 23 23 20 | 25 22 24 23 23 19 | 24 21 23 21 21 19 | 26 23 26 24 24 21 | "
        "25 21 24 22 22 18 | 25 22 25 22 22 20 | 24 21 24 22 24 19 | 24 21 24 22 21 18"
    )
    return np.array([row.split() for row in rows.split("|")], dtype=float)
