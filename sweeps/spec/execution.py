"""Define: the sections `resources` and `failures`: how one run is executed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from sweeps.spec.section import Section


def _fraction_or_whole(amount: float) -> float:
    if amount > 1 and not float(amount).is_integer():
        message = "must be a fraction up to 1 or a whole number"
        raise ValueError(message)
    return amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources(Section):
    """What one run occupies while it is executed."""

    PLACE: ClassVar[str] = "resources"
    DESCRIPTION: ClassVar[str] = "what one run occupies while it is executed"

    cpu: Annotated[
        float,
        Field(
            gt=0,
            description="number of CPU cores of one run, a fraction up to 1 or a whole number",
            examples=[1],
        ),
        AfterValidator(_fraction_or_whole),
    ] = 1.0
    gpu: Annotated[
        float,
        Field(
            ge=0,
            description="number of GPUs of one run, 0, a fraction up to 1 or a whole number",
            examples=[0],
        ),
        AfterValidator(_fraction_or_whole),
    ] = 0.0
    memory_gib: Annotated[
        float | None,
        Field(
            gt=0,
            description="memory that one run is counted with, in GiB; without it not counted",
            examples=[2],
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures(Section):
    """What happens to runs that fail or hang."""

    PLACE: ClassVar[str] = "failures"
    DESCRIPTION: ClassVar[str] = "what happens to runs that fail or hang"

    retries: Annotated[
        int,
        Field(
            ge=0,
            le=100,
            description="number of times a run is tried again after its process was lost, 0 to 100",
            examples=[2],
        ),
    ] = 2
    timeout_s: Annotated[
        float | None,
        Field(
            gt=0,
            description="time limit of one run, in seconds; without it none",
            examples=[600],
        ),
    ] = None
