"""`Results.best()`: four values of the leader, which of them to quote, and what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.choosing.winner import leave_one_seed_out
from sweeps.analysis.table import Table
from tests.results.making import frame_of, luck, race_of, results_of


def test_the_four_values_come_with_the_optimism_between_them():
    """`optimism` is by how much the naive value looks better, whichever direction is better."""
    table, fresh = luck(), luck(seed=8)
    for mode, sign in (("max", 1), ("min", -1)):
        best = results_of(
            frame_of(sign * table), frame_of(sign * fresh, "validation"), mode=mode
        ).best()
        x = int(str(best.config["x"]))
        assert best.naive.value == pytest.approx(sign * table[x].mean())
        assert best.validated.value == pytest.approx(sign * fresh[x].mean())
        assert best.leave_one_seed_out.is_known
        assert best.shrunken.is_known
        assert best.recommended == best.validated
        assert best.reasons == ()
        for name, value in best.optimism.items():  # of leave-one-seed-out, as no run failed
            expected = sign * (best.naive.value - getattr(best, name).value)
            assert value == pytest.approx(expected)


def test_without_validation_the_value_of_choosing_is_recommended():
    """Leave-one-seed-out where seeds are shared, else the shrunken one."""
    table = luck()
    paired, unpaired = results_of(frame_of(table)), results_of(frame_of(table), paired=False)
    best = paired.best()
    expected = leave_one_seed_out(Table(table), mode="max")
    assert best.leave_one_seed_out.value == pytest.approx(expected.value)
    assert (best.recommended_by, best.recommended) == (
        "leave_one_seed_out",
        best.leave_one_seed_out,
    )
    other = unpaired.best()
    assert other.recommended_by == "shrunken"
    assert np.isnan(other.leave_one_seed_out.value)
    assert any("seeds that all configurations share" in reason for reason in other.reasons)


def test_one_seed_gives_a_mean_and_nothing_else():
    """Every other value says why it is missing."""
    best = results_of(frame_of(luck(8, 1))).best()
    assert best.recommended_by == "naive"
    assert not best.naive.is_known
    assert len(best.reasons) == 4
    assert all(np.isnan(value) for value in best.optimism.values())


def test_failures_of_the_leader_are_said_beside_its_mean():
    """On fresh seeds where it has some, since few failures are how it came to lead."""
    fresh = np.array([[1.0, np.nan, 2.0, np.nan]])
    best = results_of(
        frame_of([[5.0, 5.0, 6.0], [5.0, 5.0, 5.0]]), frame_of(fresh, "validation")
    ).best()
    assert (best.failure_rate.value, best.failure_rate.n) == (0.5, 4)
    assert best.validated.value == 1.5
    assert any("2 of its 4 runs on fresh seeds failed" in reason for reason in best.reasons)

    survivor = results_of(frame_of([[5.0, np.nan, 6.0], [np.nan, np.nan, 1.0]])).best()
    assert survivor.n_failed == 1
    assert survivor.failure_rate.value == pytest.approx(1 / 3)
    assert any("1 of its 3 runs on race seeds failed" in reason for reason in survivor.reasons)


def test_a_leader_that_fails_on_all_fresh_seeds_is_not_called_unvalidated():
    """It was run on them, and that is the finding."""
    fresh = frame_of([[np.nan, np.nan]], "validation")
    best = results_of(frame_of([[5.0, 5.0, 6.0], [1.0, 1.0, 1.0]]), fresh).best()
    assert best.failure_rate.value == 1.0
    assert "None of its 2 runs on fresh seeds" in str(best.validated.reason)


def test_easy_seeds_on_which_the_others_failed_are_no_optimism():
    """Five configurations are equally good, and only the leader has a score on the easy seed."""
    table = np.tile([0.1, 0.2, 0.1, 0.2, 1.0], (5, 1))
    table[1:, 4] = np.nan
    for mode, sign in (("max", 1), ("min", -1)):
        best = results_of(frame_of(sign * table), mode=mode).best()
        assert best.optimism["leave_one_seed_out"] == pytest.approx(0.0)


def test_easy_new_seeds_of_a_race_are_no_optimism():
    """What the seeds of the last rung do to all alike is on both sides."""
    table, _ = race_table(np.random.default_rng(1), 36, 1.0)
    before = race_of(frame_of(table)).best()
    shifted = np.array(
        [[None if x is None else x - 9 * (i > 2) for i, x in enumerate(row)] for row in table],
        dtype=object,
    )
    after = race_of(frame_of(shifted)).best()
    assert after.config == before.config
    assert after.optimism["leave_one_seed_out"] == pytest.approx(
        before.optimism["leave_one_seed_out"]
    )
    assert abs(after.optimism["leave_one_seed_out"]) < 2


def race_table(rng, n_configs, sd_configs):
    """Run a race by hand: the best third goes on at 3 and at 9 seeds."""
    quality = rng.normal(0, sd_configs, n_configs)
    scores = quality[:, None] + rng.normal(0, 1, (n_configs, 9))
    table, alive = np.full((n_configs, 9), None, dtype=object), np.arange(n_configs)
    for before, n in ((0, 1), (1, 3), (3, 9)):
        table[alive, before:n] = scores[alive, before:n]
        alive = alive[np.argsort(-scores[alive, :n].mean(axis=1))[: max(len(alive) // 3, 1)]]
    return table, quality


@pytest.mark.slow
def test_leaving_out_new_seeds_is_honest_in_a_race():
    """All configurations are equal, so whatever the leader shows above 0 is luck."""
    rng = np.random.default_rng(5)
    found = [race_of(frame_of(race_table(rng, 36, 0.0)[0])).best() for _ in range(150)]
    naive = np.array([best.naive.value for best in found])
    honest = np.array([best.leave_one_seed_out.value for best in found])
    assert naive.mean() > 0.5
    error = honest.std(ddof=1) / np.sqrt(len(honest))
    assert abs(honest.mean()) < 3 * error
    assert abs(honest.mean()) < 0.2 * naive.mean()
    n_covered = sum(
        best.leave_one_seed_out.low <= 0 <= best.leave_one_seed_out.high for best in found
    )
    assert n_covered >= 0.9 * len(found)


def test_only_seeds_that_promoted_nothing_are_left_out_of_a_race():
    """Of the rung of 9 seeds those from 3 on; on the rung of 3 there are two of them."""
    table, _ = race_table(np.random.default_rng(1), 36, 1.0)
    assert race_of(frame_of(table)).best().leave_one_seed_out.n == 6
    third = np.where(np.arange(9) < 3, table, None)
    assert race_of(frame_of(third)).best().leave_one_seed_out.n == 2
    first = np.where(np.arange(9) < 1, table, None)
    best = race_of(frame_of(first)).best()
    assert "promoted nothing" in str(best.leave_one_seed_out.reason)


def test_the_pilot_is_not_among_those_promoted_to_the_top():
    """It gets the last seed of the race, and with it no say in what the others choose."""
    table, _ = race_table(np.random.default_rng(1), 36, 1.0)
    before = race_of(frame_of(table)).best().leave_one_seed_out
    dropped = [i for i, row in enumerate(table) if row[1] is None]
    table[dropped[0], 8] = 100.0
    assert race_of(frame_of(table)).best().leave_one_seed_out == before


@pytest.mark.parametrize("is_nested", [False, True])
def test_a_design_leaves_whole_levels_out(is_nested):
    """Seeds of one split share its luck, so they judge each other's choice as one."""
    rng = np.random.default_rng(4)
    x, split, init = np.indices((8, 4, 3)).reshape(3, -1)
    frame = frame_of((rng.normal(size=(8, 4, 1)) + 0.1 * rng.normal(size=(8, 4, 3))).reshape(8, 12))
    frame["split"], frame["init"] = split, init + 3 * split * is_nested
    assert frame["x"].tolist() == x.tolist()
    results = results_of(frame, sources=["split", "init"])
    best = results.best()
    assert best.leave_one_seed_out.n in ((4,) if is_nested else (3, 4))
    assert "level of each source" in best.leave_one_seed_out.method
    assert best.optimism["leave_one_seed_out"] > 0.2
    assert "shared levels" in best.naive.method
    assert best.shrunken.n in ((4,) if is_nested else (3, 4))


