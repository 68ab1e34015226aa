"""The options that samplers know, and the check of those that a definition gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sweeps.errors import Problem, SpecError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PLACE: Final = "search.options"


@dataclass(frozen=True, slots=True)
class Option:
    """One keyword argument of a sampler.

    Attributes:
        name: As in the definition.
        kind: `int`, `float` or `bool`.
        low: Lowest value; for a float, values must be greater.
        high: Highest value, None for no limit.
    """

    name: str
    kind: type[int | float | bool]
    low: float = 0
    high: float | None = None

    def problem(self, value: object) -> Problem | None:
        """Say what is wrong with a value, None where nothing is."""
        place = f"{PLACE}.{self.name}"
        if self.kind is bool:
            if isinstance(value, bool):
                return None
            rule = f"`{self.name}` must be true or false"
            return Problem(place, rule, repr(value), f"Write `{self.name}: true`.")
        if self._fits(value):
            return None
        least = f"at least {self.low:g}" if self.kind is int else f"above {self.low:g}"
        limit = f" and at most {self.high:g}" if self.high is not None else ""
        noun = "a whole number" if self.kind is int else "a number"
        rule = f"`{self.name}` must be {noun} {least}{limit}"
        return Problem(place, rule, repr(value), "Change it, or leave it out.")

    def _fits(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        if self.high is not None and not value <= self.high:
            return False
        if self.kind is int:
            return isinstance(value, int) and value >= self.low
        return value > self.low


N_STARTUP: Final = Option("n_startup", int, 2)

OPTIONS: Final[Mapping[str, tuple[Option, ...]]] = {
    "tpe": (
        N_STARTUP,
        Option("n_candidates", int, 1, 10_000),
        Option("gamma", float, 0, 1),
        Option("multivariate", bool),
        Option("mutate_every", int, 2),
    ),
    "cmaes": (Option("sigma", float, 0, 1), Option("population", int, 2, 10_000)),
    "gp": (N_STARTUP,),
    # what `n` must be, and that it is there, is checked with the definition
    "saltelli": (Option("n", int, 2), Option("second_order", bool)),
    "morris": (Option("n", int, 2), Option("levels", int, 2, 10_000)),
}
"""Options by sampler; the others have none."""


def checked_options(
    sampler: str, given: Mapping[str, object] | Iterable[tuple[str, object]] | None
) -> dict[str, Any]:
    """Check the options of one of our own samplers.

    Args:
        sampler: Its name.
        given: The options of the definition.

    Returns:
        Keyword arguments of the sampler.

    Raises:
        SpecError: Options that it does not know, or with values that do not fit: all of them.
    """
    known = {option.name: option for option in OPTIONS.get(sampler, ())}
    options = dict(given or {})
    problems = []
    for name, value in options.items():
        if name not in known:
            rule = f"sampler `{sampler}` has no option of that name"
            remedy = nearest(name, known) if known else "Remove it: it has no options."
            problems.append(Problem(f"{PLACE}.{name}", rule, f"`{name}`", remedy))
        elif problem := known[name].problem(value):
            problems.append(problem)
    if problems:
        raise SpecError(problems)
    return options
