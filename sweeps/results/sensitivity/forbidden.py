"""How much of a space is forbidden, and what even draws from the rest of it look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.analysis.importance.discrepancy import low_discrepancy
from sweeps.results.sensitivity.wording import in_percent

if TYPE_CHECKING:
    from sweeps.space import Space

N_DRAWS = 5_000


def legal_draws(space: Space) -> list[dict[str, object]]:
    """Spread points over the unit cube, always the same, and keep what no clause forbids.

    Returns:
        Active values by name; `N_DRAWS` of them where nothing is forbidden.
    """
    points = low_discrepancy(N_DRAWS, space.n_dimensions)
    drawn = [space.from_unit(point) for point in points.tolist()]
    return [values for values in drawn if values is not None]


def forbidden_reasons(n_legal: int) -> tuple[str, ...]:
    """Say how much of the space is forbidden.

    Args:
        n_legal: How many of `N_DRAWS` draws were legal.
    """
    share = 1 - n_legal / N_DRAWS
    if not share:
        return ()
    return (
        f"About {in_percent(share)} of the space is forbidden (`forbid`); effects are averaged "
        "over that part too.".replace("About less", "Less"),
    )
