"""`from_frame`: results that somebody else made, checked and brought into our columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sweeps.column import RESERVED_NAMES
from sweeps.errors import ResultsError, nearest
from sweeps.planner.event import Role, Status
from sweeps.results.foreign import configuration_codes, configuration_values, numbers, words
from sweeps.results.results import Results
from sweeps.results.source import ROLE_CODES, STATUS_CODES, Configs, Curves, Runs, Snapshot
from sweeps.results.sources import design_of
from sweeps.space import config_id as identify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sweeps.analysis.array import Floats, Integers
    from sweeps.planner.event import Decision, Run
    from sweeps.results.source import Failure
    from sweeps.space import Space

_TEXT_DETAILS = ("node", "error")
_DETAILS = ("steps", "duration_s", "attempts", *_TEXT_DETAILS)


@dataclass(frozen=True, slots=True, eq=False)
class _FrameSource:
    """A foreign frame, already read."""

    read: Snapshot

    def snapshot(self) -> Snapshot:
        return self.read

    def curves(self, configs: Configs) -> Curves:  # noqa: ARG002 - there are none
        none, empty = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float64)
        return Curves(none, none, none, none, dict.fromkeys(self.read.runs.metrics, empty))

    def decisions(self) -> Sequence[tuple[float, Decision]]:
        return ()

    def failures(self) -> Mapping[Run, Failure]:
        return {}


def from_frame(  # noqa: PLR0913 - one keyword a column
    df: pd.DataFrame,
    *,
    metric: str,
    mode: str,
    hyperparameters: Sequence[str],
    seed: str = "seed",
    space: Space | None = None,
    config_id: str | None = None,
    role: str | None = None,
    status: str | None = None,
    paired: bool = True,
    name: str = "frame",
    sources: Sequence[str] = (),
) -> Results:
    """Read results that another tool made: one row per training.

    A row whose metric is NaN or infinite counts as `diverged` unless `status` says otherwise.
    Other columns are kept: `steps`, `duration_s`, `attempts`, `node` and `error` under their
    names, numeric ones as metrics; the rest is left out.

    Args:
        df: One row per run, in any order. It is not changed.
        metric: Column with the target metric, numbers.
        mode: `max` where a higher value is better, `min` where a lower one is.
        hyperparameters: Columns with the hyperparameters. None, NaN and NA mean inactive.
        seed: Column with the seed or the number of the repetition, whole numbers.
        space: The search space. Every configuration is checked against it, and values get
            its types: a whole number that a NaN beside it made a fraction is one again.
        config_id: Column that identifies the configuration; without it, equal values of all
            hyperparameters mean the same configuration.
        role: Column with `race` or `validation`; without it, every run is `race`.
        status: Column with the status of each run; where it is missing, the metric decides.
        paired: Whether the same seed means the same randomness in every configuration.
        name: What to call the results.
        sources: Columns with the level that each source of randomness had, whole numbers. Where
            they are crossed or nested, `Results.variance` tells them apart.

    Returns:
        Results with `runs` and `configs`; `curves` and `decisions` are empty.

    Raises:
        ResultsError: A column is missing, is used twice or has a documented column's name;
            the metric or the seeds are no numbers; a status or role is unknown; a run occurs
            twice; `mode` is neither `max` nor `min`; there are no rows.
        SpaceError: A configuration does not belong to `space`.

    Example:
        >>> import pandas as pd
        >>> table = pd.DataFrame({"lr": [0.1, 0.1, 0.2], "seed": [0, 1, 0], "loss": [3, 5, 2]})
        >>> results = from_frame(table, metric="loss", mode="min", hyperparameters=["lr"])
        >>> results.runs[["seed", "status", "score", "lr"]]
           seed    status  score   lr
        0     0  finished    3.0  0.1
        1     1  finished    5.0  0.1
        2     0  finished    2.0  0.2
    """
    special = {"metric": metric, "seed": seed, "config_id": config_id, "role": role}
    special |= {"status": status} | {f"source {source}": source for source in sources}
    names = _checked_names(df, hyperparameters, special)
    scores = numbers(df[metric], metric)
    codes, configs = _configurations(df, names, config_id, space)
    roles = _codes_of_words(df, role, {str(key): code for key, code in ROLE_CODES.items()}, "role")
    runs = Runs(
        configs=codes,
        roles=np.where(roles < 0, ROLE_CODES[Role.RACE], roles),
        seeds=_seeds(df[seed], seed),
        statuses=_statuses(df, status, scores),
        metrics={metric: scores, **_other_metrics(df, names, special)},
        details=_details(df, scores, {*names, *special.values()}),
        source_seeds={source: _seeds(df[source], source) for source in sources},
    )
    _check_runs_are_unique(configs, runs, seed)
    design, levels = _design(runs, sources) if paired else (None, {})
    return Results(
        _FrameSource(Snapshot(configs, runs)),
        name=name,
        metric=metric,
        mode=mode,
        hyperparameters=names,
        paired=paired,
        space=space,
        design=design,
        levels=levels,
    )


def _design(runs: Runs, sources: Sequence[str]) -> tuple[str | None, dict[str, int]]:
    """Find the design over the sources of the seeds that chose."""
    race = np.flatnonzero(runs.is_role(Role.RACE))
    levels = {source: runs.source_seeds[source][race] for source in sources}
    return design_of(runs.seeds[race], levels) if sources else (None, {})


def _checked_names(
    df: pd.DataFrame, hyperparameters: Sequence[str], special: dict[str, str | None]
) -> tuple[str, ...]:
    """Check that every column is there, once, and give the hyperparameters' names."""
    if isinstance(hyperparameters, str):
        message = (
            f"`hyperparameters` must be a list of columns, got {hyperparameters!r}. "
            f"Pass [{hyperparameters!r}]."
        )
        raise ResultsError(message)
    names = tuple(hyperparameters)
    wanted = [*names, *(column for column in special.values() if column is not None)]
    missing = [column for column in wanted if column not in df.columns]
    if missing:
        known = [str(column) for column in df.columns]
        hints = " ".join(f"No column `{name}`. {nearest(name, known)}" for name in missing)
        raise ResultsError(hints)
    twice = sorted({column for column in wanted if wanted.count(column) > 1})
    twice += sorted(set(df.columns[df.columns.duplicated()]) & set(wanted))
    if twice:
        message = f"Each column must have one use and one name, got `{twice[0]}` twice. Rename one."
        raise ResultsError(message)
    taken = [column for column in names if column in RESERVED_NAMES]
    if taken:
        message = (
            f"A hyperparameter must not have the name of a column of the results, got "
            f"`{taken[0]}`. Rename it."
        )
        raise ResultsError(message)
    if df.empty:
        message = "The frame must have one row per run, got no rows. Pass a frame with runs."
        raise ResultsError(message)
    return names


