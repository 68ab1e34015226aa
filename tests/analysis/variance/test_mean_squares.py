"""From mean squares to variances: what a design leaves unknown stays the only unknown."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.unit import UnitScores
from sweeps.analysis.variance.mean_squares import MeanSquares, components_of, mean_square_sums
from sweeps.analysis.variance.ratios import Bounds, Ratios


def layout(mean_square, df=(4.0, 3.0, 12.0), **changes):
    """Lay out a crossed table of 5 configurations and 4 seeds."""
    figures = {
        "sources": ("configuration", "seed", "configuration:seed"),
        "df": np.array(df),
        "mean_square": np.array(mean_square),
        "expected": np.array([[4.0, 0, 1], [0, 5.0, 1], [0, 0, 1]]),
        "mean_weights": np.array([1 / 5, 1 / 4, 1 / 20]),
        "error_weights": np.array([0, 0, 1 / 4]),
        "design": "crossed",
        "estimator": "mean squares",
        "mean": 0.0,
        "unit": UnitScores(np.zeros(1), 0.0, 0),
        "n_configs": 5,
        "n_seeds": 4.0,
        "n_scores": 20,
        "n_left_out": 0,
        "is_balanced": True,
    }
    return MeanSquares(**{**figures, **changes})


def split(squares, **options):
    """Split with a generator of the same state each time."""
    return components_of(squares, level=0.95, rng=np.random.default_rng(0), **options)


def test_variances_solve_the_expected_mean_squares():
    """(9 - 1) / 4, (6 - 1) / 5 and 1, with their shares and the error of the mean."""
    found = split(layout([9.0, 6.0, 1.0]))
    assert [part.variance for part in found.components] == pytest.approx([2.0, 1.0, 1.0])
    assert [part.share for part in found.components] == pytest.approx([0.5, 0.25, 0.25])
    assert found.consistency.value == pytest.approx(2 / 3)
    assert found.reliability.value == pytest.approx(2 / 2.25)
    assert found.mean_error == pytest.approx(np.sqrt(2 / 5 + 1 / 4 + 1 / 20))
    assert found.f == pytest.approx(9.0)


def test_shares_count_negative_variances_as_zero():
    """The estimate is shown as it is, and the shares of the others still add up to 1."""
    found = split(layout([0.2, 6.0, 1.0]))
    assert found.of("configuration").variance == pytest.approx(-0.2)
    assert [part.share for part in found.components] == pytest.approx([0.0, 0.5, 0.5])


def test_unknown_mean_square_spoils_only_what_needs_it():
    """Without a mean square of seeds, configurations still have a variance but no share."""
    found = split(layout([9.0, np.nan, 1.0], df=(4.0, 0.0, 12.0)))
    assert found.of("configuration").variance == pytest.approx(2.0)
    assert np.isnan(found.of("seed").variance)
    assert np.isnan(found.icc.value)
    assert found.consistency.value == pytest.approx(2 / 3)


def test_refusals_come_before_notes():
    """What the design cannot say stands first."""
    found = split(layout([np.nan] * 3, df=(0.0, 0.0, 0.0), refusals=("No.",), notes=("Beware.",)))
    assert found.reasons == ("No.", "Beware.")
    assert found.icc.reason == "No."


def test_interval_of_the_noise_is_that_of_the_chi_squared_distribution():
    """The draws reproduce the exact interval of the one variance that has one."""
    found = split(layout([9.0, 6.0, 1.0])).of("configuration:seed")
    assert found.variance_low == pytest.approx(12 / 23.337, rel=0.03)
    assert found.variance_high == pytest.approx(12 / 4.404, rel=0.03)


def test_given_interval_replaces_the_drawn_one():
    """Reliability follows from the interval of one seed."""
    found = split(layout([9.0, 6.0, 1.0]), by_f=Bounds(np.asarray(0.5), np.asarray(0.75)))
    assert (found.consistency.low, found.consistency.high) == (0.5, 0.75)
    assert (found.reliability.low, found.reliability.high) == pytest.approx((0.8, 12 / 13))


def test_wider_level_gives_a_wider_interval():
    """The level is that of every interval."""
    squares, rng = layout([9.0, 6.0, 1.0]), np.random.default_rng
    narrow = components_of(squares, level=0.5, rng=rng(0))
    wide = components_of(squares, level=0.99, rng=rng(0))
    assert wide.icc.low < narrow.icc.low < narrow.icc.high < wide.icc.high
    assert wide.level == 0.99


def test_sums_skip_what_has_no_weight():
    """An unknown figure with weight 0 changes nothing."""
    sums = mean_square_sums(np.array([np.nan, 2.0]), np.array([[0.0, 3.0], [1.0, 0.0]]))
    assert sums[0] == 6.0
    assert np.isnan(sums[1])


def test_ratios_are_computed_row_by_row():
    """Many sets of variances at once give what each gives alone; no spread is NaN."""
    variances = np.array([[2.0, 1.0], [-1.0, 3.0], [0.0, 0.0]])
    ratios = Ratios.of(variances, np.array([0.0, 0.25]))
    assert ratios.shares[:2].ravel().tolist() == pytest.approx([2 / 3, 1 / 3, 0.0, 1.0])
    assert ratios.reliability[:2].tolist() == pytest.approx([2 / 2.25, 0.0])
    assert np.isnan(ratios.consistency[2])
