"""No configuration that any set of seeds could choose may be missing."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from sweeps.analysis.choosing.choice import Contest
from sweeps.analysis.choosing.rivals import rivals
from sweeps.analysis.table import Table

NAN = np.nan


def chosen_by_any(contest, k):
    """Ask all sets of k seeds, and look at all configurations."""
    n = contest.scaled.shape[1]
    drawn = np.array([[i in set_of for i in range(n)] for set_of in combinations(range(n), k)])
    return contest.choose(drawn).configs, contest, drawn


def draw(rng, kind):
    """Draw a table of 40 configurations under 6 seeds, of a kind that could go wrong."""
    values = rng.normal(size=(40, 1)) + 2 * rng.normal(size=6) + 0.3 * rng.normal(size=(40, 6))
    if kind == "ties":
        values = np.round(values)
    if kind in ("failures", "many failures"):
        values[rng.random(values.shape) < (0.1 if kind == "failures" else 0.5)] = NAN
    if kind == "no seed shared":
        values[np.arange(40)[:, None] % 6 == np.arange(6)] = NAN
    if kind == "an empty seed":
        values[:, 2] = NAN
    if kind == "diverged":
        values[rng.random(values.shape) < 0.1] *= 1e12
    if kind == "cancelling":
        values[:, 0], values[:, 1] = 1e15, -1e15
    return values


@pytest.mark.parametrize(
    "kind",
    [
        "plain",
        "ties",
        "failures",
        "many failures",
        "no seed shared",
        "an empty seed",
        "diverged",
        "cancelling",
    ],
)
@pytest.mark.parametrize("mode", ["max", "min"])
def test_every_configuration_that_some_seeds_choose_is_a_rival(kind, mode):
    """Against all sets of each size, and choices among rivals are those among all."""
    rng = np.random.default_rng(0)
    for _ in range(10):
        contest = Contest.of(Table(draw(rng, kind)), mode)
        for k in range(1, 7):
            chosen, contest, drawn = chosen_by_any(contest, k)
            found = contest.rivals(drawn)
            assert set(chosen) <= set(found)
            few = contest.among(found).choose(drawn)
            assert found[few.configs].tolist() == chosen.tolist()
            np.testing.assert_array_equal(few.weights, contest.choose(drawn).weights)


def test_most_configurations_are_none():
    """Also where seeds shift all of them by far more than they differ."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(1_000, 1)) + rng.normal(size=(1_000, 30)) + 50 * rng.normal(size=30)
    contest = Contest.of(Table(values), "max")
    assert len(rivals(contest.scaled, contest.has_score, 28)) < 20
    values[rng.random(values.shape) < 0.01] = NAN
    contest = Contest.of(Table(values), "max")
    assert len(rivals(contest.scaled, contest.has_score, 28)) < 20


def test_one_configuration_and_one_seed_are_enough_to_ask():
    """The leader is always among its rivals."""
    assert rivals(np.zeros((1, 1)), np.ones((1, 1)), 1).tolist() == [0]
    assert rivals(np.zeros((3, 2)), np.zeros((3, 2)), 1).tolist() == [0, 1, 2]
