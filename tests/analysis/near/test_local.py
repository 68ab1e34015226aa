import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure
from sweeps.analysis.near.local import local_spreads
from sweeps.errors import ResultsError
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


def spreads(problem, row, random_seed=0):
    found, _ = local_spreads(problem, np.array(row), rng=np.random.default_rng(random_seed))
    return {each.dimension: each for each in found}


@pytest.fixture(scope="module")
def linear():
    cells, u = draws(200, 4)
    return cells, under_seeds(u @ SLOPES, noise=0.03), cube(4)


def test_a_straight_line_moves_by_its_slope_over_the_root_of_12(linear):
    found = spreads(problem_of(*linear), [100, 110, 120, 5])
    sds = [found[j].sd for j in range(4)]
    assert sds == pytest.approx(SLOPES / np.sqrt(12), abs=0.02)
    assert all(found[j].low <= SLOPES[j] / np.sqrt(12) <= found[j].high for j in range(4))


def test_the_largest_comes_first(linear):
    assert list(spreads(problem_of(*linear), [100, 110, 120, 5])) == [2, 1, 0, 3]


def test_pure_noise_has_no_sd_in_the_mean():
    rng = np.random.default_rng(0)
    variances, are_covered = [], []
    for random_seed in range(5):
        cells, _ = draws(60, 3, random_seed)
        problem = problem_of(cells, rng.normal(size=(60, 2)), cube(3))
        for each in spreads(problem, [10, 60, 120]).values():
            variances.append(each.variance)
            are_covered.append(each.low == 0)
    assert abs(np.mean(variances)) < 0.02  # the variance of a mean of 2 seeds is 0.5
    assert np.mean(are_covered) > 0.9


def test_a_child_that_is_inactive_has_no_row_and_one_that_is_active_its_own():
    cells, truth = switched_draws(200)
    problem = problem_of(cells, under_seeds(truth, noise=0.02), switched())
    assert set(spreads(problem, [1, N_CELLS, 60])) == {0, 2}
    at = spreads(problem, [0, 96, 60])
    assert at[1].sd == pytest.approx(1 / np.sqrt(12), abs=0.03)
    assert at[0].sd == pytest.approx((1 + 96.5 / 128) / 2, abs=0.05)
    assert at[2].low == 0


def test_what_a_parent_switches_on_is_averaged_over_its_prior():
    cells, truth = switched_draws(200)
    problem = problem_of(cells, under_seeds(truth, noise=0.02), switched())
    assert spreads(problem, [1, N_CELLS, 60])[0].sd == pytest.approx(1.5 / 2, abs=0.05)


def test_neither_order_nor_scale_changes_a_spread(linear):
    cells, table, measure = linear
    first = spreads(problem_of(cells, table, measure), [100, 110, 120, 5])
    rows, columns = np.random.default_rng(3).permutation(200), np.array([2, 0, 3, 1])
    moved = problem_of(cells[rows][:, columns], 4 * table[rows][:, ::-1] + 16, measure)
    second = spreads(moved, np.array([100, 110, 120, 5])[columns])
    for new, old in enumerate(columns):
        assert second[new].sd == pytest.approx(4 * first[old].sd)
        assert second[new].high == pytest.approx(4 * first[old].high)


def test_luck_of_the_configuration_itself_counts_nothing(linear):
    cells, table, measure = linear
    lucky = table.copy()
    lucky[7] += 100.0
    kept = [spreads(problem_of(cells, t, measure, without=[7]), cells[7]) for t in (table, lucky)]
    assert kept[0][0].sd == pytest.approx(kept[1][0].sd, rel=0.02)


def test_too_few_configurations_are_refused_in_words():
    cells, u = draws(10, 2)
    problem = problem_of(cells, under_seeds(u.sum(axis=1)), cube(2))
    assert not spreads(problem, [1, 2])
    assert "at least 20 configurations" in problem.refusal


def test_equal_scores_are_refused_in_words():
    cells, _ = draws(40, 2)
    assert "same score" in problem_of(cells, np.ones((40, 2)), cube(2)).refusal


def test_one_shared_seed_is_told(linear):
    cells, table, measure = linear
    assert "share one seed" in problem_of(cells, table[:, :1], measure).reasons[0]
    assert not problem_of(cells, table[:, :1], measure, is_paired=False).reasons


def test_a_level_out_of_range_is_refused(linear):
    with pytest.raises(ResultsError, match="level"):
        local_spreads(
            problem_of(*linear), np.array([1, 1, 1, 1]), rng=np.random.default_rng(0), level=1.5
        )


def choices(n_values, scored, n_configs=150):
    """Give a problem of a choice with some of its values scored, 5 apart, and of a float."""
    rng = np.random.default_rng(0)
    cells = np.stack([rng.choice(scored, n_configs), rng.integers(0, N_CELLS, n_configs)], axis=1)
    table = under_seeds(5.0 * cells[:, 0] + cells[:, 1] / N_CELLS, shift=0.0)
    measure = Measure.product([Dimension.unordered(np.ones(n_values)), FLOAT])
    return problem_of(cells, table, measure)


def test_a_choice_of_which_one_value_has_scores_has_no_figure():
    found = spreads(choices(2, [0]), [0, 60])
    assert np.isnan([found[0].sd, found[0].low, found[0].high]).all()
    assert found[1].sd == pytest.approx(1 / np.sqrt(12), abs=0.05)


def test_a_value_without_scores_takes_no_part_in_a_spread():
    """The values 0 and 5, half each; nobody scored the third."""
    assert spreads(choices(3, [0, 1]), [0, 60])[0].sd == pytest.approx(2.5, abs=0.1)


def test_around_a_value_that_nobody_scored_nothing_is_known():
    found = spreads(choices(3, [0, 1]), [2, 60])
    assert found[0].sd == pytest.approx(2.5, abs=0.1)
    assert np.isnan(found[1].sd)
