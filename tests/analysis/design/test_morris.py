"""Elementary effects from noisy scores."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sweeps.analysis.design.morris import elementary_effects
from sweeps.analysis.design.trajectories import Trajectories
from sweeps.analysis.scores import Scores
from sweeps.errors import ResultsError
from tests.analysis.design.making import runs, walks


def effects(design, scores, *, rng_seed=0, n_draws=50, paired=False, level=0.95):
    rng = np.random.default_rng(rng_seed)
    return elementary_effects(design, scores, paired=paired, rng=rng, n_draws=n_draws, level=level)


def played(n, function, noise, rng, *, d=3, n_seeds=2):
    design, evaluate = walks(n, d, rng)
    return design, runs(*evaluate(function), noise, rng, n_seeds)


def test_linear_effects_are_the_slopes():
    """Without noise they are the same everywhere."""
    slopes = np.array([1.0, -2.0, 0.0])
    rng = np.random.default_rng(0)
    found = effects(*played(10, lambda x: x @ slopes, 0.0, rng))
    assert [each.mu.value for each in found] == pytest.approx(slopes)
    assert [each.mu_star.value for each in found] == pytest.approx(np.abs(slopes))
    assert [each.size.value for each in found] == pytest.approx(np.abs(slopes), abs=1e-6)
    assert [each.sigma.value for each in found] == pytest.approx([0, 0, 0], abs=1e-6)
    assert [each.by_seeds for each in found] == [0, 0, 0]


@pytest.mark.slow
def test_noise_is_taken_out_of_spread_and_size_and_told_for_mu_star():
    """In the mean over sweeps, also where 64 configurations stand in 40 walks of four rows."""
    rng = np.random.default_rng(1)
    # x1 does 2, x2 does 1 or 3 by the half in which x3 lies, x3 does 0.5 on average
    found = []
    for _ in range(600):
        each = effects(
            *played(
                40, lambda x: 2 * x[..., 0] + (1 + 2 * (x[..., 2] > 0.5)) * x[..., 1], 0.7, rng
            ),
            n_draws=2,
        )
        found.append(
            [(e.mu.value, e.sigma.value**2, e.size.value**2, e.mu_star.value) for e in each]
        )
    mu, variance, square, mu_star = np.mean(found, axis=0).T
    assert mu[:2] == pytest.approx([2, 2], abs=0.03)
    assert mu[2] == pytest.approx(2.0, abs=0.05)
    assert variance[1] == pytest.approx(1.0, abs=0.06)
    assert square[0] == pytest.approx(4.0, abs=0.1)
    assert mu_star[0] > 2.0


def test_what_does_nothing_has_the_mu_star_of_its_seeds():
    """Which is told beside it, so that it is not taken for an effect."""
    rng = np.random.default_rng(2)
    found = effects(*played(400, lambda x: x[..., 0], 1.0, rng, d=6), n_draws=200)
    for each in found[1:]:
        assert each.mu_star.value == pytest.approx(each.by_seeds, rel=0.12)
        assert each.size.value < 0.6 * each.mu_star.value
        assert each.mu.low < 0 < each.mu.high


def test_a_step_that_rounding_undid_has_no_effect_and_no_noise():
    """Its two rows are one configuration with the same seeds."""
    ends = np.array([[0], [1], [2], [3], [4]])
    design = Trajectories(("x",), ends, ends, np.full((5, 1), 0.5))
    scores = Scores(np.arange(10.0), np.arange(10) // 2, np.arange(10) % 2, 5)
    (found,) = effects(design, scores)
    assert (found.mu.value, found.mu_star.value, found.by_seeds, found.size.value) == (0, 0, 0, 0)


def test_shared_seeds_few_steps_and_single_seeds_are_refused():
    """Each with its reason; means of effects need no second seed."""
    rng = np.random.default_rng(3)
    slope = np.array([1.0, 2.0, 3.0])
    design, scores = played(20, lambda x: x @ slope, 0.1, rng)
    assert "`paired: false`" in (effects(design, scores, paired=True)[0].mu.reason or "")
    few = effects(*played(3, lambda x: x @ slope, 0.1, rng))
    assert "need 4 steps or more" in (few[1].mu_star.reason or "")
    single = effects(*played(20, lambda x: x @ slope, 0.1, rng, n_seeds=1))
    assert single[2].mu.value == pytest.approx(3.0, abs=0.3)
    assert math.isnan(single[2].by_seeds)
    assert "got 1 each" in (single[2].sigma.reason or "")
    with pytest.raises(ResultsError, match="`level` must lie"):
        effects(design, scores, level=2)


def test_steps_with_a_failed_end_are_left_out():
    """The others along the same hyperparameter stay."""
    rng = np.random.default_rng(4)
    design, scores = played(20, lambda x: x[..., 1], 0.0, rng)
    lost = scores.among(np.arange(scores.n_groups) != design.before[0, 1])
    found = effects(design, lost)
    assert found[1].mu.n < 20
    assert found[1].mu.value == pytest.approx(1.0)


def test_scale_order_and_labels_do_not_matter():
    """Numbers of configurations, order of runs, a y + b."""
    rng = np.random.default_rng(5)
    design, scores = played(20, lambda x: x[..., 0] * x[..., 1], 0.2, rng)
    order, label = rng.permutation(len(scores.score)), rng.permutation(scores.n_groups)
    other = Scores(
        1e5 * scores.score[order] + 3e6,
        label[scores.groups[order]],
        scores.seeds[order],
        scores.n_groups,
    )
    same = Trajectories(design.names, label[design.before], label[design.after], design.step)
    for one, two in zip(effects(design, scores), effects(same, other), strict=True):
        for name in ("mu", "mu_star", "sigma", "size"):
            first, second = getattr(one, name), getattr(two, name)
            assert second.value == pytest.approx(1e5 * first.value, rel=1e-6, abs=1e-3)
            assert second.high == pytest.approx(1e5 * first.high, rel=1e-6, abs=1e-3)
        assert two.by_seeds == pytest.approx(1e5 * one.by_seeds)


def test_places_are_found_from_what_is_recorded():
    """A row that is missing leaves its two steps without a score."""
    places: list[dict[str, object]] = [
        {"row": 0, "trajectory": 0, "changed": None, "step": 0.0},
        {"row": 1, "trajectory": 0, "changed": "y", "step": 0.5},
        {"row": 2, "trajectory": 0, "changed": "x", "step": -0.5},
    ]
    whole = Trajectories.of(places[::-1], [7, 6, 5], ["x", "y"])
    assert whole.before.tolist() == [[6, 5]]
    assert whole.after.tolist() == [[7, 6]]
    assert whole.step.tolist() == [[-0.5, 0.5]]
    assert Trajectories.of(places[::2], [5, 7], ["x", "y"]).before.tolist() == [[-1, -1]]
