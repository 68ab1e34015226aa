"""Sobol' indices from noisy scores."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sweeps.analysis.design.pair import Blocks, Covariance
from sweeps.analysis.design.pick_freeze import PickFreeze
from sweeps.analysis.design.sobol import sobol_indices
from sweeps.analysis.scores import Scores
from sweeps.errors import ResultsError
from tests.analysis.design.making import (
    ISHIGAMI_FIRST,
    ISHIGAMI_TOTAL,
    ISHIGAMI_VARIANCE,
    ishigami,
    runs,
    saltelli,
)

SD = math.sqrt(ISHIGAMI_VARIANCE)


def indices(design, scores, *, rng_seed=0, n_draws=50, paired=False, level=0.95):
    rng = np.random.default_rng(rng_seed)
    return sobol_indices(design, scores, paired=paired, rng=rng, n_draws=n_draws, level=level)


def values(estimates):
    return [each.value for each in estimates]


def ishigami_runs(n, rng, *, noise=SD, has_pairs=False, n_seeds=2):
    design, points = saltelli(n, 3, rng, has_pairs=has_pairs)
    return design, runs(design.rows, ishigami(points), noise, rng, n_seeds)


@pytest.mark.slow
def test_ishigami_without_noise():
    """The exact values, with the interaction of the first and the third hyperparameter."""
    found = indices(*ishigami_runs(16_384, np.random.default_rng(0), noise=0.0, has_pairs=True))
    assert values(found.first) == pytest.approx(ISHIGAMI_FIRST, abs=0.02)
    assert values(found.total) == pytest.approx(ISHIGAMI_TOTAL, abs=0.02)
    assert [each.names for each in found.second] == [("x1", "x2"), ("x1", "x3"), ("x2", "x3")]
    assert values(each.index for each in found.second) == pytest.approx([0, 0.243684, 0], abs=0.03)
    assert found.variance.value == pytest.approx(ISHIGAMI_VARIANCE, rel=0.02)
    assert found.ceiling.value == 1.0
    assert found.seed.value == 0.0


@pytest.mark.slow
def test_ishigami_under_noise_as_large_as_the_effects():
    """With seeds of their own the indices are those of the expected score, and noise is half."""
    found = indices(*ishigami_runs(16_384, np.random.default_rng(1)))
    assert values(found.first) == pytest.approx(ISHIGAMI_FIRST, abs=0.03)
    assert values(found.total) == pytest.approx(ISHIGAMI_TOTAL, abs=0.03)
    assert found.ceiling.value == pytest.approx(0.5, abs=0.01)
    assert found.seed.value == pytest.approx(ISHIGAMI_VARIANCE, rel=0.02)
    of_one_run = [index * found.ceiling.value for index in values(found.first)]
    assert of_one_run == pytest.approx((0.156953, 0.221205, 0.0), abs=0.02)


@pytest.mark.slow
def test_shared_seeds_would_be_a_trap():
    """One seed for the whole block turns (.31, .44, 0) into (.81, .94, .5): why it is refused."""
    rng = np.random.default_rng(2)
    design, points = saltelli(65_536, 3, rng)
    half = SD / math.sqrt(2)
    shared = half * rng.normal(size=(len(points), 1))
    score = ishigami(points) + shared + half * rng.normal(size=points.shape[:2])
    error = np.full(score.shape, ISHIGAMI_VARIANCE)
    blocks = Blocks(design.rows, score, error)
    even = np.full((1, len(score)), 1 / len(score))
    trap = [Covariance.of(blocks, design.sharing(j), even).share[0] for j in range(3)]
    assert trap == pytest.approx((0.814, 0.942, 0.5), abs=0.04)

    found = indices(*ishigami_runs(64, rng), paired=True)
    assert all(math.isnan(each.value) for each in (*found.first, *found.total, found.variance))
    assert "`paired: false`" in (found.first[0].reason or "")


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_linear(noise):
    """The share of each is its squared slope, alone and in total."""
    rng = np.random.default_rng(3)
    slopes = np.array([1.0, 2.0, 3.0, 0.0])
    design, points = saltelli(8192, 4, rng)
    found = indices(design, runs(design.rows, points @ slopes, noise, rng))
    exact = slopes**2 / (slopes @ slopes)
    assert values(found.first) == pytest.approx(exact, abs=0.04)
    assert values(found.total) == pytest.approx(exact, abs=0.04)


def test_noise_that_depends_on_a_hyperparameter_is_no_effect_of_it():
    """In y = x1 + x2 z all of the expected score is x1, though x2 makes all of the noise."""
    rng = np.random.default_rng(4)
    design, points = saltelli(8192, 2, rng)
    found = indices(design, runs(design.rows, points[..., 0], points[..., 1], rng))
    assert values(found.first) == pytest.approx((1.0, 0.0), abs=0.1)
    assert values(found.total) == pytest.approx((1.0, 0.0), abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("n_levels", [2, 3])
def test_rows_that_are_one_configuration_do_not_bias(n_levels):
    """Of 8 or 27 configurations in 128 blocks each has two seeds: means over sweeps are right."""
    rng = np.random.default_rng(5)
    exact = np.array([1, 4, 9]) / 14
    found = []
    for _ in range(400):
        design, points = saltelli(128, 3, rng, n_levels=n_levels)
        truth = points @ np.array([1.0, 2.0, 3.0])
        each = indices(design, runs(design.rows, truth, 0.5, rng), n_draws=2)
        found.append([*values(each.first), *values(each.total), each.variance.value])
    mean, variance = np.nanmean(found, axis=0), (1 - n_levels**-2) / 12 * 14
    assert mean[:6] == pytest.approx([*exact, *exact], abs=0.025)
    assert mean[6] == pytest.approx(variance, rel=0.04)


def test_a_single_hyperparameter_explains_everything():
    """Two of three rows are one configuration then, under the same seeds."""
    rng = np.random.default_rng(6)
    design, points = saltelli(512, 1, rng)
    found = indices(design, runs(design.rows, points[..., 0], 0.3, rng))
    assert found.first[0].value == pytest.approx(1.0, abs=1e-9)
    assert found.total[0].value == pytest.approx(1.0, abs=0.1)


def test_one_seed_of_most_configurations_is_enough():
    """Those with two seeds tell the noise of the others."""
    rng = np.random.default_rng(7)
    design, scores = ishigami_runs(8192, rng, noise=2.0)
    kept = (scores.seeds == 0) | (scores.groups % 8 == 0)
    some = Scores(scores.score[kept], scores.groups[kept], scores.seeds[kept], scores.n_groups)
    found = indices(design, some)
    assert values(found.first) == pytest.approx(ISHIGAMI_FIRST, abs=0.05)
    assert found.seed.value == pytest.approx(4.0, rel=0.1)


def test_pure_noise_has_no_shares():
    """Nothing is divided by a variance that may be 0, and the reason says so."""
    rng = np.random.default_rng(8)
    design, _ = saltelli(64, 3, rng)
    found = indices(design, runs(design.rows, np.zeros(design.rows.shape), 1.0, rng), n_draws=500)
    assert all(math.isnan(each.value) for each in (*found.first, *found.total))
    assert "what is left may be none" in (found.first[0].reason or "")
    assert found.variance.low < 0 < found.variance.high
    assert abs(found.ceiling.value) < 0.2


@pytest.mark.parametrize("score", [0.0, 0.1, 1e300])
def test_constant_scores_have_no_shares(score):
    """Whatever they are; and no warning comes of it."""
    design, _ = saltelli(32, 2, np.random.default_rng(9))
    n = int(design.rows.max()) + 1
    scores = Scores(np.full(2 * n, score), np.arange(2 * n) // 2, np.arange(2 * n) % 2, n)
    found = indices(design, scores)
    assert all(each.reason for each in (*found.first, *found.total, found.ceiling))
    assert found.variance.value == 0


def test_too_few_blocks_and_no_replicates_are_refused():
    """With what to do."""
    rng = np.random.default_rng(10)
    few = indices(*ishigami_runs(8, rng))
    assert "need 16 blocks" in (few.first[0].reason or "")
    single = indices(*ishigami_runs(64, rng, n_seeds=1))
    assert "2 seeds or more, got 1 each" in (single.total[1].reason or "")
    assert single.n_blocks == 64
    nothing = indices(
        saltelli(8, 2, rng).design, Scores(np.array([]), np.array([], int), np.array([], int), 0)
    )
    assert nothing.n_left_out == 8
    with pytest.raises(ResultsError, match="`level` must lie between 0 and 1"):
        indices(*ishigami_runs(64, rng), level=95)


def test_blocks_with_a_failed_row_are_left_out_and_counted():
    """All of their rows, since each pair needs both."""
    rng = np.random.default_rng(11)
    design, scores = ishigami_runs(512, rng, noise=0.0)
    lost = scores.among(~np.isin(np.arange(scores.n_groups), design.rows[:100, 2]))
    found = indices(design, lost)
    assert (found.n_blocks, found.n_left_out) == (412, 100)
    assert "100 of 512 blocks" in found.reasons[0]
    alone = indices(PickFreeze(design.names, design.rows[100:]), scores)
    assert values(found.first) == pytest.approx(values(alone.first))


def test_scale_order_and_labels_do_not_matter():
    """Numbers of configurations and seeds, order of runs, a y + b: the same indices."""
    rng = np.random.default_rng(12)
    design, scores = ishigami_runs(64, rng, has_pairs=True)
    order = rng.permutation(len(scores.score))
    label = rng.permutation(scores.n_groups)
    other = Scores(
        3e5 * scores.score[order] - 7e6,
        label[scores.groups[order]],
        scores.seeds[order] + 9,
        scores.n_groups,
    )
    first = indices(design, scores, n_draws=200)
    second = indices(PickFreeze(design.names, label[design.rows]), other, n_draws=200)
    for one, two in zip(
        (*first.first, *first.total, *(each.index for each in first.second), first.ceiling),
        (*second.first, *second.total, *(each.index for each in second.second), second.ceiling),
        strict=True,
    ):
        assert (two.value, two.low, two.high) == pytest.approx((one.value, one.low, one.high))
    assert second.variance.value == pytest.approx(9e10 * first.variance.value)


@pytest.mark.slow
def test_intervals_hold_the_truth():
    """In about 95 % of simulated sweeps, noise as large as the effects."""
    rng = np.random.default_rng(13)
    truth = np.array([*ISHIGAMI_FIRST, *ISHIGAMI_TOTAL])
    held = []
    for _ in range(150):
        found = indices(*ishigami_runs(128, rng), n_draws=400)
        held.append(
            [e.low <= t <= e.high for e, t in zip((*found.first, *found.total), truth, strict=True)]
        )
    share = np.mean(held, axis=0)
    assert share.mean() > 0.92
    assert share.min() > 0.88


def test_places_are_found_from_what_is_recorded():
    """In any order; a row that is missing leaves its block incomplete."""
    names = ("x", "y")
    parts = [("A", None), ("AB", "x"), ("AB", "y"), ("BA", "x"), ("BA", "y"), ("B", None)]
    places = [
        {"block": block, "part": part, "changed": changed}
        for block in range(2)
        for part, changed in parts
    ]
    design = PickFreeze.of(places[::-1], list(range(12))[::-1], names)
    assert design.has_pairs
    assert design.rows.tolist() == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]
    assert PickFreeze.of(places[:-1], range(11), names).rows[1, 5] == -1
    assert not PickFreeze.of(places[:3], range(3), names).has_pairs
