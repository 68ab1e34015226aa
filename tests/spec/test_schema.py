"""The JSON Schema: agrees with the checks where it can, and the shipped copy is fresh."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import sweeps
from sweeps.spec import json_schema, schema_text
from sweeps.spec.yaml_text import read_yaml

SHIPPED = Path(sweeps.__file__).with_name("sweep.schema.json")
GOOD: dict[str, Any] = {
    "objective": "objectives.svm",
    "search": {"sampler": "random", "configs": 4},
    "seeds": 3,
}


def errors(definition: object) -> list[str]:
    validator = Draft202012Validator(json_schema())
    return [error.message for error in validator.iter_errors(definition)]


def test_the_shipped_schema_is_fresh():
    """The committed file is what the records give now."""
    remedy = 'python -c "import sweeps.spec as s; print(s.schema_text(), end=str())"'
    assert SHIPPED.read_text(encoding="utf-8") == schema_text(), f"{remedy} > {SHIPPED.name}"


def test_the_schema_is_a_schema():
    """It obeys the rules of its own language."""
    Draft202012Validator.check_schema(json_schema())
    assert json.loads(schema_text()) == json_schema()


@pytest.mark.parametrize("path", sorted(Path("studies").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_study_fits_the_schema(path: Path):
    """What the checks accept, an editor accepts too."""
    assert errors(read_yaml(path.read_text(), path.name).content) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"seeds": [1, 2]},
        {"seeds": {"values": [1, 2], "paired": False, "sources": ["split"]}},
        {"seeds": {"n": 3, "sources": None}},
        {"seeds": {"design": "nested", "sources": {"split": 5, "init": 6}, "n": 30}},
        {"search": {"sampler": "listed", "from": "configs.csv"}},
        {"search": {"sampler": "listed", "from": [{"C": 1, "layers": [1, 2]}]}},
        {"search": {"sampler": "grid", "configs": None, "defaults_first": True}},
        {"space": {"x": {"int": [1, 2], "grid": 2, "when": {"k": {"above": 1}, "l": ["a"]}}}},
        {"space": {"x": {"constant": [1]}, "y": None, "z": {"ordinal": [1, "a"]}}},
        {"forbid": [{"x": 1, "y": {"below": 2}}], "name": "a", "tags": ["t"], "store": None},
        {"seeds": {"race": 27, "validate": 0, "pilot": None}},
        {"search": {"sampler": "a.b:C", "options": {"x": [1, {}]}}, "budget": {"steps": 1e6}},
        {"stopping": {"rule": "asha", "max_steps": 9}, "checkpoint": None, "budget": None},
        {"stopping": {"rule": "a.b:C", "options": {"max_t": 9}, "below": None}},
        {"resources": {"cpu": 0.5, "memory_gib": None}, "failures": {"timeout_s": 5}},
        {"resources": {"custom": {"licence": 1, "accelerator_type:A100": 0.001, "a": None}}},
        {"checkpoint": {"save": False, "path": "s3://bucket/folder"}},
    ],
)
def test_a_legal_definition_fits_the_schema(changes: dict[str, Any]):
    """Short forms, long forms and empty values are all known to it."""
    assert errors(GOOD | changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"serach": {}},
        {"objective": 5},
        {"search": {"configs": 4}},
        {"search": {"sampler": "tpee"}},
        {"search": {"sampler": "random", "configs": 0}},
        {"search": {"sampler": "listed", "from": []}},
        {"seeds": 0},
        {"seeds": {"race": 1}},
        {"seeds": [1, 1]},
        {"seeds": [-1]},
        {"seeds": {"design": "cross", "sources": {"split": 5, "init": 6}}},
        {"seeds": {"design": "crossed", "sources": {"split": 5, "init": 1}}},
        {"seeds": {"design": "crossed", "sources": {"split": 5}}},
        {"space": {"x": {"float": [1]}}},
        {"space": {"x": {"flaot": [0, 1]}}},
        {"space": {"x": {"float": [0, 1], "when": {}}}},
        {"space": {"1x": 1}},
        {"forbid": {"x": 1}},
        {"resources": {"cpu": 0}},
        {"resources": {"custom": {"licence": 0}}},
        {"resources": {"custom": {"GPU": 1}}},
        {"resources": {"custom": {"node:10.0.0.1": 1}}},
        {"resources": {"custom": ["licence"]}},
        {"checkpoint": {"save": 1}},
        {"stopping": {"rule": "ahsa"}},
        {"stopping": {"rule": "asha", "options": 5}},
        {"search": {"sampler": "ray.tune.X", "configs": 4}},
        {"budget": {"minutes": 5}},
        {"checkpoint": {"every_s": -1}},
        {"master_seed": "0"},
        {"name": "a b"},
        {"mode": "maximum"},
    ],
)
def test_wrong_keys_and_types_are_marked(changes: dict[str, Any]):
    """An editor marks what the checks would refuse."""
    assert errors(GOOD | changes) != []
