"""Define: the section `seeds`: which seeds every configuration is trained under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from sweeps.errors import Problem
from sweeps.seeds import SeedDesign, rungs
from sweeps.spec.key import missing, place
from sweeps.spec.secret import shown
from sweeps.spec.section import Section, distinct, plain
from sweeps.spec.seed_sources import (
    MOST_SEEDS,
    NAMES_SCHEMA,
    Counts,
    Names,
    design_problems,
    is_counted,
    is_design,
    names_of,
    names_or_counts,
    race_problem,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SEED_LIMIT = 2**32  # numpy's and scikit-learn's `random_state` end here
SEEDS_REMEDY = "Write `seeds: 30`, `seeds: {n: 30}`, `seeds: {race: 27}` or `seeds: [1, 2, 3]`."
RACE_VALIDATION = 20  # seeds of the validation that a race has where nothing is said

_SeedValue = Annotated[int, Field(ge=0, lt=SEED_LIMIT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPlan(Section):
    """Which seeds every configuration is trained under.

    Attributes:
        n: Number of seeds, filled in where `values`, `race` or a design are given.
        values: The seeds' own numbers, None where they follow from the master seed.
        paired: Whether every configuration sees the same seeds.
        sources: Seed sources that vary, None for all; the others keep their fixed value. In a
            design they are pairs of a name and its number of levels, which may be given as a
            mapping; the first one changes slowest.
        design: How the levels of the sources go together, None where all sources vary together.
        race: Most seeds that a configuration can earn in a race; None for a fixed number.
        validate: Fresh seeds that the best are validated on; 0 for no validation.
        reduction: In a race, one configuration in so many goes on to more seeds.
        pilot: In a race, configurations drawn at random that are replicated whatever their rank;
            None for as many as 5 % of the budget pay for.
        contenders: Configurations that are validated beside the leader, at most.
    """

    PLACE: ClassVar[str] = "seeds"
    DESCRIPTION: ClassVar[str] = "which seeds each configuration is trained under"

    n: Annotated[
        int,
        Field(ge=1, le=MOST_SEEDS, description="number of seeds, 1 to 1,000,000", examples=[30]),
    ] = 0  # stands for "as many as `values`"; nobody can give it
    values: Annotated[
        tuple[_SeedValue, ...] | None,
        Field(
            strict=False,
            min_length=1,
            description="list of the seeds' own numbers, from 0 to 2**32 - 1, instead of `n`",
            examples=[[1, 2, 3]],
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(distinct),
    ] = None
    paired: Annotated[
        bool,
        Field(
            description="choice whether every configuration sees the same seeds, "
            "which makes comparisons sharper",
            examples=[True],
        ),
    ] = True
    sources: Annotated[
        Names | Counts | None,
        PlainValidator(names_or_counts),
        WithJsonSchema(NAMES_SCHEMA),
        Field(
            description="list of the seed sources that vary, or in a design the number of levels "
            "of each: `{split: 5, init: 6}`; without it all of them vary",
            examples=[["split"]],
        ),
    ] = None
    design: Annotated[
        Literal["crossed", "nested"] | None,
        Field(
            description="way in which levels of the sources meet, so that the luck of each can be "
            "told apart: crossed (each level of one with each of the others) or nested (a source "
            "has new levels under each level of those before it); without it all vary together",
            examples=["crossed"],
        ),
    ] = None
    race: Annotated[
        int | None,
        Field(
            ge=2,
            le=MOST_SEEDS,
            description="number of seeds that the best earn in a race, 2 to 1,000,000, "
            "instead of `n`",
            examples=[27],
        ),
    ] = None
    validate: Annotated[
        int,
        Field(
            ge=0,
            le=MOST_SEEDS,
            description="number of fresh seeds that the best are validated on, 0 for none; "
            "without it 20 after a race, else none",
            examples=[20],
        ),
    ] = -1  # stands for "20 after a race, else 0"; nobody can give it
    reduction: Annotated[
        int,
        Field(
            ge=2,
            le=1000,
            description="number of configurations of which one goes on to more seeds in a race, "
            "2 to 1000",
            examples=[3],
        ),
    ] = 3
    pilot: Annotated[
        int | None,
        Field(
            ge=0,
            le=MOST_SEEDS,
            description="number of configurations drawn at random that a race replicates whatever "
            "their rank, so that the variance of the whole space is known; without it as many as "
            "5 % of the budget pay for",
            examples=[10],
        ),
    ] = None
    contenders: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="number of configurations validated beside the leader at most, 1 to 1000",
            examples=[4],
        ),
    ] = 4

    @classmethod
    def rules(cls, values: dict[str, Any], given: Mapping[str, object]) -> list[Problem]:
        """Check that the keys agree, and fill in `n` and `validate`."""
        values.setdefault("validate", RACE_VALIDATION if given.get("race") is not None else 0)
        if given.get("race") is not None:
            return _race_problems(values, given)
        if is_design(given):
            return design_problems(values, given) + _problems_without_race(given)
        problems = _problems_without_race(given)
        if given.get("n") is None and given.get("values") is None:
            return [missing(place(cls.PLACE, "n"), SEEDS_REMEDY), *problems]
        listed = values.get("values")
        if listed is not None and values.setdefault("n", len(listed)) != len(listed):
            rule = f"`n` must be the number of `values`, which is {len(listed)}"
            problems.append(_problem("n", rule, given, "Remove `n`."))
        return problems

    @property
    def rungs(self) -> tuple[int, ...]:
        """Numbers of seeds of a race from rung to rung; empty where there is none."""
        return () if self.race is None else rungs(self.race, self.reduction)

    @property
    def varied(self) -> Names | None:
        """Names of the sources that vary, in their order; None for all."""
        return names_of(self.sources)

    @property
    def seed_design(self) -> SeedDesign | None:
        """Which level each source has under each seed; None where all vary together."""
        if self.design is None or not is_counted(self.sources):
            return None
        return SeedDesign(self.design, self.sources)

    @property
    def levels(self) -> dict[str, int]:
        """Number of levels of each source in the design; empty where there is none."""
        return dict(self.sources) if is_counted(self.sources) else {}

    def document(self) -> dict[str, object]:
        """Give the section as plain data that reads back to an equal one."""
        racing = {"race": self.race, "reduction": self.reduction, "pilot": self.pilot}
        fixed = {"n": self.n} if self.values is None else {"values": list(self.values)}
        return {
            **(fixed if self.race is None else racing),
            "paired": self.paired,
            "sources": dict(self.sources) if is_counted(self.sources) else plain(self.sources),
            "design": self.design,
            "validate": self.validate,
            "contenders": self.contenders,
        }


def _problems_without_race(given: Mapping[str, object]) -> list[Problem]:
    rule, remedy = "`{}` is about a race, and there is none", "Remove `{}`, or write `race: 27`."
    return [
        _problem(key, rule.format(key), given, remedy.format(key))
        for key in ("reduction", "pilot")
        if given.get(key) is not None
    ]


def _race_problems(values: dict[str, Any], given: Mapping[str, object]) -> list[Problem]:
    problems = [race_problem(given)] if is_design(given) else []
    race = values.get("race")
    if given.get("values") is not None:
        rule = "a race draws its seeds from the master seed, so that it takes no `values`"
        problems.append(_problem("values", rule, given, "Remove `values`, or `race`."))
    if race is not None and values.setdefault("n", race) != race:
        rule = f"a race takes no `n`: its number of seeds is `race`, which is {race}"
        problems.append(_problem("n", rule, given, "Remove `n`, or `race`."))
    if values.get("paired") is False:
        rule = "a race needs `paired: true`, since it compares configurations on the same seeds"
        problems.append(
            _problem("paired", rule, given, "Remove `paired`, or write `n` for `race`.")
        )
    return problems


def _problem(key: str, rule: str, given: Mapping[str, object], remedy: str) -> Problem:
    return Problem(place(SeedPlan.PLACE, key), rule, shown(given[key]), remedy)
