"""Choosing on fewer seeds: exact cases, what it must not depend on, refusals, simulation."""

from __future__ import annotations

import math
from dataclasses import astuple
from itertools import combinations

import numpy as np
import pytest

from sweeps.analysis.choosing.choice import Contest
from sweeps.analysis.choosing.stability import Row, stability
from sweeps.analysis.choosing.winner import leave_one_seed_out
from sweeps.analysis.table import Table
from sweeps.errors import ResultsError

NAN = math.nan


def rows_of(table, *, mode="max", seed=0, **options) -> tuple[Row, ...]:
    """Ask with a generator of its own."""
    return stability(Table(table), mode=mode, rng=np.random.default_rng(seed), **options)


def by_loop(table, k):
    """Choose on all sets of k seeds, by the words of the rule, without ties."""
    n, winner = table.shape[1], table.mean(axis=1).argmax()
    wrong: list[bool] = []
    read: list[list[float]] = [[] for _ in range(n)]
    for drawn in combinations(range(n), k):
        chosen = table[:, drawn].mean(axis=1).argmax()
        wrong.append(chosen != winner)
        for seed in set(range(n)) - set(drawn):
            read[seed].append(table[chosen, seed])
    return np.mean(wrong), np.array([np.mean(scores) for scores in read])


@pytest.fixture
def table():
    """Six configurations under seven seeds."""
    rng = np.random.default_rng(2)
    return rng.normal(0, 0.5, 6)[:, None] + rng.normal(0, 1, 7) + rng.normal(0, 1, (6, 7))


def test_all_sets_of_seeds_are_taken_where_they_are_few(table):
    """Shares, values and costs against a loop."""
    _, full = by_loop(table, 6)
    for row in rows_of(table, seeds=(1, 2, 4, 6)):
        wrong, read = by_loop(table, row.n_seeds)
        assert row.n_draws == math.comb(7, row.n_seeds)
        assert (row.wrong, row.value) == pytest.approx((wrong, read.mean()))
        assert row.cost == pytest.approx((full - read).mean())
        assert (row.n_seeds < 6) is (row.low <= row.cost <= row.high)
        assert (row.n_seeds < 6) is (row.reason is None)


def test_drawn_sets_come_close_to_all_of_them(table):
    """And are as many as asked."""
    (drawn,) = rows_of(np.tile(table, (1, 3)), seeds=(8,), n_draws=4_000)
    (more,) = rows_of(np.tile(table, (1, 3)), seeds=(8,), n_draws=4_000, seed=1)
    assert drawn.n_draws == 4_000
    assert drawn.wrong == pytest.approx(more.wrong, abs=0.04)
    assert drawn.cost == pytest.approx(more.cost, abs=0.04)


def test_the_same_generator_gives_the_same_rows(table):
    """And the rows come in the order asked for."""
    wide = np.tile(table, (1, 4))
    first, second = (rows_of(wide, seeds=(9, 3, 12)) for _ in range(2))
    assert first == second
    assert [row.n_seeds for row in first] == [9, 3, 12]


def test_a_clear_winner_is_never_missed():
    """No set of seeds chooses another, and fewer seeds cost nothing."""
    table = np.array([[9.0], [5.0], [1.0]]) + np.random.default_rng(0).normal(0, 0.1, (3, 5))
    for row in rows_of(table, seeds=(1, 2, 4)):
        assert (row.wrong, row.clearly_wrong, row.cost) == (0, 0, 0)
        assert row.value == pytest.approx(table[0].mean())


def test_a_cost_of_nothing_has_no_interval():
    """No set of seeds chose another one, which is no evidence; all but one cost 0 by definition."""
    table = np.array([[9.0], [5.0], [1.0]]) + np.random.default_rng(0).normal(0, 0.1, (3, 5))
    for row, why in zip(
        rows_of(table, seeds=(2, 4)), ("No set of so few seeds", "by definition"), strict=True
    ):
        assert math.isnan(row.low)
        assert math.isnan(row.high)
        assert row.reason is not None
        assert why in row.reason


