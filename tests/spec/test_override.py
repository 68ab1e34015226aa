"""Overrides: `--set search.configs=5`."""

from __future__ import annotations

import pytest

from sweeps.errors import Problem
from sweeps.spec.override import apply_overrides

CONTENT: dict[str, object] = {
    "name": "a",
    "seeds": 30,
    "space": {"svc.C": {"float": [0, 1]}, "svc": 1},
    "search": {"sampler": "random", "configs": 40},
    "resources": None,
}


@pytest.mark.parametrize(
    ("override", "place", "value"),
    [
        ("search.configs=5", "search", {"sampler": "random", "configs": 5}),
        ("search={sampler: grid}", "search", {"sampler": "grid"}),
        ("name=on", "name", "on"),
        ("name='5'", "name", "5"),
        ("name=", "name", None),
        ("failures.timeout_s=1e2", "failures", {"timeout_s": 100.0}),
        ("resources.cpu=2", "resources", {"cpu": 2}),
        ("store=sqlite:///a=b.db", "store", "sqlite:///a=b.db"),
        ("space.svc.C.float=[1, 2]", "space", {"svc.C": {"float": [1, 2]}, "svc": 1}),
        ("seeds.n=5", "seeds", {"n": 5}),
        ("seeds.paired=false", "seeds", {"n": 30, "paired": False}),
        ("a.b.c=1", "a", {"b": {"c": 1}}),
        ("resources.custom.big=1", "resources", {"custom": {"big": 1}}),
        ("resources.custom.node_a:b=0.5", "resources", {"custom": {"node_a:b": 0.5}}),
        ("checkpoint.save=false", "checkpoint", {"save": False}),
        ("store=null", "store", None),
    ],
)
def test_a_value_is_set_at_its_dotted_place(override: str, place: str, value: object):
    """Values are YAML, keys may be created, names may hold dots, short forms are opened."""
    assert apply_overrides(CONTENT, [override]).content[place] == value


def test_listed_seeds_keep_their_numbers():
    """`seeds: [1, 2]` with one more key is the same plan in its long form."""
    changed = apply_overrides({"seeds": [1, 2]}, ["seeds.paired=false"])
    assert changed.content == {"seeds": {"values": [1, 2], "paired": False}}


@pytest.mark.parametrize(
    ("seeds", "override", "expected"),
    [
        (30, "seeds.race=9", {"race": 9}),
        ([1, 2], "seeds.race=9", {"race": 9}),
        ({"n": 3, "sources": ["a"]}, "seeds.race=9", {"sources": ["a"], "race": 9}),
        ({"race": 9, "validate": 5}, "seeds.race=3", {"race": 3, "validate": 5}),
        ({"race": 9, "validate": 5}, "seeds.n=3", {"validate": 5, "n": 3}),
        (None, "seeds.race=9", {"race": 9}),
    ],
)
def test_a_race_replaces_a_fixed_number_of_seeds_and_the_other_way_round(
    seeds: object, override: str, expected: object
):
    """One override is enough to change between the two."""
    assert apply_overrides({"seeds": seeds}, [override]).content == {"seeds": expected}


def test_later_overrides_win_and_what_came_in_stays_as_it_was():
    """Overrides apply in order, to a copy."""
    changed = apply_overrides(CONTENT, ["search.configs=5", "search.configs=6"])
    assert changed.content["search"] == {"sampler": "random", "configs": 6}
    assert CONTENT["search"] == {"sampler": "random", "configs": 40}


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("configs", "--set: an override must be a dotted key, `=` and a value. Write for example"),
        ("=5", "--set: an override must be a dotted key"),
        ("search..configs=5", "--set search..configs: an override must be a dotted key"),
        ("search.configs=[1", "--set search.configs: while parsing a flow sequence"),
        ("search={a: 1, a: 2}", "--set search: key `a` stands twice"),
        ("name.first=a", "--set name.first: `name` holds no keys. Set `name` as a whole."),
        (
            "search.configs.n=5",
            "--set search.configs.n: `configs` holds no keys. Set `search.configs` as a whole.",
        ),
    ],
)
def test_an_override_that_cannot_be_applied_is_a_problem(override: str, message: str):
    """It is named, and the definition stays as it was."""
    changed = apply_overrides(CONTENT, [override])
    assert str(changed.problems[0]).startswith(message)
    assert changed.content == CONTENT


def test_one_hyperparameter_of_a_space_that_is_not_in_the_file_is_refused():
    """Setting it would silently replace the objective's whole space."""
    changed = apply_overrides({}, ["space.C.float=[0, 1]"])
    message = "--set space.C.float: one hyperparameter cannot be set, since the file has no `space`"
    assert str(changed.problems[0]).startswith(message)


def test_a_value_is_never_shown():
    """The value may be a URL with a password."""
    changed = apply_overrides({}, ["store=[postgresql://u:hunter2@h", "postgresql://u:hunter2@h"])
    assert len(changed.problems) == 2
    assert "hunter2" not in str(changed.problems)


def test_a_problem_is_named_after_the_last_override_that_holds_its_place():
    """Problems below an override lie in the override; all others keep their place."""
    changed = apply_overrides(CONTENT, ["search={}", "search.confgs=5"])
    placed = [
        changed.placed(Problem(where, "r", "", "", 7))
        for where in ("search.confgs", "search.sampler", "search", "searching", "name")
    ]
    assert [problem and problem.where for problem in placed] == [
        "--set search.confgs",
        "--set search.sampler",
        "--set search",
        None,
        None,
    ]
    assert placed[0] is not None
    assert placed[0].line is None
