"""Seeds: how many of them a configuration has at each rung of a race."""

from __future__ import annotations


def rungs(race: int, reduction: int) -> tuple[int, ...]:
    """Give the numbers of seeds that a configuration has at each rung of a race.

    Args:
        race: Seeds at the last rung, at least 2.
        reduction: One configuration in so many goes on, at least 2.

    Returns:
        1, then the powers of `reduction` below `race`, and `race` itself.

    Example:
        >>> rungs(27, 3), rungs(20, 3), rungs(2, 3)
        ((1, 3, 9, 27), (1, 3, 9, 20), (1, 2))
    """
    steps = [1]
    while steps[-1] * reduction < race:
        steps.append(steps[-1] * reduction)
    return (*steps, race)
