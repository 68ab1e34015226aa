"""The searchers of the peers behind one face, on our spaces."""

from __future__ import annotations

import math
import warnings
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sweeps.space.choice import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.search.cases import Case


class Searcher(Protocol):
    """Proposes configurations; higher scores are better."""

    def ask(self) -> tuple[Any, Mapping[str, object]] | None:
        """Give a ticket and a configuration; None where there are no more."""

    def tell(self, ticket: Any, score: float) -> None:
        """Take the mean score of a configuration; NaN where it failed."""


class RandomSearcher:
    """Uniform draws; listed configurations come in random order, each once."""

    def __init__(self, case: Case, rep: int) -> None:
        self._case = case
        self._rep = rep
        self._k = 0
        self._left: deque[int] | None = None
        if case.listed is not None:
            order = np.random.default_rng([3, rep]).permutation(len(case.listed))
            self._left = deque(order.tolist())

    def ask(self) -> tuple[int, Mapping[str, object]] | None:
        """Give the next draw."""
        self._k += 1
        if self._left is None:
            return self._k, self._case.space.propose(self._rep, self._k)
        assert self._case.listed is not None  # noqa: S101 - `_left` says so
        return (self._k, self._case.listed[self._left.popleft()]) if self._left else None

    def tell(self, ticket: int, score: float) -> None:
        """Learn nothing."""


class OptunaSearcher:
    """Optuna's TPE with its default settings.

    Ordinals are given to it as integers, the indices of their values, so that it can use their
    order as ours do.
    """

    def __init__(self, case: Case, rep: int) -> None:
        import optuna  # noqa: PLC0415 - slow to import

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._space = case.space
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sampler = optuna.samplers.TPESampler(seed=rep)
        self._study = optuna.create_study(sampler=sampler, direction="maximize")
        self._failed = optuna.trial.TrialState.FAIL

    def ask(self) -> tuple[Any, Mapping[str, object]]:
        """Suggest a configuration."""
        trial = self._study.ask()
        return trial, {each.name: _suggest(trial, each) for each in self._space.varied}

    def tell(self, ticket: Any, score: float) -> None:
        """End the trial."""
        if math.isfinite(score):
            self._study.tell(ticket, score)
        else:
            self._study.tell(ticket, state=self._failed)


def _suggest(trial: Any, each: Any) -> object:
    if isinstance(each, Choice):
        if each.is_ordered:
            return each.values[trial.suggest_int(each.name, 0, len(each.values) - 1)]
        return trial.suggest_categorical(each.name, list(each.values))
    entry = each.entry()
    kind = "int" if "int" in entry else "float"
    low, high = entry[kind]
    suggest = trial.suggest_int if kind == "int" else trial.suggest_float
    return suggest(each.name, low, high, log=bool(entry.get("log", False)))
