import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure
from sweeps.analysis.near.path import ablation_path
from tests.analysis.near.making import (
    FLOAT,
    N_CELLS,
    SLOPES,
    cube,
    draws,
    problem_of,
    switched,
    switched_draws,
    under_seeds,
)

pytestmark = pytest.mark.slow


def path(problem, start, goal, random_seed=0):
    rng = np.random.default_rng(random_seed)
    return ablation_path(problem, np.array(start), np.array(goal), rng=rng)[0]


@pytest.fixture(scope="module")
def linear():
    cells, u = draws(240, 4)
    return cells, under_seeds(u @ SLOPES), cube(4)


def test_a_straight_line_gains_its_slopes_largest_first(linear):
    stops = path(problem_of(*linear), [16, 16, 16, 16], [112, 112, 112, 112])
    assert [stop.changed for stop in stops[1:4]] == [(2,), (1,), (0,)]
    gains = [stop.gain for stop in stops[1:]]
    assert gains == pytest.approx([2.25, 1.5, 0.75, 0.0], abs=0.1)
    assert all(stop.low <= stop.gain <= stop.high for stop in stops[1:])


def test_scores_add_up_from_the_first_stop(linear):
    stops = path(problem_of(*linear), [16, 16, 16, 16], [112, 112, 112, 112])
    assert np.isnan(stops[0].gain)
    scores = [stop.score for stop in stops]
    assert np.diff(scores) == pytest.approx([stop.gain for stop in stops[1:]])
    assert stops[-1].row.tolist() == [112, 112, 112, 112]


def test_a_hyperparameter_that_does_not_differ_is_no_step(linear):
    stops = path(problem_of(*linear), [16, 50, 16, 50], [112, 50, 112, 50])
    assert [stop.changed for stop in stops] == [(), (2,), (0,)]


def test_luck_that_chose_a_step_does_not_pay_for_it():
    """Pure noise: the first step is the best of four by one half, and worth nothing to the other.

    By the half that chose it the first step gains about as much as the error of a mean.
    """
    rng = np.random.default_rng(0)
    gains, are_covered = [], []
    for random_seed in range(6):
        cells, _ = draws(60, 4, random_seed)
        problem = problem_of(cells, rng.normal(size=(60, 2)), cube(4))
        stop = path(problem, [16] * 4, [112] * 4)[1]
        gains.append(stop.gain)
        are_covered.append(stop.low <= 0 <= stop.high)
    assert abs(np.mean(gains)) < 3 * np.std(gains) / np.sqrt(6) + 0.02
    assert np.mean(are_covered) > 0.8


def test_a_step_along_one_choice():
    rng = np.random.default_rng(0)
    cells = np.stack([rng.integers(0, 3, 200), rng.integers(0, N_CELLS, 200)], axis=1)
    truth = np.array([0.0, 5.0, 1.0])[cells[:, 0]]
    measure = Measure.product([Dimension.unordered([1, 1, 1]), FLOAT])
    stops = path(problem_of(cells, under_seeds(truth), measure), [0, 10], [1, 120])
    assert stops[1].changed == (0,)
    assert stops[1].gain == pytest.approx(5, abs=0.2)
    assert stops[2].low <= 0 <= stops[2].high


def test_a_parent_takes_along_what_it_switches_on():
    """From 0 without z to 1 + z."""
    cells, truth = switched_draws(240)
    problem = problem_of(cells, under_seeds(truth, noise=0.02), switched())
    stops = path(problem, [1, N_CELLS, 10], [0, 96, 120])
    assert [stop.changed for stop in stops] == [(), (0, 1), (2,)]
    assert stops[1].gain == pytest.approx(1 + 96.5 / 128, abs=0.15)
    assert stops[0].row[1] == N_CELLS
    assert stops[1].row[1] == 96


def test_a_parent_takes_along_what_it_switches_off():
    cells, truth = switched_draws(240)
    problem = problem_of(cells, under_seeds(truth, noise=0.02), switched())
    stops = path(problem, [0, 96, 10], [1, N_CELLS, 10])
    assert [stop.changed for stop in stops] == [(), (0, 1)]
    assert stops[1].gain == pytest.approx(-1 - 96.5 / 128, abs=0.15)


def test_nothing_between_equal_ends(linear):
    assert len(path(problem_of(*linear), [16] * 4, [16] * 4)) == 1


def test_the_order_of_rows_and_columns_changes_nothing(linear):
    cells, table, measure = linear
    start, goal = np.array([16, 20, 24, 28]), np.array([112, 100, 90, 80])
    first = path(problem_of(cells, table, measure), start, goal)
    rows, columns = np.random.default_rng(3).permutation(240), np.array([2, 0, 3, 1])
    moved = problem_of(cells[rows][:, columns], table[rows], measure)
    second = path(moved, start[columns], goal[columns])
    assert [s.gain for s in second[1:]] == pytest.approx([s.gain for s in first[1:]])
    assert [columns[s.changed[0]] for s in second[1:]] == [s.changed[0] for s in first[1:]]


def test_a_step_from_a_value_that_nobody_scored_gains_nobody_knows_what():
    rng = np.random.default_rng(0)
    cells = np.stack([rng.integers(0, 2, 150), rng.integers(0, N_CELLS, 150)], axis=1)
    measure = Measure.product([Dimension.unordered([1, 1, 1]), FLOAT])
    problem = problem_of(cells, under_seeds(3.0 * cells[:, 0] + cells[:, 1] / N_CELLS), measure)
    stops = path(problem, [2, 10], [1, 100])
    gains = {stop.changed: stop.gain for stop in stops}
    assert np.isnan(stops[0].score)
    assert np.isnan(gains[0,])
    known = path(problem, [0, 10], [1, 100])
    assert np.isfinite([stop.score for stop in known]).all()
