"""`Results.stability()`: what fewer seeds would have chosen, and where nobody can say."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.errors import ResultsError
from tests.results.making import frame_of, luck, race_of, results_of


def test_more_seeds_choose_wrongly_less_often():
    """Rows for the numbers of seeds below those there are."""
    found = results_of(frame_of(luck(20, 12))).stability()
    assert found["n_seeds"].tolist() == [1, 2, 3, 5, 10]
    assert (found["wrong"].diff().dropna() < 0).all()
    assert (found["clearly_wrong"] <= found["wrong"]).all()
    assert found["reason"].isna().all()
    assert found.reasons == ()


def test_configurations_far_apart_fool_nobody():
    """One seed is enough where luck is small."""
    found = results_of(frame_of(luck(5, 6, noise=0.001))).stability([1])
    assert (found["wrong"][0], found["clearly_wrong"][0]) == (0, 0)
    assert found["cost"][0] == 0


def test_as_many_seeds_as_there_are_have_a_reason():
    """No seed is left to judge by."""
    found = results_of(frame_of(luck(5, 6))).stability([2, 6, 7])
    assert found["wrong"].isna().tolist() == [False, True, True]
    assert found["reason"].notna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("results", "why"),
    [
        (results_of(frame_of(luck()), paired=False), "must share their seeds"),
        (results_of(frame_of(luck(1, 5))), "at least 2 configurations"),
        (results_of(frame_of(luck(5, 1))), "at least 2 seeds"),
    ],
)
def test_designs_that_cannot_tell_give_a_reason(results, why):
    """Missing figures, in the rows and in the facts."""
    found = results.stability()
    assert found[["wrong", "clearly_wrong", "value", "cost", "low", "high"]].isna().all(axis=None)
    assert found["reason"].str.contains(why).all()
    assert any(why in reason for reason in found.reasons)


def test_failures_choose_against_a_configuration():
    """The leader by mean has failures, and no set of seeds that saw one chooses it."""
    table = np.array([[9.0, 9.0, np.nan, np.nan], [1.0, 1.1, 1.0, 1.1], [0.0, 0.1, 0.0, 0.1]])
    found = results_of(frame_of(table)).stability([1, 3])
    assert found["wrong"].tolist() == [0.5, 0.0]
    assert found.n_failed == 2


def test_a_race_chooses_among_its_top_rung():
    """Only these have all seeds; the answer says so."""
    table = luck(12, 9).astype(object)
    table[:9, 1:] = None
    found = race_of(frame_of(table)).stability()
    assert found.n_configs == 3
    assert found["n_seeds"].tolist() == [1, 2, 3, 5]
    assert "leader's rung" in found.reasons[0]


@pytest.mark.parametrize("seeds", [[0], [1.5], [True], ["2"]])
def test_numbers_of_seeds_that_are_none_are_refused(seeds):
    """Whole numbers from 1."""
    with pytest.raises(ResultsError, match="whole numbers from 1"):
        results_of(frame_of(luck())).stability(seeds)
