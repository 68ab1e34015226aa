"""Races played to their end: growth, the pilot, quiet problems, odd sizes, mirrored scores."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sweeps.planner.batch import Batch, Idle
from sweeps.planner.budget import Budget
from sweeps.planner.event import Role, Status
from sweeps.planner.planner import Planner
from sweeps.planner.samplers import NoProposal
from tests.contracts.planner_invariants import check_play, seeds_of
from tests.contracts.planner_play import Accidents, Outcome, Shell, Task
from tests.contracts.planner_setting import Setting

LUCK = st.integers(0, 10**6)


def n_seeds_of(shell):
    """Count how many configurations have how many race seeds."""
    return Counter(len(runs) for runs in seeds_of(shell).values())


def validated(shell):
    return [decision.config_id for decision in shell.of_kind("validating")]


# ------------------------------------------------------------------------------ the race itself


def test_few_earn_all_seeds_and_most_keep_one():
    """Of 81 configurations some 27 see three seeds, 9 nine, 3 all: no more on any rung."""
    shell = Setting(race=27, n_configs=81).played(slots=4)
    check_play(shell)
    n_seeds = n_seeds_of(shell)
    at_least = [sum(n for seeds, n in n_seeds.items() if seeds >= rung) for rung in (3, 9, 27)]
    assert 1 <= at_least[2] <= at_least[1] <= at_least[0] <= 81 // 2
    assert n_seeds[1] > 40


def test_the_race_and_its_validation_are_told():
    """What was planned, who went on, who leads and who is validated, each with its numbers."""
    shell = Setting(race=9, n_configs=30, validate=3).played(slots=2)
    kinds = [decision.kind for decision in shell.decisions]
    assert kinds[0] == "race_planned"
    planned, ended = shell.of_kind("race_planned")[0].detail, shell.of_kind("race_ended")[0].detail
    assert (planned["rungs"], planned["reserved"]) == ([1, 3, 9], 9)
    assert ended["n_configs"] == 30
    assert ended["n_runs"] == sum(run.run.role == Role.RACE for run in shell.runs)
    assert validated(shell)[0] == ended["leader"]
    assert kinds.index("validating") > kinds.index("race_ended")


def test_a_configuration_that_fails_later_lets_the_next_best_by():
    """The best on the first rung fails under every later seed; somebody else goes to the top."""

    def task(config, run):
        best = config.values["x"] == 0
        if best and run.seed > 0:
            return Outcome((math.nan,), Status.FAILED)
        return Outcome((10.0 if best else Task()(config, run).scores[0],))

    entries = tuple({"x": float(i)} for i in range(9))
    plan = Setting(race=9, sampler="listed", n_configs=None, entries=entries).plan
    shell = Shell(plan, task)
    shell.play()
    check_play(shell)
    ended = shell.of_kind("race_ended")[0].detail
    assert ended["n_seeds"] == 9
    assert shell.planner.table.row_of(ended["leader"]) != 0


@pytest.mark.parametrize("race", [2, 3, 9, 10])
@pytest.mark.parametrize("reduction", [2, 3])
def test_somebody_reaches_the_top(race, reduction):
    """Without faults the leader has all seeds of the race, whatever its rungs are."""
    shell = Setting(race=race, reduction=reduction, n_configs=12).played(slots=3)
    check_play(shell)
    assert shell.of_kind("race_ended")[0].detail["n_seeds"] == race


@pytest.mark.slow
@given(luck=LUCK, slots=st.integers(1, 4), race=st.sampled_from([2, 3, 9]), seed=st.integers(0, 99))
def test_lower_scores_mirror_higher_ones(luck, slots, race, seed):
    """With mode `min` and negated scores the same configurations earn the same seeds."""
    setting = Setting(race=race, n_configs=15, master_seed=seed)
    mirrored = setting.but(mode="min", task=Task(sign=-1.0))
    one, other = (each.played(slots=slots, luck=luck) for each in (setting, mirrored))
    assert one.table().keys() == other.table().keys()
    assert validated(one) == validated(other)


def test_a_race_without_results_has_no_leader():
    """Where every run fails there is nobody to promote or to validate, and it ends."""
    shell = Setting(race=9, task=Task(fault_share=1.0)).played(slots=2)
    check_play(shell)
    assert validated(shell) == []
    assert len(shell.of_kind("eliminated")) == 20


# ------------------------------------------------------------------------------ odd sizes


def test_a_space_of_one_configuration():
    """It has no rival, earns all seeds, leads and is validated."""
    setting = Setting(race=9, n_configs=None, sampler="listed", entries=({"x": 1.0},))
    shell = setting.played(slots=3)
    check_play(shell)
    assert n_seeds_of(shell) == {9: 1}
    assert len(validated(shell)) == 1


def test_a_space_smaller_than_asked_for_is_exhausted_once():
    """However often the sweep is resumed, it is said once, and the race goes on without them."""
    entries = tuple({"x": float(i)} for i in range(4))
    setting = Setting(race=3, n_configs=30, sampler="listed", entries=entries)
    shell = setting.played()
    check_play(shell)
    assert [each.detail["n_found"] for each in shell.of_kind("exhausted")] == [4]
    again = setting.played(stored=shell.log[: shell.commits[-3]])
    check_play(again)
    assert len(again.of_kind("exhausted")) == 1


class Waiting:
    """A sampler that wants the results of every other proposal before it goes on."""

    name, n_proposals, is_model = "waiting", 6, True

    def propose(self, k, seen):
        if k >= 6:
            return NoProposal.EXHAUSTED
        if k % 2 == 0 and seen.n_pending().any():
            return NoProposal.WAIT
        return {"x": float(k)}


@pytest.mark.parametrize("rungs", [(), (1, 3)])
def test_a_sampler_may_wait_for_results(rungs):
    """Slots stay idle for it, but the sweep does not end before all it has is run."""
    plan = Setting(race=3 if rungs else None, n_configs=6).plan
    plan = type(plan)(Waiting(), 6, range(3), "score", "max", rungs=rungs)
    shell = Shell(plan, Task(), slots=4)
    shell.play()
    assert len(shell.configs) == 6
    if rungs:
        check_play(shell)


def test_more_slots_than_work():
    """Idle slots are told to wait, then that all is done."""
    planner = Planner(Setting(race=2, n_configs=1, validate=0).plan)
    first = planner.ask(50)
    assert isinstance(first, Batch)
    assert [planner.ask(50) for _ in range(3)] == [Idle.WAIT] * 3
    shell = Setting(race=9, n_configs=2).played(slots=50)
    check_play(shell)


# ------------------------------------------------------------------------------ the budget


@pytest.mark.parametrize("runs", [0, 1, 2, 5, 6, 7, 20])
@pytest.mark.parametrize("n_pilot", [0, 3])
def test_a_budget_too_small_for_a_race_is_kept(runs, n_pilot):
    """Whatever little there is, it is not overspent, and the end of it is told."""
    shell = Setting(n_configs=None, budget=Budget(runs), n_pilot=n_pilot).played(slots=3)
    check_play(shell)
    assert [each.detail["what"] for each in shell.of_kind("budget_ended")] == ["runs"]


@pytest.mark.parametrize("race", [2, 3, 9])
def test_the_pilot_does_not_overspend_a_budget_that_ends_in_it(race):
    """Each of its configurations costs two runs, also where one only is left."""
    for runs in range(race + 1, race + 22):
        setting = Setting(n_configs=None, budget=Budget(runs), n_pilot=10, validate=0, race=race)
        check_play(setting.played(slots=2))


@given(runs=st.integers(30, 150), slots=st.integers(1, 6), luck=LUCK)
@settings(max_examples=30)
def test_a_budget_that_ends_the_race_still_validates(runs, slots, luck):
    """The leader and its contenders see all fresh seeds, within the budget of runs."""
    setting = Setting(n_configs=None, budget=Budget(runs), validate=4, contenders=2)
    shell = setting.played(slots=slots, luck=luck)
    check_play(shell)
    assert validated(shell)
    fresh = Counter(run.run.config_id for run in shell.runs if run.run.role == Role.VALIDATION)
    assert set(fresh.values()) == {4}
    assert len(shell.runs) >= runs - setting.plan.validation.reserved(has_defaults=False)


@pytest.mark.parametrize("budget", [Budget(steps=400), Budget(hours=0.5), Budget(90, 400, 0.5)])
def test_whichever_budget_ends_first_ends_the_race(budget):
    """Steps and hours end it as runs do, somewhat later only by what was under way."""
    setting = Setting(n_configs=None, budget=budget, task=Task(n_steps=4))
    shell = setting.played(slots=2)
    check_play(shell)
    assert shell.of_kind("budget_ended")
    if budget.steps is not None:
        assert sum(run.steps for run in shell.runs) <= budget.steps + 2 * 4
    if budget.hours is not None:
        assert shell.elapsed_s <= 1.2 * 3600 * budget.hours


# ------------------------------------------------------------------------------ growth

GROWTH: dict[str, tuple[Setting, dict[str, Any]]] = {
    "budget": (Setting(n_configs=None, budget=Budget(60)), {"budget": Budget(150)}),
    "configs": (Setting(n_configs=10), {"n_configs": 40}),
    "validate": (Setting(validate=2), {"validate": 6}),
    "contenders": (Setting(contenders=1), {"contenders": 4}),
    "race": (Setting(race=9, n_configs=30), {"race": 27}),
    "odd race": (Setting(race=20, n_configs=30), {"race": 27}),
}


@pytest.mark.parametrize("what", GROWTH)
@pytest.mark.parametrize("slots", [1, 3])
def test_a_finished_sweep_can_grow(what, slots):
    """It goes on where it was, loses nothing, and spends what it was given."""
    setting, changes = GROWTH[what]
    small = setting.played(slots=slots)
    grown = setting.but(**changes)
    large = grown.played(slots=slots, stored=small.log)
    check_play(large)
    assert large.log[: len(small.log)] == small.log
    assert len(large.runs) > len(small.runs)
    ended = large.of_kind("race_ended")[-1].detail
    if "race" in changes:
        assert ended["n_seeds"] == changes["race"]
    if "n_configs" in changes:
        assert len(large.configs) == changes["n_configs"]
    fresh = {run.run.seed for run in large.runs if run.run.config_id == ended["leader"]}
    assert set(range(grown.validate)) <= fresh


# ------------------------------------------------------------------------------ the pilot


@pytest.mark.parametrize("sampler", ["random", "tpe"])
@pytest.mark.parametrize("has_defaults", [False, True])
def test_the_pilot_is_drawn_at_random_whatever_the_sampler(sampler, has_defaults):
    """Its configurations are those of the random sampler, and they come right after defaults."""
    setting = Setting(sampler=sampler, n_pilot=5, n_configs=30, has_defaults=has_defaults)
    shell = setting.played(slots=2)
    check_play(shell)
    pilot = [config for config in shell.configs if config.origin == "pilot"]
    draws = setting.plan.pilot
    assert draws is not None
    assert [dict(each.values) for each in pilot] == [
        draws.propose(k, shell.planner.table) for k in range(5)
    ]
    assert [each.index for each in pilot] == list(range(has_defaults, 5 + has_defaults))


def test_the_pilot_sees_the_first_and_the_last_seed():
    """Whatever its rank; the others see the last seed only if they earn all."""
    shell = Setting(n_pilot=6, n_configs=40, race=9).played(slots=2)
    seeds = seeds_of(shell)
    for config in shell.configs:
        if config.origin == "pilot":
            assert {0, 8} <= seeds[config.config_id].keys()
        elif 8 in seeds[config.config_id]:
            assert len(seeds[config.config_id]) == 9


def test_many_slots_are_filled_before_the_first_result():
    """Without results `tpe` draws what the pilot drew; that is no sign of a small space."""
    planner = Planner(Setting(sampler="tpe", n_pilot=50, n_configs=400, race=9).plan)
    batches = [planner.ask(120) for _ in range(120)]
    assert all(isinstance(batch, Batch) for batch in batches)
    assert planner.n_configs == 400


def test_the_second_seeds_of_the_pilot_change_no_promotion():
    """Other scores there, and yet the same promotions below the top rung."""

    def other(config, run):
        scores = Task()(config, run).scores
        return Outcome((scores[0] + 100 * (run.seed == 8 and run.role == Role.RACE),))

    plan = Setting(n_pilot=6, n_configs=40, validate=0).plan
    plain, shifted = Shell(plan, Task()), Shell(plan, other)
    for shell in (plain, shifted):
        shell.play()
    kept = [
        [(d.config_id, dict(d.detail)) for d in shell.of_kind("promoted")]
        for shell in (plain, shifted)
    ]
    assert kept[0] == kept[1]


# ------------------------------------------------------------------------------ quiet problems


def by_quality(config, run):
    """Score that ignores the seed."""
    del run
    return Outcome((-((config.values["x"] - 0.3) ** 2),))


def test_a_quiet_problem_gets_almost_no_replicates():
    """Where the seed changes nothing, nearly every run is a new configuration."""
    plan = Setting(n_configs=None, budget=Budget(300), race=27, validate=0).plan
    shell = Shell(plan, by_quality, slots=2)
    shell.play()
    check_play(shell)
    assert len(shell.configs) > 0.7 * 300
    assert "changes no comparison" in shell.of_kind("noise")[-1].detail["reason"]


def test_a_problem_that_is_quiet_only_among_the_bad_is_not_mistaken():
    """Half of the space fails alike under every seed; among the others the seed matters."""

    def task(config, run):
        if config.values["x"] < 0.5:
            return Outcome((0.0,))
        score = Task(noise=0.5)(config, run).scores[0]
        return Outcome((1.0 + abs(score),))

    plan = Setting(n_configs=None, budget=Budget(300), race=27, validate=0, n_pilot=10).plan
    shell = Shell(plan, task, slots=2)
    shell.play()
    check_play(shell)
    assert shell.of_kind("race_ended")[0].detail["n_seeds"] == 27
    assert len(shell.configs) < 0.7 * 300


def test_a_quiet_race_that_is_over_stays_over():
    """Resumed after its budget is spent, it still knows that one seed decided."""
    setting = Setting(n_configs=None, budget=Budget(90), reduction=2, race=3, task=Task(noise=0))
    done = setting.played()
    again = setting.played(stored=done.log)
    check_play(again)
    assert again.table() == done.table()
    assert again.story() == done.story()


# ------------------------------------------------------------------------------ stopping


@pytest.mark.parametrize("rule", ["asha", "median", "threshold", "pair"])
@pytest.mark.parametrize("race", [None, 9])
def test_a_rule_saves_steps_and_every_stop_is_told_once(rule, race):
    """A stopped configuration goes no further; each stop has its decision, also after kills."""
    setting = Setting(race=race, rule=rule, n_configs=30, task=Task(n_steps=9))
    whole = setting.played(slots=3)
    shell = setting.shell(slots=3, accidents=Accidents(lost=0.02))
    for _ in range(4):
        shell.play(40)
        stored = shell.log[: shell.commits[-min(3, len(shell.commits))]]
        shell = setting.shell(slots=3, stored=stored)
    shell.play()
    for each in (whole, shell):
        check_play(each)
        stopped = {run.run for run in each.runs if run.status is Status.STOPPED}
        told = [(d.config_id, d.detail["role"], d.detail["seed"]) for d in each.of_kind("stopped")]
        assert stopped
        assert sorted(told) == sorted(tuple(run) for run in stopped)
        assert not any(run.run.role == Role.VALIDATION for run in each.runs if run.run in stopped)
