"""Define: the section `search`: which configurations are tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from sweeps.errors import Problem
from sweeps.spec.key import KEY, place
from sweeps.spec.section import Section, plain

MOST_CONFIGS = 1_000_000

Sampler = Literal["random", "grid", "sobol", "listed"]
Row = tuple[tuple[str, Any], ...]


def _frozen_rows(rows: object) -> object:
    if not isinstance(rows, list | tuple):
        return rows
    pairs = (row.items() if isinstance(row, Mapping) else row for row in rows)
    return tuple(tuple((name, _frozen(value)) for name, value in row) for row in pairs)


def _frozen(value: object) -> object:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Section):
    """Which configurations are tried.

    Attributes:
        sampler: What proposes them.
        configs: How many are proposed, None for samplers that know it themselves.
        defaults_first: Whether the objective's `DEFAULTS` are the first configuration.
        listed: Given configurations, each as pairs of name and value; None unless `listed`.
    """

    PLACE: ClassVar[str] = "search"
    DESCRIPTION: ClassVar[str] = "which configurations are tried"

    sampler: Annotated[
        Sampler,
        Field(
            description="way to choose configurations: random, grid (every combination), "
            "sobol (evenly spread) or listed (those in `from`)",
            examples=["random"],
        ),
    ]
    configs: Annotated[
        int | None,
        Field(
            ge=1,
            le=MOST_CONFIGS,
            description="number of configurations to propose, 1 to 1,000,000, "
            "for the samplers random and sobol",
            examples=[40],
        ),
    ] = None
    defaults_first: Annotated[
        bool,
        Field(
            description="choice whether the objective's DEFAULTS are the first configuration",
            examples=[True],
        ),
    ] = False
    listed: Annotated[
        tuple[Row, ...] | None,
        Field(
            strict=False,
            description="path of a CSV file with one column per hyperparameter, or a list of "
            "configurations, for the sampler listed",
            examples=["configs.csv"],
        ),
        BeforeValidator(_frozen_rows),
    ] = field(default=None, metadata={KEY: "from"})

    @classmethod
    def rules(cls, values: dict[str, Any], given: Mapping[str, object]) -> list[Problem]:
        """Check that the sampler gets what it needs, and nothing that it would ignore."""
        sampler = values.get("sampler")
        has_configs, has_rows = given.get("configs") is not None, given.get("from") is not None
        problems = []
        if sampler in ("random", "sobol") and not has_configs:
            rule = f"sampler `{sampler}` needs the number of configurations"
            problems.append(_rule("configs", rule, "", "Add for example `configs: 40`."))
        if sampler in ("grid", "listed") and has_configs:
            origin = "the grid" if sampler == "grid" else "the list"
            rule = f"sampler `{sampler}` takes no `configs`, since {origin} sets their number"
            problems.append(_rule("configs", rule, str(given["configs"]), "Remove `configs`."))
        if sampler == "listed" and not has_rows:
            remedy = "Add `from: configs.csv` or `from: [{...}, {...}]`."
            problems.append(_rule("from", "sampler `listed` needs configurations", "", remedy))
        if sampler in ("random", "sobol", "grid") and has_rows:
            rule = f"sampler `{sampler}` takes no `from`"
            problems.append(_rule("from", rule, "", "Remove `from`, or set `sampler: listed`."))
        return problems

    def document(self) -> dict[str, object]:
        """Give the section as plain data that reads back to an equal one."""
        rows = self.listed and [{k: plain(v) for k, v in row} for row in self.listed]
        return {
            "sampler": self.sampler,
            "configs": self.configs,
            "defaults_first": self.defaults_first,
            "from": rows,
        }


def _rule(key: str, rule: str, got: str, remedy: str) -> Problem:
    return Problem(place(Search.PLACE, key), rule, got, remedy)
