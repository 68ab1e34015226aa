"""Choosing by a criterion without one seed: exact cases, honesty and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sweeps.analysis.choosing.criterion import Criterion
from sweeps.analysis.choosing.robust import RobustContest, leave_one_seed_out_by
from sweeps.analysis.choosing.winner import leave_one_seed_out
from sweeps.analysis.table import Table
from sweeps.errors import ResultsError

NAN = math.nan
ROBUST = ("lower_bound", "cvar", "worst")


def by_hand(name, table, mode):
    """Choose without each seed in turn, one configuration and one seed at a time."""
    sign = 1 if mode == "max" else -1
    read = []
    for k in range(table.shape[1]):
        others = np.delete(sign * table, k, axis=1)
        figures = Criterion(name).over_sets(
            others, np.ones(others.shape, dtype=bool), np.ones((1, others.shape[1]), dtype=bool)
        )
        read.append(table[figures[0].argmax(), k])
    return float(np.mean(read))


@pytest.mark.parametrize("name", ROBUST)
@pytest.mark.parametrize("mode", ["max", "min"])
def test_leaving_one_seed_out_is_choosing_again_on_the_others(name, mode):
    """Read under the seed that was left out."""
    table = np.random.default_rng(4).normal(size=(9, 6))
    found, optimism = leave_one_seed_out_by(Criterion(name), 3, Table(table), mode=mode)
    assert found.value == pytest.approx(by_hand(name, table, mode))
    flattery = table[3].mean() - found.value
    assert optimism == pytest.approx(flattery if mode == "max" else -flattery)
    assert found.low < found.value < found.high
    assert f"choosing by `{name}`" in found.method


def test_the_mean_gives_what_leaving_out_by_the_mean_gives():
    """The same value and the same interval, missing scores or not."""
    table = np.random.default_rng(5).normal(size=(7, 6))
    for values in (table, np.where(table > 1.5, np.nan, table)):
        found, _ = leave_one_seed_out_by(Criterion("mean"), 0, Table(values), mode="max")
        plain = leave_one_seed_out(Table(values), mode="max")
        np.testing.assert_allclose(
            [found.value, found.low, found.high], [plain.value, plain.low, plain.high]
        )


@pytest.mark.parametrize("name", ["cvar", "worst"])
def test_looking_at_rivals_only_changes_nothing(name):
    """Whoever is left out could not be chosen by any set of so many seeds."""
    table = Table(np.random.default_rng(6).normal(size=(40, 7)))
    contest = RobustContest.by(Criterion(name, 0.4), table, "max")
    drawn = ~np.eye(7, dtype=bool)
    rivals = contest.rivals(drawn)
    assert 0 < len(rivals) < 40
    assert set(contest.choose(drawn).configs) <= set(rivals)


def test_ties_are_split_evenly_and_fewest_missing_scores_come_first():
    """As where the mean chooses."""
    table = Table(np.array([[1.0, 2.0], [2.0, 1.0], [9.0, NAN]]))
    found = RobustContest.by(Criterion("worst"), table, "max").choose(np.ones((1, 2), dtype=bool))
    assert found.configs.tolist() == [0, 1]
    assert found.weights.tolist() == [[0.5, 0.5]]


def test_a_bound_of_one_seed_chooses_nobody():
    """One seed has no interval, so nothing is read."""
    table = Table(np.array([[1.0, 2.0], [2.0, 1.0]]))
    contest = RobustContest.by(Criterion("lower_bound"), table, "max")
    assert np.isnan(contest.judged(~np.eye(2, dtype=bool))[0]).all()


def test_failed_runs_of_the_chosen_one_are_counted_in_words():
    """They have no score to average."""
    table = np.array([[5.0, 5.0, 5.0, NAN], [1.0, 2.0, 1.0, NAN], [0.0, 0.0, NAN, 1.0]])
    found, _ = leave_one_seed_out_by(Criterion("worst"), 0, Table(table), mode="max")
    assert "of 4 runs of the chosen ones have no score" in found.method


@pytest.mark.parametrize(
    ("table", "left_out", "got"),
    [
        (np.ones((1, 5)), None, "got 1, 5 and 5"),
        (np.ones((5, 2)), None, "got 5, 2 and 2"),
        (np.ones((5, 4)), np.array([False, False, False, True]), "got 5, 4 and 1"),
        (np.ones((0, 0)), None, "got 0, 0 and 0"),
    ],
)
def test_too_little_to_leave_out_is_refused_with_a_reason(table, left_out, got):
    """Choosing by a spread takes two seeds that are left."""
    found, optimism = leave_one_seed_out_by(
        Criterion("cvar"), 0, Table(table), mode="max", left_out=left_out
    )
    assert math.isnan(found.value)
    assert math.isnan(optimism)
    assert got in str(found.reason)


def test_scale_order_and_direction_do_not_matter():
    """An affine change of the scores changes the answer alike."""
    table = np.random.default_rng(8).normal(size=(6, 6))
    first, optimism = leave_one_seed_out_by(Criterion("cvar", 0.4), 2, Table(table), mode="max")
    other, flattery = leave_one_seed_out_by(
        Criterion("cvar", 0.4), 2, Table(7 - 3 * table), mode="min"
    )
    assert other.value == pytest.approx(7 - 3 * first.value)
    assert (other.low, other.high) == pytest.approx((7 - 3 * first.high, 7 - 3 * first.low))
    assert flattery == pytest.approx(3 * optimism)
    order = np.random.default_rng(0).permutation(6)
    moved, _ = leave_one_seed_out_by(
        Criterion("cvar", 0.4), 0, Table(table[order][:, order]), mode="max"
    )
    assert moved.value == pytest.approx(first.value)


def test_a_level_that_is_none_is_refused():
    """Before anything is computed."""
    with pytest.raises(ResultsError, match="level"):
        leave_one_seed_out_by(Criterion("cvar"), 0, Table(np.ones((3, 3))), mode="max", level=1.5)


@pytest.mark.slow
@pytest.mark.parametrize("name", ROBUST)
def test_the_value_of_such_a_choice_is_honest(name):
    """All are equally good in the mean, so what the chosen one shows above 0 is luck."""
    rng = np.random.default_rng(11)
    naive, honest, covered = [], [], []
    for _ in range(300):
        table = rng.normal(size=(20, 6)) + rng.normal(size=6)
        contest = RobustContest.by(Criterion(name), Table(table), "max")
        leader = int(contest.choose(np.ones((1, 6), dtype=bool)).configs[0])
        found, _ = leave_one_seed_out_by(Criterion(name), leader, Table(table), mode="max")
        naive.append(table[leader].mean())
        honest.append(found.value)
        covered.append(found.low <= 0 <= found.high)
    error = np.std(honest, ddof=1) / np.sqrt(len(honest))
    assert np.mean(naive) > 0.4
    assert abs(np.mean(honest)) < 3 * error
    assert np.mean(covered) > 0.87
