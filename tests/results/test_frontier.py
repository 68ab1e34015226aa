"""`Results.frontier()`: mean against spread, how sure the spread is, and when there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sweeps.errors import ResultsError
from tests.results.making import frame_of, luck, race_of, results_of


def spread_out(n_seeds=8):
    """Give scores: a wild best mean, a steady second, and one that is worse in both."""
    base = np.random.default_rng(0).normal(size=(3, n_seeds))
    base = (base - base.mean(axis=1, keepdims=True)) / base.std(axis=1, ddof=1, keepdims=True)
    return base * [[4.0], [0.5], [2.0]] + [[12.0], [10.0], [5.0]]


@pytest.mark.parametrize("mode", ["max", "min"])
def test_the_frontier_has_whom_no_other_beats_in_both(mode):
    """Best mean first, with the chi-square interval of each spread."""
    sign = 1 if mode == "max" else -1
    results = results_of(frame_of(sign * spread_out()), mode=mode)
    found = results.frontier()
    assert found["x"].tolist() == [0, 1]
    assert found["rank"].tolist() == [1, 2]
    np.testing.assert_allclose(found["mean"], [sign * 12.0, sign * 10.0])
    np.testing.assert_allclose(found["sd"], [4.0, 0.5])
    quantiles = stats.chi2.ppf([0.975, 0.025], 7)
    for name, quantile in zip(("sd_low", "sd_high"), quantiles, strict=True):
        np.testing.assert_allclose(found[name], found["sd"] * np.sqrt(7 / quantile))
    assert found["n_seeds"].tolist() == [8, 8]
    assert (found["share"] > 0.8).all()
    assert (found.n_configs, found.n_draws, found.reasons) == (3, 1000, ())


def test_few_seeds_say_that_a_small_spread_may_be_luck():
    """Among many equal spreads some are small, and too few seeds are there to draw from."""
    found = results_of(frame_of(luck(20, 3))).frontier()
    assert len(found) >= 1
    assert found["share"].isna().all()
    assert any("no" in each.lower() and "20 equal ones" in each for each in found.reasons)
    assert any("at least 5 seeds, got 3" in each for each in found.reasons)


def test_noise_alone_is_doubted():
    """Forty configurations that are equal in both: the shares are far from sure, and it says so."""
    noise = np.random.default_rng(5).normal(size=(40, 8))
    found = results_of(frame_of(noise), paired=False).frontier()
    assert found["share"].mean() < 0.7
    assert any("40 equal ones" in each for each in found.reasons)


def test_one_seed_has_no_frontier():
    """No rows, the reason, and the documented columns all the same."""
    found = results_of(frame_of(luck(8, 1))).frontier()
    assert len(found) == 0
    assert any("at least 2 finished seeds" in each for each in found.reasons)
    assert list(found) == list(results_of(frame_of(luck())).frontier())
    empty = results_of(frame_of([[np.nan, np.nan]]))
    with pytest.raises(ResultsError, match="No run"):
        empty.frontier()


def test_survivors_and_latecomers_are_not_compared():
    """A spread over the seeds that did not fail is no spread."""
    table = spread_out()
    table[1, 3] = np.nan
    found = results_of(frame_of(table)).frontier()
    assert found["x"].tolist() == [0, 2]
    assert any("1 of 3 configurations" in each for each in found.reasons)
    assert found.n_failed == 0


def test_a_race_shows_its_top_rung():
    """Over the seeds of that rung."""
    table = np.tile(spread_out(3), 4).astype(object)
    table[:, 9:] = None
    table[1, 3:] = None
    found = race_of(frame_of(table)).frontier()
    assert found["x"].tolist() == [0, 2]
    assert found["n_seeds"].tolist() == [9, 9]
    assert any("only the 2 of the leader's rung" in each for each in found.reasons)


@pytest.mark.parametrize("paired", [True, False])
def test_order_labels_and_direction_do_not_matter(paired):
    """The same seed of the resamples gives the same frame."""
    frame = frame_of(luck(12, 6, noise=2.0))
    first = results_of(frame, paired=paired).frontier(random_seed=4)
    other = frame.sample(frac=1, random_state=3).assign(seed=lambda each: 100 - each["seed"])
    pd.testing.assert_frame_equal(first, results_of(other, paired=paired).frontier(random_seed=4))
    loss = results_of(frame.assign(score=-frame["score"]), mode="min", paired=paired)
    turned = loss.frontier(random_seed=4)
    pd.testing.assert_frame_equal(turned.assign(mean=-turned["mean"]), first)


def test_seeds_of_other_numbers_are_drawn_by_each_for_itself():
    """As many of them each, but not the same ones."""
    one = frame_of(spread_out())
    other = frame_of(spread_out() + 1, first=3).assign(seed=lambda each: each["seed"] + 50)
    found = results_of(one, other).frontier()
    assert found["share"].notna().all()