def test_choosing_one_that_is_as_good_is_not_clearly_wrong():
    """Only what can be told apart from the winner is."""
    table = np.array([[2.0, 2.0, 2.0, 2.0], [9.0, 0.0, 0.0, -9.0], [0.0, 9.0, -3.0, -9.0]])
    tied = np.array([True, True, False])
    (row,) = rows_of(table, seeds=(1,), is_tied=tied)
    assert (row.wrong, row.clearly_wrong) == (0.5, 0.25)
    (row,) = rows_of(table, seeds=(1,))
    assert (row.wrong, row.clearly_wrong) == (0.5, 0.5)


def test_winners_that_tie_are_both_right():
    """Half a choice of each is no wrong choice."""
    table = np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.0, 0.0, 0.0]])
    rows = rows_of(table, seeds=(1, 2))
    assert [row.wrong for row in rows] == [0, 0]


def test_failures_count_before_the_mean():
    """A configuration that fails under a seed that is drawn is not chosen."""
    table = np.array([[9.0, 9.0, NAN, 9.0], [1.0, 1.0, 1.0, 1.0], [0.0, 2.0, 0.0, 0.0]])
    (row,) = rows_of(table, seeds=(1,))
    assert row.wrong == 0.75
    assert row.reason is None


def test_a_seed_without_any_score_chooses_nothing(table):
    """It neither counts as a wrong choice nor judges one."""
    (plain,) = rows_of(table, seeds=(1,))
    (with_empty,) = rows_of(np.hstack([table, np.full((6, 1), NAN)]), seeds=(1,))
    assert with_empty.wrong == pytest.approx(plain.wrong)
    assert with_empty.value == pytest.approx(plain.value)


def test_cost_is_positive_where_it_is_worse_in_either_mode(table):
    """The value keeps its sign."""
    for higher, lower in zip(
        rows_of(table, seeds=(1, 3)), rows_of(-table, mode="min", seeds=(1, 3)), strict=True
    ):
        assert lower.value == pytest.approx(-higher.value)
        assert (lower.cost, lower.low, lower.high, lower.wrong) == pytest.approx(
            (higher.cost, higher.low, higher.high, higher.wrong)
        )


def test_order_and_scale_do_not_matter(table):
    """Shuffled rows and columns, another unit."""
    rng = np.random.default_rng(1)
    moved = table[rng.permutation(6)][:, rng.permutation(7)] * 40 - 3
    for before, after in zip(
        rows_of(table, seeds=(1, 3, 6)), rows_of(moved, seeds=(1, 3, 6)), strict=True
    ):
        assert after.wrong == before.wrong
        assert after.value == pytest.approx(before.value * 40 - 3)
        expected = (before.cost * 40, before.low * 40, before.high * 40)
        assert (after.cost, after.low, after.high) == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_as_many_seeds_as_there_are_cannot_be_judged(table):
    """No seed is left that had no say."""
    for row in rows_of(table, seeds=(7, 100)):
        assert math.isnan(row.wrong)
        assert math.isnan(row.cost)
        assert row.n_draws == 0
        assert row.reason is not None
        assert "got 7" in row.reason


@pytest.mark.parametrize("shape", [(1, 9), (9, 1), (0, 0)])
def test_nothing_to_choose_or_to_choose_by_is_refused_with_a_reason(shape):
    """One configuration, one seed."""
    (row,) = rows_of(np.ones(shape), seeds=(1,))
    assert math.isnan(row.wrong)
    assert row.reason is not None
    assert f"got {shape[0]} and {shape[1]}" in row.reason


def test_seeds_that_nobody_shares_give_a_reason():
    """The one chosen has no score under the others."""
    table = np.array([[1.0, 2.0, NAN, NAN], [NAN, NAN, 1.0, 2.0]])
    rows = rows_of(table, seeds=(3,))
    assert rows[0].reason is not None
    assert "got 0 of 4" in rows[0].reason


