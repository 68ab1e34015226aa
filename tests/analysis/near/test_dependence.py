import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure
from sweeps.analysis.near.dependence import N_ROWS, dependence
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


def curve(problem, dimension, random_seed=0):
    return dependence(problem, dimension, rng=np.random.default_rng(random_seed))[0]


def test_a_straight_line_is_not_flattened_at_its_ends():
    cells, u = draws(200, 4)
    problem = problem_of(cells, under_seeds(u @ SLOPES, shift=0.0), cube(4))
    rows = curve(problem, 2)
    at = np.array([(row.cell + 0.5) / N_CELLS for row in rows])
    assert len(rows) == N_ROWS
    assert [row.mean for row in rows] == pytest.approx(1.5 + 3 * at, abs=0.05)


def test_a_hyperparameter_without_effect_has_a_flat_curve():
    cells, u = draws(200, 4)
    problem = problem_of(cells, under_seeds(u @ SLOPES, shift=0.0), cube(4))
    assert np.ptp([row.mean for row in curve(problem, 3)]) < 0.1


def test_a_bent_curve_is_followed():
    """The second argument of Ishigami's function: 7 sin(x)**2 on -pi to pi."""
    cells, u = draws(300, 3)
    x = np.pi * (2 * u - 1)
    truth = np.sin(x[:, 0]) * (1 + 0.1 * x[:, 2] ** 4) + 7 * np.sin(x[:, 1]) ** 2
    rows = curve(problem_of(cells, under_seeds(truth, shift=0.0), cube(3)), 1)
    at = np.pi * (2 * np.array([(row.cell + 0.5) / N_CELLS for row in rows]) - 1)
    assert [row.mean for row in rows] == pytest.approx(7 * np.sin(at) ** 2, abs=0.6)


def test_the_band_holds_the_truth_over_configurations_and_seeds():
    """With 5 shared seeds that shift everything, in 5 sweeps."""
    share = []
    for random_seed in range(5):
        cells, u = draws(80, 2, random_seed)
        table = under_seeds(u @ [1.0, 2.0], 5, noise=0.5, shift=0.5, random_seed=random_seed)
        rows = curve(problem_of(cells, table, cube(2)), 0)
        truth = [1 + (row.cell + 0.5) / N_CELLS for row in rows]
        held = [row.low <= t <= row.high for row, t in zip(rows, truth, strict=True)]
        share.append(np.mean(held))
    assert np.mean(share) > 0.9


def test_a_choice_has_a_row_a_value_with_its_number_of_configurations():
    rng = np.random.default_rng(0)
    cells = np.stack([rng.integers(0, 3, 150), rng.integers(0, N_CELLS, 150)], axis=1)
    levels = np.array([0.0, 5.0, 1.0])
    measure = Measure.product([Dimension.unordered([1, 1, 1]), FLOAT])
    table = under_seeds(levels[cells[:, 0]], shift=0.0)
    rows = curve(problem_of(cells, table, measure), 0)
    assert [row.mean for row in rows] == pytest.approx(levels, abs=0.1)
    assert [row.n for row in rows] == np.bincount(cells[:, 0]).tolist()


def test_a_child_is_shown_where_it_is_active_only():
    cells, truth = switched_draws(200)
    problem = problem_of(cells, under_seeds(truth, noise=0.02, shift=0.0), switched())
    rows = curve(problem, 1)
    at = np.array([(row.cell + 0.5) / N_CELLS for row in rows])
    assert [row.mean for row in rows] == pytest.approx(1 + at, abs=0.1)
    assert sum(row.n for row in rows) == (cells[:, 1] < N_CELLS).sum()


def test_a_parent_averages_over_what_it_switches_on():
    cells, truth = switched_draws(200)
    problem = problem_of(cells, under_seeds(truth, noise=0.02, shift=0.0), switched())
    assert [row.mean for row in curve(problem, 0)] == pytest.approx([1.5, 0.0], abs=0.1)


def test_independent_seeds_need_no_level():
    cells, u = draws(100, 2)
    table = under_seeds(u.sum(axis=1), shift=0.0)
    assert problem_of(cells, table, cube(2), is_paired=False).halves.level_error == 0
    assert problem_of(cells, table, cube(2)).halves.level_error > 0


def test_few_configurations_give_no_curve():
    cells, u = draws(10, 2)
    assert curve(problem_of(cells, under_seeds(u.sum(axis=1)), cube(2)), 0) == ()


def test_a_value_that_nobody_scored_has_no_mean_and_no_part_in_others():
    rng = np.random.default_rng(0)
    cells = np.stack([rng.integers(0, 2, 150), rng.integers(0, N_CELLS, 150)], axis=1)
    measure = Measure.product([Dimension.unordered([1, 1, 1]), FLOAT])
    table = under_seeds(np.where(cells[:, 0] == 1, 4.0, 0.0), shift=0.0)
    problem = problem_of(cells, table, measure)
    rows = curve(problem, 0)
    assert [row.n > 0 for row in rows] == [True, True, False]
    assert np.isnan([rows[2].mean, rows[2].low, rows[2].high]).all()
    assert [row.mean for row in curve(problem, 1)] == pytest.approx([2.0] * N_ROWS, abs=0.15)


@pytest.mark.parametrize("n_cells", [5, 101])
def test_the_cell_at_a_threshold_is_not_shown(n_cells):
    """The middle cell stands for a number that is hit with probability 0."""
    masses = np.ones(n_cells)
    masses[n_cells // 2] = 0
    rng = np.random.default_rng(0)
    used = np.flatnonzero(masses)
    cells = np.stack([rng.choice(used, 120), rng.integers(0, N_CELLS, 120)], axis=1)
    table = under_seeds(10 + cells[:, 0] / n_cells, shift=0.0)
    rows = curve(problem_of(cells, table, Measure.product([Dimension.ordered(masses), FLOAT])), 0)
    assert n_cells // 2 not in [row.cell for row in rows]
    assert len(rows) == min(n_cells - 1, N_ROWS)
    assert all(row.low < row.mean < row.high for row in rows)
    assert sum(row.n for row in rows) == 120
