"""The peers, each one function `(case, budget, rep, workers) -> Outcome`."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from benchmarks.search.cases import worse
from benchmarks.search.outcome import FailureCount, Outcome
from benchmarks.search.searcher import OptunaSearcher, RandomSearcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.search.cases import Case
    from benchmarks.search.searcher import Searcher

FIXED = (1, 2, 3, 4, 5, 10, 20)
"""Numbers of seeds among which hindsight picks the best for random search."""


def fixed_seeds(
    case: Case, budget: int, rep: int, workers: int, *, searcher: Searcher, n_seeds: int
) -> Outcome:
    """Run every configuration under the same `n_seeds` seeds; choose the best mean.

    Args:
        case: The problem.
        budget: Runs.
        rep: Number of the repetition: it decides all luck.
        workers: Runs at the same time; `workers // n_seeds` configurations are under way.
        searcher: What proposes.
        n_seeds: Seeds of each configuration.
    """
    outcome, failures = Outcome(case), FailureCount()
    under_way: deque[tuple[object, object]] = deque()
    best = -math.inf
    n_asked = n_over = 0
    while True:
        while len(under_way) < max(1, workers // n_seeds) and (n_asked + 1) * n_seeds <= budget:
            asked = searcher.ask()
            if asked is None:
                budget = n_asked * n_seeds
                break
            n_asked += 1
            under_way.append(asked)
        if not under_way:
            break
        ticket, config = under_way.popleft()
        scores = [case.score(config, seed, rep) for seed in range(n_seeds)]  # type: ignore[arg-type]
        mean = math.fsum(scores) / n_seeds
        searcher.tell(ticket, mean)
        n_over += n_seeds
        for score in scores:
            failures.add(failed=not math.isfinite(score))
        if worse(mean) > best:
            best = mean
            outcome.choose(n_over, config, mean)  # type: ignore[arg-type]
    outcome.extra["failed_share"] = failures.share
    return outcome


def optuna_1(case: Case, budget: int, rep: int, workers: int = 1) -> Outcome:
    """Optuna's TPE with one seed, the same for every configuration: luck is everybody's luck."""
    return fixed_seeds(case, budget, rep, workers, searcher=OptunaSearcher(case, rep), n_seeds=1)


def optuna_4(case: Case, budget: int, rep: int, workers: int = 1) -> Outcome:
    """Optuna's TPE on the mean over four seeds."""
    return fixed_seeds(case, budget, rep, workers, searcher=OptunaSearcher(case, rep), n_seeds=4)


def random_n(n_seeds: int) -> Callable[[Case, int, int, int], Outcome]:
    """Give random search with the mean over `n_seeds` seeds."""

    def run(case: Case, budget: int, rep: int, workers: int = 1) -> Outcome:
        return fixed_seeds(
            case, budget, rep, workers, searcher=RandomSearcher(case, rep), n_seeds=n_seeds
        )

    run.__doc__ = f"Random search on the mean over {n_seeds} seeds."
    return run


PEERS: dict[str, Callable[[Case, int, int, int], Outcome]] = {
    "optuna-1": optuna_1,
    "optuna-4": optuna_4,
    **{f"random-{n}": random_n(n) for n in FIXED},
}
