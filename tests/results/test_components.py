"""`Results.variance()`: which design it takes, on which runs, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sweeps.analysis.table import Table
from sweeps.analysis.variance.crossed import crossed
from sweeps.errors import ResultsError
from sweeps.results import from_frame
from sweeps.results.sample import PILOT
from sweeps.results.source import Snapshot
from tests.results.making import frame_of, luck, race_of, results_of


def test_shared_seeds_make_a_crossed_design():
    """Its rows are those of the analysis, and its facts are attributes."""
    table = luck()
    found = results_of(frame_of(table)).variance()
    expected = crossed(Table(table), rng=np.random.default_rng(0))
    assert found["source"].tolist() == ["configuration", "seed", "configuration:seed"]
    np.testing.assert_allclose(
        found["variance"], [part.variance for part in expected.components], rtol=1e-9
    )
    assert found["share"].sum() == pytest.approx(1)
    assert found.design == "crossed"
    assert found.icc.value == pytest.approx(expected.icc.value)
    assert found.reliability.value == pytest.approx(expected.reliability.value)
    assert (found.n_configs, found.n_seeds, found.random_seed) == (8, 10, 0)
    assert found.reasons == ()


def test_seeds_of_their_own_make_a_one_way_layout():
    """By declaration, or where no seed is shared."""
    table = luck()
    apart = frame_of(table)
    apart["seed"] = np.arange(len(apart))
    for results in (results_of(frame_of(table), paired=False), results_of(apart)):
        found = results.variance()
        assert found.design == "one-way"
        assert found["source"].tolist() == ["configuration", "seed"]
        assert found["df"].tolist() == [7, 72]


def of_sources(*, is_nested):
    """Give runs whose split matters a lot and whose start does not."""
    rng = np.random.default_rng(0)
    n = (6, 4, 3)
    scores = rng.normal(0, 1, (6, 1, 1)) + rng.normal(0, 3, (1, 4, 1)) + rng.normal(0, 0.1, n)
    x, split, init = np.indices(n).reshape(3, -1)
    frame = pd.DataFrame({"x": x, "split": split + 5, "init": init, "score": scores.ravel()})
    frame["seed"] = split * 3 + init
    return frame.assign(init=frame["seed"] * 7) if is_nested else frame


@pytest.mark.parametrize("is_nested", [False, True])
def test_a_design_over_sources_tells_them_apart(is_nested):
    """The split is found to be the luck, whatever its levels are called."""
    results = from_frame(
        of_sources(is_nested=is_nested).sample(frac=1, random_state=1),
        metric="score",
        mode="max",
        hyperparameters=["x"],
        sources=["split", "init"],
    )
    assert (results.design, results.levels) == (
        "nested" if is_nested else "crossed",
        {"split": 4, "init": 3},
    )
    found = results.variance().set_index("source")
    assert found["variance"].idxmax() == "split"
    assert found.loc["split", "variance"] == pytest.approx(9, rel=0.8)
    assert abs(found["variance"].drop(["split", "configuration"]).max()) < 0.1
    assert "split:init" in found.index
    assert ("init" in found.index) is not is_nested


def test_sources_that_vary_together_are_one_seed():
    """No design can tell them apart, so the components are those of the seed."""
    frame = of_sources(is_nested=False)
    frame["split"] = frame["init"] = frame["seed"]
    results = from_frame(
        frame, metric="score", mode="max", hyperparameters=["x"], sources=["split", "init"]
    )
    assert results.design is None
    assert results.variance().design == "crossed"
    assert results.runs["seed_split"].tolist() == results.runs["seed"].tolist()


def test_a_seed_that_means_two_splits_is_refused():
    """Then runs of the same seed were not under the same randomness."""
    frame = of_sources(is_nested=False)
    frame.loc[3, "split"] = 8
    with pytest.raises(ResultsError, match=r"same level of each source.*several for seed 3"):
        from_frame(
            frame, metric="score", mode="max", hyperparameters=["x"], sources=["split", "init"]
        )


def test_the_best_are_chosen_and_described_by_different_seeds():
    """Near the top the configurations differ less."""
    results = results_of(frame_of(luck(60, 8)))
    top = results.variance(top=0.1)
    assert top.top == 0.1
    assert top.icc.value < results.variance().icc.value
    with pytest.raises(ResultsError, match="`share`"):
        results.variance(top=2.0)


@pytest.mark.parametrize(("n_configs", "n_seeds"), [(1, 5), (5, 1), (1, 1)])
def test_too_few_of_either_give_reasons_and_no_share(n_configs, n_seeds):
    """One seed says nothing of the seed's part, one configuration nothing of theirs."""
    found = results_of(frame_of(luck(n_configs, n_seeds))).variance()
    assert found["share"].isna().all()
    assert np.isnan(found.icc.value)
    assert found.reasons
    assert found.icc.reason


