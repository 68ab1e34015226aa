"""Rungs of a race: sizes, who reached which, and means over exactly their seeds."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.leaderboard.ranking import leaderboard_order
from sweeps.analysis.leaderboard.rung import changes_no_comparison, standing
from sweeps.analysis.scores import Scores
from tests.analysis.making import scores_of

NAN = np.nan


def test_a_rung_is_reached_with_its_last_seed():
    """All seeds of it must have finished; more than that change nothing before the next one."""
    table = [
        [5.0, 1.0, 1.0, 1.0],
        [5.0, 1.0, 1.0, NAN],
        [5.0, 1.0, NAN, NAN],
        [5.0, NAN, NAN, NAN],
        [NAN, NAN, NAN, NAN],
    ]
    found = standing(scores_of(table), (1, 3, 4))
    assert found.rung.tolist() == [4, 3, 1, 1, 0]
    assert found.n.tolist() == [4, 3, 1, 1, 0]
    np.testing.assert_allclose(found.mean, [2.0, 7 / 3, 5.0, 5.0, NAN])


def test_a_gap_ends_what_was_reached():
    """A failed or missing seed in the middle keeps the rungs after it out of reach."""
    table = [[2.0, NAN, 4.0, 6.0], [NAN, 8.0, 8.0, 8.0]]
    found = standing(scores_of(table), (1, 3))
    assert found.rung.tolist() == [1, 0]
    assert found.mean.tolist() == [2.0, 8.0]


def test_without_rungs_all_finished_runs_count():
    """A fixed number of seeds has no rungs; the mean is that of everything finished."""
    found = standing(scores_of([[1.0, 2.0, NAN], [NAN, 4.0, 8.0]]), ())
    assert found.rung.tolist() == [0, 0]
    assert found.n.tolist() == [2, 2]
    assert found.mean.tolist() == [1.5, 6.0]


def test_order_of_runs_does_not_matter():
    """Shuffled runs give the same standing, against a loop over the configurations."""
    rng = np.random.default_rng(0)
    table = np.where(rng.random((50, 9)) < 0.2, NAN, rng.normal(size=(50, 9)))
    scores, rungs = scores_of(table), (1, 3, 9)
    order = rng.permutation(len(scores.score))
    parts = (scores.score[order], scores.groups[order], scores.seeds[order])
    found = standing(Scores(*parts, 50), rungs)
    for row, rung, mean in zip(table, found.rung, found.mean, strict=True):
        reached = max((size for size in rungs if not np.isnan(row[:size]).any()), default=0)
        assert rung == reached
        np.testing.assert_allclose(mean, row[:reached].mean() if reached else np.nanmean(row))
    assert len(set(found.rung.tolist())) == 4


def test_a_higher_rung_comes_first_whatever_the_mean():
    """Below it only failures count more, then the mean; unfinished ones by where they stopped."""
    order = leaderboard_order(
        n_failed=[0, 0, 0, 1, 0, 0, 1],
        n_finished=[1, 9, 9, 9, 0, 0, 0],
        mean=[9.0, 1.0, 2.0, 8.0, NAN, NAN, NAN],
        mode="max",
        rung=[1, 9, 9, 9, 0, 0, 0],
        stopped_at=[0, 0, 0, 0, 3, 9, 0],
    )
    assert order.tolist() == [2, 1, 0, 3, 5, 4, 6]


@pytest.mark.parametrize(
    ("table", "answer"),
    [
        ([[1.0, 2.0], [3.0, 4.0]], True),
        ([[1.0, 1.0], [3.0, 3.0]], True),
        ([[0.1, 0.1 + 0.2], [0.2, 0.4]], True),
        ([[1.0, 2.0], [3.0, 4.001]], False),
        ([[1.0, 2.0, NAN], [3.0, NAN, 9.0], [4.0, NAN, NAN]], None),
        ([[1.0, 2.0, NAN], [3.0, NAN, 9.0], [4.0, NAN, 10.0]], True),
        ([[NAN, 2.0], [3.0, 9.0]], None),
        ([[1.0], [2.0]], None),
        ([[5.0, 6.0], [5.0, 6.0]], True),
        ([[5.0, 6.0], [5.0, 7.0]], False),
        ([[NAN, NAN]], None),
    ],
)
def test_a_seed_that_shifts_all_alike_changes_no_comparison(table, answer):
    """Up to rounding; unknown where no two configurations share a second seed."""
    assert changes_no_comparison(scores_of(table)) is answer


@pytest.mark.parametrize("names", [(0, 1, 2), (7, 3, 5), (-1, 100, 4)])
@pytest.mark.parametrize(("noise", "expected"), [(0.0, True), (0.1, False)])
def test_whether_a_comparison_changes_depends_on_no_name_of_a_seed(names, noise, expected):
    """Seed 0 need not be among them, and the scale may be as large as floats go."""
    table = np.add.outer([1.0, 2.0, 4.0], [0.0, 0.5, -0.5])
    table[0, 1] += noise
    groups, place = (part.ravel() for part in np.indices(table.shape))
    for scale in (1.0, 3e307):
        scores = Scores(scale * table.ravel(), groups, np.array(names)[place], 3)
        assert changes_no_comparison(scores) is expected
