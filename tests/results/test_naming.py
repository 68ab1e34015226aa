"""Configurations are found by rank, identifier or its beginning, and by nothing ambiguous."""

from __future__ import annotations

import pytest

from sweeps.errors import ResultsError, UnknownConfigError
from sweeps.results.naming import number_of, numbers_of

IDS = ["ab12cd34", "ab12ff00", "0123beef", "best-of-all"]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [("best", 0), (1, 0), (3, 2), ("ab12c", 0), ("0123", 2), ("ab12ff00", 1), ("best-of-all", 3)],
)
def test_a_configuration_is_found_by_any_of_its_names(wanted, number):
    """Rank, `best`, the whole identifier, or enough of it."""
    assert number_of(wanted, IDS) == number


def test_an_identifier_called_best_is_meant_before_the_leader():
    """A foreign frame may call its configurations as it likes."""
    assert number_of("best", ["a", "best"]) == 1


@pytest.mark.parametrize(
    ("wanted", "error", "message"),
    [
        ("ab12", UnknownConfigError, "2 configurations begin with 'ab12', such as ab12cd34"),
        ("012", UnknownConfigError, "at least 4 characters, got '012'"),
        ("zzzz", UnknownConfigError, "No configuration begins with 'zzzz'"),
        (0, UnknownConfigError, "between 1 and 4, got 0"),
        (5, UnknownConfigError, "between 1 and 4, got 5"),
        (1.0, ResultsError, "by its rank or identifier, got 1.0"),
        (True, ResultsError, "by its rank or identifier, got True"),
        (None, ResultsError, "by its rank or identifier, got None"),
    ],
)
def test_what_names_none_or_several_is_refused(wanted, error, message):
    """The message says what to pass instead."""
    with pytest.raises(error, match=message):
        number_of(wanted, IDS)


def test_several_configurations_are_each_taken_once():
    """In the order in which they are named first."""
    assert numbers_of([3, "best", "0123"], IDS) == [2, 0]
    with pytest.raises(ResultsError, match=r"must be a list, got 'best'. Pass \['best'\]"):
        numbers_of("best", IDS)
