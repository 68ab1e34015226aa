"""The tree of errors: what the messages say, and that they travel between processes."""

from __future__ import annotations

import inspect
import pickle

import pytest

from sweeps import errors
from sweeps.errors import Problem, SpaceError, SpecError, StoreError, SweepError, nearest

PROBLEMS = (
    Problem("space.lr.float", "`low` must be below `high`", "[1.0, 0.1]", "Swap them.", line=7),
    Problem("metric", "a sweep needs a metric", "", "Add `metric: accuracy`."),
)
CLASSES = [
    cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, SweepError)
]


def make(cls: type[SweepError]) -> SweepError:
    if issubclass(cls, SpecError):
        return cls(PROBLEMS, "digits.yaml")
    return cls("`x` must be positive, got -1. Give a larger one.")


@pytest.mark.parametrize("cls", CLASSES)
def test_error_survives_pickling(cls: type[SweepError]):
    """An error raised in a worker reaches the driver with its class, arguments and message."""
    error = make(cls)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(copy) is cls
    assert copy.args == error.args
    assert str(copy) == str(error)


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if not issubclass(cls, SpecError)])
def test_error_prints_its_message_alone(cls: type[SweepError]):
    """Whatever built-in kind an error also is, its text is the message and nothing else."""
    assert str(cls("The store is read-only.")) == "The store is read-only."


@pytest.mark.parametrize("cls", CLASSES)
def test_error_has_a_docstring_that_says_when(cls: type[SweepError]):
    """Each class says in its own words when it is raised."""
    assert cls.__dict__["__doc__"].strip().endswith(".")


def test_spec_error_lists_every_problem_with_its_place():
    """A definition with two mistakes is reported with both, the line where one is known."""
    lines = str(SpecError(PROBLEMS, "digits.yaml")).splitlines()
    assert lines == [
        "2 problems in digits.yaml:",
        "  - line 7, space.lr.float: `low` must be below `high`, got [1.0, 0.1]. Swap them.",
        "  - metric: a sweep needs a metric. Add `metric: accuracy`.",
    ]


def test_one_problem_is_singular():
    """The headline counts in English."""
    assert str(SpaceError(PROBLEMS[:1])).startswith("1 problem in the search space:\n")


def test_spec_error_takes_any_iterable_once():
    """Problems collected by a generator are not lost after the first look."""
    error = SpecError(problem for problem in PROBLEMS)
    assert error.problems == PROBLEMS
    assert len(str(error).splitlines()) == 1 + len(PROBLEMS)


def test_errors_are_also_of_the_built_in_kind():
    """Code that expects a `ValueError` or an `OSError` need not know ours."""
    assert issubclass(SpecError, ValueError)
    assert issubclass(StoreError, OSError)
    assert issubclass(errors.UnknownObjectiveError, LookupError)
    assert issubclass(errors.UnknownSweepError, LookupError)


def test_nearest_names_the_closest_word_and_all_known_ones():
    """A slip of the finger is answered with the word that was meant."""
    assert nearest("kernl", ["kernel", "C"]) == "Did you mean `kernel`? Known: `C`, `kernel`."


def test_nearest_guesses_nothing_far_away():
    """A word that is close to none gets the list and no guess."""
    assert nearest("zzz", ["kernel", "C", "C"]) == "Known: `C`, `kernel`."


def test_nearest_says_when_nothing_is_known():
    """An empty list is said to be empty."""
    assert nearest("C", []) == "Known: none."
