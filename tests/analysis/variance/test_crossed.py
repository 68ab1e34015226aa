"""The crossed split against published tables, least squares, and simulated coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.table import Table
from sweeps.analysis.variance import mean_squares
from sweeps.analysis.variance.crossed import crossed, sums_of_squares
from sweeps.analysis.variance.icc import intraclass
from sweeps.analysis.variance.one_way import one_way


def split(values, **options):
    """Split with a generator of the same state each time."""
    return crossed(Table(np.asarray(values, dtype=float)), rng=np.random.default_rng(0), **options)


def draw(rng, shape, sds, missing=0.0):
    """Draw a table with the given standard deviations of configuration, seed and noise."""
    n_configs, n_seeds = shape
    table = sds[0] * rng.normal(size=(n_configs, 1)) + sds[1] * rng.normal(size=n_seeds)
    table = table + sds[2] * rng.normal(size=shape)
    table[rng.random(shape) < missing] = np.nan
    return table


def test_penicillin_has_the_published_components(penicillin):
    """Mean squares and standard deviations of plates, samples and rest."""
    found = split(penicillin)
    squares = [part.mean_square for part in found.components]
    np.testing.assert_allclose(squares, [4.6038647, 89.8444444, 0.3024155], atol=5e-8)
    sds = np.sqrt([part.variance for part in found.components])
    np.testing.assert_allclose(sds, [0.8467043, 1.9315584, 0.5499231], atol=5e-8)
    assert [part.source for part in found.components] == [
        "configuration",
        "seed",
        "configuration:seed",
    ]


def test_ratios_are_the_intraclass_correlations(penicillin):
    """The share is ICC(2,1), consistency ICC(3,1), reliability ICC(3,k)."""
    found, figures = split(penicillin), intraclass(penicillin)
    assert found.icc.value == pytest.approx(figures.agreement)
    assert found.consistency.value == pytest.approx(figures.consistency)
    assert found.reliability.value == pytest.approx(figures.consistency_mean)
    assert found.reliability.low < found.reliability.value < found.reliability.high


def test_interval_of_consistency_is_the_textbook_formula(penicillin):
    """It is (F / quantile - 1) / (F / quantile - 1 + n) with the noise of 23 x 5 cells."""
    found = split(penicillin)
    excess = found.f / stats.f.ppf([0.975, 0.025], 23, 115) - 1
    expected = excess / (excess + 6)
    assert (found.consistency.low, found.consistency.high) == pytest.approx(tuple(expected))


def test_missing_cells_are_fitted_by_least_squares():
    """Each part of the sum of squares is a difference of two residual sums."""
    rng = np.random.default_rng(0)
    for shape in [(7, 4), (4, 7)]:
        table = draw(rng, shape, (1, 1, 1), 0.25)
        rows, columns = np.nonzero(~np.isnan(table))
        target = table[rows, columns]
        by_row, by_column = np.eye(shape[0])[rows], np.eye(shape[1])[columns]

        def residual(design, target=target):
            return float(((target - design @ np.linalg.pinv(design) @ target) ** 2).sum())

        both = residual(np.hstack([by_row, by_column]))
        expected = [residual(by_column) - both, residual(by_row) - both, both]
        parts = sums_of_squares(table)
        np.testing.assert_allclose(parts.sums, expected, rtol=1e-9)
        assert parts.df.tolist() == [shape[0] - 1, shape[1] - 1, len(rows) - sum(shape) + 1]


def test_expected_mean_squares_with_missing_cells_are_exact():
    """A sum of squares expects, of unit variances, what it makes of each effect by itself."""
    has_score = np.array([[1, 1, 1, 0], [1, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 1], [1, 1, 1, 1]])
    table = np.where(has_score, 0.0, np.nan)
    n_configs, n_seeds, total = 5, 4, has_score.sum()
    config = sum(sums_of_squares(table + np.eye(5)[:, [i]]).sums for i in range(5))
    seed = sum(sums_of_squares(table + np.eye(4)[j]).sums for j in range(4))
    cells = [np.eye(20)[cell].reshape(5, 4) for cell in np.flatnonzero(has_score)]
    noise = sum(sums_of_squares(table + cell).sums for cell in cells)
    np.testing.assert_allclose(config, [total - n_seeds, 0, 0], atol=1e-12)
    np.testing.assert_allclose(seed, [0, total - n_configs, 0], atol=1e-12)
    df = [n_configs - 1, n_seeds - 1, total - n_configs - n_seeds + 1]
    np.testing.assert_allclose(noise, df, atol=1e-12)


def test_estimates_follow_from_the_expectations_with_missing_cells():
    """The variances solve the expected mean squares, and a complete table is one case of many."""
    table = draw(np.random.default_rng(4), (9, 5), (1, 1, 1), 0.2)
    found = split(table)
    total, parts = np.sum(~np.isnan(table)), sums_of_squares(table)
    noise = parts.sums[2] / parts.df[2]
    assert found.of("configuration:seed").variance == pytest.approx(noise)
    config = (parts.sums[0] - 8 * noise) / (total - 5)
    seed = (parts.sums[1] - 4 * noise) / (total - 9)
    assert found.of("configuration").variance == pytest.approx(config)
    assert found.of("seed").variance == pytest.approx(seed)
    assert "Henderson" in found.estimator
    assert not found.is_balanced


def test_labels_and_scale_change_nothing(penicillin):
    """Rows and columns in another order and another unit give the same shares."""
    table = penicillin.copy()
    table[3, 2] = table[7, 0] = np.nan
    rng = np.random.default_rng(5)
    other = 1e3 * table[rng.permutation(24)][:, rng.permutation(6)] - 5e3
    for one, two in zip(split(table).components, split(other).components, strict=True):
        assert two.variance == pytest.approx(one.variance * 1e6, rel=1e-9)
        assert (two.share, two.low, two.high) == pytest.approx((one.share, one.low, one.high))


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[1, 2, 3]], "at least 2 of them with scores, got 1"),
        ([[1], [2], [3]], "one shared seed"),
        ([[1, 2, np.nan, np.nan], [np.nan, np.nan, 3, 4]], "share no seed"),
        ([[1, 2], [3, np.nan]], "The 3 scores are just enough"),
        ([[5, 5], [5, 5]], "All scores are equal"),
        ([[np.nan, np.nan]], "at least 2 of them with scores, got 0"),
    ],
)
def test_design_without_an_answer_says_why(table, reason):
    """No share is made up, and the reason names what came."""
    found = split(table)
    assert np.isnan([found.icc.value, found.reliability.value, found.icc.high]).all()
    assert reason in found.reasons[0]


def test_configurations_linked_through_others_are_connected():
    """A chain of shared seeds is enough, wherever it starts."""
    table = [[1, 2, np.nan], [np.nan, 3, 5], [4, np.nan, 7], [1, 2, 4]]
    assert split(table).reasons == ()
    assert split(table[::-1]).reasons == ()


def test_equal_configurations_have_a_share_but_nothing_to_rank():
    """Where only the seed matters the share is 0 and reliability unknown."""
    found = split([[1, 2], [1, 2]])
    assert found.icc.value == 0.0
    assert np.isnan(found.reliability.value)
    assert "no seed could rank them" in found.reliability.reason


def test_seed_that_shifts_all_alike_leaves_comparisons_certain():
    """Without anything particular to a configuration and a seed, one seed ranks like all."""
    found = split(np.arange(5.0)[:, None] + np.array([0.1, 0.7, 0.2]))
    assert (found.consistency.value, found.consistency.low) == (1.0, 1.0)
    assert found.icc.value < 1.0


def test_without_a_seed_effect_both_splits_agree(scores_of):
    """Crossed and one-way splits estimate the same variances where seeds have no own effect."""
    table = draw(np.random.default_rng(6), (400, 6), (1, 0, 1))
    one = one_way(scores_of(table), rng=np.random.default_rng(0))
    assert split(table).icc.value == pytest.approx(one.icc.value, abs=0.01)


def test_empty_rows_and_columns_are_left_out(penicillin):
    """They are counted and change no figure."""
    table = np.full((25, 7), np.nan)
    table[:24, :6] = penicillin
    found = split(table)
    assert (found.n_configs, found.n_left_out, found.is_balanced) == (24, 1, True)
    assert found.icc == split(penicillin).icc


def test_ten_thousand_configurations_are_split_at_once():
    """A large table with missing cells gives its variances."""
    table = draw(np.random.default_rng(7), (10_000, 20), (1, 0.5, 1), 0.1)
    found = split(table)
    assert found.of("configuration").variance == pytest.approx(1.0, abs=0.06)
    assert found.of("configuration:seed").variance == pytest.approx(1.0, abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("sds", [(1, 0.3, 1), (0.3, 1, 1), (1, 0, 0.3)])
def test_intervals_cover(sds, missing, monkeypatch):
    """Nominal 95 % intervals of shares and variances hold the truth in 92 to 99.5 %."""
    monkeypatch.setattr(mean_squares, "N_DRAWS", 1_000)
    rng = np.random.default_rng(8)
    truth = np.square(sds)
    covered = []
    for _ in range(400):
        found = crossed(Table(draw(rng, (15, 6), sds, missing)), rng=rng)
        for part, variance in zip(found.components, truth, strict=True):
            share = variance / truth.sum()
            covered.append(part.low - 1e-12 <= share <= part.high)
            covered.append(part.variance_low <= variance <= part.variance_high)
    by_figure = np.reshape(covered, (400, -1)).mean(axis=0)
    assert ((by_figure >= 0.92) & (by_figure <= 0.995)).all(), by_figure
