"""Likelihood fits against published ones, other programs, and the normal density itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.scores import Scores
from sweeps.analysis.table import Table
from sweeps.analysis.variance.crossed import crossed
from sweeps.analysis.variance.likelihood import crossed_likelihood, one_way_likelihood
from sweeps.errors import ResultsError


def criterion(covariance, target, *, method):
    """Give -2 log likelihood, from the density with its mean fitted."""
    ones = np.ones(len(target))
    inverse = np.linalg.inv(covariance)
    information = ones @ inverse @ ones
    mean = ones @ inverse @ target / information
    value = -2 * stats.multivariate_normal(mean * ones, covariance).logpdf(target)
    return value if method == "ml" else value + np.log(information) - np.log(2 * np.pi)


def test_dyestuff_has_the_published_fit(dyestuff, scores_of):
    """Figures of lme4 and MixedModels.jl; REML is what mean squares give."""
    reml = one_way_likelihood(scores_of(dyestuff))
    assert reml.variances == pytest.approx((1764.05, 2451.25), rel=1e-9)
    assert reml.criterion == pytest.approx(319.6543, abs=5e-5)
    ml = one_way_likelihood(scores_of(dyestuff), method="ml")
    assert ml.variances == pytest.approx((1388.33, 2451.25), abs=5e-3)
    assert ml.criterion == pytest.approx(327.3270598811428, abs=1e-9)
    assert np.sqrt(ml.variances[0] / ml.variances[1]) == pytest.approx(0.752580, abs=1e-6)


def test_negative_variance_becomes_zero(dyestuff2, scores_of):
    """Then all squares are noise, over 29 with REML and over 30 with ML."""
    reml = one_way_likelihood(scores_of(dyestuff2))
    assert reml.variances == pytest.approx((0.0, 13.806310), abs=5e-7)
    ml = one_way_likelihood(scores_of(dyestuff2), method="ml")
    assert ml.variances == pytest.approx((0.0, 13.346099), abs=5e-7)
    assert ml.criterion == pytest.approx(162.873036, abs=2e-6)


def test_penicillin_has_the_published_fit(penicillin):
    """Standard deviations as near as the search of MixedModels.jl comes to the optimum."""
    reml = crossed_likelihood(Table(penicillin))
    sds = np.sqrt(reml.variances)
    np.testing.assert_allclose(sds, [0.8467057, 1.9315556, 0.5499230], atol=3e-6)
    ml = crossed_likelihood(Table(penicillin), method="ml")
    np.testing.assert_allclose(np.sqrt(ml.variances), [0.8455646, 1.7706476, 0.5499331], atol=8e-6)
    assert ml.criterion == pytest.approx(332.188349, abs=5e-7)


def test_reml_is_what_mean_squares_give_in_a_complete_table(penicillin):
    """Both agree where no mean square is negative."""
    squares = crossed(Table(penicillin), rng=np.random.default_rng(0))
    expected = [part.variance for part in squares.components]
    assert crossed_likelihood(Table(penicillin)).variances == pytest.approx(expected)


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_one_way_fit_is_the_best_of_all(method):
    """With unequal numbers of seeds the criterion is that of the density, and no other is less."""
    groups = np.array([0, 0, 0, 1, 2, 2, 3, 3, 3, 3])
    target = np.array([0.3, 1.2, 0.8, 3.0, 5.1, 4.0, 2.2, 1.7, 3.3, 2.9])
    same = groups[:, None] == groups
    fit = one_way_likelihood(Scores(target, groups, np.arange(10), 4), method=method)

    def at(config, noise):
        return criterion(config * same + noise * np.eye(10), target, method=method)

    assert fit.criterion == pytest.approx(at(*fit.variances))
    for factor in (0.99, 1.01):
        assert at(fit.variances[0] * factor, fit.variances[1]) > fit.criterion
        assert at(fit.variances[0], fit.variances[1] * factor) > fit.criterion


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("sds", [(1, 1, 1), (0, 1, 1), (1, 0, 1), (0, 0, 1)])
def test_crossed_fit_is_the_best_of_all(method, sds):
    """The criterion is that of the density, and no other variances have a smaller one."""
    rng = np.random.default_rng(11)
    table = sds[0] * rng.normal(size=(5, 1)) + sds[1] * rng.normal(size=3)
    table = table + sds[2] * rng.normal(size=(5, 3))
    fit = crossed_likelihood(Table(table), method=method)
    config = np.kron(np.eye(5), np.ones((3, 3)))
    seed = np.kron(np.ones((5, 5)), np.eye(3))

    def at(variances):
        covariance = variances[0] * config + variances[1] * seed + variances[2] * np.eye(15)
        return criterion(covariance, table.ravel(), method=method)

    assert fit.criterion == pytest.approx(at(fit.variances))
    step = 0.01 * fit.variances[2]
    for source in range(3):
        for direction in (-step, step):
            moved = np.array(fit.variances)
            moved[source] += direction
            if moved.min() >= 0:
                assert at(moved) > fit.criterion - 1e-9


@pytest.mark.parametrize(("method", "noise"), [("ml", 4 / 4), ("reml", 4 / 3)])
def test_table_without_any_effect_is_all_noise(method, noise):
    """Where neither source has a variance all squares are noise, and the mean costs REML one."""
    fit = crossed_likelihood(Table(np.array([[1.0, -1.0], [-1.0, 1.0]])), method=method)
    assert fit.variances == pytest.approx((0.0, 0.0, noise))


def test_scale_changes_the_unit_only(dyestuff, scores_of):
    """Variances follow the square of the unit, and the criterion its logarithm."""
    one = one_way_likelihood(scores_of(dyestuff))
    two = one_way_likelihood(scores_of(dyestuff * 10 - 3_000))
    assert two.variances == pytest.approx([100 * part for part in one.variances])
    assert two.criterion == pytest.approx(one.criterion + 2 * 29 * np.log(10))


@pytest.mark.parametrize("table", [[[1.0, 2.0]], [[1.0], [2.0]], [[1.0, 1.0], [2.0, 2.0]]])
def test_one_way_without_an_answer_says_why(table, scores_of):
    """One configuration, single seeds and seeds without an effect have no maximum."""
    fit = one_way_likelihood(scores_of(table))
    assert np.isnan(fit.criterion)
    assert "run more seeds" in str(fit.reason)


@pytest.mark.parametrize(
    "table", [[[1.0, 2.0]], [[1.0, 2.0], [3.0, np.nan]], [[1.0, 2.0], [2.0, 3.0]]]
)
def test_crossed_without_an_answer_says_why(table):
    """Too small, incomplete, and exactly additive tables are refused."""
    fit = crossed_likelihood(Table(np.array(table)))
    assert np.isnan(fit.variances).all()
    assert "mean squares" in str(fit.reason)


@pytest.mark.parametrize("fit", [one_way_likelihood, crossed_likelihood])
def test_unknown_method_is_refused(fit):
    """A method is `reml` or `ml`."""
    with pytest.raises(ResultsError, match="`method` must be"):
        fit(None, method="bayes")
