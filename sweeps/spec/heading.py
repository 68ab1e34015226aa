"""Define: the top level of a definition: its keys in order, and those that belong to no section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sweeps.spec.section import Section, distinct

MASTER_SEED_LIMIT = 2**63  # the largest integer of both databases

TOP_LEVEL = (
    "name",
    "objective",
    "metric",
    "mode",
    "master_seed",
    "space",
    "forbid",
    "search",
    "seeds",
    "stopping",
    "budget",
    "resources",
    "failures",
    "checkpoint",
    "isolate",
    "store",
    "tags",
)
OBJECTIVE = (
    "what is trained: `package.module`, `package.module:name`, `path/file.py` or "
    "`path/file.py:name`; relative paths start from this file's folder"
)
SPACE = (
    "hyperparameters by name: `{float: [low, high]}`, `{int: [low, high]}`, `{choice: [...]}`, "
    "`{ordinal: [...]}` or a constant; with `log: true` drawn evenly in the logarithm, with "
    "`grid: n` in n points, with `when: {name: value}` only where that holds; default: the "
    "objective's SPACE"
)
FORBID = "list of combinations of values that are never tried; each must hold as a whole"

Mode = Literal["max", "min"]
_Tag = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Section):
    """The keys of a definition that belong to no section."""

    name: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
            max_length=100,
            description="name of the sweep in its store: letters, digits, `.`, `_` and `-`, "
            "at most 100 characters",
            examples=["digits-svm"],
        ),
    ]
    metric: Annotated[
        str | None,
        Field(
            min_length=1,
            description="name of the metric to optimise, one of those that the objective reports",
            examples=["accuracy"],
        ),
    ] = None
    mode: Annotated[
        Mode | None,
        Field(description="direction of the metric: max or min", examples=["max"]),
    ] = None
    master_seed: Annotated[
        int,
        Field(
            ge=0,
            lt=MASTER_SEED_LIMIT,
            description="number that all randomness of the sweep follows from, at least 0",
            examples=[0],
        ),
    ] = 0
    isolate: Annotated[
        bool,
        Field(
            description="choice whether each batch of runs gets a process of its own, "
            "for objectives that leak memory or state",
            examples=[False],
        ),
    ] = False
    store: Annotated[
        str | None,
        Field(
            min_length=1,
            description="URL of the store, SQLite or PostgreSQL "
            "(`postgresql://user@host:5432/database`, its password in the environment); "
            "without it SWEEPS_STORE, else ./sweeps.db",
            examples=["sqlite:///sweeps.db"],
        ),
    ] = None
    tags: Annotated[
        tuple[_Tag, ...],
        Field(
            strict=False,
            description="list of words to find the sweep by",
            examples=[["first-try"]],
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(distinct),
    ] = ()
