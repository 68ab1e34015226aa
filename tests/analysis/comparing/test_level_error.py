"""Errors over shared levels against mean squares made by hand, and coverage by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.shared_levels import DESIGNS, LUCKS, coverage, type_one
from sweeps.analysis.comparing.contrast import Contrast
from sweeps.analysis.comparing.level_error import error_over_levels, level_means
from sweeps.analysis.interval import mean_interval


def grid(*sizes):
    return np.indices(sizes).reshape(len(sizes), -1)


def test_error_of_crossed_sources_is_made_of_mean_squares():
    """(MS_A + MS_B - MS_AB) / n, the mean squares those of a two-way table."""
    values = np.random.default_rng(0).normal(size=(5, 6))
    values += 3 * np.arange(5)[:, None] + 2 * np.arange(6)
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    ms_a = 6 * values.mean(axis=1).var(ddof=1)
    ms_b = 5 * values.mean(axis=0).var(ddof=1)
    ms_ab = (rest**2).sum() / 20
    found = error_over_levels(values.reshape(1, -1), grid(5, 6))
    assert found.mean == pytest.approx([values.mean()])
    assert found.error**2 == pytest.approx([(ms_a + ms_b - ms_ab) / 30])
    assert found.freedom == pytest.approx([(ms_a + ms_b) ** 2 / (ms_a**2 / 4 + ms_b**2 / 5)])


def test_error_of_three_sources_adds_the_last_combination_again():
    """Singles minus pairs plus the triple; the triple is what sums of squares leave over."""
    values = np.random.default_rng(1).normal(size=(3, 4, 5)) + np.arange(3)[:, None, None]
    values += 2 * np.arange(4)[:, None] + 2 * np.arange(5)
    centred = values - values.mean()

    def explained(*others):
        return 60 * (centred.mean(axis=others) ** 2).mean() if others else (centred**2).sum()

    a, b, c = explained(1, 2), explained(0, 2), explained(0, 1)
    ab, ac, bc = explained(2) - a - b, explained(1) - a - c, explained(0) - b - c
    abc = explained() - a - b - c - ab - ac - bc
    expected = a / 2 + b / 3 + c / 4 - ab / 6 - ac / 8 - bc / 12 + abc / 24
    found = error_over_levels(values.reshape(1, -1), grid(3, 4, 5))
    assert found.error**2 == pytest.approx([expected / 60])


def test_intervals_are_never_narrower_than_those_of_one_source():
    """The difference of mean squares can fall below what the split alone brings."""
    values = np.random.default_rng(2).normal(size=(500, 12))
    levels = grid(3, 4)
    found = error_over_levels(values, levels)
    for row in levels:
        means = level_means(values, row)
        error = means.std(axis=1, ddof=1) / np.sqrt(means.shape[1])
        half = error * stats.t.ppf(0.975, means.shape[1] - 1)
        assert (found.error * stats.t.ppf(0.975, found.freedom) >= half * (1 - 1e-9)).all()


def test_one_outer_source_gives_the_t_interval_over_its_level_means():
    """In a nested design the levels of the first source alone are independent."""
    values = np.random.default_rng(3).normal(size=(4, 5, 6))
    found = Contrast.of_levels(values.reshape(4, 30), grid(5, 6)[:1]).interval(0.9)
    expected = mean_interval(values.mean(axis=2), level=0.9)
    np.testing.assert_allclose(found.low, expected.low)
    np.testing.assert_allclose(found.high, expected.high)


def test_missing_cells_add_up_the_errors_of_all_sources():
    """Without mean squares, what each source's level means say; rows with all cells stay."""
    values = np.random.default_rng(4).normal(size=(2, 12)) + np.repeat([0, 4, 8], 4)
    whole = error_over_levels(values, grid(3, 4))
    values[0, 5] = np.nan
    found = error_over_levels(values, grid(3, 4))
    means = [level_means(values[:1], row)[0] for row in grid(3, 4)]
    squared = sum(each.var(ddof=1) / len(each) for each in means)
    assert found.error[0] >= np.sqrt(max(each.var(ddof=1) / len(each) for each in means))
    assert found.error[0] ** 2 == pytest.approx(squared) or found.freedom[0] in (2, 3)
    assert found.mean[0] == pytest.approx(np.nanmean(values[0]))
    assert (found.error[1], found.freedom[1]) == (whole.error[1], whole.freedom[1])


def test_a_source_with_one_level_leaves_the_error_unknown():
    """Six initialisations of one split say nothing of the luck of the split."""
    values = np.full((2, 12), np.nan)
    values[0, :6] = np.arange(6.0)
    found = error_over_levels(values, grid(2, 6))
    assert found.freedom.tolist() == [0, 0]
    assert found.mean[0] == 2.5
    assert np.isnan(found.mean[1])
    assert not Contrast.of_levels(values, grid(2, 6)).interval(0.95).is_known.any()


@pytest.mark.parametrize("value", [0.1, -1e300, 5e-324, 0.0])
def test_equal_scores_have_an_error_of_exactly_zero(value):
    """Rounding is no luck."""
    found = error_over_levels(np.full((1, 30), value), grid(5, 6))
    assert (found.mean.item(), found.error.item()) == (value, 0.0)
    assert found.freedom.item() > 0


def test_neither_order_nor_labels_nor_scale_change_anything():
    """Levels are names, and seeds stand in any order."""
    rng = np.random.default_rng(5)
    values, levels = rng.normal(size=(3, 20)), grid(4, 5)
    values[0, 3] = np.nan
    order = rng.permutation(20)
    found = error_over_levels(values, levels)
    again = error_over_levels(3 + 2.0**40 * values[:, order], 9 - 2 * levels[::-1, order])
    np.testing.assert_allclose(again.error, 2.0**40 * found.error, rtol=1e-9)
    np.testing.assert_allclose(again.freedom, found.freedom, rtol=1e-9)


def test_huge_scores_do_not_overflow():
    """Squares are taken of scaled scores."""
    values = np.random.default_rng(6).normal(size=(1, 30))
    small, large = (error_over_levels(scale * values, grid(5, 6)) for scale in (1.0, 2.0**1000))
    assert large.error == pytest.approx(2.0**1000 * small.error)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mean", "difference"])
@pytest.mark.parametrize("failed", [0.0, 0.1])
@pytest.mark.parametrize("luck", LUCKS)
@pytest.mark.parametrize("design", DESIGNS)
def test_intervals_cover_wherever_luck_sits(design, luck, failed, kind):
    """At least 94 % where they promise 95; wider where no luck is shared."""
    assert coverage(design, luck, kind=kind, failed=failed) >= 0.94


@pytest.mark.slow
def test_seeds_taken_as_independent_cover_little():
    """Which is why there are intervals for shared levels."""
    assert coverage("crossed, 5 x 6", "in the first source", kind="plain") < 0.6
    assert coverage("crossed, 2 x 15", "in both", kind="plain") < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("luck", LUCKS)
def test_the_t_test_keeps_its_level(luck):
    """It calls equal configurations different in 5 % at most, to the error of the simulation."""
    assert type_one("crossed, 5 x 6", luck, n_samples=20_000) <= 0.06
    assert type_one("nested, 5 x 6", luck, n_samples=20_000) <= 0.06
