"""Plain values as one line of YAML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.spec.flow import flow
from sweeps.spec.yaml_text import read_yaml

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@pytest.mark.slow
@given(VALUES)
def test_what_is_written_reads_back(value: object):
    """Whatever the value, YAML gives back an equal one, of the same type."""
    read = read_yaml(f"key: {flow(value)}", "a text")
    assert read.problems == ()
    assert repr(read.content) == repr({"key": value})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("rbf", "rbf"),
        ("true", '"true"'),
        ("1e-3", '"1e-3"'),
        ("objectives.svm:train", "objectives.svm:train"),
        ("sqlite:///a.db", "sqlite:///a.db"),
        ("a: b", '"a: b"'),
        ((1, 2.5), "[1, 2.5]"),
        ({"when": {"kernel": ["a b", None]}}, '{when: {kernel: ["a b", null]}}'),
    ],
)
def test_words_stand_bare_where_they_can(value: object, text: str):
    """Quotes are used only where a word would be read as something else."""
    assert flow(value) == text
