"""Choosing by sets of seeds against a loop, with missing scores and ties."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.choosing.choice import Choices, Contest
from sweeps.analysis.table import Table
from sweeps.errors import ResultsError

NAN = np.nan


def choice_by_loop(values, drawn, mode):
    """Choose by the words of the rule: fewest missing, then best mean, ties split."""
    values = values if mode == "max" else -values
    keys = []
    for row in values[:, drawn]:
        found = row[~np.isnan(row)]
        keys.append((len(found), round(found.mean(), 9) if len(found) else 0.0))
    is_best = np.array([key == max(keys) and key[0] > 0 for key in keys])
    return is_best / max(is_best.sum(), 1)


def weights_of(contest, drawn):
    """Give the weight of every configuration in every choice."""
    found = contest.choose(np.asarray(drawn))
    weights = np.zeros((len(drawn), len(contest.scaled)))
    weights[:, found.configs] = found.weights
    return weights


@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize("share", [0.0, 0.2])
def test_every_set_of_seeds_chooses_as_the_rule_says(mode, share):
    """Scores with many ties, complete and with holes, against a loop."""
    rng = np.random.default_rng(0)
    values = rng.integers(0, 4, (8, 6)) / 7
    values[rng.random(values.shape) < share] = NAN
    drawn = rng.random((60, 6)) < 0.5
    found = weights_of(Contest.of(Table(values), mode), drawn)
    for chosen, seeds in zip(found, drawn, strict=True):
        expected = choice_by_loop(values, seeds, mode) if seeds.any() else np.zeros(8)
        np.testing.assert_allclose(chosen, expected)


def test_fewer_missing_scores_beat_a_better_mean():
    """A mean over survivors leads only where all have as many."""
    values = np.array([[1.0, 1.0], [9.0, NAN]])
    contest = Contest.of(Table(values), "max")
    assert weights_of(contest, np.array([[True, True], [True, False]])).tolist() == [[1, 0], [0, 1]]


def test_rounding_breaks_no_tie():
    """The same scores in another order have the same mean."""
    values = np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.2, 0.2, 0.2]])
    chosen = weights_of(Contest.of(Table(values), "max"), np.ones((1, 3), dtype=bool))
    np.testing.assert_allclose(chosen, 1 / 3)


def test_a_score_that_dwarfs_all_others_hides_no_difference():
    """A run that diverged to a finite score matters only where its seed is drawn."""
    values = np.array([[1.0, 2.0, -1e300], [1.5, 2.5, 3.0], [1.0, 2.0, 1e300]])
    drawn = np.array([[True, True, False], [True, True, True]])
    assert weights_of(Contest.of(Table(values), "max"), drawn).argmax(axis=1).tolist() == [1, 2]
    assert weights_of(Contest.of(Table(values), "min"), drawn)[0].tolist() == [0.5, 0, 0.5]


def test_chosen_ones_are_read_in_the_unit_of_the_scores():
    """Weights share the scores, and missing ones weigh nothing."""
    values = np.array([[-4.0, 6.0], [8.0, NAN]])
    for mode in ("max", "min"):
        contest = Contest.of(Table(values), mode)
        total, weight = contest.scores_of(Choices(np.arange(2), np.array([[0.5, 0.5]])))
        np.testing.assert_allclose(contest.restored(total), [[2.0, 3.0]])
        np.testing.assert_allclose(weight, [[1.0, 0.5]])


def test_nothing_to_choose_from_chooses_nothing():
    """Neither no configuration nor one without a score is an error."""
    nothing = Contest.of(Table(np.zeros((0, 2))), "max")
    assert weights_of(nothing, np.ones((1, 2), dtype=bool)).shape == (1, 0)
    contest = Contest.of(Table(np.full((2, 2), NAN)), "max")
    assert weights_of(contest, np.ones((1, 2), dtype=bool)).tolist() == [[0, 0]]


def test_unknown_mode_is_refused():
    """A mode is `max` or `min`."""
    with pytest.raises(ResultsError, match="`mode` must be"):
        Contest.of(Table(np.zeros((1, 1))), "best")