def test_the_luck_of_all_sources_widens_the_shrunken_interval():
    """Those over the levels of one source alone know nothing of the others."""
    rng = np.random.default_rng(5)
    split, init = np.indices((5, 6)).reshape(2, -1)
    own = rng.normal(size=(10, 5))[:, split] + rng.normal(size=(10, 6))[:, init]
    table = own + rng.normal(size=(10, 1)) + 0.1 * rng.normal(size=(10, 30))
    frame = frame_of(table)
    frame["split"], frame["init"] = split[frame["seed"]], init[frame["seed"]]
    best = results_of(frame, sources=["split", "init"]).best()
    leader = table.mean(axis=1).argmax()
    assert best.config["x"] == leader
    alone = []
    for axis in (1, 2):
        means = table.reshape(10, 5, 6).mean(axis=3 - axis)
        order = np.argsort(-table.mean(axis=1))
        alone.append(results_of(frame_of(means[order])).best().shrunken)
    one, other = (each.high - each.low for each in alone)
    width = np.hypot(one, other)
    assert best.shrunken.high - best.shrunken.low == pytest.approx(width)
    assert best.shrunken.low < best.shrunken.value < best.shrunken.high
    assert best.shrunken.method.endswith("the luck of all sources added up")


def test_who_reaches_the_top_of_a_race_alone_leaves_nothing_to_choose():
    """More seeds would not help; fresh ones do."""
    table, _ = race_table(np.random.default_rng(1), 36, 1.0)
    ahead = race_of(frame_of(table)).best().config["x"]
    others = np.arange(len(table)) != ahead
    table[others, 3:] = None
    best = race_of(frame_of(table)).best()
    assert best.config["x"] == ahead
    assert "It alone was promoted" in str(best.leave_one_seed_out.reason)
    assert np.isnan(best.optimism["leave_one_seed_out"])
