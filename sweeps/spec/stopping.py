"""Define: the section `stopping`: which runs end before their last step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from sweeps.errors import Problem
from sweeps.spec.import_path import name_or_import_path
from sweeps.spec.key import keys_of, place
from sweeps.spec.options import Options, options_or_none
from sweeps.spec.secret import shown
from sweeps.spec.section import Section, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_RULE: Final = "none"
RULES: Final = (NO_RULE, "asha", "median", "threshold")
MOST_STEPS: Final = 2**31

_KEYS: Final = {
    NO_RULE: ("max_steps",),
    "asha": ("max_steps", "grace", "reduction", "brackets"),
    "median": ("max_steps", "grace", "every"),
    "threshold": ("max_steps", "grace", "every", "below", "above"),
}
_FOREIGN_KEYS: Final = ("max_steps", "grace", "every", "options")
_POPULATION_BASED: Final = ("PopulationBased", "PB2")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingPlan(Section):
    """Which runs end before their last step.

    Attributes:
        rule: Name of the rule, or the import path of a Ray Tune scheduler.
        max_steps: Steps of a full run, None where the objective ends by itself. In a sweep with a
            rule it is the objective's STEPS where nothing else was said.
        grace: First step at which a run may be stopped.
        reduction: For `asha`: one of so many goes on at each rung.
        brackets: For `asha`: number of sets of rungs.
        every: For all but `asha`: distance of the steps at which a run may be stopped.
        below: For `threshold`: a run whose score is below is stopped.
        above: For `threshold`: a run whose score is above is stopped.
        options: Keyword arguments of a Ray Tune scheduler, None for none.
    """

    PLACE: ClassVar[str] = "stopping"
    DESCRIPTION: ClassVar[str] = (
        "which runs end before their last step; the objective must report step by step"
    )

    rule: Annotated[
        str,
        Field(
            description="rule that stops runs: none, asha (successive halving), median, "
            "threshold, or `package.module:Class`, a Ray Tune scheduler",
            examples=["asha"],
        ),
        AfterValidator(name_or_import_path(RULES)),
    ] = NO_RULE
    max_steps: Annotated[
        int | None,
        Field(
            ge=1,
            le=MOST_STEPS,
            description="number of steps of a full run, at least 1; without it the objective's "
            "STEPS, else the objective ends by itself",
            examples=[100],
        ),
    ] = None
    grace: Annotated[
        int,
        Field(
            ge=1,
            le=MOST_STEPS,
            description="number of steps before a run may be stopped, at least 1",
            examples=[3],
        ),
    ] = 1
    reduction: Annotated[
        int,
        Field(
            ge=2,
            le=1000,
            description="number of configurations of which one goes on at each rung of asha, "
            "2 to 1000",
            examples=[3],
        ),
    ] = 3
    brackets: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            description="number of sets of rungs of asha, 1 to 100; more for curves that say "
            "little at first",
            examples=[1],
        ),
    ] = 1
    every: Annotated[
        int,
        Field(
            ge=1,
            le=MOST_STEPS,
            description="distance in steps between two moments at which a run may be stopped, "
            "for all rules but asha",
            examples=[1],
        ),
    ] = 1
    below: Annotated[
        float | None,
        Field(
            description="score below which the rule threshold stops a run",
            examples=[0.2],
        ),
    ] = None
    above: Annotated[
        float | None,
        Field(
            description="score above which the rule threshold stops a run",
            examples=[5.0],
        ),
    ] = None
    options: Annotated[
        Options | None,
        PlainValidator(options_or_none),
        WithJsonSchema({"type": "object"}),
        Field(
            description="mapping of keyword arguments that are handed to a Ray Tune scheduler",
            examples=[{"grace_period": 5}],
        ),
    ] = None

    @classmethod
    def rules(cls, values: dict[str, Any], given: Mapping[str, object]) -> list[Problem]:
        """Check that the rule gets what it needs, and nothing that it would ignore."""
        if given.get("rule") is not None and "rule" not in values:
            return []
        rule = values.get("rule", NO_RULE)
        used = _KEYS.get(rule, _FOREIGN_KEYS)
        problems = []
        if rule not in _KEYS and rule.rpartition(":")[2].startswith(_POPULATION_BASED):
            problems.append(_population_based(rule))
        for key, value in given.items():
            if key not in used and key != "rule" and values.get(key) is not None:
                clause = f"rule `{rule}` takes no `{key}`"
                problems.append(_problem(key, clause, shown(value), _remedy(key)))
        if rule == "threshold" and (given.get("below") is None) == (given.get("above") is None):
            clause = "rule `threshold` needs exactly one of `below` and `above`"
            problems.append(_problem("below", clause, "", "Write for example `below: 0.2`."))
        return problems + _grace_problems(values)

    def uses(self, key: str) -> bool:
        """Tell whether the rule takes a key of this section."""
        return key == "rule" or key in _KEYS.get(self.rule, _FOREIGN_KEYS)

    def document(self) -> dict[str, object]:
        """Give the section as plain data that reads back to an equal one.

        Keys that the rule takes no notice of are None.
        """
        whole = {key.name: plain(getattr(self, key.attribute)) for key in keys_of(StoppingPlan)}
        return {key: value if self.uses(key) else None for key, value in whole.items()}


def _grace_problems(values: Mapping[str, Any]) -> list[Problem]:
    """Check that a run may be stopped before it is over."""
    max_steps, grace = values.get("max_steps"), values.get("grace", 1)
    if values.get("rule", NO_RULE) == NO_RULE or max_steps is None or grace < max_steps:
        return []
    rule = f"`grace` must be below `max_steps`, which is {max_steps}: else no run is ever stopped"
    return [_problem("grace", rule, str(grace), "Lower `grace`, or raise `max_steps`.")]


def _population_based(rule: str) -> Problem:
    clause = (
        "population-based rules change a configuration in mid-run, so that a run would belong to "
        "no configuration and its score could not be compared over seeds"
    )
    remedy = "Use `asha` with a sampler that learns, such as `tpe`."
    return _problem("rule", clause, f"`{rule}`", remedy)


def _remedy(key: str) -> str:
    takers = [f"`{rule}`" for rule, keys in _KEYS.items() if key in keys]
    takers += ["`package.module:Class`"] if key in _FOREIGN_KEYS else []
    return f"Remove `{key}`; it belongs to {', '.join(takers)}."


def _problem(key: str, rule: str, got: str, remedy: str) -> Problem:
    return Problem(place(StoppingPlan.PLACE, key), rule, got, remedy)
