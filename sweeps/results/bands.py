"""Learning curves: the mean over seeds at each step, with its band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.describing.band import band
from sweeps.analysis.interval import LEVEL
from sweeps.errors import ResultsError, nearest
from sweeps.planner.event import Role
from sweeps.results.answer import Answer
from sweeps.results.describing import chosen_numbers
from sweeps.results.source import ROLE_CODES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.describing.band import Band
    from sweeps.results.evidence import Evidence
    from sweeps.results.source import Curves


def band_answer(
    evidence: Evidence,
    curves: Curves,
    configs: Iterable[str | int] | None,
    *,
    metric: str | None,
    simultaneous: bool,
    random_seed: int,
) -> Answer:
    """Give the mean curve of configurations over their race seeds, with its band.

    Args:
        evidence: The runs.
        curves: What they reported step by step.
        configs: Which configurations; the first 10 by default.
        metric: Which metric; the target by default.
        simultaneous: Whether the band holds the whole mean curve, not each step by itself.
        random_seed: Where the randomness of a simultaneous band starts.

    Raises:
        UnknownConfigError: A configuration is not there.
        ResultsError: Nothing called `metric` was reported.
    """
    wanted = evidence.metric if metric is None else metric
    if wanted not in curves.metrics:
        message = f"No metric {wanted!r} was reported. {nearest(wanted, curves.metrics)}"
        raise ResultsError(message)
    numbers = chosen_numbers(evidence, configs)
    parts: list[dict[str, Any]] = []
    reasons: dict[str, None] = {}
    for number in numbers.tolist():
        steps, values = _laid_out(curves, int(evidence.order[number]), wanted)
        if not len(steps):
            continue
        # Each configuration starts anew, so that its band does not depend on the others.
        rng = np.random.default_rng(random_seed)
        found = band(values, rng=rng, level=LEVEL, simultaneous=simultaneous)
        parts.append(_columns(number, steps, found))
        if found.reason:
            reasons[f"{evidence.ids[number]}: {found.reason}"] = None
    columns = {name: _joined([part[name] for part in parts], name) for name in _NAMES}
    config_id = evidence.id_column(columns.pop("number").astype(np.int64))
    facts = evidence.facts(
        Role.RACE,
        numbers,
        level=LEVEL,
        metric=wanted,
        estimator="simultaneous band" if simultaneous else "t interval at each step",
        random_seed=random_seed,
        reasons=tuple(reasons) or (() if parts else (_NO_CURVE,)),
    )
    return Answer.of({"config_id": config_id} | columns, facts)


_NO_CURVE = (
    "No run reported step by step, so there is no curve; let the objective report more than once."
)
_NAMES = ("number", "step", "n", "mean", "low", "high")


def _laid_out(curves: Curves, config: int, metric: str) -> tuple[Integers, Floats]:
    """Give the steps, and the values by seed and step; NaN where nothing was reported."""
    chosen = (curves.configs == config) & (curves.roles == ROLE_CODES[Role.RACE])
    steps, column = np.unique(curves.steps[chosen], return_inverse=True)
    seeds, row = np.unique(curves.seeds[chosen], return_inverse=True)
    values = np.full((len(seeds), len(steps)), np.nan)
    values[row, column] = curves.metrics[metric][chosen]
    return steps, values


def _columns(number: int, steps: Integers, found: Band) -> dict[str, Any]:
    return {
        "number": np.full(len(steps), number),
        "step": steps,
        "n": np.asarray(found.n, dtype=np.int64),
        "mean": np.array(found.mean),
        "low": np.array(found.low),
        "high": np.array(found.high),
    }


def _joined(parts: list[Any], name: str) -> Any:
    if not parts:
        return np.empty(0, dtype=np.int64 if name in ("number", "step", "n") else np.float64)
    return np.concatenate(parts)