def _configurations(
    df: pd.DataFrame, names: tuple[str, ...], config_id: str | None, space: Space | None
) -> tuple[Integers, Configs]:
    """Number the configurations in order of appearance, and give their values."""
    codes, first = configuration_codes(df, names, config_id)
    values = configuration_values(df, names, first)
    if space is not None:
        values = [
            space.check(own, where=f"row {row}")
            for row, own in zip(first.tolist(), values, strict=True)
        ]
    if config_id is not None:
        ids = [str(label) for label in df[config_id].iloc[first]]
    else:
        ids = [identify(own) for own in values]
    # Values that differ in the frame may be one configuration, such as 0.0 and -0.0.
    merged, unique = pd.factorize(np.asarray(ids, dtype=object))
    kept = np.unique(merged, return_index=True)[1]
    return merged[codes], Configs(tuple(unique), tuple(values[i] for i in kept), is_proposed=False)


def _seeds(column: pd.Series, name: str) -> Integers:
    values = numbers(column, name)
    bad = np.flatnonzero(~np.isfinite(values) | (values != np.floor(values)))
    if len(bad):
        message = (
            f"A seed must be a whole number, got {column.tolist()[bad[0]]!r} (column `{name}`, row "
            f"{bad[0]}). Number the repetitions from 0."
        )
        raise ResultsError(message)
    return values.astype(np.int64)


def _statuses(df: pd.DataFrame, status: str | None, scores: Floats) -> Integers:
    """Take the status given; where there is none, the score decides."""
    known = {str(key): code for key, code in STATUS_CODES.items()}
    given = _codes_of_words(df, status, known, "status")
    ended = np.where(
        np.isfinite(scores), STATUS_CODES[Status.FINISHED], STATUS_CODES[Status.DIVERGED]
    )
    return np.where(given < 0, ended, given)


def _codes_of_words(
    df: pd.DataFrame, column: str | None, known: dict[str, int], what: str
) -> Integers:
    """Translate words into their codes, -1 where there is none."""
    if column is None:
        return np.full(len(df), -1)
    given = words(df[column])
    for row, word in enumerate(given):
        if word is not None and word not in known:
            message = f"No {what} `{word}` (column `{column}`, row {row}). {nearest(word, known)}"
            raise ResultsError(message)
    return np.array([-1 if word is None else known[word] for word in given])


def _other_metrics(
    df: pd.DataFrame, names: tuple[str, ...], special: dict[str, str | None]
) -> dict[str, Floats]:
    """Keep the other numeric columns as metrics."""
    used = {*names, *special.values(), *_DETAILS}
    return {
        str(column): numbers(df[column], str(column))
        for column in df.columns[~df.columns.duplicated(keep=False)]
        if column not in used
        and pd.api.types.is_numeric_dtype(df[column])
        and not pd.api.types.is_bool_dtype(df[column])
        and not pd.api.types.is_complex_dtype(df[column])
    }


def _details(df: pd.DataFrame, scores: Floats, used: set[str | None]) -> dict[str, NDArray[Any]]:
    """Take over the columns that say how a run went, where the frame has them."""
    details = {name: np.full(len(df), None) for name in _DETAILS}
    details["error"][~np.isfinite(scores)] = "the score is not finite"
    for name in _DETAILS:
        if name not in df.columns or name in used:
            continue
        if name in _TEXT_DETAILS:
            texts = words(df[name])
            cells: NDArray[Any] = np.array(texts, dtype=object)
            known = np.array([text is not None for text in texts])
        else:
            cells = numbers(df[name], name)
            known = np.isfinite(cells)
            cells = cells if name == "duration_s" else np.round(cells)
        details[name][known] = cells[known]
    return details


def _check_runs_are_unique(configs: Configs, runs: Runs, seed: str) -> None:
    order = np.lexsort((runs.seeds, runs.roles, runs.configs))
    keys = np.stack([runs.configs, runs.roles, runs.seeds])[:, order]
    again = np.flatnonzero((keys[:, 1:] == keys[:, :-1]).all(axis=0))
    if not len(again):
        return
    rows = sorted(order[again[0] : again[0] + 2].tolist())
    values = configs.active[runs.configs[rows[0]]]
    shown = ", ".join(f"{name}={value!r}" for name, value in values.items())
    others = f", and {len(again) - 1} more like it" if len(again) > 1 else ""
    message = (
        f"A configuration must have one row per seed, got {shown}, "
        f"{seed}={runs.seeds[rows[0]]} in rows {rows[0]} and {rows[1]}{others}. Number the "
        "repetitions in the seed column, or name the hyperparameter that tells them apart."
    )
    raise ResultsError(message)