def test_uneven_numbers_of_seeds_are_said():
    """They may have followed success; failures are no such choice."""
    table = luck().astype(object)
    table[3, 5:] = None
    assert "different numbers of seeds" in results_of(frame_of(table)).variance().reasons[0]
    table = luck()
    table[3, 5:] = np.nan
    found = results_of(frame_of(table)).variance()
    assert not any("different numbers" in reason for reason in found.reasons)
    assert found.n_failed == 5


def test_the_number_of_seeds_is_a_count_and_their_mean_is_not():
    """Where configurations have different numbers, components rest on a weighted mean."""
    table = luck(4, 3).astype(object)
    table[0, 1:] = None
    found = results_of(frame_of(table), paired=False).variance()
    assert found.n_seeds == 3
    assert found.mean_seeds == pytest.approx((10 - 28 / 10) / 3)


def race_frame(n_configs=12):
    """Give a race in which the better half went on to 3 seeds, and the best to 9."""
    table = luck(n_configs, 9).astype(object)
    table[: n_configs // 2, 1:] = None
    table[: n_configs - 2, 3:] = None
    return table


def with_origins(results, origins):
    """Say where configurations come from."""
    read = results._source.snapshot()
    configs = replace(read.configs, origins=tuple(origins))
    object.__setattr__(results._source, "read", Snapshot(configs, read.runs))
    return results


def test_a_race_counts_only_its_pilot():
    """Its configurations were drawn at random, and had seed 0 and the last one."""
    table = race_frame()
    scores = luck(12, 9)
    table[:6, 8] = scores[:6, 8]
    race = with_origins(race_of(frame_of(table)), [PILOT] * 6 + ["sobol"] * 6)
    found = race.variance()
    expected = crossed(Table(scores[:6][:, [0, 8]]), rng=np.random.default_rng(0))
    assert (found.n_configs, found.n_seeds, found.mean_seeds) == (6, 2, 2.0)
    np.testing.assert_allclose(
        found["variance"], [part.variance for part in expected.components], rtol=1e-9
    )
    assert "pilot: 6 configurations" in found.reasons[0]
    assert "have a score" not in found.reasons[0]


def stopped_pilot(n_pilot, n_stopped, *frames):
    """Give a race whose pilot has runs that were stopped early."""
    table = race_frame(20)
    table[:n_pilot, 8] = luck(20, 9)[:n_pilot, 8]
    frame = frame_of(table).assign(status="finished")
    early = frame.index[(frame["seed"] == 8) & (frame["x"] < n_stopped)]
    frame.loc[early, "status"] = "stopped"
    race = race_of(frame, *(more.assign(status="finished") for more in frames), status="status")
    return with_origins(race, [PILOT] * n_pilot + ["sobol"] * (20 - n_pilot))


def test_a_pilot_says_how_many_of_its_runs_were_stopped():
    """The worst are missing then, so the rest is no sample of all."""
    (reason,) = stopped_pilot(9, 2).variance().reasons
    assert "Of its 18 runs, 16 have a score and 2 were stopped early" in reason
    assert "the worst are missing" in reason


def test_a_pilot_with_too_few_scores_is_refused():
    """Then what was validated counts, if anything, and both are said."""
    found = stopped_pilot(9, 6, frame_of(luck(3, 6), "validation", first=17)).variance()
    assert found.role == "validation"
    assert "12 have a score and 6 were stopped early: too few" in found.reasons[0]
    assert "2 of the 5 degrees of freedom" in found.reasons[0]
    assert "near the best only" in found.reasons[1]
    found = stopped_pilot(9, 6).variance()
    assert found["share"].isna().all()
    assert "two validated" in found.reasons[1]


def test_a_race_without_a_pilot_counts_what_was_validated():
    """And says that this speaks for the best only."""
    race = race_of(frame_of(race_frame()), frame_of(luck(3, 6), "validation", first=9))
    found = race.variance()
    assert (found.role, found.n_configs, found.n_seeds) == ("validation", 3, 6)
    assert "no pilot" in found.reasons[0]
    assert "near the best only" in found.reasons[1]


def test_a_race_with_neither_refuses():
    """What went on to more seeds was chosen by its luck."""
    found = race_of(frame_of(race_frame())).variance()
    assert found["share"].isna().all()
    assert "no pilot" in found.reasons[0]
    assert "two validated configurations" in found.reasons[1]


def test_a_race_whose_first_rung_has_seeds_counts_that():
    """All configurations are in it."""
    table = luck(12, 9).astype(object)
    table[:6, 3:] = None
    found = race_of(frame_of(table), rungs=(3, 9)).variance()
    assert (found.n_configs, found.n_seeds) == (12, 3)
    assert "first rung" in found.reasons[0]
