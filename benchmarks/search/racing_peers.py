"""The peers that race: SMAC3's intensifier, and ASHA with a repeater."""

from __future__ import annotations

import math
import tempfile
from collections import deque
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from benchmarks.search.cases import worse
from benchmarks.search.outcome import FailureCount, Outcome
from benchmarks.search.searcher import OptunaSearcher
from sweeps.space.choice import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.search.cases import Case

MAX_SEEDS = 16
"""Seeds that SMAC's rule spends on a configuration at most. Its own default is 3, with which it
did worse on noisy problems."""

N_REPEATS = 4
REDUCTION = 3


@dataclass
class _Challenger:
    ticket: Any
    config: Mapping[str, object]
    wanted: int = 1
    scores: list[float] = field(default_factory=list)

    def mean(self, n: int) -> float:
        return math.fsum(self.scores[:n]) / n


class _SmacRace:
    """The rule of SMAC3 2.4's intensifier, with Optuna's TPE in place of its random forest.

    Challengers wait in a queue; each is run on 1, 2, 4 … of the incumbent's seeds, and dropped as
    soon as its mean is no better than the incumbent's over the same seeds. One that holds on all
    of them is the new incumbent. After each pass through the queue the incumbent gets one seed
    more, and one new challenger comes.
    """

    def __init__(self, case: Case, budget: int, rep: int) -> None:
        self.outcome = Outcome(case)
        self._case, self._left, self._rep = case, budget, rep
        self._budget = budget
        self._failures = FailureCount()
        self._searcher = OptunaSearcher(case, rep)
        self._incumbent: _Challenger | None = None
        self._queue: deque[_Challenger] = deque()

    def play(self) -> Outcome:
        """Spend the budget."""
        while self._left > 0:
            for _ in range(len(self._queue)):
                self._challenge(self._queue.popleft())
            if self._incumbent is not None and len(self._incumbent.scores) < MAX_SEEDS:
                self._run(self._incumbent, len(self._incumbent.scores) + 1)
            asked = self._searcher.ask()
            if asked is None:
                break
            self._queue.append(_Challenger(*asked))
        if self._incumbent is not None:
            n = len(self._incumbent.scores)
            self.outcome.choose(self._budget, self._incumbent.config, self._incumbent.mean(n))
        self.outcome.extra["failed_share"] = self._failures.share
        return self.outcome

    def _challenge(self, challenger: _Challenger) -> None:
        incumbent = self._incumbent
        n_wanted = 1 if incumbent is None else min(challenger.wanted, len(incumbent.scores))
        self._run(challenger, n_wanted)
        n = len(challenger.scores)
        if n < n_wanted:
            return  # the budget is spent
        mean = challenger.mean(n)
        if not math.isfinite(mean) or (incumbent is not None and mean <= incumbent.mean(n)):
            self._searcher.tell(challenger.ticket, mean)
        elif incumbent is None or n == len(incumbent.scores):
            self._searcher.tell(challenger.ticket, mean)
            self._incumbent = challenger
            self.outcome.choose(self._budget - self._left, challenger.config, mean)
        else:
            challenger.wanted = 2 * n
            self._queue.append(challenger)

    def _run(self, challenger: _Challenger, n: int) -> None:
        while len(challenger.scores) < n and self._left > 0:
            seed = len(challenger.scores)
            score = self._case.score(challenger.config, seed, self._rep)
            self._left -= 1
            self._failures.add(failed=not math.isfinite(score))
            challenger.scores.append(score)


def smac_rule(case: Case, budget: int, rep: int, workers: int = 1) -> Outcome:  # noqa: ARG001
    """Race by SMAC's rule, one run at a time whatever the workers, which can only help it."""
    return _SmacRace(case, budget, rep).play()


