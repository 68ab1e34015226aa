"""`Results.indices()`: what the rows of a designed experiment say, and when they say nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sweeps.planner.event import Decision
from sweeps.planner.samplers import MorrisSampler, NoProposal, SaltelliSampler
from sweeps.results import from_frame
from sweeps.results.sensitivity.indices import indices_answer
from sweeps.space import Space, config_id
from tests.contracts.sampler_setting import Known

SQUARE = Space.from_mapping(
    {"x": {"float": [0, 1]}, "lr": {"float": [1e-4, 1], "log": True}, "fixed": 3}
)
GRID = Space.from_mapping({"x": {"int": [0, 3]}, "lr": {"ordinal": [1, 2, 3, 4]}})


def planned(sampler):
    """Give every row of a design: configuration, and the decision that recorded it."""
    rows = []
    for k in range(sampler.n_proposals):
        values = sampler.propose(k, Known())
        assert not isinstance(values, NoProposal)
        detail = {"by": sampler.name, **sampler.place(k)}
        rows.append((values, (float(k), Decision("design_row", config_id(values), detail))))
    return [values for values, _ in rows], [decision for _, decision in rows]


def ran(configs, expected, *, noise=0.1, n_seeds=2, paired=False, number=0):
    """Run each configuration once under seeds of its own, or under shared ones."""
    rng = np.random.default_rng(number)
    shifts = rng.normal(0, noise, n_seeds) * paired
    distinct = {config_id(values): values for values in configs}
    rows = [
        {
            **values,
            "name": name,
            "seed": seed,
            "score": expected(values) + shifts[seed] + rng.normal(0, noise),
        }
        for name, values in distinct.items()
        for seed in range(n_seeds)
    ]
    return pd.DataFrame(rows)


def asked(frame, decisions, **options):
    """Ask for the indices of these runs."""
    keys: dict[str, Any] = {"metric": "score", "mode": "max", "config_id": "name", "paired": False}
    keys |= options
    keys = {"hyperparameters": [name for name in ("x", "lr", "fixed") if name in frame]} | keys
    results = from_frame(frame, **keys)
    return indices_answer(results._evidence, decisions)


def linear(values):
    """Give 2 x + log10(lr): on the unit cube 2 x + 4 u, so that shares are 0.2 and 0.8."""
    return 2 * values["x"] + np.log10(values["lr"])


def test_saltelli_gives_shares_on_the_scale_of_the_space():
    """The index of a logarithmic hyperparameter is that of its logarithm; constants have none."""
    configs, decisions = planned(SaltelliSampler(SQUARE, 5, 128))
    found = asked(ran(configs, linear), decisions)
    assert found["term"].tolist() == ["lr", "x"]
    np.testing.assert_allclose(found["index"], [0.8, 0.2], atol=0.05)
    np.testing.assert_allclose(found["total"], [0.8, 0.2], atol=0.05)
    assert (found["low"] < found["index"]).all()
    assert (found["index"] < found["high"]).all()
    assert (found["total_low"] < found["total_high"]).all()
    assert found.variance.value == pytest.approx(20 / 12, rel=0.1)
    assert found.seed.value == pytest.approx(0.01, rel=0.15)
    assert found.ceiling.value == pytest.approx(1 / (1 + 0.01 * 12 / 20), abs=0.002)
    assert (found.n_blocks, found.n_left_out, found.sampler) == (128, 0, "saltelli")
    assert (found.design, found.n_configs, found.reasons) == ("unpaired", 512, ())


def test_pairs_have_rows_below_the_hyperparameters():
    """Their index is what both do together beyond what each does alone; there is no total."""
    configs, decisions = planned(SaltelliSampler(SQUARE, 5, 256, second_order=True))

    def together(values):
        return (values["x"] - 0.5) * (np.log10(values["lr"]) + 2)

    found = asked(ran(configs, together), decisions)
    assert sorted(found["term"][:2]) == ["lr", "x"]
    assert found["term"][2] == "x:lr"
    np.testing.assert_allclose(found["index"], [0.0, 0.0, 1.0], atol=0.15)
    np.testing.assert_allclose(found["total"][:2], 1.0, atol=0.1)
    assert found[["total", "total_low", "total_high"]].iloc[2].isna().all()


def test_rows_that_are_one_configuration_stay_rows():
    """Sixteen configurations stand in a thousand rows; each place counts."""
    configs, decisions = planned(SaltelliSampler(GRID, 3, 256))
    found = asked(ran(configs, lambda each: each["x"] + 2 * each["lr"], noise=0.3), decisions)
    assert (found.n_configs, found.n_blocks) == (16, 256)
    np.testing.assert_allclose(found["index"], [0.8, 0.2], atol=0.1)


def test_pure_noise_has_no_indices():
    """Shares of nothing are refused, not made up."""
    configs, decisions = planned(SaltelliSampler(SQUARE, 5, 64))
    found = asked(ran(configs, lambda _: 0.0), decisions)
    assert len(found) == 0
    assert any("variance" in reason for reason in found.reasons)
    assert found.ceiling.value == pytest.approx(0.0, abs=0.2)


def test_blocks_with_a_failed_row_are_left_out_and_counted():
    """And the answer says that it is about the part of the space that runs."""
    configs, decisions = planned(SaltelliSampler(SQUARE, 5, 64))
    frame = ran(configs, linear)
    frame.loc[frame["name"] == config_id(configs[0]), "score"] = np.nan
    found = asked(frame, decisions)
    assert (found.n_blocks, found.n_left_out) == (63, 1)
    assert any("1 of 64 blocks" in reason for reason in found.reasons)
    assert found.n_failed == 2


def test_a_design_that_is_not_done_says_how_much_is_missing():
    """Rows that nobody ran yet, and rows of configurations that are not there."""
    configs, decisions = planned(SaltelliSampler(SQUARE, 5, 32))
    found = asked(ran(configs[: 4 * 10], linear), decisions)
    assert len(found) == 0
    assert any("16 blocks" in reason and "got 10" in reason for reason in found.reasons)


@pytest.mark.parametrize("sampler", [SaltelliSampler, MorrisSampler])
def test_shared_seeds_are_refused(sampler):
    """What a seed does to similar configurations alike looks like an effect."""
    configs, decisions = planned(sampler(SQUARE, 5, 32))
    found = asked(ran(configs, linear, paired=True), decisions, paired=True)
    assert len(found) == 0
    assert any("paired: false" in reason for reason in found.reasons)


@pytest.mark.parametrize("decisions", [[], [(0.0, Decision("proposed", "c", {"by": "random"}))]])
def test_another_sampler_is_sent_to_importance(decisions):
    """No row, the reason, and what to do instead."""
    configs, _ = planned(SaltelliSampler(SQUARE, 5, 16))
    found = asked(ran(configs, linear), decisions)
    assert (len(found), found.sampler) == (0, None)
    assert "`importance()`" in found.reasons[0]


def test_morris_ranks_by_the_size_without_the_seeds():
    """Effects are per whole range; a linear one has neither spread nor surprises."""
    configs, decisions = planned(MorrisSampler(SQUARE, 5, 40))
    found = asked(ran(configs, linear), decisions)
    assert found["term"].tolist() == ["lr", "x"]
    np.testing.assert_allclose(found["mu"], [4.0, 2.0], atol=0.15)
    np.testing.assert_allclose(found["size"], [4.0, 2.0], atol=0.15)
    np.testing.assert_allclose(found["mu_star"], [4.0, 2.0], atol=0.15)
    assert (found["sigma"] < 0.3).all()
    assert found["n_steps"].tolist() == [40, 40]
    assert (found.sampler, found.n_trajectories, found.reasons) == ("morris", 40, ())


def test_morris_knows_what_seeds_alone_would_give():
    """On pure noise the mean size of effects is that of the seeds, and no interval excludes 0."""
    space = Space.from_mapping({name: {"float": [0, 1]} for name in ("x", "lr", "a", "b", "c")})
    configs, decisions = planned(MorrisSampler(space, 5, 60))
    frame = ran(configs, lambda _: 0.0, noise=1.0)
    found = asked(frame, decisions, hyperparameters=("x", "lr", "a", "b", "c"))
    np.testing.assert_allclose(found["mu_star"], found["by_seeds"], rtol=0.3)
    assert (found["size_low"] == 0).all()
    assert (found["mu_low"] < 0).all()
    assert (found["mu_high"] > 0).all()


def test_morris_without_replicates_says_what_is_missing():
    """The mean effect stands; what needs the seeds' part does not."""
    configs, decisions = planned(MorrisSampler(SQUARE, 5, 20))
    found = asked(ran(configs, linear, n_seeds=1), decisions)
    assert found["term"].tolist() == ["lr", "x"]
    assert found[["size", "sigma", "by_seeds"]].isna().all(axis=None)
    assert found["mu"].notna().all()
    # sixteen configurations stand in twenty walks, and nothing tells their luck
    assert found[["mu_low", "mu_star_high"]].isna().all(axis=None)
    assert any("2 seeds or more" in reason for reason in found.reasons)


@pytest.mark.parametrize("sampler", [SaltelliSampler, MorrisSampler])
def test_the_answer_hangs_on_no_order_and_on_no_direction(sampler):
    """Runs may come in any order, and a loss gives what the negated score does."""
    configs, decisions = planned(sampler(SQUARE, 5, 32))
    frame = ran(configs, linear)
    first = asked(frame, decisions)
    pd.testing.assert_frame_equal(first, asked(frame.sample(frac=1, random_state=1), decisions))
    loss = asked(frame.assign(score=-frame["score"]), decisions, mode="min")
    signed = [name for name in first if name.startswith("mu") and not name.startswith("mu_star")]
    same = [name for name in first if name not in signed]
    pd.testing.assert_frame_equal(first[same], loss[same], rtol=1e-9)
    for name in signed:
        other = {"mu": "mu", "mu_low": "mu_high", "mu_high": "mu_low"}[name]
        np.testing.assert_allclose(first[name], -loss[other], rtol=1e-9)
