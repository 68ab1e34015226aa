"""Define: the section `seeds`: which seeds every configuration is trained under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, Field

from sweeps.errors import Problem
from sweeps.spec.key import missing, place
from sweeps.spec.section import Section, distinct, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_SEEDS = 1_000_000
SEED_LIMIT = 2**32  # numpy's and scikit-learn's `random_state` end here
SEEDS_REMEDY = "Write `seeds: 30`, `seeds: {n: 30}` or `seeds: [1, 2, 3]`."

_Word = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
_SeedValue = Annotated[int, Field(ge=0, lt=SEED_LIMIT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPlan(Section):
    """Which seeds every configuration is trained under.

    Attributes:
        n: Number of seeds, filled in where `values` are given.
        values: The seeds' own numbers, None where they follow from the master seed.
        paired: Whether every configuration sees the same seeds.
        sources: Seed sources that vary, None for all; the others keep their fixed value.
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
        tuple[_Word, ...] | None,
        Field(
            strict=False,
            min_length=1,
            description="list of the seed sources that vary; without it all of them do",
            examples=[["split"]],
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(distinct),
    ] = None

    @classmethod
    def rules(cls, values: dict[str, Any], given: Mapping[str, object]) -> list[Problem]:
        """Check that `n` and `values` agree, and fill in `n`."""
        if given.get("n") is None and given.get("values") is None:
            return [missing(place(cls.PLACE, "n"), SEEDS_REMEDY)]
        listed = values.get("values")
        if listed is not None and values.setdefault("n", len(listed)) != len(listed):
            rule = f"`n` must be the number of `values`, which is {len(listed)}"
            return [Problem(place(cls.PLACE, "n"), rule, str(values["n"]), "Remove `n`.")]
        return []

    def document(self) -> dict[str, object]:
        """Give the section as plain data that reads back to an equal one."""
        seeds = {"n": self.n} if self.values is None else {"values": list(self.values)}
        return {**seeds, "paired": self.paired, "sources": plain(self.sources)}
