"""Describing configurations: one figure each, profiles over thresholds, bands over steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.describing.rate import group_rates, wilson
from sweeps.analysis.describing.statistic import STATISTICS, group_statistics
from sweeps.analysis.interval import LEVEL
from sweeps.errors import ResultsError, nearest
from sweeps.planner.event import Role
from sweeps.results.answer import Answer, texts
from sweeps.results.naming import numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.results.evidence import Evidence

RATES = ("success_rate", "failure_rate")
N_SHOWN = 10
"""Configurations that profiles and bands show where none are named: the first of them."""
N_THRESHOLDS = 51
"""Thresholds of a profile where none are given."""

_NO_RUN = "No run is over, so there is no rate; run it first."


def interval_answer(
    evidence: Evidence, statistic: str, *, threshold: float | None, tail: float
) -> Answer:
    """Give one figure of each configuration's seeds with its interval.

    Args:
        evidence: The runs.
        statistic: One of `STATISTICS` or `RATES`.
        threshold: What a run must reach to count as a success.
        tail: Share of the seeds that `cvar` is the mean of.

    Raises:
        ResultsError: An argument is unknown, missing or out of its range.
    """
    if statistic not in (*STATISTICS, *RATES):
        message = f"No statistic {statistic!r}. {nearest(statistic, (*STATISTICS, *RATES))}"
        raise ResultsError(message)
    if (threshold is None) == (statistic == "success_rate"):
        message = (
            f"`threshold` goes with `success_rate` and with nothing else, got {threshold!r} with "
            f"`{statistic}`. Pass the score that a run must reach."
        )
        raise ResultsError(message)
    found = (
        _rates(evidence, threshold)
        if statistic in RATES
        else _statistics(evidence, statistic, tail=tail)
    )
    rows = np.arange(evidence.n)
    columns = {
        "config_id": evidence.id_column(rows),
        "n_seeds": np.bincount(evidence.race.groups, minlength=evidence.n),
        "n_failed": evidence.n_failed(Role.RACE),
        **{name: found[name] for name in ("value", "low", "high", "reason")},
    }
    facts = evidence.facts(
        Role.RACE, level=LEVEL, statistic=statistic, estimator=found["estimator"]
    )
    return Answer.of(evidence.with_hyperparameters(columns, rows), facts)


def _statistics(evidence: Evidence, statistic: str, *, tail: float) -> dict[str, Any]:
    found = group_statistics(evidence.race, statistic, mode=evidence.mode, level=LEVEL, tail=tail)
    return {
        "value": np.array(found.value),
        "low": np.array(found.low),
        "high": np.array(found.high),
        "reason": texts(found.reason),
        "estimator": found.method,
    }


def _rates(evidence: Evidence, threshold: float | None) -> dict[str, Any]:
    """Give the share of runs that reached a threshold; that failed, where there is none."""
    over = np.flatnonzero(evidence.is_over(Role.RACE))
    is_counted = evidence.runs.is_counted(evidence.metric)[over]
    scores = evidence.runs.metrics[evidence.metric][over]
    hits = ~is_counted if threshold is None else is_counted & _reaches(evidence, scores, threshold)
    rates = group_rates(hits, evidence.ranks[over], evidence.n, level=LEVEL)
    return {
        "value": np.array(rates.estimate),
        "low": np.array(rates.low),
        "high": np.array(rates.high),
        "reason": texts([_NO_RUN if unknown else None for unknown in np.isnan(rates.estimate)]),
        "estimator": "share of the runs that are over, Wilson's score interval",
    }


def _reaches(evidence: Evidence, scores: Floats, threshold: float) -> Booleans:
    return np.asarray(scores >= threshold if evidence.mode == "max" else scores <= threshold)


def profile_answer(
    evidence: Evidence,
    configs: Iterable[str | int] | None,
    thresholds: Sequence[float] | None,
) -> Answer:
    """Give the share of each configuration's runs that are better than each threshold.

    Args:
        evidence: The runs.
        configs: Which configurations; the first 10 by default.
        thresholds: Scores, any number; by default spread over those of these configurations.

    Raises:
        UnknownConfigError: A configuration is not there.
        ResultsError: A threshold is no finite number.
    """
    numbers = chosen_numbers(evidence, configs)
    levels = _thresholds(evidence, numbers, thresholds)
    over = evidence.is_over(Role.RACE)
    n = np.bincount(evidence.ranks[over], minlength=evidence.n)[numbers]
    hits, scores = np.zeros((len(numbers), len(levels))), evidence.race.score
    for place, level in enumerate(levels):
        # Better, not as good: the usual profile, which ends at 0.
        is_better = (scores > level) if evidence.mode == "max" else (scores < level)
        groups = evidence.race.groups[is_better]
        hits[:, place] = np.bincount(groups, minlength=evidence.n)[numbers]
    rates = wilson(hits, n[:, None], level=LEVEL)
    columns = {
        "config_id": evidence.id_column(np.repeat(numbers, len(levels))),
        "threshold": np.tile(levels, len(numbers)),
        "share": rates.estimate.ravel(),
        "low": rates.low.ravel(),
        "high": rates.high.ravel(),
    }
    facts = evidence.facts(
        Role.RACE,
        numbers,
        level=LEVEL,
        estimator="share of the runs that are over, Wilson's score interval at each threshold",
    )
    return Answer.of(columns, facts)


def chosen_numbers(evidence: Evidence, configs: Iterable[str | int] | None) -> Integers:
    """Give the numbers of the configurations that were named, or of the first few."""
    if configs is None:
        return np.arange(min(evidence.n, N_SHOWN))
    return np.array(numbers_of(configs, evidence.ids), dtype=np.int64)


def _thresholds(
    evidence: Evidence, numbers: Integers, thresholds: Sequence[float] | None
) -> Floats:
    if thresholds is not None:
        given = np.asarray(thresholds, dtype=np.float64).ravel()
        if not np.isfinite(given).all():
            message = f"`thresholds` must be finite scores, got {thresholds!r}. Leave out the rest."
            raise ResultsError(message)
        return given
    own = np.unique(evidence.race.score[np.isin(evidence.race.groups, numbers)])
    if len(own) <= N_THRESHOLDS:
        return own
    # Scores that occurred, so that no threshold depends on the scale.
    return own[np.linspace(0, len(own) - 1, N_THRESHOLDS).round().astype(np.int64)]
