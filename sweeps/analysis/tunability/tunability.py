"""Tunability: what tuning buys, chosen on one half of a sweep and valued on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.canonical import canonical_order
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.analysis.near.scored import is_covered
from sweeps.analysis.tunability.choosing import best_of, figures_of
from sweeps.analysis.tunability.gain import Gain, Tunability
from sweeps.analysis.tunability.halves import is_listed
from sweeps.analysis.tunability.question import Question, scored_by_all
from sweeps.analysis.tunability.summary import Summary
from sweeps.analysis.tunability.tried import on_one_scale
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.tunability.candidates import Allows, Candidates
    from sweeps.analysis.tunability.question import Found
    from sweeps.analysis.tunability.tried import Tried

FEWEST = 20
"""Configurations that a model of the scores needs."""
WIDENING = 2.0
"""Factor of the intervals of surfaces: halves that smooth alike differ by less than they miss.

On eight tables of HPOBench (500 random configurations, five seeds, random defaults) 95 % intervals
hold the gain in 63 % of the cases without it and in 90 % with it; elsewhere they are wide.
"""
BY_TABLE = "every configuration of the space was run, so scores need no model"
BY_SURFACE = "surfaces fitted to halves: a trend, extremely randomised trees, or both"
_NO_SCORE = (
    "No half of the seeds has a score of the defaults and one of what was chosen: run the "
    "configurations that failed again."
)
_UNSCORED_DEFAULTS = (
    "The defaults have a value that no configuration with a score has, so nothing says what they "
    "score: run some with this value again, or name other defaults."
)
_NOTHING_COVERED = (
    "No configuration has only values that every sweep has a score of, so no defaults suit all of "
    "them: run the configurations that failed again."
)


def tunability(
    sweeps: Sequence[Tried],
    measure: Measure,
    *,
    defaults: Integers | None,
    rng: np.random.Generator,
    pairs: bool = False,
    allows: Allows | None = None,
    level: float = LEVEL,
) -> tuple[Tunability, ...]:
    """Say what tuning buys: the best score within reach less that of the defaults.

    The best setting is chosen by one half of a sweep and valued, like the defaults, by the other,
    so a hyperparameter that does nothing gains 0 in the mean. Halves share no seed, and where a
    model has to stand in for scores no configuration either.

    Args:
        sweeps: One or more sweeps of the same space.
        measure: The space.
        defaults: Cells of the defaults, shape `(n_dimensions,)`. Where left out, the configuration
            with the best mean score over all sweeps, which each half finds for itself.
        rng: Where the randomness of halves and trees comes from.
        pairs: Whether to look at pairs of hyperparameters as well.
        allows: Says of configurations, as cells, which are not forbidden; none is where it is left
            out.
        level: Confidence level, between 0 and 1.

    Returns:
        What tuning buys in each sweep, in their order. The interval holds what seeds and the
        choice of configurations leave open, and that half of a sweep chooses worse than all of
        it. At a cliff that few configurations lie near a surface may smooth out more than it
        holds: there a gain is understated. Values without order that a sweep has no score of are
        never chosen; where that leaves one value of a hyperparameter, its gain is NaN.

    Raises:
        ResultsError: `level` is not between 0 and 1, there is no sweep, or the defaults are no
            configuration of the space.

    References:
        Probst, Boulesteix, Bischl, "Tunability: importance of hyperparameters of machine learning
        algorithms", Journal of Machine Learning Research 20 (2019), 53, 1-32. McCarthy,
        "Pseudo-replication: half samples", Review of the International Statistical Institute 37
        (1969), 239-264, for the intervals.

    Example:
        >>> from sweeps.analysis.importance.dimension import Dimension
        >>> from sweeps.analysis.importance.measure import Measure
        >>> from sweeps.analysis.tunability.tried import Tried
        >>> cells, table = np.array([[0], [1], [2]]), np.array([[0.5, 0.5], [0.75, 0.75], [0, 0]])
        >>> (found,) = tunability(
        ...     [Tried(cells, table, paired=True)],
        ...     Measure.product([Dimension.ordered([1, 1, 1])]),
        ...     defaults=np.array([0]),
        ...     rng=np.random.default_rng(0),
        ... )
        >>> found.of(0).value, found.of(0).choice
        (0.25, (1,))
    """
    check_level(level)
    if not sweeps:
        message = "Tunability needs a sweep, and there is none. Pass one or more."
        raise ResultsError(message)
    _check_defaults(measure, defaults)
    if refusal := _refusal(sweeps, measure, allows) or _uncovered(sweeps, measure, defaults):
        return tuple(Tunability.unknown(refusal, tried, level=level) for tried in sweeps)
    scaled, exponent = on_one_scale(sweeps)
    means = np.concatenate([np.nanmean(tried.table, axis=1) for tried in scaled])
    _, columns = canonical_order(np.concatenate([tried.cells for tried in scaled]), means)
    ordered = [tried.in_order(columns).without_seeds() for tried in scaled]
    own = None if defaults is None else np.asarray(defaults)[columns]
    allowed = None if allows is None else lambda cells: allows(cells[:, np.argsort(columns)])
    question = Question(ordered, measure.taken(columns), own, pairs=pairs, allows=allowed)
    answers = question.answer(int(rng.integers(2**31)))
    return tuple(
        _record(tried, question, found, columns, exponent, level)
        for tried, found in zip(ordered, answers, strict=True)
    )


def _check_defaults(measure: Measure, defaults: Integers | None) -> None:
    if defaults is None:
        return
    cells = np.asarray(defaults)
    limits = [dimension.n_cells for dimension in measure.dimensions]
    is_cell = cells.shape == (len(limits),) and bool(((cells >= 0) & (cells < limits)).all())
    if not is_cell or measure.regime_of(cells[None])[0] < 0:
        message = (
            f"The defaults must be a configuration of the space, got cells {cells.tolist()}. "
            "Pass values that the space allows together."
        )
        raise ResultsError(message)


def _refusal(sweeps: Sequence[Tried], measure: Measure, allows: Allows | None) -> str:
    fewest = min(tried.n for tried in sweeps)
    if fewest >= FEWEST or all(is_listed(tried, measure, allows) for tried in sweeps):
        return ""
    return (
        f"Tunability needs at least {FEWEST} configurations with a score, or every configuration "
        f"of the space under two seeds, and there are {fewest}: run more."
    )


def _uncovered(sweeps: Sequence[Tried], measure: Measure, defaults: Integers | None) -> str:
    """Say why nothing is known of the defaults; "" where something is."""
    scored = scored_by_all(sweeps, measure)
    if defaults is not None:
        is_known = is_covered(np.asarray(defaults)[None], scored).any()
        return "" if is_known else _UNSCORED_DEFAULTS
    run = np.concatenate([tried.cells for tried in sweeps])
    return "" if is_covered(run, scored).any() else _NOTHING_COVERED


def _record(  # noqa: PLR0917 - the one place where all of it meets
    tried: Tried, question: Question, found: Found, columns: Integers, exponent: int, level: float
) -> Tunability:
    """Write down what was found, in the order of the caller's dimensions and in its unit."""
    candidates, scores = found.candidates, found.scores
    summary = Summary.of(
        found.figures,
        found.agreement,
        n_seeds=tried.n_seeds,
        level=level,
        widening=1.0 if question.by_table else WIDENING,
    )
    naive = figures_of(candidates, scores, scores)
    defaults = _in_place(candidates.cells(0), columns)
    estimates = np.ldexp(summary.reaching(naive), exponent)
    is_unknown = [not question.unknown.isdisjoint(term) for term in candidates.terms]
    estimates[is_unknown] = naive[is_unknown] = np.nan
    gains = [
        Gain.of(
            tuple(sorted(int(columns[j]) for j in term)),
            estimates[i],
            float(np.ldexp(naive[i, 0], exponent)),
            _choice(candidates, scores, candidates.members[i], columns),
            defaults,
        )
        for i, term in enumerate(candidates.terms)
    ]
    return Tunability(
        gains=tuple(sorted(gains, key=lambda gain: (len(gain.term), gain.term))),
        defaults=defaults,
        estimator=BY_TABLE if question.by_table else BY_SURFACE,
        splits_seeds=question.splits_seeds,
        slope=summary.slope,
        n_configs=tried.n,
        n_splits=len(found.figures),
        level=level,
        reasons=(_NO_SCORE,) if np.isnan(summary.estimates[0, 0, 0]) else (),
    )


def _choice(
    candidates: Candidates, scores: Floats, members: Integers, columns: Integers
) -> tuple[int, ...]:
    """Give the cells of the best candidate, the middle one where several are equally good."""
    best = best_of(scores, members)
    return _in_place(candidates.cells(int(best[len(best) // 2])), columns)


def _in_place(cells: Integers, columns: Integers) -> tuple[int, ...]:
    """Put cells into the order of the caller's dimensions."""
    placed = np.empty_like(cells)
    placed[columns] = cells
    return tuple(placed.tolist())
