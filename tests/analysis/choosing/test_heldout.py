"""Scores under the seeds left out against loops, and their error where it is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sweeps.analysis.choosing.choice import Contest
from sweeps.analysis.choosing.heldout import (
    all_but,
    hold_out,
    jackknife_error,
    standard_error,
    without_each,
)
from sweeps.analysis.sizing.order import expected_maximum
from sweeps.analysis.table import Table


@pytest.fixture
def values():
    """Five configurations under six seeds."""
    return np.random.default_rng(0).normal(size=(5, 6))


def left_out_score(values, seeds):
    """Choose on `seeds` but each in turn, read it under that one, average: by a loop."""
    read = []
    for seed in seeds:
        others = [other for other in seeds if other != seed]
        read.append(values[values[:, others].mean(axis=1).argmax(), seed])
    return np.mean(read)


def test_leaving_out_one_reads_every_seed_once(values):
    """Under each seed it is the score of the one chosen on the others."""
    contest = Contest.of(Table(values), "max")
    found = hold_out(contest, all_but(1, np.arange(6), 6))
    assert found.n_draws == found.chosen.sum() == 6
    mean = contest.restored(found.by_seed).mean()
    assert mean == pytest.approx(left_out_score(values, range(6)))


def test_without_a_seed_all_is_as_if_it_had_never_been(values):
    """Its column deleted gives the same figure, seed by seed."""
    contest = Contest.of(Table(values), "max")
    found = contest.restored(without_each(contest, np.arange(6)))
    for seed in range(6):
        rest = [other for other in range(6) if other != seed]
        assert found[seed] == pytest.approx(left_out_score(values, rest))


def test_draws_that_used_a_seed_do_not_judge_by_it(values):
    """Seeds that every draw used have no score."""
    drawn = np.array([[True, True, False, False, True, True]])
    by_seed = hold_out(Contest.of(Table(values), "max"), drawn).by_seed
    assert np.isnan(by_seed).tolist() == [True, True, False, False, True, True]


def test_only_named_seeds_are_left_out():
    """Two of the first three of four seeds."""
    found = all_but(2, np.array([0, 1, 2]), 4)
    assert found.tolist() == [[0, 0, 1, 1], [0, 1, 0, 1], [1, 0, 0, 1]]


def test_the_jackknife_of_a_mean_is_its_standard_error():
    """Which makes the interval Student's where all choices agree."""
    read = np.random.default_rng(0).normal(size=9)
    without = (read.sum() - read) / 8
    plain = read.std(ddof=1) / 3
    assert jackknife_error(without) == pytest.approx(plain)
    assert standard_error(read, without, 50) == pytest.approx(plain)


def test_the_error_lies_between_the_plain_one_and_the_luck_of_the_best():
    """However far single seeds throw the jackknife."""
    read = np.array([1.0, 2.0, 4.0])
    plain = read.std(ddof=1) / math.sqrt(3)
    cap = plain * math.hypot(1, float(expected_maximum(10)))
    assert standard_error(read, np.array([0.0, 1e6, 0.0]), 10) == pytest.approx(cap)
    assert standard_error(read, np.zeros(3), 10) == pytest.approx(plain)
    assert standard_error(read, np.full(3, np.nan), 10) == pytest.approx(cap)


def test_too_much_work_is_left_undone():
    """A jackknife over thousands of seeds would take minutes."""
    contest = Contest.of(Table(np.zeros((100, 5_000))), "max")
    assert np.isnan(without_each(contest, np.arange(5_000))).all()
