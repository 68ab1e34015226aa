"""Define: the sections `resources` and `failures`: how one run is executed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from sweeps.spec.amounts import Amounts  # noqa: TC001 - read at run time
from sweeps.spec.options import Options
from sweeps.spec.section import Section

GIB = 2**30


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
    custom: Annotated[
        Amounts,
        Field(
            description="mapping of other resources that the nodes of a cluster were started "
            "with to the amount that one run takes of each, at least 0.0001",
            examples=[{"licence": 1}],
            json_schema_extra={"additionalProperties": False},
        ),
    ] = Options({})  # noqa: RUF009 - it cannot be changed
    at_once: Annotated[
        int | None,
        Field(
            ge=1,
            description="number of runs that are executed at the same time at most, to leave "
            "room on a machine or cluster that is shared; without it as many as fit",
            examples=[16],
        ),
    ] = None

    def reserved(self) -> dict[str, float]:
        """Give what one run reserves, in Ray's words: memory in bytes, nothing that is zero.

        Example:
            >>> Resources(cpu=2, memory_gib=0.5, custom={"licence": 1}).reserved()
            {'CPU': 2.0, 'memory': 536870912.0, 'licence': 1.0}
        """
        memory = (self.memory_gib or 0.0) * GIB
        wanted = {"CPU": self.cpu, "GPU": self.gpu, "memory": memory, **self.custom}
        return {name: amount for name, amount in wanted.items() if amount > 0}


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
