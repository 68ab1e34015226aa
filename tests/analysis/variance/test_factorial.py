"""Splits by source against exact expectations, hand-made tables and simulated coverage."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.table import Table
from sweeps.analysis.variance import mean_squares
from sweeps.analysis.variance.crossed import crossed
from sweeps.analysis.variance.factorial import factorial, nested
from sweeps.errors import ResultsError

TERMS = {
    "factorial": [(0,), (1,), (2,), (1, 2), (0, 1), (0, 2), (0, 1, 2)],
    "within": [(0,), (1,), (1, 2), (0, 1), (0, 1, 2)],
    "own": [(0,), (0, 1), (0, 1, 2)],
}


def split(values, names=("split", "init"), **options):
    """Split with a generator of the same state each time."""
    return factorial(values, names, rng=np.random.default_rng(0), **options)


def effects(rng, sizes, term):
    """Draw one normal effect a combination of the axes of a term."""
    return rng.normal(size=[size if axis in term else 1 for axis, size in enumerate(sizes)])


def draw(rng, sizes, variances, kind):
    """Draw scores whose terms have the given variances."""
    terms = zip(TERMS[kind], variances, strict=True)
    return sum(np.sqrt(part) * effects(rng, sizes, term) for term, part in terms)


def fit(kind, values, rng):
    """Fit the layout of a kind."""
    if kind == "own":
        return nested(values, rng=rng)
    return factorial(values, ["split", "init"], rng=rng, is_nested=kind == "within")


def test_one_source_is_the_crossed_split():
    """With one source the figures are those of the table of configurations and seeds."""
    values = np.random.default_rng(0).normal(size=(6, 4)) + np.arange(6)[:, None]
    ours = split(values, ["seed"])
    theirs = crossed(Table(values), rng=np.random.default_rng(0))
    for one, two in zip(ours.components, theirs.components, strict=True):
        assert one.source == two.source
        figures = (one.df, one.mean_square, one.variance, one.share, one.low, one.variance_high)
        others = (two.df, two.mean_square, two.variance, two.share, two.low, two.variance_high)
        assert figures == pytest.approx(others)
    assert ours.reliability.value == pytest.approx(theirs.reliability.value)
    assert (ours.f, ours.p_value) == pytest.approx((theirs.f, theirs.p_value))


@pytest.mark.parametrize("kind", TERMS)
def test_estimates_have_the_expectation_of_the_design(kind, monkeypatch):
    """Summed over all single effects of a term, its own variance is 1 and every other 0."""
    monkeypatch.setattr(mean_squares, "N_DRAWS", 2)
    sizes, found = (4, 3, 2), []
    for term in TERMS[kind]:
        shape = [size if axis in term else 1 for axis, size in enumerate(sizes)]
        cells = (cell.reshape(shape) for cell in np.eye(int(np.prod(shape))))
        splits = (
            fit(kind, np.broadcast_to(cell, sizes), np.random.default_rng(0)) for cell in cells
        )
        found.append(np.sum([[part.variance for part in s.components] for s in splits], axis=0))
    np.testing.assert_allclose(found, np.eye(len(found)), atol=1e-12)


@pytest.mark.parametrize("kind", TERMS)
def test_sums_of_squares_add_up(kind):
    """Degrees of freedom and sums of squares of all sources are those of the scores."""
    values = np.random.default_rng(1).normal(size=(5, 3, 4))
    parts = fit(kind, values, np.random.default_rng(0)).components
    assert sum(part.df for part in parts) == values.size - 1
    total = sum(part.df * part.mean_square for part in parts)
    assert total == pytest.approx(((values - values.mean()) ** 2).sum())


def test_nested_mean_squares_are_taken_from_the_top_down():
    """Each variance is the difference of two mean squares over the scores in a group."""
    values = np.random.default_rng(2).normal(size=(5, 3, 4))
    found = nested(values, rng=np.random.default_rng(0))
    within = values.var(axis=2, ddof=1).mean()
    middle = 4 * values.mean(axis=2).var(axis=1, ddof=1).mean()
    top = 12 * values.mean(axis=(1, 2)).var(ddof=1)
    expected = [(top - middle) / 12, (middle - within) / 4, within]
    np.testing.assert_allclose([part.variance for part in found.components], expected)
    assert found.f == pytest.approx(top / middle)
    sources = [part.source for part in found.components]
    assert sources == ["configuration", "configuration:split", "configuration:split:init"]


def test_split_and_start_are_told_apart():
    """A user learns where the luck sits: the split has nine tenths of it here."""
    rng = np.random.default_rng(3)
    values = draw(rng, (30, 40, 40), (1.0, 0.9, 0.1, 0, 0, 0, 0.01), "factorial")
    found = split(values)
    assert found.of("split").share == pytest.approx(0.45, abs=0.12)
    assert found.of("init").share == pytest.approx(0.05, abs=0.03)
    assert found.of("split").low < found.of("split").share < found.of("split").high


def test_what_all_share_does_not_lower_reliability():
    """Sources without an interaction with configurations cancel in comparisons."""
    rng = np.random.default_rng(4)
    found = split(draw(rng, (20, 5, 5), (1.0, 9.0, 9.0, 9.0, 0, 0, 0.01), "factorial"))
    assert found.icc.value < 0.2
    assert found.consistency.value > 0.95
    assert found.reliability.value > 0.99


def test_reliability_divides_each_interaction_by_its_levels():
    """The error of a mean over 3 splits x 4 starts follows from the shown variances."""
    found = split(draw(np.random.default_rng(5), (9, 3, 4), (1, 0, 0, 0, 1, 1, 1), "factorial"))
    error = (
        found.of("configuration:split").variance / 3
        + found.of("configuration:init").variance / 4
        + found.of("configuration:split:init").variance / 12
    )
    config = found.of("configuration").variance
    assert found.reliability.value == pytest.approx(config / (config + error))
    assert found.mean_seeds == 12


def test_error_of_the_mean_divides_each_variance_by_its_levels():
    """Each source weighs as one over the number of its effects."""
    found = split(np.random.default_rng(11).normal(size=(9, 3, 4)) + np.arange(9)[:, None, None])
    levels = [9, 3, 4, 12, 27, 36, 108]
    positive = [max(part.variance, 0.0) for part in found.components]
    assert found.mean_error == pytest.approx(np.sqrt(np.sum(np.divide(positive, levels))))


def test_incomplete_configurations_are_left_out_and_counted():
    """The figures are those of the complete ones, and a note says what that means."""
    values = np.random.default_rng(6).normal(size=(6, 3, 2))
    values[1, 2, 0] = np.nan
    found = split(values)
    assert found.n_left_out == 1
    assert found.components == split(np.delete(values, 1, axis=0)).components
    assert "left out: 1" in found.reasons[0]


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ((1, 3, 3), "at least 2 of them with all their scores, got 1"),
        ((4, 1, 3), "What `split` adds"),
        ((4, 3, 1), "What `init` adds"),
    ],
)
def test_design_without_an_answer_says_why(shape, reason):
    """A source with one level is named."""
    found = split(np.random.default_rng(7).normal(size=shape))
    assert np.isnan([found.icc.value, found.icc.high, found.components[0].variance]).all()
    assert reason in found.reasons[0]
    assert reason in found.icc.reason


def test_equal_scores_have_no_split():
    """Nothing varies, so nothing has a share."""
    found = split(np.full((4, 3, 2), 0.1))
    assert np.isnan(found.icc.value)
    assert "All scores are equal" in found.reasons[0]


@pytest.mark.parametrize(("shape", "names"), [((4, 3), ["a", "b"]), ((4,), []), ((4, 3, 2), ["a"])])
def test_names_that_do_not_fit_are_refused(shape, names):
    """One name an axis after the first."""
    with pytest.raises(ResultsError, match="one for each of 1 to 4 sources"):
        split(np.zeros(shape), names)


def test_labels_and_scale_change_nothing():
    """Levels in another order and another unit give the same shares."""
    rng = np.random.default_rng(8)
    values = draw(rng, (6, 4, 3), (1, 1, 1, 0, 1, 0, 1), "factorial")
    other = 100 * values[rng.permutation(6)][:, rng.permutation(4)][:, :, rng.permutation(3)] - 7
    for one, two in zip(split(values).components, split(other).components, strict=True):
        assert two.variance == pytest.approx(one.variance * 1e4)
        assert (two.share, two.low, two.high) == pytest.approx((one.share, one.low, one.high))


@pytest.mark.slow
def test_equal_configurations_are_found_equal_at_the_level(monkeypatch):
    """The approximate F test of many sources rejects a true null in about 5 %."""
    monkeypatch.setattr(mean_squares, "N_DRAWS", 10)
    rng = np.random.default_rng(9)
    drawn = (draw(rng, (8, 4, 4), (0, 1, 1, 0, 0.3, 0.3, 1), "factorial") for _ in range(300))
    rejected = np.mean([fit("factorial", values, rng).p_value < 0.05 for values in drawn])
    assert 0.01 <= rejected <= 0.1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "variances"),
    [
        ("factorial", (1, 0.25, 0.5, 0, 0.2, 0, 0.25)),
        ("within", (1, 0.25, 0.5, 0.2, 0.25)),
        ("own", (1, 0.5, 0.25)),
    ],
)
def test_intervals_cover_and_estimates_are_unbiased(kind, variances, monkeypatch):
    """Nominal 95 % intervals hold the truth in 92 to 99.5 %; the mean estimate is the truth."""
    monkeypatch.setattr(mean_squares, "N_DRAWS", 1_000)
    rng = np.random.default_rng(10)
    truth = np.asarray(variances, dtype=float)
    covered, estimates = [], []
    for _ in range(400):
        parts = fit(kind, draw(rng, (12, 5, 4), variances, kind), rng).components
        estimates.append([part.variance for part in parts])
        shares = truth / truth.sum()
        covered.append(
            [p.low - 1e-12 <= x <= p.high + 1e-12 for p, x in zip(parts, shares, strict=True)]
            + [p.variance_low <= x <= p.variance_high for p, x in zip(parts, truth, strict=True)]
        )
    rate = np.mean(covered, axis=0)
    assert ((rate >= 0.92) & (rate <= 0.995)).all(), rate
    error = np.std(estimates, axis=0) / 20
    assert (np.abs(np.mean(estimates, axis=0) - truth) < 4 * error).all()
