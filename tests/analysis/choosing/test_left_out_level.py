"""Leaving out levels: honest where seeds share the luck of a source, and where it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.choosing.left_out_level import leave_levels_out
from sweeps.analysis.choosing.winner import leave_one_seed_out
from sweeps.analysis.table import Table
from sweeps.errors import ResultsError

LEVELS = np.indices((4, 3)).reshape(2, -1)


def test_the_choice_is_made_on_seeds_that_share_no_level():
    """Each score read is that of the best mean over the others."""
    scores = np.random.default_rng(0).normal(size=(6, 12))
    read = []
    for k in range(12):
        apart = (LEVELS[:, [k]] != LEVELS).all(axis=0)
        read.append(scores[scores[:, apart].mean(axis=1).argmax(), k])
    found = leave_levels_out(Table(scores), LEVELS, mode="max")
    assert found.value == pytest.approx(np.mean(read))
    by_source = [np.reshape(read, (4, 3)).mean(axis=1), np.reshape(read, (4, 3)).mean(axis=0)]
    bounds = [stats.t.interval(0.95, len(x) - 1, x.mean(), stats.sem(x)) for x in by_source]
    assert found.high - found.low == pytest.approx(max(high - low for low, high in bounds))


def test_lower_is_better_turns_the_figure_around():
    """A loss is a negated score."""
    scores = np.random.default_rng(1).normal(size=(6, 12))
    up = leave_levels_out(Table(scores), LEVELS, mode="max")
    down = leave_levels_out(Table(-scores), LEVELS, mode="min")
    assert [down.value, down.low] == pytest.approx([-up.value, -up.high])


@pytest.mark.slow
def test_luck_that_sits_in_a_source_does_not_flatter():
    """Equal configurations like different splits, and one seed left out leaves its split in."""
    rng = np.random.default_rng(2)
    honest, flattered = [], []
    for _ in range(300):
        split = rng.normal(size=(20, 4, 1))
        table = Table((split + 0.3 * rng.normal(size=(20, 4, 3))).reshape(20, 12))
        honest.append(leave_levels_out(table, LEVELS[:1], mode="max").value)
        flattered.append(leave_one_seed_out(table, mode="max").value)
    error = float(np.std(honest)) / np.sqrt(300)
    assert abs(np.mean(honest)) < 3 * error
    assert np.mean(flattered) > 0.5


def test_huge_scores_and_missing_ones_have_answers():
    """Sums near the largest float do not overflow, and what has no score judges nothing."""
    scores = np.random.default_rng(3).uniform(0.5, 1.0, size=(6, 12))
    plain = leave_levels_out(Table(scores), LEVELS, mode="max")
    huge = leave_levels_out(Table(scores * 1e308), LEVELS, mode="max")
    assert huge.value / 1e308 == pytest.approx(plain.value)
    assert huge.low / 1e308 == pytest.approx(plain.low)
    scores[:, 4] = np.nan
    assert leave_levels_out(Table(scores), LEVELS, mode="min").is_known


def test_wrong_arguments_are_refused():
    """A level is a share, a mode is `max` or `min`, whatever the data."""
    with pytest.raises(ResultsError, match="`level` must lie between"):
        leave_levels_out(Table(np.ones((1, 12))), LEVELS, mode="max", level=95)
    with pytest.raises(ResultsError, match="`mode` must be"):
        leave_levels_out(Table(np.ones((2, 12))), LEVELS, mode="best")


def test_one_level_or_one_configuration_gives_a_reason():
    """There is nothing left to choose on, or nothing to choose."""
    scores = np.random.default_rng(0).normal(size=(6, 12))
    for table, levels in (
        (scores, np.zeros((1, 12), dtype=int)),
        (scores[:1], LEVELS),
        (np.full((3, 12), np.nan), LEVELS),
    ):
        found = leave_levels_out(Table(table), levels, mode="max")
        assert np.isnan(found.value)
        assert found.reason
