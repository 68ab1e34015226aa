"""The frame of configurations: the leaderboard of a fixed design or of a race."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sweeps.analysis.comparing.contrast import Contrast
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.leaderboard.ranking import leaderboard_order, tied_with
from sweeps.analysis.leaderboard.rung import QUIET, Standing, changes_no_comparison, standing
from sweeps.analysis.leaderboard.summary import describe
from sweeps.planner.event import Role, Status
from sweeps.results.column import CONFIG_COLUMNS, TEXT, hyperparameter_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans, Integers
    from sweeps.analysis.comparing.shared_levels import SharedLevels
    from sweeps.analysis.leaderboard.summary import Summary
    from sweeps.analysis.scores import Scores
    from sweeps.results.source import Configs, Runs

_FIGURES = ("mean", "sd", "low", "high", "median", "iqm", "worst")
_VALIDATED_FIGURES = ("mean", "low", "high")
_FEWEST_COMPARED = 2


def configs_frame(
    configs: Configs,
    runs: Runs,
    *,
    metric: str,
    mode: str,
    hyperparameters: Sequence[str],
    paired: bool,
    rungs: Sequence[int],
    shared: SharedLevels | None = None,
) -> pd.DataFrame:
    """Build the frame with one row per configuration, best first.

    Args:
        configs: The configurations.
        runs: The runs. Those with the role `race` make the order and all figures but the
            validated ones.
        metric: The target metric.
        mode: `max` where a higher score is better, `min` where a lower one is.
        hyperparameters: Names, in the order of their columns.
        paired: Whether the same seed means the same randomness in every configuration.
        rungs: Numbers of seeds at which a race promotes; none for a fixed number of seeds.
        shared: The levels that the race seeds share, None where they are independent.

    Returns:
        The columns that `docs/results.md` lists for `configs`.
    """
    n = len(configs.ids)
    race, fresh = (runs.scores(metric, n, role) for role in Role)
    summary = _allowing(shared, describe(race.score, race.groups, n, mode=mode), race)
    stands = standing(race, rungs) if rungs else _without_rungs(summary)
    # Where the seed changes no comparison a race spends no more seeds, and the first one decides.
    is_quiet = paired and bool(rungs) and changes_no_comparison(race) is True
    compared = standing(race, rungs[:1]) if is_quiet else stands
    n_failed, stopped_at = _n_failed(runs, metric, n), _stopped_at(runs, n)
    order = leaderboard_order(
        n_failed,
        compared.n,
        compared.mean,
        mode=mode,
        rung=compared.rung,
        stopped_at=stopped_at,
        place=0 if configs.is_proposed else np.argsort(np.argsort(np.array(configs.ids))),
    )
    validated = describe(fresh.score, fresh.groups, n, mode=mode)
    unordered: dict[str, Any] = {
        "config_id": pd.Series(configs.ids, dtype=TEXT).array,
        "n_seeds": summary.n.astype(np.int64),
        "n_failed": n_failed,
        **{name: getattr(summary, name) for name in _FIGURES},
        "rung": pd.arrays.IntegerArray(stands.rung, np.full(n, not rungs)),
        "stopped_at": pd.arrays.IntegerArray(stopped_at, stopped_at == 0),
        "n_validated": validated.n.astype(np.int64),
        **{f"validated_{name}": getattr(validated, name) for name in _VALIDATED_FIGURES},
        "tied_with_best": _tied(
            order, race, fresh, compared, is_quiet=is_quiet, paired=paired, shared=shared
        ),
    }
    columns = {name: values[order] for name, values in unordered.items()}
    columns["rank"] = np.arange(1, n + 1)
    columns = {name: columns[name] for name in CONFIG_COLUMNS}
    return pd.DataFrame(columns | hyperparameter_columns(hyperparameters, configs.active, order))


def _allowing(shared: SharedLevels | None, summary: Summary, scores: Scores) -> Summary:
    """Put intervals around the means that allow for seeds sharing levels."""
    if shared is None:
        return summary
    interval = Contrast.of_levels(shared.laid_out(scores), shared.levels).interval(LEVEL)
    return replace(summary, low=interval.low, high=interval.high)


def _without_rungs(summary: Summary) -> Standing:
    """Give what `standing` gives where there are no rungs, without sorting the scores again."""
    n = summary.n.astype(np.int64)
    return Standing(rung=np.zeros_like(n), n=n, mean=summary.mean)


def _n_failed(runs: Runs, metric: str, n_configs: int) -> Integers:
    chosen = runs.is_failed(metric) & runs.is_role(Role.RACE)
    return np.bincount(runs.configs[chosen], minlength=n_configs).astype(np.int64)


def _stopped_at(runs: Runs, n_configs: int) -> Integers:
    """Give the last step of each configuration's stopped runs, the latest of them; else 0."""
    chosen = np.flatnonzero(runs.is_status(Status.STOPPED) & runs.is_role(Role.RACE))
    steps = [step or 0 for step in runs.details["steps"][chosen].tolist()]
    latest = np.zeros(n_configs, dtype=np.int64)
    np.maximum.at(latest, runs.configs[chosen], np.array(steps, dtype=np.int64))
    return latest


def _tied(
    order: Integers,
    race: Scores,
    fresh: Scores,
    compared: Standing,
    *,
    is_quiet: bool,
    paired: bool,
    shared: SharedLevels | None,
) -> Booleans:
    """Say which configurations may be as good as the first, by fresh seeds where both have them.

    A race leaves most configurations with so few seeds that nothing could tell them apart from
    the leader, so only those of its own rung can be tied, and the correction counts only these.
    """
    if not len(race.score):
        return np.zeros(race.n_groups, dtype=bool)
    leader = int(order[0])
    is_rival = compared.rung == compared.rung[leader]
    if is_quiet:
        is_equal = np.isclose(compared.mean, compared.mean[leader], rtol=QUIET, atol=0.0)
        tied = np.asarray(is_rival & is_equal)
    else:
        tied = tied_with(leader, race.among(is_rival), paired=paired, shared=shared)
    n_fresh = np.bincount(fresh.groups, minlength=fresh.n_groups)
    if n_fresh[leader] < _FEWEST_COMPARED:
        return tied
    by_validation = tied_with(leader, fresh, paired=paired)
    return np.asarray(np.where(n_fresh >= _FEWEST_COMPARED, by_validation, tied))
