"""Comparisons of two configurations against published figures, scipy and hand-made cases."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.comparing.comparison import compare
from sweeps.analysis.comparing.shared_levels import SharedLevels
from sweeps.analysis.sizing.power import power_of_difference
from sweeps.errors import ResultsError

# Student's sleep data, as R ships them: extra hours of sleep under two drugs.
SLEEP_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SLEEP_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
NAN = np.nan


def compared(a, b, *, paired=True, mode="max", seed=0, level=0.95):
    return compare(a, b, paired=paired, mode=mode, rng=np.random.default_rng(seed), level=level)


def test_sleep_data_in_pairs_have_the_published_figures():
    """R's paired t test: t -4.0621, p .002833, interval [-2.4598858, -.7001142]."""
    found = compared(SLEEP_1, SLEEP_2)
    assert found.t == pytest.approx(-4.0621, abs=5e-5)
    assert found.df == 9
    assert found.p_t == pytest.approx(0.002833, abs=5e-7)
    assert [found.low, found.high] == pytest.approx([-2.4598858, -0.7001142], abs=5e-8)
    assert found.p_value == found.p_exact == 4 / 1024


def test_sleep_data_as_samples_have_the_published_figures():
    """R's Welch test: t -1.8608, df 17.776, p .07939, interval [-3.3654832, .2054832]."""
    found = compared(SLEEP_1, SLEEP_2, paired=False)
    assert found.t == pytest.approx(-1.8608, abs=5e-5)
    assert found.df == pytest.approx(17.776, abs=5e-4)
    assert found.p_value == found.p_t == pytest.approx(0.07939, abs=5e-6)
    assert [found.low, found.high] == pytest.approx([-3.3654832, 0.2054832], abs=5e-8)


def test_difference_is_of_shared_finished_seeds():
    """A seed that failed on one side is left out of the difference, and counted."""
    found = compared([1.0, NAN, 3.0, 5.0, 4.0], [0.0, 9.0, 1.0, NAN, 1.0])
    assert (found.n_a, found.n_b, found.n_failed_a, found.n_failed_b) == (4, 4, 1, 1)
    assert found.n_pairs == 3
    assert found.difference == pytest.approx(2.0)
    assert sum("failed" in reason for reason in found.reasons) == 2


def test_failed_runs_are_the_worst_in_the_probability_of_improvement():
    """A configuration that fails half the time is no better for its good survivors."""
    a, b = [9.0, NAN, 9.0, NAN], [5.0, 5.0, 5.0, 5.0]
    for mode, paired in (("max", True), ("max", False), ("min", True), ("min", False)):
        good = a if mode == "max" else [1.0, NAN, 1.0, NAN]
        assert compared(good, b, mode=mode, paired=paired).probability_of_improvement.value == 0.5


def test_five_shared_seeds_say_that_no_exact_p_can_be_small():
    """Five pairs that all agree have p 0.0625, and the reason says so."""
    found = compared([1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 0.5, 1.1, 2.2, 3.4])
    assert found.p_value == found.smallest_p == 0.0625
    assert any("With 5 shared seeds no exact p can be below 0.0625" in r for r in found.reasons)
    assert any("6 shared seeds can reach 0.0312" in r for r in found.reasons)


def test_enough_seeds_need_no_reason():
    """Ten shared seeds without a failure leave nothing to explain."""
    rng = np.random.default_rng(0)
    assert compared(rng.normal(size=10), rng.normal(size=10)).reasons == ()


def test_effect_of_pairs_is_their_mean_in_standard_deviations():
    """d_z is t over the root of n; its noncentral t interval holds it."""
    found = compared(SLEEP_1, SLEEP_2).effect_size
    assert found.value == pytest.approx(-4.0621276833820374 / np.sqrt(10))
    tails = [stats.nct.sf(-4.0621276833820374, 9, x * np.sqrt(10)) for x in (found.low, found.high)]
    assert tails == pytest.approx([0.025, 0.975], abs=1e-6)


