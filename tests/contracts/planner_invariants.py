"""What holds when a simulated sweep is done, however it was played."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sweeps.planner.event import Decision, Role, Run, RunEnded, Status
from sweeps.planner.proposing import PILOT
from tests.contracts.planner_play import METRIC

if TYPE_CHECKING:
    from tests.contracts.planner_play import Shell

LOST = (Status.FAILED, Status.DIVERGED, Status.TIMED_OUT, Status.LOST)


def check_play(shell: Shell) -> None:
    """Check the books of a sweep that is done."""
    _check_runs(shell)
    _check_spending(shell)
    _check_table(shell)
    if shell.plan.rungs:
        _check_order(shell)
        _check_leader(shell)
    _check_decisions(shell)


def seeds_of(shell: Shell) -> dict[str, dict[int, RunEnded]]:
    """Give each configuration's race runs by seed."""
    table: dict[str, dict[int, RunEnded]] = {config.config_id: {} for config in shell.configs}
    for ended in shell.runs:
        if ended.run.role == Role.RACE:
            table[ended.run.config_id][ended.run.seed] = ended
    return table


def score_of(ended: RunEnded, *, is_maximised: bool) -> float:
    """Give a run's score, higher being better; minus infinity where it did not finish."""
    score = ended.metrics.get(METRIC, math.nan)
    if ended.status is not Status.FINISHED or not math.isfinite(score):
        return -math.inf
    return score if is_maximised else -score


def _check_runs(shell: Shell) -> None:
    """Each run once, of a known configuration, under a seed of the plan."""
    runs = [ended.run for ended in shell.runs]
    assert len(runs) == len(set(runs)), "a run ended twice"
    ids = [config.config_id for config in shell.configs]
    assert len(ids) == len(set(ids)), "a configuration was proposed twice"
    assert [config.index for config in shell.configs] == list(range(len(ids)))
    assert {run.config_id for run in runs} <= set(ids)
    n_fresh = shell.plan.validation.n_seeds
    for run in runs:
        assert run.seed in (shell.plan.seeds if run.role == Role.RACE else range(n_fresh))


def _check_spending(shell: Shell) -> None:
    """The budget is kept, and what was reserved for the validation was enough for it."""
    plan, runs = shell.plan, shell.runs
    if plan.budget.runs is not None:
        assert len(runs) <= max(plan.budget.runs, 0), "more runs than the budget has"
    chosen = shell.of_kind("validating")
    fresh = [ended.run for ended in runs if ended.run.role == Role.VALIDATION]
    wanted = {
        Run(str(each.config_id), Role.VALIDATION, seed)
        for each in chosen
        for seed in range(plan.validation.n_seeds)
    }
    assert set(fresh) == wanted, "validated runs are not those that were announced"
    reserved = plan.validation.reserved(has_defaults=plan.defaults is not None)
    is_grown = len(shell.of_kind("race_planned")) > 1 or len(shell.of_kind("race_ended")) > 1
    assert is_grown or len(fresh) <= reserved


def _check_table(shell: Shell) -> None:
    """The planner's table has every run as it came: nothing dropped, nothing imputed."""
    table = shell.planner.table
    assert table.n_done == len(shell.runs)
    assert table.n_taken == 0
    expected = np.full((len(table.configs), table.n_race), math.nan)
    for ended in shell.runs:
        if ended.run.role == Role.RACE:
            row, column = table.row_of(ended.run.config_id), table.seeds.index(ended.run.seed)
            assert row is not None
            expected[row, column] = score_of(ended, is_maximised=table.is_maximised)
    np.testing.assert_array_equal(table.goodness(), expected)
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(table.n_finished(), finite.sum(axis=1))
    sums = np.where(finite, expected, 0.0).sum(axis=1) * (1 if table.is_maximised else -1)
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(table.means(), sums / finite.sum(axis=1), atol=1e-9)