def smac(case: Case, budget: int, rep: int, workers: int = 1) -> Outcome:  # noqa: ARG001
    """SMAC3 itself, facade for hyperparameter optimisation, default settings, one run at a time.

    Slow: about a minute for 256 runs, so few repetitions are affordable.
    """
    from smac import HyperparameterOptimizationFacade, Scenario  # noqa: PLC0415 - slow, optional
    from smac.runhistory import StatusType, TrialValue  # noqa: PLC0415

    outcome, failures = Outcome(case), FailureCount()
    space = case.space
    folder: Any  # its annotation asks for a path, and it takes both
    with tempfile.TemporaryDirectory() as folder:
        scenario = Scenario(
            space.configspace,
            deterministic=False,
            n_trials=budget,
            output_directory=folder,
            seed=rep,
        )
        facade: Any = HyperparameterOptimizationFacade(
            scenario, _unused, overwrite=True, logging_level=50
        )
        indices: dict[int, int] = {}
        for n_runs in range(1, budget + 1):
            info = facade.ask()
            seed = indices.setdefault(int(info.seed), len(indices))
            values = _released(space, info.config)
            score = case.score(values, seed, rep)
            is_failed = not math.isfinite(score)
            failures.add(failed=is_failed)
            status = StatusType.CRASHED if is_failed else StatusType.SUCCESS
            facade.tell(info, TrialValue(cost=math.inf if is_failed else -score, status=status))
            incumbent = facade.intensifier.get_incumbent()
            if incumbent is not None:
                cost = float(facade.runhistory.get_cost(incumbent))
                chosen = _released(space, incumbent)
                same = chosen == outcome.chosen
                outcome.choose(n_runs, outcome.chosen if same else chosen, -cost)
    outcome.extra["failed_share"] = failures.share
    return outcome


def _unused(config: object, seed: int = 0) -> float:  # noqa: ARG001 - SMAC looks at the names
    """Stand for the objective, which the loop above evaluates itself."""
    return 0.0


def _released(space: Any, configuration: Any) -> dict[str, object]:
    """Turn ConfigSpace's numbers back into values."""
    return {each.name: _value(each, configuration[each.name]) for each in space.varied}


def _value(each: Any, held: float) -> object:
    if isinstance(each, Choice):
        return each.values[int(held)]
    return int(held) if "int" in each.entry() else each.decode(float(held))


class _Repeated:
    """One configuration that the repeater has started several times."""

    def __init__(self, ticket: Any, config: Mapping[str, object]) -> None:
        self.ticket, self.config = ticket, config
        self.last: list[float] = []


def asha_repeater(case: Case, budget: int, rep: int, workers: int = 1) -> Outcome:  # noqa: ARG001
    """Ray Tune's ASHA over Optuna's TPE in a `Repeater` of four, in Ray's own rung code.

    The repeater starts each configuration under four seeds, one trial each; ASHA stops trials
    without knowing which belong together; the mean of their last scores goes to the searcher.
    The choice is the best such mean among configurations of which a trial reached the last step,
    and among all of them while there is none. The budget is `budget` times the steps of a run.
    """
    from ray.tune.schedulers.async_hyperband import _Bracket  # noqa: PLC0415 - slow to import

    outcome, searcher = Outcome(case), OptunaSearcher(case, rep)
    failures = FailureCount()
    bracket = _Bracket(1, case.n_steps, REDUCTION, 0)
    n_steps, most = 0, budget * case.n_steps
    best, n_trials = (False, -math.inf), 0
    while n_steps < most:
        repeated = _Repeated(*searcher.ask())
        reached_end = False
        for seed in range(N_REPEATS):
            n_trials += 1
            if case.fails(repeated.config):
                failures.add(failed=True)
                repeated.last.append(math.nan)
                n_steps += 1
                continue
            failures.add(failed=False)
            curve = case.curve(repeated.config, seed, rep)
            trial: Any = SimpleNamespace(trial_id=str(n_trials))
            step = 0
            for step, score in enumerate(curve, start=1):
                if step < len(curve) and bracket.on_result(trial, step, score) == "STOP":
                    break
            n_steps += step
            repeated.last.append(curve[step - 1])
            reached_end = reached_end or step == len(curve)
        mean = math.fsum(repeated.last) / N_REPEATS
        searcher.tell(repeated.ticket, mean)
        if (reached_end, worse(mean)) > best and n_steps <= most:
            best = (reached_end, worse(mean))
            outcome.choose(n_steps / case.n_steps, repeated.config, mean)
    outcome.extra["failed_share"] = failures.share
    outcome.extra["n_configs"] = n_trials / N_REPEATS
    return outcome
