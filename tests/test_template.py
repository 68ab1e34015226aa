"""The template that `sweeps init` writes: legal, complete, made from the objective."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from sweeps.objective import Objective, load_objective
from sweeps.spec import Sweep, json_schema, parse_sweep
from sweeps.template import template

SHIPPED = [
    f"objectives.{path.stem}"
    for path in sorted(Path("objectives").glob("[a-z]*.py"))
    if "def train(" in path.read_text()
]


def read(text: str, base: Path | None = None) -> Sweep:
    return parse_sweep(text, source="template", base=base)


@pytest.mark.parametrize("reference", SHIPPED)
def test_it_reads_back_to_a_sweep_of_the_objective(reference: str):
    """For every objective that is shipped it is legal as it stands, with all declarations."""
    objective = load_objective(reference)
    sweep = read(template(objective))
    assert sweep.name == reference.rpartition(".")[2]
    assert sweep.objective == objective
    assert (sweep.metric, sweep.mode) == (objective.metric, objective.mode)
    assert sweep.space.names == tuple(objective.space or ())
    assert sweep.search.defaults_first == (objective.defaults is not None)


@pytest.fixture
def bare(tmp_path: Path) -> Objective:
    """An objective that declares nothing."""
    (tmp_path / "my train.py").write_text("def fit(config, seed):\n    return {'loss': 0.0}\n")
    return load_objective("my train.py:fit", base=tmp_path)


def test_what_the_objective_does_not_declare_is_an_example_that_says_so(
    bare: Objective, tmp_path: Path
):
    """A bare objective gets a legal template whose examples are marked."""
    text = template(bare)
    sweep = read(text, tmp_path)
    assert (sweep.name, sweep.objective) == ("my-train-fit", bare)
    for name in ("SPACE", "METRIC", "MODE"):
        assert f"# The objective declares no {name}: this is an example, put in your" in text
    assert sweep.search.defaults_first is False


def test_declared_clauses_defaults_and_sources_are_shown(bare: Objective):
    """FORBID is filled in; DEFAULTS and SOURCES stand beside the keys that need them."""
    declared = dataclasses.replace(
        bare,
        space={"kind": {"choice": ["a", "b"]}, "x.y": {"float": [1e-5, 1], "log": True}},
        forbid=({"kind": "b", "x.y": {"above": 0.5}},),
        defaults={"kind": "a", "x.y": 0.1},
        metrics=("loss", "accuracy"),
        sources=("split", "init"),
    )
    text = template(declared)
    assert "\n  x.y:  {float: [1e-05, 1.0], log: true}\n" in text
    assert "\nforbid: [{kind: b, x.y: {above: 0.5}}]\n" in text
    assert "\nmetric: loss\n" in text
    assert "# The objective's DEFAULTS: {kind: a, x.y: 0.1}\n" in text
    assert "# The objective's seed sources: split, init\n" in text
    assert "  defaults_first: true\n" in text


def test_a_design_of_the_declared_sources_is_shown_and_legal(bare: Objective, tmp_path: Path):
    """Two sources can be told apart, with as many seeds as the template asks for; one cannot."""
    text = template(dataclasses.replace(bare, sources=("split", "init", "order")))
    shown = "  #   sources: {split: 5, init: 2}\n  #   design: crossed\n"
    assert shown in text
    sweep = read(text.replace(shown, shown.replace("#   ", "")), tmp_path)
    assert (sweep.seeds.n, sweep.seeds.levels) == (10, {"split": 5, "init": 2})
    assert "in which of them" not in template(dataclasses.replace(bare, sources=("split",)))


def test_defaults_that_are_not_legal_are_shown_but_not_used(bare: Objective, tmp_path: Path):
    """The template stays legal when the objective's DEFAULTS are not in its SPACE."""
    declared = dataclasses.replace(bare, space={"x": {"float": [0, 1]}}, defaults={"x": 5})
    text = template(declared)
    assert "# The objective's DEFAULTS: {x: 5}" in text
    assert read(text, tmp_path).search.defaults_first is False


def test_an_illegal_space_is_shown_as_it_is(bare: Objective):
    """Writing the template does not fail: `sweeps run` says what is wrong with the space."""
    text = template(dataclasses.replace(bare, space={"x": {"float": [1, 0]}}))
    assert "\n  x: {float: [1, 0]}\n" in text


def test_every_key_is_explained(bare: Objective):
    """Each key of the schema stands in the template, below what it means."""
    text = template(bare)
    keys = dict(json_schema()["properties"])
    for section in ("search", "stopping", "budget", "resources", "failures", "checkpoint"):
        keys |= keys[section]["properties"]
    keys |= keys["seeds"]["anyOf"][2]["properties"]
    lines = [line.strip().removeprefix("# ") for line in text.splitlines()]
    for key, schema in keys.items():
        i = next((i for i, line in enumerate(lines) if line.startswith(f"{key}:")), None)
        assert i is not None, key
        if "description" in schema:
            before = " ".join(lines[:i])
            assert " ".join(str(schema["description"]).split()) in before, key


def test_commented_keys_are_legal_when_uncommented(bare: Objective, tmp_path: Path):
    """The examples behind the comments fit their keys."""
    text = template(bare)
    keys = ("memory_gib", "timeout_s", "isolate", "store", "tags", "runs", "steps", "hours")
    for key in (*keys, "validate", "contenders", "every_s"):
        text = text.replace(f"# {key}: ", f"{key}: ")
    sweep = read(text, tmp_path)
    assert (sweep.budget.runs, sweep.budget.steps, sweep.budget.hours) == (2000, 10**6, 2.0)
    assert (sweep.seeds.validate, sweep.seeds.contenders) == (20, 4)
    assert sweep.checkpoint.every_s == 60.0
    assert (sweep.resources.memory_gib, sweep.failures.timeout_s) == (2.0, 600.0)
    assert (sweep.store, sweep.tags) == ("sqlite:///sweeps.db", ("first-try",))
