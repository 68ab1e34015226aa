"""Figures of the seeds of a configuration, against numpy, scipy and hand-made cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sweeps.analysis.describing.statistic import STATISTICS, group_statistics
from sweeps.analysis.describing.statistic_reason import FEWEST
from sweeps.analysis.interval import mean_interval
from sweeps.analysis.scores import Scores
from sweeps.errors import ResultsError

NAN = np.nan
WITH_FEW_SEEDS = ("median", "iqm", "trimmed_mean", "cvar")


def scores_of(*samples):
    """Give the scores of one configuration a sample."""
    groups = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    seeds = np.concatenate([np.arange(len(sample)) for sample in samples])
    return Scores(np.concatenate(samples).astype(float), groups, seeds, len(samples))


def one(sample, statistic, *, mode="max", **options):
    """Give value and bounds for one configuration."""
    found = group_statistics(scores_of(sample), statistic, mode=mode, **options)
    return found.value[0], found.low[0], found.high[0]


def by_definition(sample, statistic):
    """Say what each statistic is, higher being better."""
    return {
        "mean": np.mean(sample),
        "median": np.median(sample),
        "iqm": stats.trim_mean(sample, 0.25),
        "trimmed_mean": stats.trim_mean(sample, 0.1),
        "cvar": np.sort(sample)[: len(sample) // 5].mean(),
        "worst": np.min(sample),
    }[statistic]


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("n", [5, 10, 20, 45])
def test_value_is_the_one_of_the_textbook(statistic, n):
    """At sizes of which a fifth is a whole number, so that `cvar` splits no score."""
    sample = np.random.default_rng(n).normal(size=n)
    assert one(sample, statistic)[0] == pytest.approx(by_definition(sample, statistic), rel=1e-12)


def test_score_at_the_boundary_of_the_tail_counts_in_part():
    """A fifth of 6 seeds is 1.2 of them: the worst whole, the next one fifth."""
    assert one([1.0, 2, 3, 4, 5, 6], "cvar")[0] == pytest.approx((1 + 0.2 * 2) / 1.2)
    assert one([1.0, 2, 3, 4, 5, 6], "cvar", mode="min")[0] == pytest.approx((6 + 0.2 * 5) / 1.2)


def test_tail_of_less_than_one_seed_is_the_worst_score():
    """Three seeds have no worst fifth but the worst of them."""
    assert one([3.0, 1.0, 2.0], "cvar")[0] == 1.0


def test_tail_that_is_everything_is_the_mean_with_its_t_interval():
    """`cvar` ends where the ordinary interval stands."""
    sample = np.random.default_rng(0).normal(size=12)
    expected = mean_interval(sample)
    found = one(sample, "cvar", tail=1.0)
    np.testing.assert_allclose(found, [expected.estimate, expected.low, expected.high])


def test_interval_of_the_mean_is_students():
    """It is the same as everywhere else."""
    sample = [1.0, 4.0, 4.5]
    expected = mean_interval(sample)
    assert one(sample, "mean") == (expected.estimate, expected.low, expected.high)


@pytest.mark.parametrize(
    ("n", "level", "skipped"),
    [(6, 0.95, 0), (8, 0.95, 0), (9, 0.95, 1), (20, 0.95, 5), (100, 0.95, 39), (8, 0.99, 0)],
)
def test_interval_of_the_median_stands_between_tabled_scores(n, level, skipped):
    """How many sorted scores lie outside on each side is in every table of the sign test."""
    assert one(np.arange(n), "median", level=level)[1:] == (skipped, n - 1 - skipped)


def test_interval_of_a_trimmed_mean_is_the_one_computed_by_hand():
    """Eight scores 0 to 7: two dropped a side, Winsorised sum of squares 14, 3 freedoms."""
    half = stats.t.ppf(0.975, 3) * np.sqrt(14 / (4 * 3))
    np.testing.assert_allclose(one(np.arange(8), "iqm"), [3.5, 3.5 - half, 3.5 + half])


def test_outlier_does_not_move_the_interquartile_mean():
    """A collapsed seed changes neither figure nor interval, as long as it stays outside."""
    sample = np.random.default_rng(0).normal(size=12)
    collapsed = np.where(sample == sample.min(), -1e6, sample)
    assert one(sample, "iqm") == one(collapsed, "iqm")


@pytest.mark.parametrize("statistic", WITH_FEW_SEEDS)
@pytest.mark.parametrize("n", range(1, FEWEST))
def test_below_six_seeds_there_is_a_value_and_a_reason_but_no_interval(statistic, n):
    """Whatever the level: the sample is too small for what the interval rests on."""
    found = group_statistics(scores_of(np.arange(n)), statistic, mode="max", level=0.5)
    assert np.isfinite(found.value[0])
    assert np.isnan([found.low[0], found.high[0]]).all()
    assert "at least 6 seeds" in str(found.reason[0])
    assert str(n) in str(found.reason[0])


def test_median_takes_more_seeds_at_a_higher_level():
    """At 99 % seven seeds are not enough, eight are."""
    found = group_statistics(scores_of(range(7), range(8)), "median", mode="max", level=0.99)
    assert np.isnan(found.low).tolist() == [True, False]
    assert "at least 8 seeds" in str(found.reason[0])
    assert found.reason[1] is None


def test_narrow_tail_takes_a_seed_in_it():
    """The worst twentieth needs 20 seeds."""
    found = group_statistics(scores_of(range(19), range(20)), "cvar", mode="max", tail=0.05)
    assert np.isnan(found.low).tolist() == [True, False]


def test_worst_score_never_has_an_interval():
    """More seeds can only make it worse, and nothing says by how much."""
    found = group_statistics(scores_of(range(100)), "worst", mode="min")
    assert found.value[0] == 99
    assert np.isnan(found.low[0])
    assert "`cvar`" in str(found.reason[0])


@pytest.mark.parametrize("statistic", STATISTICS)
def test_group_without_a_score_says_so(statistic):
    """All its runs failed: no value, and a reason that points there."""
    scores = Scores(np.ones(7), np.ones(7, dtype=int), np.arange(7), 3)
    found = group_statistics(scores, statistic, mode="max")
    assert np.isnan(found.value).tolist() == [True, False, True]
    assert "failures" in str(found.reason[0])
    assert found.n.tolist() == [0, 7, 0]


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("value", [0.1, -1 / 3, 1e300, 0.0])
def test_equal_scores_have_an_interval_of_no_width(statistic, value):
    """Rounding widens nothing."""
    value_found, low, high = one([value] * 30, statistic)
    assert value_found == value
    if statistic != "worst":
        assert low == high == value


@pytest.mark.parametrize("statistic", STATISTICS)
def test_huge_scores_overflow_nothing(statistic):
    """Losses of 1e300 beside small ones give finite figures, without a warning."""
    found = one([1e300, 2e300, -1e300, 1.0, 2.0, 3.0, 5e300, 4.0], statistic)
    assert np.isfinite(found[:1] if statistic == "worst" else found).all()


@pytest.mark.parametrize("statistic", STATISTICS)
def test_scores_near_the_largest_float_give_no_warning(statistic):
    """The figure is exact to rounding; an interval that no float can hold has a reason instead."""
    sample = np.array([4.0, 1.0, 2.0, 3.9, 3.0, 3.5, 2.5])
    near, far = one(sample, statistic), one(sample * 1e307, statistic)
    assert far == pytest.approx(np.array(near) * 1e307, rel=1e-12, nan_ok=True)
    scores = Scores(np.array([-1.7e308, 1.7e308] * 4), np.zeros(8, dtype=int), np.arange(8), 1)
    found = group_statistics(scores, statistic, mode="max")
    assert np.isfinite(found.value).all()
    assert not np.isinf(found.low).any()
    if np.isnan(found.low).any() and statistic != "worst":
        assert "what a float can hold" in str(found.reason[0])


@settings(max_examples=40, deadline=None)
@given(
    sample=st.lists(st.floats(-100, 100), min_size=6, max_size=25),
    scale=st.floats(0.01, 100),
    shift=st.floats(-100, 100),
    statistic=st.sampled_from(STATISTICS),
)
def test_figures_move_with_the_unit_of_the_scores(sample, scale, shift, statistic):
    """Scaling and shifting the scores scales and shifts figure and bounds."""
    before = np.array(one(sample, statistic)) * scale + shift
    after = one(np.array(sample) * scale + shift, statistic)
    np.testing.assert_allclose(after, before, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_loss_has_the_mirrored_figures(statistic):
    """Negated scores in the other mode give negated figures, to the last bit."""
    sample = np.random.default_rng(2).normal(size=11)
    value, low, high = one(sample, statistic)
    mirrored = one(-sample, statistic, mode="min")
    np.testing.assert_array_equal(mirrored, [-value, -high, -low])


@pytest.mark.parametrize("statistic", STATISTICS)
def test_each_group_has_the_figures_that_it_has_alone(statistic):
    """Whatever its neighbours, the order of the runs and the labels of the seeds."""
    rng = np.random.default_rng(3)
    samples = [rng.normal(size=n) for n in (7, 1, 12, 7)]
    scores = scores_of(*samples)
    order = rng.permutation(len(scores.score))
    shuffled = Scores(scores.score[order], scores.groups[order], 99 - scores.seeds[order], 4)
    found = group_statistics(shuffled, statistic, mode="max")
    for i, sample in enumerate(samples):
        together = (found.value[i], found.low[i], found.high[i])
        np.testing.assert_array_equal(together, one(sample, statistic))


@pytest.mark.parametrize("statistic", STATISTICS[:-1])
def test_a_higher_level_has_a_wider_interval(statistic):
    """The bounds enclose those of a lower level."""
    sample = np.random.default_rng(4).normal(size=40)
    _, low, high = one(sample, statistic, level=0.8)
    _, lower, higher = one(sample, statistic, level=0.99)
    assert lower < low
    assert higher > high


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"statistic": "mode"}, "Unknown statistic 'mode'.*`iqm`"),
        ({"mode": "up"}, "`mode` must be"),
        ({"level": 95}, "`level` must lie between 0 and 1"),
        ({"tail": 0.0}, "`tail` must lie above 0"),
        ({"tail": NAN}, "`tail` must lie above 0"),
    ],
)
def test_argument_out_of_its_range_is_refused(arguments, message):
    """The message says the rule and what came."""
    options = {"statistic": "mean", "mode": "max"} | arguments
    with pytest.raises(ResultsError, match=message):
        group_statistics(scores_of([1.0, 2.0]), **options)


def test_result_is_frozen():
    """Its arrays too."""
    found = group_statistics(scores_of([1.0, 2.0]), "mean", mode="max")
    with pytest.raises(ValueError, match="read-only"):
        found.value[0] = 3.0
