"""The record: the same checks from Python, frozen, hashable, equal by value, there and back."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.errors import SpecError
from sweeps.objective import load_objective
from sweeps.space import Space
from sweeps.spec import Failures, Resources, Search, SeedPlan, Sweep

if TYPE_CHECKING:
    from pathlib import Path

Definition = dict[str, Any]
SPACE = {
    "x": {"float": [1e-3, 1], "log": True, "grid": 3},
    "kind": {"choice": ["a", "b", None, [1, 2]]},
    "depth": {"int": [1, 4], "when": {"kind": "b"}},
    "tol": 0.1,
}


def parabola(config: dict[str, float], seed: int) -> dict[str, float]:
    """Give a loss."""
    return {"loss": config["x"] ** 2 + seed * 0}


def sweep(**changes: Any) -> Sweep:
    given: Definition = {
        "name": "a",
        "objective": parabola,
        "metric": "loss",
        "mode": "min",
        "space": SPACE,
        "search": {"sampler": "random", "configs": 4},
        "seeds": 3,
    }
    return Sweep(**(given | changes))


def searches() -> st.SearchStrategy[Definition]:
    row = st.fixed_dictionaries(
        {"x": st.floats(0.001, 1), "kind": st.just("b"), "depth": st.just(2)}
    )
    return st.one_of(
        st.fixed_dictionaries(
            {"sampler": st.sampled_from(["random", "sobol"]), "configs": st.integers(1, 10**6)}
        ),
        st.just({"sampler": "grid"}),
        st.fixed_dictionaries(
            {"sampler": st.just("listed"), "from": st.lists(row, min_size=1, max_size=3)}
        ),
        st.fixed_dictionaries(
            {
                "sampler": st.sampled_from(["tpe", "a.b:C"]),
                "configs": st.just(4),
                "options": st.dictionaries(st.text(max_size=3), st.none() | st.integers()),
            }
        ),
    )


def seeds() -> st.SearchStrategy[Any]:
    values = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4, unique=True)
    plan = st.fixed_dictionaries(
        {"n": st.integers(1, 10**6)},
        optional={
            "paired": st.booleans(),
            "sources": st.none() | st.lists(st.sampled_from("abc"), min_size=1, unique=True),
        },
    )
    levels = st.permutations("abc").flatmap(
        lambda names: st.fixed_dictionaries({name: st.integers(2, 9) for name in names})
    )
    design = st.fixed_dictionaries(
        {"design": st.sampled_from(["crossed", "nested"]), "sources": levels}
    )
    race = st.fixed_dictionaries(
        {"race": st.integers(2, 10**6)},
        optional={
            "validate": st.integers(0, 100),
            "reduction": st.integers(2, 9),
            "pilot": st.none() | st.integers(0, 9),
            "contenders": st.integers(1, 9),
        },
    )
    return st.integers(1, 10**6) | values | plan | design | race


DEFINITIONS = st.fixed_dictionaries(
    {
        "name": st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,20}\Z"),
        "metric": st.text(min_size=1, max_size=5),
        "mode": st.sampled_from(["max", "min"]),
        "space": st.just(SPACE),
        "search": searches(),
        "seeds": seeds(),
    },
    optional={
        "master_seed": st.integers(0, 2**63 - 1),
        "forbid": st.just([{"kind": "b", "depth": [3, 4]}]),
        "resources": st.fixed_dictionaries(
            {"cpu": st.integers(1, 64) | st.floats(0.01, 1)},
            optional={
                "gpu": st.just(0.5),
                "memory_gib": st.none() | st.floats(0.1, 100),
                "custom": st.dictionaries(st.sampled_from("ab"), st.floats(0.001, 9)),
            },
        ),
        "failures": st.fixed_dictionaries(
            {}, optional={"retries": st.integers(0, 100), "timeout_s": st.floats(0.1, 1e6)}
        ),
        "budget": st.fixed_dictionaries(
            {}, optional={"steps": st.integers(1, 10**9), "hours": st.floats(0.1, 100)}
        ),
        "isolate": st.booleans(),
        "store": st.none() | st.just("sqlite:///a.db"),
        "tags": st.lists(st.text(min_size=1, max_size=3), unique=True, max_size=3),
    },
)


@pytest.mark.slow
@given(DEFINITIONS)
def test_a_document_reads_back_to_an_equal_sweep(definition: Definition):
    """Through JSON and back nothing is lost: equal sweep, equal hash, equal identity."""
    objective = load_objective("objectives.synthetic")
    objective = dataclasses.replace(objective, metrics=(), sources=())
    first = Sweep(objective=objective, **definition)
    document = json.loads(json.dumps(first.document(), allow_nan=False)) | {"objective": objective}
    again = Sweep.from_mapping(document)
    assert again == first
    assert hash(again) == hash(first)
    assert again.identity_hash == first.identity_hash


def test_a_reference_reads_back_as_well(folder: Path, definition: Definition):
    """A document names the objective, and relative to the same folder it is found again."""
    first = Sweep(**definition, base=folder)
    assert first.document()["objective"] == "train.py:train"
    assert Sweep.from_mapping(first.document(), base=folder) == first


def test_the_objective_fills_in_what_is_left_out(folder: Path, definition: Definition):
    """Metric, mode, space and forbidden clauses come from the objective's declarations."""
    made = Sweep(**definition, base=folder)
    assert (made.metric, made.mode, made.space.names) == ("loss", "min", ("x", "kind"))
    assert made.space.document()["forbid"] == [{"kind": "b", "x": {"above": 0.5}}]
    assert (made.resources, made.failures) == (Resources(), Failures())
    assert (made.master_seed, made.isolate, made.store, made.tags) == (0, False, None, ())


