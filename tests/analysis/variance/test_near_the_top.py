"""Seeds near the top: choice and measurement on different seeds, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.scores import Scores
from sweeps.analysis.table import Table
from sweeps.analysis.variance import cross_fit, mean_squares
from sweeps.analysis.variance.crossed import crossed
from sweeps.analysis.variance.near_the_top import near_the_top
from sweeps.errors import ResultsError


def draw(seed, shape, config_sd, noise_sd, seed_sd=0.0):
    """Draw a table of normal configurations, seeds and noise."""
    rng = np.random.default_rng(seed)
    table = config_sd * rng.normal(size=(shape[0], 1)) + seed_sd * rng.normal(size=shape[1])
    return table + noise_sd * rng.normal(size=shape)


def top_of(data, seed=0, **options):
    """Look at the top with a generator of the same state each time."""
    options = {"mode": "max", **options}
    return near_the_top(data, rng=np.random.default_rng(seed), **options)


def test_seeds_matter_more_near_the_top():
    """Configurations that hardly overlap overall are much alike among the best."""
    table = Table(draw(0, (400, 6), 1.0, 0.5))
    everywhere = crossed(table, rng=np.random.default_rng(0))
    found = top_of(table)
    assert everywhere.icc.value > 0.7
    assert found.icc.value < 0.55
    assert found.icc.low < found.icc.value < found.icc.high
    assert (found.n_configs, found.mean_seeds, found.design) == (40, 6.0, "crossed")


@pytest.mark.parametrize("is_shared", [True, False])
def test_pure_luck_is_found_to_be_luck(is_shared, scores_of):
    """Choice and measurement on the same seeds would see lasting differences, cross-fit none."""
    rows = [draw(seed, (100, 5), 0.0, 1.0) for seed in range(20)]
    found = [top_of(Table(row) if is_shared else scores_of(row)) for row in rows]
    estimates = [split.of("configuration").variance for split in found]
    assert abs(np.mean(estimates)) < 4 * np.std(estimates) / np.sqrt(20)
    means = [split.mean for split in found]
    assert abs(np.mean(means)) < 4 * np.std(means) / np.sqrt(20)


def test_share_of_one_is_the_split_of_all():
    """With everybody in the top the estimate is near that of the whole table."""
    table = Table(draw(1, (60, 8), 1.0, 1.0, 0.5))
    found = top_of(table, share=1.0)
    everywhere = crossed(table, rng=np.random.default_rng(0))
    assert found.n_configs == 60
    assert found.consistency.value == pytest.approx(everywhere.consistency.value, abs=0.05)
    assert found.mean == pytest.approx(everywhere.mean)


def test_unshared_seeds_measure_as_often_as_they_choose(scores_of):
    """Splits come in pairs of halves, so an even number of seeds counts evenly in the mean."""
    table = draw(10, (30, 6), 1.0, 1.0)
    assert top_of(scores_of(table), share=1.0).mean == pytest.approx(table.mean())


def test_rounding_of_the_share_adds_no_configuration():
    """Seven per cent of a hundred are seven, though 0.07 * 100 is a little more."""
    assert top_of(Table(draw(11, (100, 4), 1.0, 0.01)), share=0.07).n_configs == 7


def test_unshared_seeds_use_the_one_way_layout(scores_of):
    """Scores without shared seeds have the two sources of a one-way split."""
    found = top_of(scores_of(draw(2, (200, 6), 1.0, 0.5)))
    assert [part.source for part in found.components] == ["configuration", "seed"]
    assert 0 < found.icc.value < 0.8
    assert found.design == "one-way"


@pytest.mark.parametrize("is_shared", [True, False])
def test_lower_is_better_mirrors_the_scores(is_shared, scores_of):
    """The top of negated scores in the other mode has the same figures."""
    table = draw(3, (50, 9), 1.0, 0.5, 0.5)
    layout = Table if is_shared else scores_of
    up, down = top_of(layout(table)), top_of(layout(-table), mode="min")
    for one, two in zip(up.components, down.components, strict=True):
        assert (two.variance, two.low) == pytest.approx((one.variance, one.low))
    assert down.mean == pytest.approx(-up.mean)


@pytest.mark.parametrize("is_shared", [True, False])
def test_order_labels_and_scale_change_nothing(is_shared, scores_of):
    """Configurations and rows in another order and another unit give the same shares."""
    table = draw(4, (60, 9), 1.0, 0.7)
    rng = np.random.default_rng(5)
    other = 50 * table[rng.permutation(60)] - 20
    if is_shared:
        one = top_of(Table.of(scores_of(table)))
        two = top_of(Table.of(scores_of(other[:, rng.permutation(9)])))
    else:
        one, scores = top_of(scores_of(table)), scores_of(other)
        rows = rng.permutation(len(scores.score))
        seeds = 1_000 - scores.seeds[rows]
        two = top_of(Scores(scores.score[rows], scores.groups[rows], seeds, 60))
    for ours, theirs in zip(one.components, two.components, strict=True):
        assert theirs.variance == pytest.approx(ours.variance * 2_500)
        assert (theirs.low, theirs.high) == pytest.approx((ours.low, ours.high))


def test_ties_at_the_border_all_belong_to_the_top():
    """Who is in the top does not depend on who comes first in the table."""
    values = np.repeat([3.0, 2.0, 2.0, 2.0, 2.0, 1.0, 0.0], 4).reshape(7, 4)
    values += np.array([0.0, 0.5, 0.1, 0.2])
    found = top_of(Table(values), share=0.4)
    assert found.n_configs == 5
    values[1] -= 1e-15
    assert top_of(Table(values), share=0.4).n_configs == 5


@pytest.mark.parametrize(
    ("shape", "reason"),
    [((50, 2), "at least 3 seeds, got 2"), ((20, 5), "at least 3 configurations, got 2")],
)
@pytest.mark.parametrize("is_shared", [True, False])
def test_too_little_data_is_refused(shape, reason, is_shared, scores_of):
    """No figure is made up, and the reason names what came."""
    table = draw(6, shape, 1.0, 1.0)
    found = top_of(Table(table) if is_shared else scores_of(table))
    assert np.isnan([found.icc.value, found.icc.low, found.mean, found.f]).all()
    assert reason in found.icc.reason
    assert reason in found.reasons[0]


def test_incomplete_configurations_are_left_out():
    """A configuration with a missing cell cannot be chosen on the same seeds as the others."""
    table = draw(7, (40, 4), 1.0, 0.5)
    with_gap = np.vstack([table, [9.0, 9.0, 9.0, np.nan]])
    found = top_of(Table(with_gap))
    assert found.n_left_out == 1
    assert found.icc.value == pytest.approx(top_of(Table(table)).icc.value)


def test_no_scores_are_refused_like_few(scores_of):
    """An empty sweep has a reason, too."""
    assert "got 0" in top_of(Table(np.empty((0, 0)))).reasons[0]
    assert np.isnan(top_of(scores_of(np.full((3, 2), np.nan))).icc.value)


def test_equal_scores_are_refused():
    """Among equal configurations nothing can be ranked."""
    found = top_of(Table(np.full((40, 4), 0.5)))
    assert "All scores are equal" in found.reasons[0]


def test_same_generator_gives_the_same_figures(scores_of):
    """Splits and intervals come from the generator alone."""
    scores = scores_of(draw(8, (60, 12), 1.0, 1.0))
    assert top_of(scores) == top_of(scores)
    assert top_of(scores) != top_of(scores, seed=1)


@pytest.mark.parametrize("options", [{"share": 0.0}, {"share": 10}, {"mode": "up"}, {"level": 0.0}])
def test_argument_out_of_range_is_refused(options):
    """Shares and levels are shares, a mode is `max` or `min`."""
    with pytest.raises(ResultsError, match=next(iter(options))):
        top_of(Table(draw(9, (40, 4), 1.0, 1.0)), **options)


def test_few_seeds_are_split_in_all_ways():
    """Five seeds have ten halves, each used once; many have as many as are averaged at most."""
    rng = np.random.default_rng(0)
    few = {tuple(half) for half in cross_fit._splits(5, rng)}
    assert len(few) == 10
    assert {sum(half) for half in few} == {2}
    assert len(list(cross_fit._splits(30, rng))) == cross_fit.N_SPLITS


@pytest.mark.slow
@pytest.mark.parametrize("noise_sd", [0.1, 0.3, 1.0])
def test_interval_covers(noise_sd, monkeypatch):
    """It holds the mean of many estimates in at least 93 %, though the top is no normal sample."""
    monkeypatch.setattr(mean_squares, "N_DRAWS", 1_000)
    found = [top_of(Table(draw(seed, (100, 5), 1.0, noise_sd)), seed) for seed in range(200)]
    config, _, noise = np.mean([[p.variance for p in f.components] for f in found], axis=0)
    truth = config / (config + noise)
    assert np.mean([f.consistency.low <= truth <= f.consistency.high for f in found]) >= 0.93