def test_effect_of_samples_is_corrected_for_their_size():
    """Hedges' g is Cohen's d times 1 - 3 / (4 df - 1), to 3 digits."""
    found = compared(SLEEP_1, SLEEP_2, paired=False).effect_size
    pooled = np.sqrt((SLEEP_1.var(ddof=1) + SLEEP_2.var(ddof=1)) / 2)
    d = (SLEEP_1.mean() - SLEEP_2.mean()) / pooled
    assert found.value == pytest.approx(d * (1 - 3 / (4 * 18 - 1)), rel=1e-3)
    assert found.low < d < found.high


def test_so_many_seeds_as_needed_have_the_power():
    """At the number of seeds needed, the observed difference is found 8 times in 10."""
    found = compared(SLEEP_1, SLEEP_2)
    sd = (SLEEP_1 - SLEEP_2).std(ddof=1)
    power = power_of_difference(found.seeds_needed, found.difference, sd, paired=True)
    assert power == pytest.approx(0.8, abs=1e-6)


def test_anytime_interval_is_wider_and_agrees_with_its_p():
    """The interval that holds at any time excludes 0 exactly where its p is below 1 - level."""
    found = compared(SLEEP_1, SLEEP_2)
    assert found.anytime_low < found.low < found.high < found.anytime_high < 0
    assert found.p_t < found.anytime_p < 0.05
    assert np.isnan(compared(SLEEP_1, SLEEP_2, paired=False).anytime_p)


@pytest.mark.parametrize("paired", [True, False])
def test_exchanging_the_two_mirrors_everything(paired):
    """b against a is a against b with the other sign."""
    a, b = np.append(SLEEP_1, NAN), np.append(SLEEP_2, 1.0)
    forth, back = compared(a, b, paired=paired), compared(b, a, paired=paired)
    assert back.difference == pytest.approx(-forth.difference)
    assert [back.low, back.high] == pytest.approx([-forth.high, -forth.low])
    assert back.p_value == pytest.approx(forth.p_value)
    chances = forth.probability_of_improvement.value + back.probability_of_improvement.value
    assert chances == pytest.approx(1)
    assert back.effect_size.low == pytest.approx(-forth.effect_size.high)


@pytest.mark.slow
@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("n", [7, 30])
def test_order_and_scale_of_scores_change_nothing(paired, n):
    """Shuffled runs give the same figures; another unit only moves those that carry it."""
    rng = np.random.default_rng(n)
    a, b = rng.normal(0.4, 1.0, n), rng.normal(0.0, 1.0, n)
    order = rng.permutation(n)
    one, other = (
        compared(a, b, paired=paired),
        compared(a[order] * 1000 + 5, b[order] * 1000 + 5, paired=paired),
    )
    for name in ("p_value", "p_t", "p_exact", "smallest_p", "t", "df", "seeds_needed", "n_pairs"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9)
    for name in ("difference", "low", "high", "anytime_low"):
        assert getattr(other, name) == pytest.approx(getattr(one, name) * 1000, nan_ok=True)
    for name in ("value", "low", "high"):
        for estimate in ("effect_size", "probability_of_improvement"):
            before, after = (getattr(getattr(x, estimate), name) for x in (one, other))
            assert after == pytest.approx(before)


@pytest.mark.parametrize("paired", [True, False])
def test_scores_that_never_change_have_no_t(paired):
    """A difference without spread has the exact p, and a reason instead of a t."""
    found = compared([0.9] * 6, [0.8] * 6, paired=paired)
    assert np.isnan([found.t, found.p_t, found.seeds_needed, found.effect_size.value]).all()
    assert found.p_value == found.p_exact == found.smallest_p < 0.05
    assert found.low == found.high == pytest.approx(0.1)
    assert "no spread" in found.reasons[0]
    assert found.effect_size.reason is not None


def test_differences_that_differ_by_rounding_have_no_t():
    """Seeds that shift both alike leave no spread, whatever the last digit says."""
    seeds = np.random.default_rng(0).normal(size=8)
    found = compared(seeds + 0.3, seeds + 0.1)
    assert np.isnan(found.t)
    assert found.difference == pytest.approx(0.2)


