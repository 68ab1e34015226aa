import numpy as np
import pytest

from sweeps.analysis.near.problem import Problem
from sweeps.analysis.near.twins import fit_pairs
from sweeps.analysis.scores import Scores
from tests.analysis.near.making import cube, draws

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("height", "least", "most"), [(0.0, 0.0, 0.1), (1.0, 0.25, 0.6)])
def test_misfit_is_what_noise_leaves_also_where_numbers_of_seeds_differ(height, least, most):
    """Half of the configurations have 1 seed, the others 9; no smooth surface follows `away`."""
    found = []
    for random_seed in range(5):
        rng = np.random.default_rng(random_seed)
        cells, _ = draws(100, 2, random_seed)
        n_seeds = np.where(np.arange(100) < 50, 1, 9)
        groups = np.repeat(np.arange(100), n_seeds)
        away = height * rng.choice([-0.5, 0.5], 100)
        seeds = np.concatenate([np.arange(n) for n in n_seeds])
        scores = Scores(away[groups] + rng.normal(scale=0.5, size=len(groups)), groups, seeds, 100)
        problem = Problem.of(cells, scores, cube(2), is_paired=False)
        pairs = fit_pairs(problem.cells, problem.halves, problem.rows, problem.measure, rng=rng)
        found.append(problem.unit.difference(pairs.misfit))
    assert least <= np.sqrt(np.mean(np.square(found))) <= most
