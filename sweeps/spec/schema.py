"""Define: the JSON Schema of a definition, with which editors complete and check while typing.

Made from the same records as the checks. A schema cannot say everything that they do: it accepts
every legal definition, and refuses what has a wrong key or type. `sweeps/sweep.schema.json` is the
copy that is shipped; a test tells when it is out of date.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sweeps.spec.budget import Budget
from sweeps.spec.checkpoint import CheckpointPlan
from sweeps.spec.execution import Failures, Resources
from sweeps.spec.heading import FORBID, OBJECTIVE, SPACE, TOP_LEVEL, Heading
from sweeps.spec.import_path import name_schema
from sweeps.spec.key import Key, keys_of
from sweeps.spec.search import SAMPLERS, Search
from sweeps.spec.section import plain
from sweeps.spec.seed_plan import SeedPlan
from sweeps.spec.seed_sources import MOST_SEEDS, WORD
from sweeps.spec.stopping import RULES, StoppingPlan

if TYPE_CHECKING:
    from sweeps.spec.section import Section

NAME = r"^[A-Za-z_][A-Za-z0-9_.]*$"  # of a hyperparameter, as `space` demands it

_SCALAR = {"type": ["string", "number", "boolean", "null"]}
_VALUE = {"type": ["string", "number", "boolean", "null", "array"]}
_VALUES = {"type": "array", "items": _VALUE, "minItems": 1}
_REQUIREMENTS = {"$ref": "#/$defs/requirements"}
_DEFINED = {
    "requirements": {
        "type": "object",
        "propertyNames": {"pattern": NAME},
        "additionalProperties": {
            "description": "a value, a list of values, or bounds that are not themselves included",
            "anyOf": [
                _VALUE,
                {
                    "type": "object",
                    "properties": {"above": _SCALAR, "below": _SCALAR},
                    "minProperties": 1,
                    "additionalProperties": False,
                },
            ],
        },
        "minProperties": 1,
    }
}


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of the YAML form of a sweep definition.

    Example:
        >>> json_schema()["properties"]["master_seed"]["default"]
        0
    """
    heading = {key.name: _key_schema(key) for key in keys_of(Heading)}
    parts = {
        **heading,
        "objective": {"type": "string", "description": OBJECTIVE, "examples": ["objectives.svm"]},
        "space": _space(),
        "forbid": {
            "description": FORBID,
            "type": ["array", "null"],
            "items": _REQUIREMENTS,
            "examples": [[{"kernel": "poly", "degree": 5}]],
        },
        "search": _search(),
        "seeds": _seeds(),
        "stopping": _stopping(),
        "budget": _section_schema(Budget),
        "resources": _section_schema(Resources),
        "failures": _section_schema(Failures),
        "checkpoint": _section_schema(CheckpointPlan),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sweep definition",
        "type": "object",
        "properties": {name: parts[name] for name in TOP_LEVEL},
        "required": ["objective", "search", "seeds"],
        "additionalProperties": False,
        "$defs": _DEFINED,
    }


def schema_text() -> str:
    """Give the JSON Schema as the text of the file that is shipped."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _key_schema(key: Key) -> dict[str, Any]:
    schema: dict[str, Any] = key.adapter.json_schema()
    branches = schema.pop("anyOf", None)
    if branches:  # `int | None`: an empty value is as good as a key left out
        schema = {**branches[0], **schema}
    if isinstance(schema.get("type"), str) and not key.is_required:
        schema["type"] = [schema["type"], "null"]
    if "enum" in schema and not key.is_required:
        schema["enum"] = [*schema["enum"], None]
    if not key.is_required and key.default is not None:
        schema["default"] = plain(key.default)
    return schema


def _section_schema(section: type[Section]) -> dict[str, Any]:
    return {
        "type": ["object", "null"],
        "description": section.DESCRIPTION,
        "properties": {key.name: _key_schema(key) for key in keys_of(section)},
        "required": [key.name for key in keys_of(section) if key.is_required],
        "additionalProperties": False,
    }


def _search() -> dict[str, Any]:
    schema = {**_section_schema(Search), "type": "object"}
    schema["properties"]["sampler"] |= name_schema(SAMPLERS)
    described = next(key for key in keys_of(Search) if key.name == "from").description
    configuration = {"type": "object", "additionalProperties": _VALUE}
    schema["properties"]["from"] = {
        "description": described,
        "examples": ["configs.csv"],
        "anyOf": [
            {"type": ["string", "null"]},
            {"type": "array", "items": configuration, "minItems": 1},
        ],
    }
    return schema


def _stopping() -> dict[str, Any]:
    schema = _section_schema(StoppingPlan)
    rule = name_schema(RULES)
    rule["anyOf"].append({"type": "null"})
    schema["properties"]["rule"] |= rule
    return schema


def _seeds() -> dict[str, Any]:
    plan = {**_section_schema(SeedPlan), "type": "object"}
    n, values = plan["properties"]["n"], plan["properties"]["values"]
    for key in ("n", "validate"):
        del plan["properties"][key]["default"]  # stands for what follows from other keys
    plan["properties"]["sources"] = _sources(plan["properties"]["sources"])
    number = {**n, "type": "integer"}
    listed = {**values, "type": "array"}
    return {"description": plan.pop("description"), "anyOf": [number, listed, plan]}


def _sources(names: dict[str, Any]) -> dict[str, Any]:
    key = next(key for key in keys_of(SeedPlan) if key.name == "sources")
    counts = {
        "type": "object",
        "propertyNames": {"pattern": WORD},
        "additionalProperties": {"type": "integer", "minimum": 2, "maximum": MOST_SEEDS // 2},
        "minProperties": 2,
    }
    forms = [names, counts]
    return {"description": key.description, "examples": [key.example], "anyOf": forms}


def _space() -> dict[str, Any]:
    kinds = [
        {"description": "a constant", **_SCALAR},
        _numbers("float", "number", "a real number from low to high"),
        _numbers("int", "integer", "a whole number from low to high, both included"),
        _kind("choice", _VALUES, "one of several values"),
        _kind("ordinal", _VALUES, "one of several values whose order carries meaning"),
        _kind("constant", _VALUE, "one fixed value"),
    ]
    return {
        "description": SPACE,
        "type": ["object", "null"],
        "propertyNames": {"pattern": NAME},
        "additionalProperties": {"anyOf": kinds},
        "minProperties": 1,
    }


def _numbers(word: str, kind: str, description: str) -> dict[str, Any]:
    bounds = {"type": "array", "items": {"type": kind}, "minItems": 2, "maxItems": 2}
    log = {"type": "boolean", "description": "draw evenly in the logarithm", "default": False}
    grid = {"type": "integer", "minimum": 2, "description": "number of points in a grid"}
    return _kind(word, bounds, description, log=log, grid=grid)


def _kind(word: str, value: object, description: str, **options: object) -> dict[str, Any]:
    when = {"description": "it exists only where all of these hold", **_REQUIREMENTS}
    return {
        "type": "object",
        "description": description,
        "properties": {word: value, **options, "when": when},
        "required": [word],
        "additionalProperties": False,
    }