def test_two_seeds_are_enough():
    """Choosing on one of two is choosing on all but one, and costs nothing more."""
    (row,) = rows_of(np.array([[1.0, 5.0], [3.0, 2.0]]), seeds=(1,))
    assert (row.value, row.cost) == (1.5, 0)


def test_equal_and_huge_scores_have_answers():
    """Neither warns nor overflows."""
    (row,) = rows_of(np.full((3, 4), 0.3), seeds=(2,))
    assert (row.wrong, row.cost) == (0, 0)
    assert row.value == pytest.approx(0.3)
    table = np.random.default_rng(0).uniform(0.5, 1.0, (4, 6)) * 1e308
    (row,) = rows_of(table, seeds=(2,))
    assert 0.5e308 < row.value < 1e308
    (row,) = rows_of(np.random.default_rng(1).choice([-1.7e308, 1.7e308], (4, 4)), seeds=(1,))
    assert (math.isfinite(row.cost), row.high) == (True, math.inf)


def test_wrong_arguments_are_refused(table):
    """A level is a share, a mode is `max` or `min`."""
    with pytest.raises(ResultsError, match="`level` must lie between"):
        rows_of(table, level=95)
    with pytest.raises(ResultsError, match="`mode` must be"):
        rows_of(table, mode="best")
    with pytest.raises(ResultsError, match="whole numbers from 1, got 0"):
        rows_of(table, seeds=(2, 0))


@pytest.mark.parametrize("kind", ["plain", "ties", "failures"])
def test_looking_at_few_configurations_changes_nothing(kind, monkeypatch):
    """Those that no set of seeds could choose are left out of the work alone."""
    rng = np.random.default_rng(4)
    table = rng.normal(size=(200, 1)) + rng.normal(size=(200, 12)) + 5 * rng.normal(size=12)
    if kind == "ties":
        table = np.round(table)
    if kind == "failures":
        table[rng.random(table.shape) < 0.1] = NAN
    few = rows_of(table, n_draws=100)
    one_out = leave_one_seed_out(Table(table), mode="max")
    monkeypatch.setattr(Contest, "rivals", lambda self, _: np.arange(len(self.scaled)))
    for row, expected in zip(few, rows_of(table, n_draws=100), strict=True):
        assert astuple(row)[:-1] == pytest.approx(astuple(expected)[:-1], nan_ok=True, abs=1e-12)
    every = leave_one_seed_out(Table(table), mode="max")
    found = (one_out.value, one_out.low, one_out.high, one_out.n)
    assert found == pytest.approx((every.value, every.low, every.high, every.n), rel=1e-12)


@pytest.mark.slow
def test_value_and_cost_are_what_fresh_seeds_show():
    """Averaged over many sweeps they are the true values of what is chosen."""
    rng, k, n = np.random.default_rng(0), 2, 6
    true = rng.normal(0, 0.7, 12)
    values, costs = [], []
    for _ in range(600):
        (row,) = rows_of(rng.normal(true[:, None], 1.0, (12, n)), seeds=(k,))
        values.append(row.value)
        costs.append(row.cost)
    few, many = (
        true[rng.normal(true, 1 / math.sqrt(size), (20_000, 12)).argmax(axis=1)].mean()
        for size in (k, n - 1)
    )
    assert np.mean(values) == pytest.approx(few, abs=0.05)
    assert np.mean(costs) == pytest.approx(many - few, abs=0.04)
    assert many - few > 0.1


@pytest.mark.slow
def test_many_configurations_and_seeds_take_seconds():
    """10,000 times 100, all questions asked."""
    table = np.random.default_rng(0).normal(size=(10_000, 100))
    rows = rows_of(table, n_draws=200)
    assert [row.reason is None for row in rows] == [True] * 7 + [False]
