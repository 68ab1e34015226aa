"""A search space as Ray Tune's searchers know it: no conditions, no forbidden combinations.

Floats and integers stand there as themselves. Choices are indices, since searchers compare
values by `==`, to which 1 and true are the same; ordinals are indices with an order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ray import tune

from sweeps.space.choice import Choice
from sweeps.space.number import Float, Integer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ray.tune.search.sample import Domain

    from sweeps.space import Space
    from sweeps.space.hyperparameter import Hyperparameter


def search_space(space: Space) -> dict[str, Domain]:
    """Give the space in Ray Tune's words.

    Args:
        space: Its constants are left out; every other hyperparameter is searched, whether or not
            it is active.

    Returns:
        Domain by name. Both bounds of a number are included.
    """
    return {each.name: _domain(each) for each in space.varied}


def from_suggestion(space: Space, suggestion: Mapping[str, Any]) -> dict[str, object] | None:
    """Give the configuration that a searcher means.

    Args:
        space: The sweep's space.
        suggestion: Value by name, as `search_space` describes them.

    Returns:
        Value by name of the active hyperparameters; None where the combination is forbidden.

    Raises:
        KeyError: A hyperparameter is missing.
    """
    return space.from_unit([_position(each, suggestion[each.name]) for each in space.varied])


def to_suggestion(space: Space, values: Mapping[str, object]) -> dict[str, Any]:
    """Give a configuration the way a searcher suggests one.

    Args:
        space: The sweep's space.
        values: Value by name of the active hyperparameters; the others get their middle.
    """
    return {
        each.name: _suggested(each, values[each.name] if each.name in values else each.decode(0.5))
        for each in space.varied
    }


def _domain(each: Hyperparameter) -> Any:
    if isinstance(each, Float):
        return (tune.loguniform if each.log else tune.uniform)(each.low, each.high)
    if isinstance(each, Integer):
        # Ray excludes the upper bound of integers.
        return (tune.lograndint if each.log else tune.randint)(each.low, each.high + 1)
    n = len(each.every or ())
    is_ordered = isinstance(each, Choice) and each.is_ordered
    return tune.randint(0, n) if is_ordered else tune.choice(list(range(n)))


def _position(each: Hyperparameter, suggested: Any) -> float:
    if isinstance(each, (Float, Integer)):
        # Searchers that compute in logarithms overshoot a bound by a rounding error.
        number = min(max(suggested, each.low), each.high)
        return each.encode(float(number) if isinstance(each, Float) else round(number))
    return (int(suggested) + 0.5) / len(each.every or ())


def _suggested(each: Hyperparameter, value: Any) -> Any:
    return value if isinstance(each, (Float, Integer)) else int(each.hold(value))
