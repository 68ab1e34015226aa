"""Bands around a mean curve."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.describing.band import band
from sweeps.analysis.interval import mean_interval
from sweeps.errors import ResultsError

NAN = np.nan


def curves_of(n=8, n_steps=12):
    """Give curves whose steps depend on each other."""
    return np.random.default_rng(n).normal(size=(n, n_steps)).cumsum(axis=1)


def run(curves, **options):
    """Give the band with a fresh generator."""
    return band(curves, rng=np.random.default_rng(0), **{"n_draws": 300} | options)


def test_each_step_has_the_t_interval_of_its_values():
    """A missing value is missing at its own step only."""
    curves = curves_of()
    curves[3, 5:7] = NAN
    found = run(curves)
    for step in range(12):
        values = curves[:, step][np.isfinite(curves[:, step])]
        expected = mean_interval(values)
        np.testing.assert_allclose(found.low[step], expected.low)
        assert found.n[step] == len(values)


def test_simultaneous_band_is_wider_around_the_same_mean():
    """It pays for all steps at once, in the same proportion at each."""
    pointwise, whole = run(curves_of()), run(curves_of(), simultaneous=True)
    np.testing.assert_array_equal(whole.mean, pointwise.mean)
    ratio = (whole.high - whole.mean) / (pointwise.high - pointwise.mean)
    assert ratio.min() > 1.1
    np.testing.assert_allclose(ratio, ratio[0])
    assert whole.reason is None


def test_simultaneous_band_takes_six_seeds():
    """Five leave every step without bounds, and the reason says so."""
    found = run(curves_of(n=5), simultaneous=True)
    assert np.isnan(found.low).all()
    assert "at least 6 seeds" in found.reason


def test_survivors_are_called_survivors():
    """Runs that were stopped early make later steps a selection."""
    curves = curves_of(n=8)
    curves[:3, 6:] = NAN
    assert "Seeds fall from 8 to 5" in run(curves).reason
    whole = run(curves, simultaneous=True)
    assert np.isnan(whole.low).tolist() == [False] * 6 + [True] * 6
    assert "6 of 12 steps have fewer" in whole.reason
    assert "survivors" in whole.reason


def test_late_start_is_no_selection_by_stopping():
    """Where later steps have more seeds, nothing was stopped."""
    curves = curves_of()
    curves[:2, 0] = NAN
    assert run(curves).reason is None


def test_single_seed_has_a_curve_but_no_band():
    """One seed says nothing of the spread."""
    found = run([[1.0, 2.0]])
    assert found.mean.tolist() == [1.0, 2.0]
    assert np.isnan(found.high).all()
    assert "at least 2 seeds" in found.reason


@pytest.mark.parametrize("simultaneous", [False, True])
def test_step_at_which_all_agree_has_no_width(simultaneous):
    """The first step is often the same for all seeds; it does not upset the others."""
    curves = curves_of()
    curves[:, 0] = 0.1
    found = run(curves, simultaneous=simultaneous)
    assert found.low[0] == found.high[0] == 0.1
    assert (found.high[1:] > found.low[1:]).all()


def test_step_at_which_only_one_seed_differs_leaves_no_simultaneous_band():
    """Most resamples leave that seed out, and t is infinite: a number would be made up."""
    curves = curves_of()
    curves[1:, 0] = 0.1
    found = run(curves, simultaneous=True)
    assert np.isnan(found.low).all()
    assert "each step alone" in found.reason


@pytest.mark.parametrize("simultaneous", [False, True])
def test_order_of_seeds_does_not_matter(simultaneous):
    """The same generator gives the same band, to the last bit."""
    curves = curves_of()
    curves[2, 8:] = NAN
    found = run(curves, simultaneous=simultaneous)
    shuffled = run(curves[::-1], simultaneous=simultaneous)
    np.testing.assert_array_equal(found.low, shuffled.low)


@pytest.mark.parametrize("simultaneous", [False, True])
@pytest.mark.parametrize("scale", [-3.0, 1e300])
def test_band_moves_with_the_unit_of_the_values(simultaneous, scale):
    """Also turned upside down, and beyond what squares can hold."""
    found, scaled = (run(curves_of() * a, simultaneous=simultaneous) for a in (1.0, scale))
    upper = scaled.high if scale > 0 else scaled.low
    if simultaneous and scale < 0:
        # The canonical order of the seeds is turned over, so other resamples are drawn.
        np.testing.assert_allclose(upper / scale, found.high, rtol=0.3)
    else:
        np.testing.assert_allclose(upper, found.high * scale, rtol=1e-9)


def test_no_seed_and_no_step_are_answers():
    """Without a warning."""
    assert np.isnan(run(np.empty((0, 3))).mean).all()
    assert run(np.empty((3, 0)), simultaneous=True).mean.shape == (0,)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"curves": [1.0, 2.0]}, "got 1 dimensions"), ({"level": 0}, "`level` must lie between")],
)
def test_argument_out_of_its_range_is_refused(arguments, message):
    """The message says the rule and what came."""
    with pytest.raises(ResultsError, match=message):
        run(**{"curves": curves_of()} | arguments)