def test_equal_scores_are_no_evidence():
    """The same scores on both sides have p = 1 and a probability of one half."""
    found = compared(SLEEP_1, SLEEP_1)
    assert (found.difference, found.p_value) == (0.0, 1.0)
    assert found.probability_of_improvement.value == 0.5
    assert "nothing to test" in found.reasons[0]


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize(("a", "b"), [([], []), ([NAN], [NAN]), ([1.0], [NAN]), ([1.0], [2.0])])
def test_too_few_runs_give_reasons_and_no_interval(a, b, paired):
    """Without 2 runs of both nothing is said of luck, and the first reason says why."""
    found = compared(a, b, paired=paired)
    assert np.isnan([found.low, found.high, found.t, found.p_t, found.seeds_needed]).all()
    assert found.reasons[0].startswith(("A comparison takes", "An interval takes"))


def test_runs_without_pairs_may_differ_in_number():
    """Samples of different size are compared where they are not paired."""
    assert compared([1.0, 2.0, 3.0], [1.0, 2.0], paired=False).n_b == 2
    with pytest.raises(ResultsError, match="same number, got 3 and 2"):
        compared([1.0, 2.0, 3.0], [1.0, 2.0])


def test_huge_scores_overflow_nothing():
    """Losses of 1e308 are compared without a warning."""
    found = compared([1e308, 1.2e308, 1.1e308], [-1e307, 1e307, 3e307], paired=False)
    assert np.isfinite([found.difference, found.t, found.p_t]).all()


def test_result_is_the_same_twice():
    """The same seed of the generator gives the same figures."""
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=40), rng.normal(size=40)
    assert asdict(compared(a, b, seed=3)) == asdict(compared(a, b, seed=3))


@pytest.mark.parametrize(("mode", "level"), [("best", 0.95), ("max", 95)])
def test_arguments_out_of_range_are_refused(mode, level):
    """A mode or a level that is none is refused."""
    with pytest.raises(ResultsError):
        compared([1.0, 2.0], [1.0, 3.0], mode=mode, level=level)


SPLITS, INITS = np.indices((5, 6)).reshape(2, -1)
CROSSED = SharedLevels(np.arange(30), np.stack([SPLITS, INITS]), ("split", "init"))


def compared_over_levels(a, b, shared=CROSSED):
    rng = np.random.default_rng(0)
    return compare(a, b, paired=True, mode="max", rng=rng, shared=shared)


def test_shared_levels_count_as_often_as_they_are_drawn():
    """Thirty seeds with the luck in five splits are five, for every figure."""
    luck = np.random.default_rng(3).normal(0.3, 1, 5)
    noise = 0.01 * np.random.default_rng(4).normal(size=30)
    a, b = luck[SPLITS] + noise, np.zeros(30)
    found, by_split = compared_over_levels(a, b), compared(luck, np.zeros(5))
    assert [found.low, found.high] == pytest.approx([by_split.low, by_split.high], abs=0.02)
    assert found.p_value == found.p_t == pytest.approx(by_split.p_t, abs=0.01)
    assert (found.p_exact, found.smallest_p) == (by_split.p_exact, 2 / 2**5)
    assert found.n_pairs == 30
    chance = found.probability_of_improvement
    assert (chance.value, chance.n) == (np.mean(a > b), 5)
    assert chance.high - chance.low > 0.4
    assert found.effect_size.value == pytest.approx(a.mean() / a.std(ddof=1))
    assert not found.effect_size.is_known
    assert np.isnan([found.anytime_low, found.anytime_high, found.anytime_p]).all()
    assert "5 levels of split as pairs" in found.reasons[0]
    assert any("With 5 levels of split no exact p can be below" in each for each in found.reasons)


def test_failures_leave_levels_to_compare_over():
    """Whole levels may be gone; then the others say what there is to say."""
    a, b = np.random.default_rng(5).normal(size=(2, 30))
    a[SPLITS == 0] = NAN
    b[7] = NAN
    found = compared_over_levels(a, b)
    assert found.low < found.difference < found.high
    assert (found.n_failed_a, found.n_failed_b, found.n_pairs) == (6, 1, 23)


def test_one_level_of_a_source_gives_no_interval():
    """One split says nothing of the luck of the split, however many its initialisations."""
    a, b = np.random.default_rng(6).normal(size=(2, 6))
    found = compared_over_levels(a, b, CROSSED.among(np.arange(6)))
    assert np.isnan([found.low, found.high, found.p_t]).all()
    assert "at least 2 levels of each" in found.reasons[0]