def test_a_space_in_the_definition_leaves_the_declared_clauses_out(
    folder: Path, definition: Definition
):
    """FORBID belongs to SPACE: another space comes with its own clauses or none."""
    made = Sweep(**definition, space={"x": {"float": [0, 2]}}, base=folder)
    assert made.space.document() == {"space": {"x": {"float": [0.0, 2.0]}}, "forbid": []}


def test_clauses_alone_replace_the_declared_ones(folder: Path, definition: Definition):
    """`forbid` without `space` is about the objective's own space."""
    made = Sweep(**definition, forbid=[{"kind": "a"}], base=folder)
    assert made.space.document()["forbid"] == [{"kind": "a"}]


def test_records_are_as_good_as_plain_data():
    """Every argument may be the finished record, so that `dataclasses.replace` works."""
    made = sweep(
        space=Space.from_mapping(SPACE),
        search=Search(sampler="random", configs=4),
        seeds=SeedPlan(n=3),
        resources=Resources(),
        failures=Failures(),
    )
    assert made == sweep()
    assert dataclasses.replace(made, name="b") == sweep(name="b")
    assert sweep(space=Space.from_mapping(SPACE), forbid=[{"kind": "a"}]) == sweep(
        forbid=[{"kind": "a"}]
    )


def test_seeds_may_come_as_any_sequence_of_numbers():
    """Ranges and numpy's numbers and arrays are as good as lists and integers."""
    assert sweep(seeds=range(3)) == sweep(seeds=np.arange(3)) == sweep(seeds=(0, 1, 2))
    assert sweep(seeds=np.int64(3)) == sweep(seeds=3)
    assert sweep(search={"sampler": "random", "configs": np.int64(4)}) == sweep()


def test_a_changed_copy_is_checked_too():
    """`dataclasses.replace` cannot make an illegal sweep."""
    with pytest.raises(SpecError, match="seeds: must be at least 1, got 0"):
        dataclasses.replace(sweep(), seeds=0)  # type: ignore[arg-type]


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Sweep)])
def test_no_field_can_be_set_or_deleted(field: str):
    """A sweep is frozen."""
    made = sweep()
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, field, getattr(made, field))
    with pytest.raises(dataclasses.FrozenInstanceError):
        delattr(made, field)
    with pytest.raises((AttributeError, TypeError)):
        made.new = 1  # type: ignore[attr-defined]