def _check_order(shell: Shell) -> None:
    """Follow the log: later seeds only after the first ones, promotions only of the finished."""
    sign = shell.plan.mode == "max"
    over: dict[str, dict[int, float]] = {config.config_id: {} for config in shell.configs}
    allowed = dict.fromkeys(over, 1)
    reached = {n for plan in shell.of_kind("race_planned") for n in plan.detail["rungs"]}
    pilot = {config.config_id for config in shell.configs if config.origin == PILOT}
    for entry in shell.log:
        if isinstance(entry, RunEnded) and entry.run.role == Role.RACE:
            config_id, seed = entry.run.config_id, entry.run.seed
            is_pilots = config_id in pilot and shell.plan.seeds.index(seed) > 0
            assert is_pilots or seed < allowed[config_id], "a seed that was not earned"
            over[config_id][seed] = score_of(entry, is_maximised=sign)
        elif isinstance(entry, Decision) and entry.kind == "promoted":
            config_id, detail = str(entry.config_id), entry.detail
            first = [over[config_id].get(seed, math.nan) for seed in range(int(detail["from"]))]
            assert np.isfinite(first).all(), "promoted without having finished its rung"
            assert detail["to"] in reached
            mean = float(detail["mean"]) * (1 if sign else -1)
            assert math.isclose(mean, float(np.mean(first)), abs_tol=1e-9)
            assert 1 <= int(detail["rank"]) <= int(detail["of"]) <= len(shell.configs)
            allowed[config_id] = int(detail["to"])


def _check_leader(shell: Shell) -> None:
    """Nobody who lost a run leads over one who lost none; then the rung, then the mean decide."""
    sign = shell.plan.mode == "max"
    scores = {
        config_id: {seed: score_of(run, is_maximised=sign) for seed, run in runs.items()}
        for config_id, runs in seeds_of(shell).items()
    }
    ended = shell.of_kind("race_ended")
    has_finished = any(each.get(0, -math.inf) > -math.inf for each in scores.values())
    assert bool(ended) == has_finished
    if not ended:
        return
    said = ended[-1].detail
    own = scores[str(said["leader"])]
    clean = {c: each for c, each in scores.items() if each and -math.inf not in each.values()}
    assert not clean or str(said["leader"]) in clean, "a configuration leads that lost a run"
    n_seeds = int(said["n_seeds"])
    mean = float(np.mean([own[seed] for seed in range(n_seeds)]))
    assert math.isclose(mean * (1 if sign else -1), float(said["mean"]), abs_tol=1e-9)
    if shell.plan.rungs and not shell.planner._allocation.is_quiet:
        best = max(
            (_standing(each, shell.plan.rungs) for each in clean.values()), default=(n_seeds, mean)
        )
        assert (n_seeds, mean) >= (best[0], best[1] - 1e-9), "the leader is not from the top"


def _standing(scores: dict[int, float], rungs: tuple[int, ...]) -> tuple[int, float]:
    reached = [rung for rung in rungs if all(seed in scores for seed in range(rung))]
    if not reached:
        return (0, -math.inf)
    return reached[-1], float(np.mean([scores[seed] for seed in range(reached[-1])]))


def _check_decisions(shell: Shell) -> None:
    """Everything that was decided stands there, with its numbers."""
    told = {(each.kind, each.config_id) for each in shell.decisions}
    for ended in shell.runs:
        run = ended.run
        if run.role == Role.VALIDATION:
            assert ("validating", run.config_id) in told
            continue
        if ended.status is Status.STOPPED:
            assert ("stopped", run.config_id) in told
        if ended.status in LOST and shell.plan.rungs:
            assert ("eliminated", run.config_id) in told
    for decision in shell.of_kind("stopped"):
        assert decision.detail["reason"]
        assert {"role", "seed", "step", "score"} <= set(decision.detail)
    validated = [(each.config_id, str(each.detail)) for each in shell.of_kind("validating")]
    assert len(validated) == len(set(validated)), "the same is said twice"
    for decision in shell.of_kind("validating"):
        assert {"mean", "n_seeds", "seeds", "because"} <= set(decision.detail)
    proposed = [each.config_id for each in shell.of_kind("proposed")]
    assert sorted(map(str, proposed)) == sorted(config.config_id for config in shell.configs)
