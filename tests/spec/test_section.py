"""The sections' own rules: types, ranges, and what goes with what."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sweeps.errors import SpecError
from sweeps.spec import (
    Budget,
    CheckpointPlan,
    Failures,
    Resources,
    Search,
    SeedPlan,
    StoppingPlan,
)
from sweeps.spec.heading import Heading
from sweeps.spec.options import Options

if TYPE_CHECKING:
    from sweeps.spec.section import Section

RULES = [
    (Heading, {"name": ""}, r"name: must match `.*`, got ''\. `name` is the name of the sweep"),
    (Heading, {"name": "a b"}, r"name: must match `.*`, got 'a b'\."),
    (Heading, {"name": "-a"}, r"name: must match"),
    (Heading, {"name": "a" * 101}, r"name: must have at most 100 characters, got 'aaa"),
    (Heading, {"name": 2024}, r"name: must be text, got 2024\. Write it in quotes\."),
    (Heading, {"name": "a", "metric": ["x"]}, r"metric: must be text, got \['x'\]\."),
    (Heading, {"name": "a", "metric": ""}, r"metric: must not be empty"),
    (Heading, {"name": "a", "mode": "maximize"}, r"mode: must be 'max' or 'min', got 'maximize'"),
    (Heading, {"name": "a", "master_seed": -1}, r"master_seed: must be at least 0, got -1"),
    (
        Heading,
        {"name": "a", "master_seed": 2**63},
        r"master_seed: must be below 9223372036854775808",
    ),
    (Heading, {"name": "a", "master_seed": 1.0}, r"master_seed: must be a whole number, got 1\.0"),
    (Heading, {"name": "a", "isolate": "yes"}, r"isolate: must be `true` or `false`, got 'yes'"),
    (Heading, {"name": "a", "isolate": 1}, r"isolate: must be `true` or `false`, got 1"),
    (Heading, {"name": "a", "store": 5}, r"store: must be text, got 5\."),
    (Heading, {"name": "a", "tags": "x"}, r"tags: must be a list, got 'x'\."),
    (Heading, {"name": "a", "tags": ["x", 1]}, r"tags\[1\]: must be text, got 1\."),
    (Heading, {"name": "a", "tags": ["x", "x"]}, r"tags: must not repeat an entry, .* `x`"),
    (
        Search,
        {"sampler": "tpee", "configs": 1},
        r"search\.sampler: must be a known name or `package\.module:Class`\. Did you mean `tpe`",
    ),
    (Search, {"sampler": "latin_hypercube"}, r"search\.configs: sampler `latin_hypercube` needs"),
    (Search, {"sampler": "random", "configs": 0}, r"search\.configs: must be at least 1, got 0\."),
    (Search, {"sampler": "random", "configs": 10**6 + 1}, r"configs: must be at most 1000000, got"),
    (Search, {"sampler": "random", "configs": True}, r"configs: must be a whole number, got True"),
    (
        Search,
        {"sampler": "random", "configs": "40"},
        r"search\.configs: must be a whole number, got '40'\. Write it without quotes\.",
    ),
    (
        Search,
        {"sampler": "grid", "configs": 5},
        r"configs: sampler `grid` takes no `configs`, since the grid sets their number, got 5\.",
    ),
    (
        Search,
        {"sampler": "listed", "listed": [{"a": 1}], "configs": 5},
        r"sampler `listed` takes no `configs`, since the list sets their number, got 5\. Remove",
    ),
    (
        Search,
        {"sampler": "listed"},
        r"search\.from: sampler `listed` needs configurations\. Add `fr",
    ),
    (
        Search,
        {"sampler": "grid", "listed": [{"a": 1}]},
        r"search\.from: sampler `grid` takes no `from`\. Remove `from`, or set `sampler: listed`\.",
    ),
    (
        Search,
        {"sampler": "grid", "defaults_first": 1},
        r"search\.defaults_first: must be `true` or `false`, got 1",
    ),
    (SeedPlan, {}, r"seeds\.n: `seeds\.n` is required\. Write `seeds: 30`, `seeds: \{n: 30\}`"),
    (SeedPlan, {"n": -1}, r"seeds\.n: must be at least 1, got -1"),
    (SeedPlan, {"n": 10**6 + 1}, r"seeds\.n: must be at most 1000000"),
    (SeedPlan, {"n": 2.5}, r"seeds\.n: must be a whole number, got 2\.5"),
    (SeedPlan, {"n": True}, r"seeds\.n: must be a whole number, got True"),
    (SeedPlan, {"values": ()}, r"seeds\.values: must not be empty"),
    (SeedPlan, {"values": [-1]}, r"seeds\.values\[0\]: must be at least 0, got -1"),
    (SeedPlan, {"values": [1, 2**32]}, r"seeds\.values\[1\]: must be below 4294967296, got 42949"),
    (
        SeedPlan,
        {"values": [1, "2"]},
        r"seeds\.values\[1\]: must be a whole number, got '2'\. Write",
    ),
    (SeedPlan, {"values": [1, 2, 1]}, r"seeds\.values: must not repeat an entry, but repeats `1`"),
    (
        SeedPlan,
        {"n": 3, "values": [1, 2]},
        r"seeds\.n: `n` must be the number of `values`, .* 2, got 3",
    ),
    (SeedPlan, {"n": 3, "paired": "no"}, r"seeds\.paired: must be `true` or `false`, got 'no'"),
    (SeedPlan, {"n": 3, "sources": []}, r"seeds\.sources: must not be empty"),
    (SeedPlan, {"n": 3, "sources": "split"}, r"seeds\.sources: must be a list, got 'split'"),
    (SeedPlan, {"n": 3, "sources": ["a b"]}, r"seeds\.sources\[0\]: must match `.*`, got 'a b'"),
    (SeedPlan, {"n": 3, "sources": ["a", "a"]}, r"seeds\.sources: must not repeat an entry"),
    (
        SeedPlan,
        {"design": "cross", "sources": {"a": 2, "b": 3}},
        r"seeds\.design: must be 'crossed' or 'nested', got 'cross'",
    ),
    (
        SeedPlan,
        {"design": "crossed", "sources": {"a": 6}},
        r"seeds\.sources: must be two sources or more where they have numbers of levels, got",
    ),
    (
        SeedPlan,
        {"design": "crossed", "sources": {"a": 2, "b": 1}},
        r"seeds\.sources: must give each source 2 levels or more, not `b: 1`, got",
    ),
    (
        SeedPlan,
        {"design": "crossed", "sources": {"a": 2, "b": True}},
        r"seeds\.sources: must give each source 2 levels or more, not `b: True`, got",
    ),
    (
        SeedPlan,
        {"design": "crossed", "sources": {"a": 2, "b c": 2}},
        r"seeds\.sources: must have names that match `.*`, not 'b c', got",
    ),
    (
        SeedPlan,
        {"design": "crossed", "sources": (("a", 2), ("a", 3))},
        r"seeds\.sources: must not repeat an entry, but repeats `a`",
    ),
    (
        SeedPlan,
        {"design": "crossed", "sources": {"a": 2000, "b": 1000}},
        r"seeds\.sources: a design can have at most 1,000,000 seeds, got 2000 x 1000 = 2,000,000",
    ),
    (
        SeedPlan,
        {"design": "crossed"},
        r"seeds\.sources: a design needs `sources` with a number of levels each\. Write for",
    ),
    (
        SeedPlan,
        {"design": "nested", "sources": ["a", "b"]},
        r"seeds\.sources: a design needs `sources` with .* each, got \['a', 'b'\]\. Write for",
    ),
    (
        SeedPlan,
        {"n": 6, "sources": {"a": 2, "b": 3}},
        r"seeds\.sources: numbers of levels need a `design`, .* Add `design: crossed` or `design",
    ),
    (
        SeedPlan,
        {"n": 5, "design": "nested", "sources": {"a": 2, "b": 3}},
        r"seeds\.n: `n` must be the number of seeds of the design, which is 2 x 3 = 6, got 5\. Re",
    ),
    (
        SeedPlan,
        {"values": [1, 2], "design": "nested", "sources": {"a": 2, "b": 3}},
        r"seeds\.values: a design makes its seeds from levels, .* no `values`, got \[1, 2\]\. Remo",
    ),
    (
        SeedPlan,
        {"paired": False, "design": "nested", "sources": {"a": 2, "b": 3}},
        r"seeds\.paired: a design needs `paired: true`, .* got False\. Remove `paired`, or",
    ),
    (
        SeedPlan,
        {"race": 9, "design": "nested", "sources": {"a": 2, "b": 3}},
        r"seeds\.design: a race adds seeds rung by rung, .* follow a design, got 'nested'\. Write",
    ),
    (
        SeedPlan,
        {"race": 9, "sources": {"a": 2, "b": 3}},
        r"seeds\.sources: a race adds seeds rung by rung, .* Write a list of `sources`, or leave",
    ),
    (
        SeedPlan,
        {"pilot": 3, "design": "nested", "sources": {"a": 2, "b": 3}},
        r"seeds\.pilot: `pilot` is about a race, and there is none, got 3\. Remove `pilot`, or",
    ),
    (Resources, {"cpu": 0}, r"resources\.cpu: must be above 0, got 0"),
    (
        Resources,
        {"cpu": 1.5},
        r"resources\.cpu: must be a fraction up to 1 or a whole number, got 1\.5",
    ),
    (
        Resources,
        {"cpu": "2"},
        r"resources\.cpu: must be a number, got '2'\. Write it without quotes",
    ),
    (Resources, {"cpu": True}, r"resources\.cpu: must be a number, got True"),
    (Resources, {"cpu": float("inf")}, r"resources\.cpu: must be a finite number, got inf"),
    (Resources, {"gpu": -1}, r"resources\.gpu: must be at least 0, got -1"),
    (Resources, {"gpu": 2.5}, r"resources\.gpu: must be a fraction up to 1 or a whole number"),
    (Resources, {"memory_gib": 0}, r"resources\.memory_gib: must be above 0, got 0"),
    (Resources, {"custom": 1}, r"resources\.custom: must be a mapping of keys to values, got 1"),
    (Resources, {"custom": {"a": True}}, r"custom\.a: must be a number, got True"),
    (Resources, {"custom": {"a": "1"}}, r"custom\.a: must be a number, got '1'\. Write it without"),
    (Resources, {"custom": {"a": 0}}, r"custom\.a: must be at least 0\.0001, got 0"),
    (Resources, {"custom": {"a": float("inf")}}, r"custom\.a: must be a finite number, got inf"),
    (Resources, {"custom": {" ": 1}}, r"the name of a resource must not be empty, nor begin or"),
    (Resources, {"custom": {5: 1}}, r"custom\[5\]: must be text, got 5\. Write it in quotes"),
    (Resources, {"custom": {"GPU": 1}}, r"`GPU` has a key of its own, `resources\.gpu`, got"),
    (Resources, {"custom": {"cpu": 1}}, r"`cpu` has a key of its own, `resources\.cpu`, got"),
    (Resources, {"custom": {"memory": 1}}, r"has a key of its own, `resources\.memory_gib`"),
    (Resources, {"custom": {"object_store_memory": 1}}, r"is kept by Ray for itself, no run can"),
    (Resources, {"custom": {"node:10.0.0.1": 1}}, r"is kept by Ray for itself, no run can ask"),
    (Search, {"sampler": "random", "options": {"a": 1}}, r"`random` takes no `options`, got `a`"),
    (Search, {"sampler": "tpe", "options": [1]}, r"options: must be a mapping of names to values"),
    (SeedPlan, {"race": 1}, r"seeds\.race: must be at least 2, got 1"),
    (SeedPlan, {"race": True}, r"seeds\.race: must be a whole number, got True"),
    (SeedPlan, {"race": 9, "n": 5}, r"seeds\.n: a race takes no `n`: .* which is 9, got 5\. Rem"),
    (SeedPlan, {"race": 9, "values": [1]}, r"seeds\.values: a race draws its seeds .*, got \[1\]"),
    (SeedPlan, {"race": 9, "paired": False}, r"seeds\.paired: a race needs `paired: true`"),
    (SeedPlan, {"race": 9, "reduction": 1}, r"seeds\.reduction: must be at least 2, got 1"),
    (SeedPlan, {"race": 9, "pilot": -1}, r"seeds\.pilot: must be at least 0, got -1"),
    (SeedPlan, {"race": 9, "contenders": 0}, r"seeds\.contenders: must be at least 1, got 0"),
    (SeedPlan, {"race": 9, "validate": "20"}, r"seeds\.validate: must be a whole number, got '20'"),
    (SeedPlan, {"n": 9, "pilot": 5}, r"seeds\.pilot: `pilot` is about a race, .*, got 5\. Remove"),
    (SeedPlan, {"n": 9, "reduction": 2}, r"seeds\.reduction: `reduction` is about a race"),
    (StoppingPlan, {"rule": "ahsa"}, r"stopping\.rule: must be a known name .* mean `asha`"),
    (StoppingPlan, {"rule": "ray.tune.X"}, r"stopping\.rule: an import path must have the form"),
    (
        StoppingPlan,
        {"rule": "ray.tune.schedulers:PopulationBasedTraining"},
        r"stopping\.rule: population-based rules change a configuration .* Use `asha`",
    ),
    (StoppingPlan, {"rule": "ray.tune.schedulers.pb2:PB2"}, r"population-based rules change"),
    (
        StoppingPlan,
        {"rule": "a:PopulationBasedTrainingReplay"},
        r"population-based rules change",
    ),
    (StoppingPlan, {"grace": 2}, r"stopping\.grace: rule `none` takes no `grace`, got 2\. Remove"),
    (StoppingPlan, {"rule": "asha", "every": 2}, r"`asha` takes no `every`.* belongs to `median`"),
    (StoppingPlan, {"rule": "median", "brackets": 2}, r"`median` takes no `brackets`, got 2"),
    (StoppingPlan, {"rule": "median", "below": 2}, r"`median` takes no `below`.* to `threshold`"),
    (StoppingPlan, {"rule": "asha", "options": {"a": 1}}, r"`asha` takes no `options`"),
    (
        StoppingPlan,
        {"rule": "threshold"},
        r"stopping\.below: .* exactly one of `below` and `above`",
    ),
    (StoppingPlan, {"rule": "threshold", "below": 1, "above": 2}, r"needs exactly one of"),
    (StoppingPlan, {"rule": "threshold", "below": "1"}, r"stopping\.below: must be a number, got"),
    (StoppingPlan, {"rule": "asha", "reduction": 1}, r"stopping\.reduction: must be at least 2"),
    (StoppingPlan, {"rule": "asha", "max_steps": 5, "grace": 5}, r"`grace` must be below `max_st"),
    (
        StoppingPlan,
        {"rule": "asha", "max_steps": True},
        r"max_steps: must be a whole number, got T",
    ),
    (Budget, {"runs": 0}, r"budget\.runs: must be at least 1, got 0"),
    (Budget, {"runs": True}, r"budget\.runs: must be a whole number, got True"),
    (Budget, {"steps": 1.5}, r"budget\.steps: must be a whole number, got 1\.5"),
    (Budget, {"hours": 0}, r"budget\.hours: must be above 0, got 0"),
    (Budget, {"hours": "2"}, r"budget\.hours: must be a number, got '2'\. Write it without"),
    (CheckpointPlan, {"path": ""}, r"checkpoint\.path: must not be empty"),
    (CheckpointPlan, {"path": "s3://a:pw@b/c"}, r"must hold no password.*, got 's3://a@b/c'"),
    (CheckpointPlan, {"save": 0}, r"checkpoint\.save: must be `true` or `false`, got 0"),
    (CheckpointPlan, {"every_s": -1}, r"checkpoint\.every_s: must be at least 0, got -1"),
    (Failures, {"retries": -1}, r"failures\.retries: must be at least 0, got -1"),
    (Failures, {"retries": 101}, r"failures\.retries: must be at most 100, got 101"),
    (
        Failures,
        {"timeout_s": 0},
        r"failures\.timeout_s: must be above 0, got 0\. `timeout_s` is the",
    ),
    (
        Failures,
        {"timeout_s": float("nan")},
        r"failures\.timeout_s: must be a finite number, got nan",
    ),
]


@pytest.mark.parametrize(("section", "values", "message"), RULES)
def test_a_wrong_value_is_refused_with_rule_value_place_and_remedy(
    section: type[Section], values: dict[str, object], message: str
):
    """Each rule of each section has its message."""
    with pytest.raises(SpecError, match=message):
        section(**values)


@pytest.mark.parametrize(
    "section",
    [
        Heading(name="a", tags=("x",)),
        Search(sampler="listed", listed=((("C", 1.0), ("layers", (1, 2))),)),
        Search(sampler="sobol", configs=1, defaults_first=True),
        SeedPlan(n=3, paired=False, sources=("split",)),
        SeedPlan(values=(5, 2**32 - 1)),
        SeedPlan(design="crossed", sources=(("split", 5), ("init", 6)), validate=3),
        Resources(cpu=0.5, gpu=4, memory_gib=1.5),
        Resources(custom=Options({"accelerator_type:A100": 0.001, "licence": 2.0})),
        Failures(retries=0, timeout_s=1e-3),
        Search(sampler="a.b:C", configs=3, options=Options({"a": [1, {"b": 2}]})),
        SeedPlan(race=27, validate=0, reduction=2, pilot=0, contenders=1),
        SeedPlan(n=3, validate=5, contenders=2),
        StoppingPlan(),
        StoppingPlan(rule="asha", max_steps=9, grace=2, reduction=2, brackets=2),
        StoppingPlan(rule="threshold", below=0, every=3),
        StoppingPlan(rule="a.b:C", options=Options({"max_t": 9})),
        Budget(runs=5, steps=6, hours=0.5),
        CheckpointPlan(path="s3://bucket/folder", every_s=0, save=False),
    ],
)
def test_a_section_reads_back_from_its_document(section: Section):
    """The plain form of a section makes an equal section, and nothing in it can be changed."""
    values, problems = type(section).check(section.document())
    assert problems == []
    assert type(section)(**values) == section
    assert hash(section) == hash(type(section)(**values))
    for field in dataclasses.fields(section):  # type: ignore[arg-type]
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(section, field.name, getattr(section, field.name))
        assert isinstance(getattr(section, field.name), str | int | float | tuple | Options | None)


def test_values_take_their_final_type():
    """Lists become tuples, whole numbers become floats, left-out values become defaults."""
    assert Resources(cpu=2) == Resources(cpu=2.0, gpu=0.0)
    assert type(Resources(cpu=2).cpu) is float
    custom = Resources(custom={"a": 1, "b": np.int64(2), "c": None}).custom  # type: ignore[dict-item]
    assert custom == Options({"a": 1.0, "b": 2.0})
    assert {type(amount) for amount in custom.values()} == {float}
    plan = SeedPlan(values=[3, np.int64(4)])  # type: ignore[arg-type]
    assert (plan.n, plan.values) == (2, (3, 4))
    assert [type(value) for value in plan.values or ()] == [int, int]
    assert Budget(steps=1e6).steps == 10**6  # type: ignore[arg-type]
    assert Failures(retries=None).retries == 2  # type: ignore[arg-type]
    listed = Search(sampler="listed", listed=[{"C": 1}]).listed  # type: ignore[arg-type]
    assert listed == ((("C", 1),),)


def test_one_section_reports_all_its_problems_at_once():
    """Wrong types, unknown keys and broken combinations come together."""
    _, problems = Search.check({"sampler": "latin_hypercube", "confgs": 5, "defaults_first": "no"})
    assert [str(problem) for problem in problems] == [
        "search.confgs: `search` has no key `confgs`. Did you mean `configs`? Known: `configs`, "
        "`defaults_first`, `from`, `options`, `sampler`.",
        "search.defaults_first: must be `true` or `false`, got 'no'. `defaults_first` is the "
        "choice whether the objective's DEFAULTS are the first configuration.",
        "search.configs: sampler `latin_hypercube` needs the number of configurations, since it "
        "spreads them. Add for example `configs: 40`.",
    ]


def test_a_run_reserves_what_its_resources_say():
    """In Ray's words: memory in bytes, what is zero left out, names of one's own as they are."""
    assert Resources().reserved() == {"CPU": 1.0}
    custom = Options({"licence": 1, "accelerator_type:A100": 0.001})
    assert Resources(cpu=0.5, gpu=0.25, memory_gib=1.5, custom=custom).reserved() == {
        "CPU": 0.5,
        "GPU": 0.25,
        "memory": 1.5 * 2**30,
        "licence": 1.0,
        "accelerator_type:A100": 0.001,
    }
