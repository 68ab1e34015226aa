"""Define: the section `search`: which configurations are tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

from sweeps.errors import Problem
from sweeps.spec.import_path import is_import_path, name_or_import_path
from sweeps.spec.key import KEY, place
from sweeps.spec.options import Options, options_or_none
from sweeps.spec.section import Section, plain

MOST_CONFIGS = 1_000_000

SAMPLERS: Final = (
    "random",
    "grid",
    "sobol",
    "latin_hypercube",
    "saltelli",
    "morris",
    "listed",
    "tpe",
    "cmaes",
    "gp",
)
DESIGNS: Final = ("saltelli", "morris")
WITH_OPTIONS: Final = ("tpe", "cmaes", "gp", *DESIGNS)
COUNTED: Final = {  # what sets their number
    "grid": "the grid",
    "listed": "the list",
    "saltelli": "`options.n`",
    "morris": "`options.n`",
}

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
        sampler: What proposes them: one of `SAMPLERS`, or the import path of a Ray Tune searcher.
        configs: How many are proposed, None where the sampler or the budget says it.
        defaults_first: Whether the objective's `DEFAULTS` are the first configuration.
        listed: Given configurations, each as pairs of name and value; None unless `listed`.
        options: Settings of the sampler, None for its own defaults.
    """

    PLACE: ClassVar[str] = "search"
    DESCRIPTION: ClassVar[str] = "which configurations are tried"

    sampler: Annotated[
        str,
        Field(
            description="way to choose configurations: random, grid (every combination), "
            "sobol or latin_hypercube (evenly spread), listed (those in `from`), saltelli or "
            "morris (designs for sensitivity indices), tpe, cmaes or gp (these learn from "
            "results), or `package.module:Class`, a Ray Tune searcher",
            examples=["random"],
        ),
        AfterValidator(name_or_import_path(SAMPLERS)),
    ]
    configs: Annotated[
        int | None,
        Field(
            ge=1,
            le=MOST_CONFIGS,
            description="number of configurations to propose, 1 to 1,000,000; "
            "needed unless `budget` sets a limit; grid, listed, saltelli and morris take none",
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
    options: Annotated[
        Options | None,
        PlainValidator(options_or_none),
        WithJsonSchema({"type": "object"}),
        Field(
            description="mapping of settings of the sampler, for tpe, cmaes, gp, saltelli, "
            "morris and Ray Tune searchers",
            examples=[{"n_startup": 10}],
        ),
    ] = None

    @classmethod
    def rules(cls, values: dict[str, Any], given: Mapping[str, object]) -> list[Problem]:
        """Check that the sampler gets what it needs, and nothing that it would ignore."""
        sampler = values.get("sampler")
        if sampler is None:
            return []
        has_configs, has_rows = given.get("configs") is not None, given.get("from") is not None
        problems = []
        if sampler == "latin_hypercube" and not has_configs:
            rule = f"sampler `{sampler}` needs the number of configurations, since it spreads them"
            problems.append(_rule("configs", rule, "", "Add for example `configs: 40`."))
        if sampler in COUNTED and has_configs:
            rule = f"sampler `{sampler}` takes no `configs`, since {COUNTED[sampler]} sets"
            rule += " their number"
            problems.append(_rule("configs", rule, str(given["configs"]), "Remove `configs`."))
        if sampler == "listed" and not has_rows:
            remedy = "Add `from: configs.csv` or `from: [{...}, {...}]`."
            problems.append(_rule("from", "sampler `listed` needs configurations", "", remedy))
        if sampler != "listed" and has_rows:
            rule = f"sampler `{sampler}` takes no `from`"
            problems.append(_rule("from", rule, "", "Remove `from`, or set `sampler: listed`."))
        if values.get("options") and not (sampler in WITH_OPTIONS or is_import_path(sampler)):
            rule = f"sampler `{sampler}` takes no `options`"
            got = ", ".join(f"`{name}`" for name in values["options"])
            takers = ", ".join(f"`{name}`" for name in WITH_OPTIONS)
            problems.append(_rule("options", rule, got, f"Remove `options`; {takers} take some."))
        return problems

    def document(self) -> dict[str, object]:
        """Give the section as plain data that reads back to an equal one."""
        rows = self.listed and [{k: plain(v) for k, v in row} for row in self.listed]
        return {
            "sampler": self.sampler,
            "configs": self.configs,
            "defaults_first": self.defaults_first,
            "from": rows,
            "options": plain(self.options),
        }


def _rule(key: str, rule: str, got: str, remedy: str) -> Problem:
    return Problem(place(Search.PLACE, key), rule, got, remedy)
