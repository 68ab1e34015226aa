"""Identity: what makes another sweep, and what is growth or free."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sweeps.spec import Sweep, identity_difference, identity_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Changes = dict[str, Any]
SPACE = {"x": {"float": [0, 1], "grid": 3}, "kind": {"choice": ["a", "b"]}}
DESIGN = {"design": "crossed", "sources": {"split": 4, "init": 3}}
RANDOM = {"sampler": "random", "configs": 4}
TPE = {"sampler": "tpe", "configs": 4}
LATIN = {"sampler": "latin_hypercube", "configs": 4}
SOBOL = {"sampler": "sobol", "configs": 4}
LISTED = {"sampler": "listed", "from": [{"x": 0.5, "kind": "a"}]}
WIDER = {"x": {"float": [0, 2], "grid": 5}, "kind": {"choice": ["c", "b", "a"]}}


@pytest.fixture
def make(folder: Path) -> Callable[..., Sweep]:
    """Makes a sweep with some keys changed."""

    def sweep(changes: Changes) -> Sweep:
        given: Changes = {
            "name": "a",
            "objective": "train.py",
            "space": SPACE,
            "search": RANDOM,
            "seeds": {"n": 3, "sources": ["split", "init"]},
        }
        return Sweep.from_mapping(given | changes, base=folder)

    return sweep


def stored(sweep: Sweep) -> Any:
    """Give an identity as a store gives it back: through JSON, keys in another order."""
    return json.loads(json.dumps(sweep.identity(), sort_keys=True))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({}, {"search": RANDOM | {"configs": 400}}),
        ({}, {"search": RANDOM | {"configs": 1}}),
        ({}, {"seeds": {"n": 30, "sources": ["init", "split"]}}),
        ({}, {"name": "b", "store": "sqlite:///b.db", "tags": ["t"], "isolate": True}),
        ({}, {"resources": {"cpu": 4}, "failures": {"retries": 0}}),
        ({}, {"resources": {"custom": {"licence": 1}}, "checkpoint": {"save": False}}),
        ({}, {"space": WIDER}),
        ({}, {"space": dict(reversed(SPACE.items()))}),
        ({"search": LISTED}, {"search": LISTED | {"from": [{"x": 0, "kind": "b"}]}}),
        ({"search": LISTED}, {"search": LISTED, "space": WIDER}),
        ({"search": SOBOL}, {"search": SOBOL | {"configs": 8}}),
        ({"seeds": [5, 6]}, {"seeds": [5, 6, 7]}),
        ({"seeds": [5, 6]}, {"seeds": [5]}),
        ({"search": TPE}, {"search": TPE | {"configs": 9}, "space": WIDER}),
        ({"seeds": {"race": 9}}, {"seeds": {"race": 81}}),
        (
            {"seeds": {"race": 9}},
            {"seeds": {"race": 9, "validate": 0, "pilot": 2, "contenders": 1}},
        ),
        ({}, {"seeds": {"n": 3, "validate": 9, "sources": ["split", "init"]}}),
        ({}, {"budget": {"runs": 100, "hours": 2}}),
        ({"seeds": DESIGN}, {"seeds": DESIGN | {"sources": {"split": 7, "init": 3}}}),
        ({"seeds": DESIGN}, {"seeds": DESIGN | {"sources": {"split": 2, "init": 3}}}),
        ({"seeds": DESIGN}, {"seeds": DESIGN | {"n": 12, "validate": 5}}),
    ],
)
def test_growth_and_free_keys_are_no_difference(
    make: Callable[..., Sweep], before: Changes, after: Changes
):
    """More configurations, more seeds and wider random spaces continue a sweep."""
    assert identity_difference(stored(make(before)), make(after)) == []


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        ({}, {"master_seed": 1}, ["`master_seed` was 0, is now 1."]),
        ({}, {"mode": "max"}, ["`mode` was min, is now max."]),
        (
            {},
            {"metric": "accuracy", "mode": "max"},
            ["`metric` was loss, is now accuracy.", "`mode` was min, is now max."],
        ),
        ({"seeds": 27}, {"seeds": {"race": 27}}, ["`allocation` was fixed, is now race."]),
        ({"seeds": {"race": 27}}, {"seeds": 27}, ["`allocation` was race, is now fixed."]),
        ({"seeds": {"race": 27}}, {"seeds": {"race": 9}}, ["`seeds.race` was 27, is now 9."]),
        ({"seeds": {"race": 20}}, {"seeds": {"race": 27}}, ["`seeds.race` was 20, is now 27."]),
        (
            {"seeds": {"race": 2}},
            {"seeds": {"race": 2, "reduction": 2}},
            ["`seeds.reduction` was 3, is now 2."],
        ),
        (
            {"search": TPE | {"options": {"n_startup": 5}}},
            {"search": TPE | {"options": {"gamma": 0.5}}},
            ["`search.options.n_startup` is gone, was 5.", "`search.options.gamma` is new: 0.5."],
        ),
        (
            {"search": LATIN},
            {"search": LATIN | {"configs": 9}},
            ["`search.configs` was 4, is now 9."],
        ),
        ({}, {"search": SOBOL}, ["`search.sampler` was random, is now sobol."]),
        (
            {},
            {"search": RANDOM | {"defaults_first": True}},
            ["`search.defaults_first` was false, is now true."],
        ),
        ({}, {"seeds": 3}, ["`seeds.sources` was [init, split], is now null."]),
        ({}, {"seeds": DESIGN}, ["`seeds.design` was null, is now crossed."]),
        (
            {"seeds": DESIGN},
            {"seeds": DESIGN | {"design": "nested"}},
            ["`seeds.design` was crossed, is now nested."],
        ),
        (
            {"seeds": DESIGN},
            {"seeds": DESIGN | {"sources": {"init": 4, "split": 3}}},
            ["`seeds.sources` was [split, init], is now [init, split]."],
        ),
        (
            {"seeds": DESIGN},
            {"seeds": DESIGN | {"sources": {"split": 5, "init": 4}}},
            [
                "`seeds.sources.init` was 3, is now 4; only the first source, `split`, may have "
                "more levels later."
            ],
        ),
        (
            {"seeds": 3},
            {"seeds": {"n": 3, "paired": False}},
            ["`seeds.paired` was true, is now false."],
        ),
        ({"seeds": 2}, {"seeds": [5, 6]}, ["`seeds.values` was null, is now [5, 6]."]),
        ({"seeds": [5, 6]}, {"seeds": [5, 7, 6]}, ["`seeds.values` was [5, 6], is now [5, 7, 6]."]),
        (
            {},
            {"space": SPACE | {"x": {"float": [0.5, 1]}}},
            ["`space.x` was {float: [0.0, 1.0], grid: 3}, is now {float: [0.5, 1.0]}."],
        ),
        (
            {},
            {"space": {"x": SPACE["x"], "y": 5}},
            ["`space.kind` is gone, was {choice: [a, b]}.", "`space.y` is new: 5."],
        ),
        ({}, {"forbid": [{"kind": "a"}]}, ["`forbid` was [], is now [{kind: a}]."]),
        (
            {"search": SOBOL},
            {"search": SOBOL, "space": WIDER},
            [
                "`space.kind` was {choice: [a, b]}, is now {choice: [c, b, a]}.",
                "`space.x` was {float: [0.0, 1.0], grid: 3}, is now {float: [0.0, 2.0], grid: 5}.",
            ],
        ),
        (
            {"search": SOBOL},
            {"search": SOBOL, "space": dict(reversed(SPACE.items()))},
            ["`order of the hyperparameters` was [x, kind], is now [kind, x]."],
        ),
        (
            {"search": SOBOL},
            {"search": SOBOL, "space": SPACE | {"y": 1}},
            ["`space.y` is new: 1."],
        ),
    ],
)
def test_another_sweep_is_told_by_what_differs(
    make: Callable[..., Sweep], before: Changes, after: Changes, sentences: list[str]
):
    """Each difference is one sentence with the key, what it was and what it is."""
    first, second = make(before), make(after)
    found = identity_difference(stored(first), second)
    assert sorted(found) == sorted(sentences)
    assert first.identity_hash != second.identity_hash


def test_the_objective_counts_by_its_name_and_not_by_its_code(
    make: Callable[..., Sweep], folder: Path
):
    """Changed code has its own check; another objective is another sweep."""
    first = make({})
    (folder / "train.py").write_text((folder / "train.py").read_text() + "\n# a comment\n")
    assert make({}).identity_hash == first.identity_hash
    (folder / "other.py").write_text((folder / "train.py").read_text())
    assert identity_difference(stored(first), make({"objective": "other.py"})) == [
        "`objective` was train.py:train, is now other.py:train."
    ]


def test_the_hash_depends_on_the_identity_alone(make: Callable[..., Sweep]):
    """Equal identities have equal hashes, from documents as from sweeps, in every process."""
    sweep = make({})
    assert identity_of(sweep.document()) == sweep.identity() == stored(sweep)
    assert len(sweep.identity_hash) == 64
    assert (
        make({"tags": ["t"], "search": RANDOM | {"configs": 9}}).identity_hash
        == sweep.identity_hash
    )


def test_a_rule_and_its_numbers_belong_to_the_sweep(make: Callable[..., Sweep], folder: Path):
    """Another rule, or other numbers of it, would have stopped other runs."""
    text = (folder / "train.py").read_text().replace("return", "yield")
    (folder / "train.py").write_text(text)
    asha = {"rule": "asha", "max_steps": 9}
    assert identity_difference(stored(make({})), make({"stopping": asha}))[0] == (
        "`stopping.rule` is new: asha."
    )
    assert identity_difference(
        stored(make({"stopping": asha})), make({"stopping": asha | {"grace": 2}})
    ) == ["`stopping.grace` was 1, is now 2."]


def test_a_definition_stored_before_there_were_races_is_the_same_sweep(make: Callable[..., Sweep]):
    """Keys that a stored document lacks have their defaults, and its hash still holds."""
    now = make({})
    old: Any = json.loads(json.dumps(now.document()))
    for key in ("stopping", "budget", "checkpoint"):
        del old[key]
    del old["search"]["options"]
    old["seeds"] = {"n": 3, "paired": True, "sources": ["split", "init"]}
    assert identity_of(old) == now.identity()
    assert Sweep.from_mapping(old | {"objective": now.objective}) == now
    assert not {"stopping", "seeds.race", "search.options"} & set(now.identity())


def test_a_stored_space_that_this_version_cannot_read_is_a_difference(make: Callable[..., Sweep]):
    """What cannot be judged is shown instead of being taken for growth."""
    old = stored(make({})) | {"space": {"x": {"triangular": [0, 1]}}}
    assert identity_difference(old, make({}))[0] == (
        "`space.x` was {triangular: [0, 1]}, is now {float: [0.0, 1.0], grid: 3}."
    )
