import numpy as np
import pytest

from sweeps.analysis.importance.dispersion import log_variances, spread_response
from sweeps.analysis.scores import Scores


def scores_of(table):
    n_configs, n_seeds = table.shape
    groups, seeds = np.repeat(np.arange(n_configs), n_seeds), np.tile(np.arange(n_seeds), n_configs)
    return Scores(table.ravel(), groups, seeds, n_configs)


def asked(table, random_seed=0):
    everyone = np.ones(len(table))
    rng = np.random.default_rng(random_seed)
    return spread_response(scores_of(table), everyone > 0, everyone, rng=rng)


@pytest.mark.parametrize("n_seeds", [3, 6])
def test_equal_spreads_leave_nothing_but_chance_in_the_mean(n_seeds):
    rng = np.random.default_rng(0)
    between = [asked(rng.normal(size=(200, n_seeds))).between for _ in range(40)]
    assert np.mean(between) == pytest.approx(0, abs=0.06)


@pytest.mark.parametrize("n_seeds", [3, 6])
def test_the_variance_of_log_spreads_is_found_under_chance(n_seeds):
    """The log variance is 2 log sd, so its variance is 4 times .25."""
    rng = np.random.default_rng(0)
    sd = np.exp(0.5 * rng.normal(size=(4000, 1)))
    assert asked(sd * rng.normal(size=(4000, n_seeds))).between == pytest.approx(1, abs=0.15)


def test_seeds_that_all_configurations_share_are_no_chance_between_them():
    rng = np.random.default_rng(0)
    sd = np.exp(0.5 * rng.normal(size=(500, 1)))
    found = asked(sd * rng.normal(size=6))
    assert found.between == pytest.approx(np.var(2 * np.log(sd)), rel=0.01)
    assert found.sources["seed"] == pytest.approx(0, abs=0.01)


def test_scores_that_are_not_normal_do_not_make_the_spread_look_like_an_effect():
    rng = np.random.default_rng(0)
    heavy = rng.standard_t(3, size=(3000, 6))
    assert asked(heavy).between == pytest.approx(0, abs=0.1)


def test_a_configuration_without_spread_has_no_log_variance():
    found = log_variances(scores_of(np.array([[1.0, 1.0], [1.0, 2.0]])))
    assert np.isnan(found).tolist() == [True, False]
