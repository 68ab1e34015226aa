"""Define: the section `budget`: what a sweep may spend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from sweeps.spec.section import Section


def _whole(number: object) -> object:
    """Take 1e6, which YAML reads as a real number, for the whole number that it is."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget(Section):
    """What the whole sweep may spend; it ends when the first of these is used up.

    Attributes:
        runs: Runs, those of the validation included; None for no limit.
        steps: Steps of all runs together; None for no limit.
        hours: Hours of wall-clock time; None for no limit.
    """

    PLACE: ClassVar[str] = "budget"
    DESCRIPTION: ClassVar[str] = (
        "what the whole sweep may spend; whichever is used up first ends it"
    )

    runs: Annotated[
        int | None,
        BeforeValidator(_whole),
        Field(
            ge=1,
            le=10**12,
            description="number of runs, those of the validation included, at least 1",
            examples=[2000],
        ),
    ] = None
    steps: Annotated[
        int | None,
        BeforeValidator(_whole),
        Field(
            ge=1,
            le=10**15,
            description="number of steps of all runs together, at least 1",
            examples=[1_000_000],
        ),
    ] = None
    hours: Annotated[
        float | None,
        Field(gt=0, description="wall-clock time of the sweep, in hours", examples=[2]),
    ] = None

    @property
    def is_limited(self) -> bool:
        """Whether there is any limit."""
        return (self.runs, self.steps, self.hours) != (None, None, None)
