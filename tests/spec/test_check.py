"""The checks that need more than one key: objective, metric, space, sampler, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sweeps.errors import SpecError
from sweeps.spec import Sweep

if TYPE_CHECKING:
    from pathlib import Path

Definition = dict[str, Any]

# What is changed in the smallest definition of `train.py` (None: left out), and what is said.
RULES: list[tuple[Definition, str]] = [
    (
        {"objective": None},
        r"objective: `objective` is required\. Name a module such as `objectives",
    ),
    ({"objective": 5}, r"objective: must be text that names a module or a file, got 5\. Write for"),
    (
        {"objective": "objectives.svn"},
        r"objective: objective `objectives\.svn` must be an importable",
    ),
    (
        {"objective": "trian.py"},
        r"objective file `trian\.py` does not exist\. Did you mean `train\.py`",
    ),
    (
        {"objective": "train.py:fit"},
        r"objective: `train\.py` has no function `fit`\. Known: `train`",
    ),
    (
        {"metric": "acuracy"},
        r"metric: metric `acuracy` is none of those that `train\.py:train` decl",
    ),
    ({"metric": "acuracy"}, r"declares\. Did you mean `accuracy`\? Known: `accuracy`, `loss`\."),
    ({"metric": 5}, r"metric: must be text, got 5\. Write it in quotes\."),
    (
        {"metric": "accuracy"},
        r"mode: `mode` is required\. Write `mode: max` or `mode: min` beside `m",
    ),
    ({"mode": "maximum"}, r"mode: must be 'max' or 'min', got 'maximum'\. `mode` is the direction"),
    (
        {"objective": "bare.py"},
        r"metric: `metric` is required\. Write `metric: NAME` in the definition, or METRIC in the ",
    ),
    (
        {"objective": "bare.py"},
        r"mode: `mode` is required\. Write `mode: max` or `mode: min` in the definition, or MODE",
    ),
    (
        {"objective": "bare.py"},
        r"space: `space` is required\. Write `space:` in the definition, or SPACE in the objective",
    ),
    ({"space": [1]}, r"space: a search space is a mapping from names to entries, got \[1\]"),
    ({"space": {"x": {"float": [1, 0]}}}, r"space\.x\.float: `low` must be below `high`"),
    ({"space": {"x": {"flaot": [0, 1]}}}, r"space\.x: .*Did you mean `float`"),
    ({"space": {"score": {"float": [0, 1]}}}, r"space\.score: `score` belongs to a column"),
    ({"forbid": {"x": 1}}, r"forbid: `forbid` must be a list of clauses"),
    ({"forbid": [{"knd": "a"}]}, r"forbid\[0\]\.knd: .*Did you mean `kind`"),
    (
        {"search": None},
        r"search: `search` is required\. Its keys are `sampler`, `configs`, `default",
    ),
    ({"search": "random"}, r"search: must be a mapping of keys to values, got 'random'\. Its keys"),
    (
        {"search": {"configs": 5}},
        r"search\.sampler: `search\.sampler` is required\. It is the way to",
    ),
    (
        {"search": {"sampler": "grid"}},
        r"space\.x\.grid: a float needs `grid`, its number of points",
    ),
    (
        {"search": {"sampler": "grid"}, "space": {"x": {"int": [1, 2]}}, "forbid": [{"x": [1, 2]}]},
        r"forbid: `forbid` must leave some configuration over",
    ),
    (
        {
            "search": {"sampler": "grid"},
            "space": {"x": {"float": [0, 1], "grid": 2}},
            "forbid": [{"x": {"above": 0.9}}, {"x": {"below": 0.1}}],
        },
        r"search\.sampler: the grid has no configuration\. Loosen `forbid`, or widen the space\.",
    ),
    (
        {
            "search": {"sampler": "grid"},
            "space": {"x": {"int": [1, 1001]}, "y": {"int": [1, 1000]}, "z": {"int": [1, 9]}},
        },
        r"search\.sampler: a grid can have at most 1,000,000 configurations, got up to 9,009,000",
    ),
    (
        {"search": {"sampler": "random", "configs": 4, "defaults_first": True}, "space": {"x": 1}},
        r"search\.defaults_first\.kind: there is no hyperparameter of that name",
    ),
    (
        {
            "objective": "bare.py",
            "search": {"sampler": "grid", "defaults_first": True},
            "space": {"x": 1},
        },
        r"search\.defaults_first: it needs DEFAULTS, which `bare\.py:train` does not declare",
    ),
    (
        {"seeds": None},
        r"seeds: `seeds` is required\. Its keys are `n`, `values`, `paired`, `sources`",
    ),
    ({"seeds": 0}, r"seeds: must be at least 1, got 0\. `n` is the number of seeds"),
    ({"seeds": True}, r"seeds: must be the number of seeds, .*, got True\. Write `seeds: 30`"),
    ({"seeds": "30"}, r"seeds: must be the number of seeds, a list of their .*, got '30'\. Write"),
    ({"seeds": [1, "2"]}, r"seeds\[1\]: must be a whole number, got '2'"),
    ({"seeds": []}, r"seeds: must not be empty, got \[\]"),
    ({"seeds": {"rase": 27}}, r"seeds\.rase: `seeds` has no key `rase`\. Did you mean `race`"),
    ({"seeds": {"paired": True}}, r"seeds\.n: `seeds\.n` is required"),
    (
        {"seeds": {"n": 3, "sources": ["split", "innit"]}},
        r"seeds\.sources\[1\]: `innit` is no seed source of `train\.py:train`\. Did you mean `in",
    ),
    (
        {"seeds": {"design": "crossed", "sources": {"split": 5, "innit": 6}}},
        r"seeds\.sources\.innit: `innit` is no seed source of `train\.py:train`\. Did you mean `in",
    ),
    (
        {"resources": {"cpus": 1}},
        r"resources\.cpus: `resources` has no key `cpus`\. Did you mean `cpu`",
    ),
    ({"resources": 4}, r"resources: must be a mapping of keys to values, got 4"),
    (
        {"failures": {"timeout": 1}},
        r"failures\.timeout: .* no key `timeout`\. Did you mean `timeout_s`",
    ),
    (
        {"budgt": {"runs": 5}},
        r"budgt: a sweep definition has no key `budgt`\. Did you mean `budget`",
    ),
    ({"serach": {}}, r"serach: a sweep definition has no key `serach`\. Did you mean `search`\?"),
]


@pytest.mark.parametrize(("changes", "message"), RULES)
def test_each_rule_has_its_message(
    folder: Path, definition: Definition, changes: Definition, message: str
):
    """A definition that breaks a rule is refused with the place, what came and what to do."""
    with pytest.raises(SpecError, match=message):
        Sweep.from_mapping(definition | changes, base=folder)


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        (
            {"objective": "no.py", "search": {}, "seeds": 0},
            ["objective", "search.sampler", "seeds"],
        ),
        ({"objective": "no.py", "metric": 5, "mode": 1}, ["metric", "mode", "objective"]),
        ({"name": None, "search": None, "seeds": None}, ["name", "search", "seeds"]),
        (
            {
                "space": {"x": {"float": [1, 1]}},
                "search": {"sampler": "grid", "defaults_first": True},
            },
            ["space.x.float"],
        ),
        (
            {"space": {}, "search": {"sampler": "listed", "from": []}, "resources": {"cpu": 0}},
            ["search.from", "resources.cpu"],
        ),
        (
            {
                "space": {"x": {"float": [1, 1]}},
                "search": {"sampler": "listed", "from": [{"x": 1}]},
                "seeds": 0,
            },
            ["space.x.float", "seeds"],
        ),
        (
            {
                "space": {"x": {"float": [1, 1]}},
                "search": {"sampler": "tpe"},
                "budget": {"runs": 0},
            },
            ["space.x.float", "budget.runs"],
        ),
    ],
)
def test_what_follows_from_one_mistake_is_not_reported_as_another(
    folder: Path, definition: Definition, changes: Definition, places: list[str]
):
    """A check that lacks what it needs is silent; all others still speak."""
    with pytest.raises(SpecError) as caught:
        Sweep.from_mapping(definition | changes, base=folder)
    assert [problem.where for problem in caught.value.problems] == places


def test_an_illegal_declaration_of_the_objective_is_named_as_such(
    folder: Path, definition: Definition
):
    """Wrong SPACE, FORBID and MODE of an objective are not blamed on the definition."""
    text = (folder / "train.py").read_text()
    wrong = text.replace("[-1, 1]", "[1, -1]").replace('"kind": "b", ', '"knid": "b", ')
    (folder / "train.py").write_text(wrong.replace('"min"', '"minimum"'))
    with pytest.raises(SpecError) as caught:
        Sweep.from_mapping(definition, base=folder)
    assert [problem.where for problem in caught.value.problems] == [
        "objective `train.py:train`, SPACE.x.float",
        "objective `train.py:train`, FORBID[0].knid",
        "objective",
    ]
    assert "MODE must be `max` or `min`, got 'minimum'" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('METRIC = "loss"', "METRIC = 5", r"objective: METRIC must be text, got 5\. Write `metric"),
        (
            "DEFAULTS = {",
            "DEFAULTS = [",
            r"it needs DEFAULTS, which .* does not declare as a map",
        ),
    ],
)
def test_a_declaration_of_another_type_is_refused(
    folder: Path, definition: Definition, old: str, new: str, message: str
):
    """What the objective declares is checked before it is used."""
    text = (folder / "train.py").read_text().replace(old, new)
    text = text.replace('["x": 0.5, "kind": "a"}', "[1]")
    (folder / "train.py").write_text(text)
    search = {"sampler": "random", "configs": 4, "defaults_first": True}
    with pytest.raises(SpecError, match=message):
        Sweep.from_mapping(definition | {"search": search}, base=folder)


def test_defaults_that_the_space_does_not_hold_are_refused(folder: Path, definition: Definition):
    """`defaults_first` needs DEFAULTS that are a configuration of the space in use."""
    search = {"sampler": "random", "configs": 4, "defaults_first": True}
    space = {"x": {"float": [-1, 0.25]}, "kind": {"choice": ["a", "b"]}}
    with pytest.raises(
        SpecError, match=r"search\.defaults_first\.x: .*must lie between -1\.0 and 0"
    ):
        Sweep.from_mapping(definition | {"search": search, "space": space}, base=folder)
    assert Sweep.from_mapping(definition | {"search": search}, base=folder).search.defaults_first


def test_null_is_as_good_as_left_out(folder: Path, definition: Definition):
    """An empty value in YAML means the default."""
    empty = {"metric": None, "tags": None, "resources": None, "failures": {"timeout_s": None}}
    assert Sweep.from_mapping(definition | empty, base=folder) == Sweep.from_mapping(
        definition, base=folder
    )
