"""The one-way split against published tables, exact expectations and simulated coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sweeps.analysis.scores import Scores
from sweeps.analysis.variance import mean_squares
from sweeps.analysis.variance.one_way import one_way
from sweeps.errors import ResultsError


def split(scores, seed=0, **options):
    """Split with a generator of the same state each time."""
    return one_way(scores, rng=np.random.default_rng(seed), **options)


def unbalanced(rng, n_configs, config_sd, seed_sd):
    """Draw scores with 1 to 9 seeds, at least two configurations with all."""
    table = config_sd * rng.normal(size=(n_configs, 1)) + seed_sd * rng.normal(size=(n_configs, 9))
    n = rng.integers(1, 10, n_configs)
    n[:2] = 9
    groups, seeds = np.nonzero(np.arange(9) < n[:, None])
    return Scores(table[groups, seeds], groups, seeds, n_configs)


def test_dyestuff_has_the_published_components(dyestuff, scores_of):
    """Mean squares, variances, F, share with its interval, and the error of the mean."""
    found = split(scores_of(dyestuff))
    config, seed = found.components
    assert (config.mean_square, seed.mean_square) == pytest.approx((11271.5, 2451.25), rel=1e-12)
    assert (config.variance, seed.variance) == pytest.approx((1764.05, 2451.25), rel=1e-12)
    assert found.f == pytest.approx(4.598266, abs=5e-7)
    assert found.p_value == pytest.approx(0.0043975, abs=5e-8)
    assert found.icc.value == pytest.approx(0.418487, abs=5e-7)
    assert (found.icc.low, found.icc.high) == pytest.approx((0.083836, 0.847877), abs=5e-7)
    assert found.mean_error == pytest.approx(19.383412, abs=5e-7)
    assert found.mean == pytest.approx(1527.5)
    assert found.reliability.value == pytest.approx(1 - 1 / found.f)
    assert (found.n_configs, found.mean_seeds, found.n_scores, found.is_balanced) == (
        6,
        5.0,
        30,
        True,
    )
    assert found.reasons == ()


def test_negative_variance_is_shown_and_its_share_is_zero(dyestuff2, scores_of):
    """Batches that differ less than their samples give the estimate that the formula gives."""
    found = split(scores_of(dyestuff2))
    config, seed = found.components
    assert config.mean_square == pytest.approx(8.33632576)
    assert seed.mean_square == pytest.approx(14.9458896)
    assert config.variance == pytest.approx(-1.321912768)
    assert (config.share, seed.share, config.low, seed.high) == (0.0, 1.0, 0.0, 1.0)
    assert 0.3 < config.high < 0.4
    assert config.variance_low == 0.0
    assert config.variance_high > 1.0


def test_balanced_interval_is_the_textbook_formula(dyestuff, scores_of):
    """The weighted ratio comes down to (F / quantile - 1) / (F / quantile - 1 + n)."""
    found = split(scores_of(dyestuff), level=0.8)
    excess = found.f / stats.f.ppf([0.9, 0.1], 5, 24) - 1
    expected = excess / (excess + 5)
    assert (found.icc.low, found.icc.high) == pytest.approx(tuple(expected), rel=1e-9)


def test_bounds_of_both_shares_mirror_each_other(dyestuff, scores_of):
    """What configurations have at least is what seeds have at most."""
    config, seed = split(scores_of(dyestuff)).components
    assert (seed.low, seed.high) == pytest.approx((1 - config.high, 1 - config.low))


def test_unequal_numbers_of_seeds_use_the_effective_number():
    """Computed by hand for groups of 1, 2 and 3: n0 = (6 - 14 / 6) / 2."""
    scores = Scores(
        np.array([5.0, 1.0, 3.0, 7.0, 8.0, 9.0]),
        np.array([0, 1, 1, 2, 2, 2]),
        np.array([0, 0, 1, 0, 1, 2]),
        3,
    )
    found = split(scores)
    assert found.mean_seeds == pytest.approx((6 - 14 / 6) / 2)
    between = (1 * 0.25 + 2 * 3.5**2 + 3 * 2.5**2) / 2
    assert found.of("configuration").mean_square == pytest.approx(between)
    assert found.of("seed").mean_square == pytest.approx((2 + 2) / 3)
    assert found.of("configuration").variance == pytest.approx((between - 4 / 3) / found.mean_seeds)
    assert not found.is_balanced


@settings(deadline=None, max_examples=25)
@given(
    shuffle=st.randoms(use_true_random=False),
    scale=st.floats(1e-6, 1e6),
    offset=st.floats(-1e3, 1e3),
)
def test_order_labels_and_scale_change_nothing(shuffle, scale, offset):
    """Rows in another order, other labels and another unit give the same shares."""
    scores = unbalanced(np.random.default_rng(1), 8, 1.0, 1.0)
    rows = list(range(len(scores.score)))
    shuffle.shuffle(rows)
    names = list(range(8))
    shuffle.shuffle(names)
    other = Scores(
        scale * (scores.score[rows] + offset),
        np.array(names)[scores.groups[rows]],
        100 - scores.seeds[rows],
        8,
    )
    ours, theirs = split(scores), split(other)
    for one, two in zip(ours.components, theirs.components, strict=True):
        assert two.variance == pytest.approx(one.variance * scale**2, rel=1e-7)
        assert (two.share, two.low, two.high) == pytest.approx(
            (one.share, one.low, one.high), rel=1e-7, abs=1e-9
        )
        assert two.variance_high == pytest.approx(one.variance_high * scale**2, rel=1e-7)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[1.0, 2.0, 3.0]], "at least 2 of them with scores, got 1"),
        ([[np.nan], [np.nan]], "at least 2 of them with scores, got 0"),
        ([[1.0], [2.0], [4.0]], "one seed for each configuration"),
        ([[0.1, 0.1], [0.1, 0.1]], "All scores are equal"),
    ],
)
def test_design_without_an_answer_says_why(table, reason, scores_of):
    """No share is made up, and the reason names what came."""
    found = split(scores_of(table))
    assert np.isnan([found.icc.value, found.icc.low, found.reliability.high]).all()
    assert reason in found.reasons[0]
    assert found.icc.reason == found.reasons[0]


def test_one_configuration_still_has_the_variance_of_its_seeds(scores_of):
    """What the data do support is given."""
    found = split(scores_of([[1.0, 2.0, 3.0]]))
    assert found.of("seed").variance == pytest.approx(1.0)
    assert found.of("seed").variance_high > 1.0


def test_configurations_without_scores_are_counted(dyestuff, scores_of):
    """An empty configuration is left out and changes no figure."""
    with_empty = np.vstack([dyestuff, np.full(5, np.nan)])
    found = split(scores_of(with_empty))
    assert (found.n_configs, found.n_left_out) == (6, 1)
    assert found.icc.value == split(scores_of(dyestuff)).icc.value


def test_rounding_is_no_luck(scores_of):
    """Seeds that change nothing but the last digit leave everything to the configurations."""
    table = np.array([[0.1 + 0.2, 0.3], [0.7 + 0.1, 0.8]])
    found = split(scores_of(table))
    assert found.of("seed").variance == 0.0
    assert (found.icc.value, found.icc.low, found.icc.high) == (1.0, 1.0, 1.0)
    assert (found.f, found.p_value) == (np.inf, 0.0)


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_extreme_scores_keep_their_shares(scale, dyestuff, scores_of):
    """Squares beyond what a float holds are left out with a reason, or 0; shares stay."""
    found = split(scores_of(dyestuff / 2000 * scale))
    assert found.icc.value == pytest.approx(0.418487, abs=5e-7)
    assert np.isnan(found.of("seed").variance) == (scale > 1)
    assert [reason.startswith("Some variances are left out") for reason in found.reasons] == (
        [True] * (scale > 1)
    )
    assert found.mean_error == pytest.approx(19.383412 / 2000 * scale)


def test_level_out_of_range_is_refused(dyestuff, scores_of):
    """A level is a share."""
    with pytest.raises(ResultsError, match="`level`"):
        split(scores_of(dyestuff), level=95)


def test_unknown_source_is_refused(dyestuff, scores_of):
    """The message names the sources there are."""
    with pytest.raises(ResultsError, match="configuration, seed"):
        split(scores_of(dyestuff)).of("split")


@pytest.mark.slow
@pytest.mark.parametrize("config_sd", [0.3, 1.0])
def test_exact_interval_covers_with_unequal_numbers_of_seeds(config_sd, monkeypatch):
    """The nominal 95 % interval of the share holds the true share in 93.5 to 96.5 %."""
    monkeypatch.setattr(mean_squares, "N_DRAWS", 10)
    rng = np.random.default_rng(2)
    truth = config_sd**2 / (config_sd**2 + 1)
    drawn = [one_way(unbalanced(rng, 12, config_sd, 1.0), rng=rng).icc for _ in range(1_500)]
    covered = np.mean([icc.low <= truth <= icc.high for icc in drawn])
    assert 0.935 <= covered <= 0.965


@pytest.mark.slow
def test_estimates_are_unbiased_with_unequal_numbers_of_seeds(monkeypatch):
    """Over many data sets the mean estimate is the true variance."""
    monkeypatch.setattr(mean_squares, "N_DRAWS", 10)
    rng = np.random.default_rng(3)
    drawn = [
        [part.variance for part in one_way(unbalanced(rng, 12, 0.7, 1.0), rng=rng).components]
        for _ in range(1_500)
    ]
    error = np.std(drawn, axis=0) / np.sqrt(len(drawn))
    assert (np.abs(np.mean(drawn, axis=0) - [0.49, 1.0]) < 4 * error).all()
