"""The gain of tuning: choose by some scores, value by others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.tunability.candidates import EVERY

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.tunability.candidates import Candidates

N_FIGURES = 2
"""Figures of a term: its gain, and for a pair the part that it takes both to reach."""


def best_of(scores: Floats, members: Integers) -> Integers:
    """Choose the candidates with the highest score.

    Args:
        scores: Score of each candidate, that of the defaults first; NaN where it is unknown.
        members: The candidates to choose among.

    Returns:
        All that are equally good; the defaults alone where none beats them.

    Example:
        >>> best_of(np.array([0.5, 0.7, 0.4]), np.array([1, 2])).tolist()
        [1]
    """
    found = np.where(np.isnan(scores[members]), -np.inf, scores[members])
    highest = found.max(initial=-np.inf)
    if not highest > scores[0]:
        return np.zeros(1, dtype=np.int64)
    return np.asarray(members[found == highest])


def figures_of(candidates: Candidates, choosing: Floats, valuing: Floats) -> Floats:
    """Give the gain of each term, chosen by some scores and valued by others.

    With the same scores for both it is the published definition. With independent ones the gain
    of a hyperparameter that does nothing is 0 in the mean.

    Args:
        candidates: What each term can be set to.
        choosing: Score of each candidate by which the best is chosen, higher is better.
        valuing: Score of each candidate by which the chosen one and the defaults are valued.

    Returns:
        Gain of each term and, for a pair, what it gains over the better one alone, as chosen;
        shape `(n_terms, 2)`, NaN where it is unknown or no pair.

    References:
        Probst, Boulesteix, Bischl, "Tunability: importance of hyperparameters of machine learning
        algorithms", Journal of Machine Learning Research 20 (2019), 53, 1-32.
    """
    figures = np.full((len(candidates.terms), N_FIGURES), np.nan)
    alone: dict[int, tuple[float, float]] = {}
    for i, (term, members) in enumerate(zip(candidates.terms, candidates.members, strict=True)):
        chosen = best_of(choosing, members)
        worth = float(valuing[chosen].mean())
        figures[i, 0] = worth - valuing[0]
        if term != EVERY and len(term) == 1:
            alone[term[0]] = float(choosing[chosen[0]]), worth
        elif term != EVERY:
            better = max((alone[j] for j in term), key=lambda found: found[0])
            figures[i, 1] = worth - better[1]
    return figures
