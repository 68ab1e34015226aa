"""docs/definition.md: lists every key as the records explain it, with examples that are legal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sweeps.spec import (
    Budget,
    CheckpointPlan,
    Failures,
    Resources,
    Search,
    SeedPlan,
    StoppingPlan,
    json_schema,
    parse_sweep,
)
from sweeps.spec.flow import flow
from sweeps.spec.heading import FORBID, OBJECTIVE, SPACE, TOP_LEVEL, Heading
from sweeps.spec.key import Key, keys_of
from sweeps.spec.section import plain

TEXT = Path("docs/definition.md").read_text(encoding="utf-8")
SECTIONS = (Search, SeedPlan, StoppingPlan, Budget, Resources, Failures, CheckpointPlan)
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
# These stand for what follows from other keys, and so do not appear as defaults.
UNWRITTEN = {("n", 0), ("validate", -1)}


def default(key: Key) -> str:
    """Give the last cell of a key's row."""
    if key.is_required:
        return "required"
    if key.default in (None, ()) or (key.name, key.default) in UNWRITTEN:
        return "none"
    return f"`{flow(plain(key.default))}`"


@pytest.mark.parametrize("section", [Heading, *SECTIONS])
def test_every_key_is_listed_as_the_record_explains_it(section: type[Heading]):
    """Meaning, range, unit and default are those of the checks; no row is out of date."""
    heading = f"## `{section.PLACE}`\n" if section.PLACE else "## Top level\n"
    part = TEXT.partition(heading)[2].partition("\n## ")[0]
    for key in keys_of(section):
        assert f"| `{key.name}` | {key.description} | {default(key)} |\n" in part


@pytest.mark.parametrize("words", [OBJECTIVE, SPACE, FORBID])
def test_keys_without_a_section_are_explained_too(words: str):
    """Objective, space and clauses have their row."""
    assert f" | {words} | " in TEXT


def test_every_section_has_a_heading():
    """The schema and the reference know the same sections, in the same order."""
    sections = [name for name in TOP_LEVEL if name in {each.PLACE for each in SECTIONS}]
    assert re.findall(r"^## `(\w+)`$", TEXT, re.MULTILINE) == sections
    assert set(json_schema()["properties"]) == set(TOP_LEVEL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.partition("\n")[0][:40])
def test_every_example_is_legal(block: str):
    """What is shown can be copied: with the rest of a definition around it, it is a sweep."""
    around = {
        "name": "a",
        "objective": "objectives.mlp_class",
        "search": "{sampler: random, configs: 4}",
        "seeds": "3",
    }
    if "from:" in block:
        around["space"] = "{C: {float: [0, 100]}, kernel: {choice: [rbf, linear]}}"
    rest = [f"{key}: {value}\n" for key, value in around.items() if f"{key}:" not in block]
    made = parse_sweep(block + "".join(rest), source="docs/definition.md", base=None)
    assert made.name
