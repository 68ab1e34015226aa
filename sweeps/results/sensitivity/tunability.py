"""What tuning buys, as a frame: for one sweep, and over several data sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.tunability.tried import Tried
from sweeps.analysis.tunability.tunability import tunability
from sweeps.planner.event import Role
from sweeps.results.answer import Answer
from sweeps.results.sensitivity.cautions import level_reasons, unscored_reasons
from sweeps.results.sensitivity.defaults import NO_DEFAULTS, defaults_of, own_defaults
from sweeps.results.sensitivity.gains import by_gain, gain_columns, values_at
from sweeps.results.sensitivity.landscape import map_of_all
from sweeps.results.sensitivity.legal import allowing
from sweeps.results.sensitivity.over import columns_over
from sweeps.results.sensitivity.several import (
    check_alike,
    check_results,
    labels_of,
    landscapes_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.array import Integers
    from sweeps.analysis.tunability.gain import Gain, Tunability
    from sweeps.results.evidence import Evidence
    from sweeps.results.results import Results
    from sweeps.results.sensitivity.axis import Axis
    from sweeps.results.sensitivity.landscape import Landscape

_SHARED_SEED = (
    "All configurations share one seed, so a gain that only this seed gives cannot be told from a "
    "real one: run more seeds."
)
_FEW_SEEDS = (
    "Most configurations share less than two seeds, so halves share seeds, and a gain that only "
    "these seeds give counts as a real one."
)


def tunability_answer(
    evidence: Evidence,
    landscape: Landscape,
    *,
    defaults: Mapping[str, object] | None = None,
    pairs: bool = False,
    random_seed: int = 0,
) -> Answer:
    """Say what tuning buys over the defaults: all hyperparameters, each alone, and pairs.

    Args:
        evidence: The runs.
        landscape: Where the configurations lie.
        defaults: Value by hyperparameter. What is left out is that of the defaults that the sweep
            ran; all of them where nothing is named.
        pairs: Whether to look at pairs of hyperparameters as well.
        random_seed: Where the randomness of halves and trees starts.

    Returns:
        A row a term with the columns `term, gain, low, high, naive, config`, with pairs also
        `joint, joint_low, joint_high`. No rows where the defaults are unknown or configurations
        are too few; `reasons` says so.

    Raises:
        ResultsError: No run has finished, or `defaults` are no configuration of the sweep.
        SpaceError: `defaults` are no configuration of its space.
    """
    evidence.require_a_leader()
    start = defaults_of(evidence, landscape, defaults)
    tried = tried_of(evidence, landscape)
    gains: list[Gain] = []
    reasons: tuple[str, ...] = (NO_DEFAULTS,)
    facts: dict[str, Any] = {"defaults": None, "estimator": "", "n_splits": 0}
    if start is not None:
        rng = np.random.default_rng(random_seed)
        (found,) = tunability(
            [tried],
            landscape.measure,
            defaults=start.cells,
            pairs=pairs,
            rng=rng,
            allows=allowing(evidence.space, landscape),
        )
        gains = by_gain(found.gains, landscape)
        reasons = (*found.reasons, *_seed_reasons([tried], found), *level_reasons(evidence))
        facts = _facts_of(found) | {"defaults": dict(start.values)}
    facts |= {"random_seed": random_seed, "level": LEVEL}
    reasons = (*reasons, *_warned(landscape, tried))
    told = evidence.facts(Role.RACE, None, dict.fromkeys(reasons)) | facts
    return Answer.of(gain_columns(gains, landscape, facts["defaults"] or {}, pairs=pairs), told)


def tunability_over(
    results: Sequence[Results],
    *,
    defaults: Mapping[str, object] | None = None,
    pairs: bool = False,
    random_seed: int = 0,
) -> Answer:
    """Say what tuning buys on several data sets, and on average over them.

    Args:
        results: Results of one algorithm on each data set: the same metric, mode, hyperparameters
            and space.
        defaults: Value by hyperparameter. Where left out, the defaults that all sweeps ran if they
            are the same, else the configuration with the best mean score over the data sets. Each
            half of the sweeps looks for its own, so that finding them is paid for.
        pairs: Whether to look at pairs of hyperparameters as well.
        random_seed: Where the randomness of halves and trees starts.

    Returns:
        A row a sweep and term with the columns `sweep, term, gain, low, high, naive, config`, with
        pairs also `joint, joint_low, joint_high`; then a row a term for `mean` and for `median`
        over sweeps, whose intervals are about data sets like these.

    Raises:
        ResultsError: There are no results, they cannot be averaged, no run has finished, or
            `defaults` are no configuration of the sweeps.
        SpaceError: `defaults` are no configuration of their space.

    References:
        Probst, Boulesteix, Bischl, "Tunability: importance of hyperparameters of machine learning
        algorithms", Journal of Machine Learning Research 20 (2019), 53, 1-32.

    Example:
        >>> import numpy as np
        >>> import pandas as pd
        >>> from sweeps.results import from_frame
        >>> table = pd.DataFrame({"lr": np.repeat([1, 2, 3], 2), "seed": [0, 1] * 3})
        >>> sweeps = [
        ...     from_frame(
        ...         table.assign(accuracy=np.repeat(scores, 2)),
        ...         metric="accuracy",
        ...         mode="max",
        ...         hyperparameters=["lr"],
        ...         name=name,
        ...     )
        ...     for name, scores in {"iris": [0.5, 0.75, 0.25], "wine": [0.5, 0.75, 1.0]}.items()
        ... ]
        >>> found = tunability_over(sweeps)
        >>> found.defaults
        {'lr': 2}
        >>> found.query("term == 'lr'")[["sweep", "gain"]]
            sweep   gain
        1    iris  0.000
        3    wine  0.250
        5    mean  0.125
        7  median  0.125
    """
    check_results(results)
    sweeps = [each._evidence for each in results]  # noqa: SLF001 - the questions of `Results`
    check_alike(sweeps)
    for evidence in sweeps:
        evidence.require_a_leader()
    cut = map_of_all(sweeps)
    landscapes = landscapes_of(sweeps, cut)
    cells, values = _start_of(sweeps, landscapes, defaults, cut.axes)
    tried = [tried_of(*each) for each in zip(sweeps, landscapes, strict=True)]
    rng = np.random.default_rng(random_seed)
    allows = allowing(sweeps[0].space, landscapes[0])
    found = tunability(
        tried, landscapes[0].measure, defaults=cells, pairs=pairs, rng=rng, allows=allows
    )
    if values is None and found[0].gains:
        values = values_at(found[0].defaults, landscapes[0])
    reasons = dict.fromkeys(
        [
            *(note for evidence in sweeps for note in evidence.notes),
            *(reason for each in found for reason in each.reasons),
            *_seed_reasons(tried, found[0]),
            *(reason for evidence in sweeps for reason in level_reasons(evidence)),
            *(r for where, own in zip(landscapes, tried, strict=True) for r in _warned(where, own)),
        ]
    )
    facts = _facts_of(found[0]) | {
        "defaults": values,
        "n_sweeps": len(sweeps),
        "n_configs": [each.n_configs for each in found],
        "random_seed": random_seed,
        "level": LEVEL,
        "reasons": tuple(reasons),
    }
    return Answer.of(
        columns_over(found, labels_of(sweeps), landscapes[0], values or {}, pairs=pairs), facts
    )


def tried_of(evidence: Evidence, landscape: Landscape) -> Tried:
    """Give what was tried, with its scores on the seeds of the search."""
    return Tried.of(landscape.cells, evidence.race, paired=evidence.paired, sign=evidence.sign)


def _start_of(
    sweeps: Sequence[Evidence],
    landscapes: Sequence[Landscape],
    defaults: Mapping[str, object] | None,
    axes: Sequence[Axis],
) -> tuple[Integers | None, dict[str, object] | None]:
    """Give cells and values of the defaults; nothing where they have to be found."""
    numbers = [own_defaults(evidence) for evidence in sweeps]
    own = {
        tuple(landscape.cells[number].tolist())
        for landscape, number in zip(landscapes, numbers, strict=True)
        if number is not None
    }
    if defaults is None and (None in numbers or len(own) != 1):
        return None, None
    start = defaults_of(sweeps[0], landscapes[0], defaults, axes=axes)
    return (None, None) if start is None else (start.cells, dict(start.values))


def _seed_reasons(sweeps: Sequence[Tried], found: Tunability) -> tuple[str, ...]:
    """Say what halves that share seeds cannot tell."""
    if not found.gains or found.splits_seeds or not any(tried.paired for tried in sweeps):
        return ()
    return (_SHARED_SEED if all(tried.n_seeds == 1 for tried in sweeps) else _FEW_SEEDS,)


def _warned(landscape: Landscape, tried: Tried) -> tuple[str, ...]:
    """Say what to beware of in where the configurations of a sweep lie."""
    return (*unscored_reasons(landscape, tried.cells), *landscape.reasons)


def _facts_of(found: Tunability) -> dict[str, Any]:
    return {"estimator": found.estimator, "n_splits": found.n_splits}