def test_nothing_inside_a_sweep_is_shared_with_what_was_given_or_gave_out():
    """Neither the arguments nor a document can be used to change a sweep."""
    given: Definition = {
        "space": copy.deepcopy(SPACE),
        "search": {"sampler": "listed", "from": [{"x": 0.5, "kind": [1, 2]}]},
        "seeds": {"n": 3, "sources": ["split"]},
        "tags": ["t"],
    }
    made = sweep(**given)
    before = json.dumps(made.document())
    given["space"]["x"]["float"][0] = 0.5
    given["search"]["from"][0]["x"] = 0.25
    given["search"]["from"][0]["kind"][0] = 3
    given["seeds"]["sources"].append("init")
    given["tags"].append("u")
    document: Any = made.document()
    document["space"]["x"]["float"][0] = 0.5
    document["space"]["kind"]["choice"][3][0] = 5
    document["search"]["from"][0]["kind"][0] = 5
    document["tags"].append("u")
    identity: Any = made.identity()
    identity["space"]["x"]["float"][0] = 0.5
    assert json.dumps(made.document()) == before
    assert hash(made) == hash(sweep(**{**given, **json.loads(before), "objective": parabola}))


def test_equality_sees_every_field():
    """A change of any field makes another sweep, of the same field does not."""
    changes: list[Definition] = [
        {"name": "b"},
        {"metric": "m"},
        {"mode": "max"},
        {"master_seed": 1},
        {"space": {"x": {"float": [0, 1]}}},
        {"forbid": [{"kind": "a"}]},
        {"search": {"sampler": "random", "configs": 5}},
        {"seeds": 4},
        {"resources": {"cpu": 2}},
        {"failures": {"retries": 0}},
        {"seeds": {"race": 3}},
        {"seeds": {"n": 3, "validate": 5}},
        {"search": {"sampler": "tpe", "configs": 4}},
        {"search": {"sampler": "tpe", "configs": 4, "options": {"n_startup": 5}}},
        {"budget": {"runs": 100}},
        {"isolate": True},
        {"store": "sqlite:///b.db"},
        {"tags": ["t"]},
        {"objective": lambda config, seed: {"loss": config["x"] + seed}},
    ]
    sweeps = {sweep()} | {sweep(**change) for change in changes}
    assert len(sweeps) == len(changes) + 1
    assert len(sweeps | {sweep(**change) for change in changes}) == len(sweeps)
    assert sweep() != "a sweep"


def test_a_sweep_travels_by_pickle():
    """Another process gets an equal sweep."""
    objective = load_objective("objectives.synthetic")
    made = sweep(objective=objective, metric="quality", mode="max")
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("postgresql://ann:hunter2@host/db", "postgresql://ann@host/db"),
        ("postgres://ann:hunter2@host:5432/db", "postgres://ann@host:5432/db"),
        ("postgresql+psycopg://ann:hunter2@host/db", "postgresql+psycopg://ann@host/db"),
        ("postgresql://ann:p%40hunter2%2F%3A%25@host/db?a=b", "postgresql://ann@host/db?a=b"),
        ("postgresql://ann:p@hunter2/x:y@host/db", "postgresql://ann@host/db"),
        ("postgresql://ann:p?hunter2#x@host/db", "postgresql://ann@host/db"),
        ("postgresql://ann:$hunter2&é'{}\"@host/db", "postgresql://ann@host/db"),
        ("postgresql://host/db?user=ann&password=hunter2&a=b", "postgresql://host/db?user=ann&a=b"),
    ],
)
def test_a_password_is_nowhere_but_in_the_field_itself(url: str, clean: str):
    """Document, identity, hash, equality, repr and messages know the store without its password."""
    made = sweep(store=url)
    assert made.store == url
    assert made == sweep(store=clean)
    assert hash(made) == hash(sweep(store=url.replace("hunter2", "other")))
    assert made.identity_hash == sweep().identity_hash
    assert made.document()["store"] == clean
    for text in (repr(made), str(made), json.dumps(made.document()), json.dumps(made.identity())):
        assert "hunter2" not in text
    with pytest.raises(SpecError, match=r"store: must be text, got \['postgres") as e:
        sweep(store=[url], seeds=0)
    assert "hunter2" not in str(e.value)
    assert "hunter2" not in repr(e.value)


def test_all_problems_come_at_once_from_python_too():
    """Python arguments go through the same checks; there are no lines to name."""
    with pytest.raises(SpecError) as caught:
        sweep(name="a b", mode="up", search={"sampler": "grid", "configs": 4}, seeds=0, tags="x")
    assert [problem.where for problem in caught.value.problems] == [
        "name",
        "mode",
        "tags",
        "search.configs",
        "seeds",
    ]
    assert all(problem.line is None for problem in caught.value.problems)
    assert str(caught.value).startswith("5 problems in the sweep definition:\n  - name: must match")
