"""Which configurations were drawn evenly from the space, without looking at scores."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sweeps.space import config_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans
    from sweeps.results.evidence import Evidence
    from sweeps.space import Space

GRID: Final = "grid"
SALTELLI: Final = "saltelli"
MORRIS: Final = "morris"
EVEN: Final = frozenset({"random", "sobol", "latin_hypercube", "pilot"})
"""Origins whose draws are even, each by itself."""
RANDOM_FIRST: Final = ("tpe", "gp")
"""Samplers that draw at random until they know enough."""
MOST_REPEATS: Final = 50
"""Draws in a row that were known already, after which such a sampler gives up."""


class Drawn(NamedTuple):
    """Which configurations were drawn evenly.

    Attributes:
        is_drawn: One entry a configuration, by rank.
        reasons: What was assumed, or why none was.
    """

    is_drawn: Booleans
    reasons: tuple[str, ...]


def drawn_of(evidence: Evidence) -> Drawn:
    """Say which configurations were drawn evenly from the space.

    Args:
        evidence: The sweep.

    Returns:
        Of a table without a space all, since they are the space; of a table with one all, which
        is assumed. Of a sweep those of samplers that do not learn, the pilot, the random draws
        with which `tpe` and `gp` begin, the rows `A` and `B` of `saltelli`; of a grid all of its
        points once it is complete. Never the defaults, what a user listed, what a model proposed.
    """
    origins = evidence.configs.origins
    if evidence.space is None:
        return Drawn(np.ones(evidence.n, dtype=bool), ())
    if not any(origins):
        reason = "It is assumed that the configurations were drawn evenly from the space."
        return Drawn(np.ones(evidence.n, dtype=bool), (reason,))
    if GRID in origins:
        return _of_grid(evidence, evidence.space)
    is_drawn = np.array([origin in EVEN for origin in origins], dtype=bool)
    for sampler in RANDOM_FIRST:
        is_drawn[_random_first(evidence, evidence.space, sampler)] = True
    if SALTELLI in origins:
        is_drawn |= _of_base_rows(evidence)
    return Drawn(is_drawn[evidence.order], _none_drawn(is_drawn, origins))


def _of_grid(evidence: Evidence, space: Space) -> Drawn:
    """Take the points of the grid; a grid is walked in order, so half of one is no even draw."""
    points = {config_id(values) for values in islice(space.grid(), evidence.n + 1)}
    if points <= set(evidence.ids):
        return Drawn(np.array([name in points for name in evidence.ids], dtype=bool), ())
    reason = (
        "The grid is not complete, and its points come in order, so that what is there is no even "
        "draw from the space. Wait for the rest of the grid."
    )
    return Drawn(np.zeros(evidence.n, dtype=bool), (reason,))


def _random_first(evidence: Evidence, space: Space, sampler: str) -> list[int]:
    """Give the places of the configurations that a sampler drew before it began to learn.

    Such a sampler gives the space's own draw at position `k` until it knows enough, so these are
    the first ones that equal that draw; draws that were known already were passed over.
    """
    found: list[int] = []
    known: set[str] = set()
    k = 0
    for place, (name, origin) in enumerate(
        zip(evidence.configs.ids, evidence.configs.origins, strict=True)
    ):
        if origin == sampler:
            k = _next_new(evidence, space, k, known)
            if k < 0 or config_id(_draw(evidence, space, k)) != name:
                break
            found.append(place)
            k += 1
        known.add(name)
    return found


def _next_new(evidence: Evidence, space: Space, k: int, known: set[str]) -> int:
    """Give the first position from `k` on whose draw is not known, -1 where there is none."""
    for position in range(k, k + MOST_REPEATS):
        if config_id(_draw(evidence, space, position)) not in known:
            return position
    return -1


def _draw(evidence: Evidence, space: Space, k: int) -> dict[str, object]:
    return space.propose(evidence.master_seed or 0, k)


def _of_base_rows(evidence: Evidence) -> Booleans:
    """Find the rows of the base sample of a design: the others copy most of their values."""
    names = {
        decision.config_id
        for _, decision in evidence.decided()
        if decision.kind == "design_row" and decision.detail.get("part") in {"A", "B"}
    }
    return np.array([name in names for name in evidence.configs.ids], dtype=bool)


def _none_drawn(is_drawn: Booleans, origins: Sequence[str]) -> tuple[str, ...]:
    if is_drawn.any():
        return ()
    samplers = sorted({f"`{origin}`" for origin in origins if origin})
    return (
        f"No configuration was drawn evenly from the space: they come from {', '.join(samplers)}.",
    )
