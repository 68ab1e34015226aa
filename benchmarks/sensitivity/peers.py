"""Optuna's fANOVA on the same runs, told the same space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import optuna

from sweeps.space.choice import Choice
from sweeps.space.number import Float, Integer

if TYPE_CHECKING:
    import pandas as pd

    from sweeps.space import Space
    from sweeps.space.hyperparameter import Hyperparameter

N_TREES = 64


def optuna_indices(frame: pd.DataFrame, space: Space, *, random_seed: int = 0) -> dict[str, float]:
    """Ask Optuna's fANOVA for main effects, fitted to the means of configurations.

    Args:
        frame: A row a run: the hyperparameters, `seed` and `score`.
        space: Where the configurations were drawn from; nothing may be conditional.
        random_seed: Seed of its forest.

    Returns:
        Shares by hyperparameter, not normalised.
    """
    evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=N_TREES, seed=random_seed)
    return evaluator.evaluate(study_of(frame, space))


def study_of(frame: pd.DataFrame, space: Space) -> optuna.Study:
    """Give a study with a finished trial for each configuration; ordinals are their indices."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    distributions = {each.name: _distribution(each) for each in space.varied}
    means = frame.groupby(list(distributions), sort=False)["score"].mean().reset_index()
    study = optuna.create_study(direction="maximize")
    for row in means.to_dict("records"):
        params = {each.name: _value(each, row[each.name]) for each in space.varied}
        study.add_trial(
            optuna.trial.create_trial(
                params=params, distributions=distributions, value=float(row["score"])
            )
        )
    return study


def _distribution(each: Hyperparameter) -> Any:
    if isinstance(each, Float):
        return optuna.distributions.FloatDistribution(each.low, each.high, log=each.log)
    if isinstance(each, Integer):
        return optuna.distributions.IntDistribution(each.low, each.high, log=each.log)
    if isinstance(each, Choice) and each.is_ordered:
        return optuna.distributions.IntDistribution(0, len(each.values) - 1)
    choices: Any = each.every or ()
    return optuna.distributions.CategoricalDistribution(choices)


def _value(each: Hyperparameter, value: Any) -> Any:
    if isinstance(each, Choice) and each.is_ordered:
        return int(each.hold(value))
    return int(value) if isinstance(each, Integer) else value
