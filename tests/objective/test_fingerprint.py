"""The hash by which a change of code is noticed: it follows what is run, and only that."""

from __future__ import annotations

import functools
import hashlib
import itertools
import threading

import numpy as np
import pytest

from sweeps.objective import load_objective

pytestmark = pytest.mark.usefixtures("own_modules")


def hash_of(function):
    return load_objective(function).source_hash


def scaled(scale):
    """Make an objective that closes over a value."""

    def train(config, seed):
        return {"loss": scale}

    return train


def plus_one(x):
    return x + 1


def plus_two(x):
    return x + 2


def test_a_file_is_hashed_by_its_text(write, tmp_path):
    """The hash of a function without closure is sha256 of the source, which anybody can check."""
    path = write("model.py")
    objective = load_objective("model.py", base=tmp_path)
    assert objective.source_hash == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_changed_file_has_another_hash(write, tmp_path):
    """One character is enough; equality of objectives follows the hash."""
    path = write("model.py")
    before = load_objective("model.py", base=tmp_path)
    path.write_text(path.read_text().replace("** 2", "** 3"))
    after = load_objective("model.py", base=tmp_path)
    assert after.source_hash != before.source_hash
    assert after != before


def test_the_order_of_loading_does_not_matter(write, tmp_path):
    """A hash says nothing of what else was loaded before."""
    names = ["one.py", "two.py", "three.py"]
    for name in names:
        write(name, f"# {name}\ndef train(config, seed): ...\n")
    for order in itertools.permutations(names):
        hashes = {name: load_objective(name, base=tmp_path).source_hash for name in order}
        expected = {n: hashlib.sha256((tmp_path / n).read_bytes()).hexdigest() for n in names}
        assert hashes == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        ([1, 2], [2, 1]),
        ({"a": 1}, {"a": 2}),
        (np.zeros(3), np.ones(3)),
        (plus_one, plus_two),
        ([scaled(1)], [scaled(2)]),
        ({"f": scaled(1)}, {"f": scaled(2)}),
        (scaled(1), scaled(2)),
        (int, float),
        (itertools, functools),
    ],
)
def test_a_closure_is_hashed_with_what_it_closes_over(one, other):
    """Functions, containers and arrays inside count by their content."""
    assert hash_of(scaled(one)) == hash_of(scaled(one))
    assert hash_of(scaled(one)) != hash_of(scaled(other))


def test_a_lock_inside_an_object_does_not_stop_the_hash():
    """Of what cannot be read only the type counts."""

    class Logger:
        def __init__(self):
            self.lock = threading.Lock()

        def __reduce__(self):
            return (type(self), ())

    assert hash_of(scaled(Logger())) == hash_of(scaled(Logger()))


def test_a_function_may_close_over_itself():
    """Recursion ends, and a name that is not defined yet is none of its values."""

    def train(config, seed):
        return train if config else later

    first = hash_of(train)
    later = 3
    assert hash_of(train) != first


def test_default_values_are_part_of_the_hash():
    """Positional and keyword-only ones alike: they are values that the source may not show."""

    def make(one, two):
        def train(config, seed, a=one, *, b=two):
            return {"loss": a + b}

        return train

    assert hash_of(make(1, 2)) == hash_of(make(1, 2))
    assert len({hash_of(make(1, 2)), hash_of(make(1, 3)), hash_of(make(3, 2))}) == 3


def test_a_partial_is_hashed_with_its_arguments_and_its_function():
    """Two partials of one function are two objectives."""

    def train(config, seed, *, scale):
        return {"loss": scale}

    def other(config, seed, *, scale):
        return {"loss": -scale}

    partials = [functools.partial(f, scale=s) for f, s in [(train, 1), (train, 2), (other, 1)]]
    assert len({hash_of(each) for each in partials}) == 3
    assert hash_of(functools.partial(train, scale=1)) == hash_of(partials[0])


def test_an_object_is_hashed_with_its_class_and_state():
    """A callable object, and a method of one, are what their attributes say."""

    class Model:
        def __init__(self, scale):
            self.scale = scale

        def __call__(self, config, seed):
            return {"loss": self.scale}

        def fit(self, config, seed):
            return {"loss": self.scale}

    assert hash_of(Model(1)) == hash_of(Model(1)) != hash_of(Model(2))
    assert hash_of(Model(1).fit) == hash_of(Model(1).fit) != hash_of(Model(2).fit)
    assert "class Model" in load_objective(Model(1)).source


@pytest.mark.slow
def test_another_process_finds_the_same_hash(write, fresh_python, tmp_path):
    """A resumed sweep compares with a hash of yesterday; sets and strings keep theirs."""
    text = """
import sys
sys.path.append(sys.argv[1])
from sweeps import objective
def make(names, scale):
    def inner(x): return x * scale
    def train(config, seed, *, words=("a", "b")): return {"loss": inner(len(names))}
    return train
made = make({"one", "two", "three"}, {"b": 1, "a": 2})
print(objective.load_objective(made).source_hash)
"""
    path = write("script.py", text)
    code = f"import runpy; runpy.run_path({str(path)!r}, run_name='__main__')"
    first, second = (fresh_python(code, tmp_path) for _ in range(2))
    assert len(first) == 64
    assert first == second


def model(scale, steps=3):
    """Make a class objective that closes over a value."""

    class Model:
        STEPS = steps

        def setup(self, config, seed):
            self.x = scale

        def step(self):
            return {"loss": self.x}

    return Model


@pytest.mark.parametrize("other", [model(2), model(1, steps=4), type("Model", (model(1),), {})])
def test_a_class_is_hashed_with_what_it_carries(other):
    """What its methods close over, its data, its bases; the same class has the same hash."""
    assert hash_of(model(1)) == hash_of(model(1))
    assert hash_of(model(1)) != hash_of(other)


def test_a_class_in_a_file_is_hashed_wherever_the_file_is(write, tmp_path):
    """A folder that was moved changes nothing; a changed method does."""
    text = "class Train:\n    def setup(self, config, seed): ...\n    def step(self): return {}\n"
    write("one/model.py", text)
    write("two/model.py", text)
    write("three/model.py", text.replace("{}", "{'loss': 1}"))
    one, two, three = (
        load_objective("model.py", base=tmp_path / name).source_hash
        for name in ("one", "two", "three")
    )
    assert one == two != three
