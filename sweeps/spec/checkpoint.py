"""Define: the section `checkpoint`: whether, where and how often long runs save themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from sweeps.spec.secret import without_password
from sweeps.spec.section import Section


def _without_secret(path: str | None) -> str | None:
    if path is not None and without_password(path) != path:
        message = "must hold no password; credentials belong into the environment"
        raise ValueError(message)
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointPlan(Section):
    """Whether, where and how often runs of a class objective save themselves.

    Attributes:
        save: Whether they do.
        path: Folder, or address in an object store; None for the default, see the key.
        every_s: Seconds between two checkpoints of a run.
    """

    PLACE: ClassVar[str] = "checkpoint"
    DESCRIPTION: ClassVar[str] = (
        "whether, where and how often runs save themselves; for objectives that are a class"
    )

    save: Annotated[
        bool,
        Field(
            description="choice whether runs save themselves; where they do not, a run that is "
            "lost begins anew",
            examples=[True],
        ),
    ] = True
    path: Annotated[
        str | None,
        Field(
            min_length=1,
            description="folder, or address such as `s3://bucket/folder` or `gs://bucket/folder`, "
            "that all machines reach; without it a folder beside the store's file, and "
            "./sweeps-checkpoints where the store is a server",
            examples=["checkpoints"],
        ),
        AfterValidator(_without_secret),
    ] = None
    every_s: Annotated[
        float,
        Field(
            ge=0,
            description="time between two checkpoints of a run, in seconds; "
            "0 saves after every step",
            examples=[60],
        ),
    ] = 60.0
