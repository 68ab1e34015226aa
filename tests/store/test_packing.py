"""Packed cells: what goes in comes out, and three kinds of nothing stay apart."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sweeps.planner.event import Curve
from sweeps.store.packing import (
    ABSENT_BITS,
    pack_configuration,
    pack_curve,
    pack_metrics,
    read_metrics,
    split_absent,
    to_json,
    unpack_configurations,
    unpack_curves,
    unpack_metrics,
    unpack_steps,
)

NAMES = ("a", "b", "c")
IMPOSTOR = struct.unpack("<d", struct.pack("<Q", ABSENT_BITS))[0]

rows = st.dictionaries(st.sampled_from(NAMES), st.floats())
plain = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)
)
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner), max_leaves=5
)


def same(a: float, b: float) -> bool:
    return repr(a) == repr(b)


def test_metrics_are_little_endian_words_in_the_order_of_the_names():
    """The format is fixed: other programs and other machines read it."""
    cell = pack_metrics({"c": 2.0, "a": 1.0}, NAMES)
    assert cell == struct.pack("<d", 1.0) + struct.pack("<Q", ABSENT_BITS) + struct.pack("<d", 2.0)


@settings(max_examples=50)
@given(rows)
def test_one_row_comes_back(metrics: dict[str, float]):
    """Bit for bit but for a NaN's payload; what was not reported is not there."""
    back = read_metrics(pack_metrics(metrics, NAMES), NAMES)
    assert set(back) == set(metrics)
    assert all(same(back[name], value) for name, value in metrics.items())


@given(st.lists(rows, max_size=4))
def test_many_rows_come_back_as_a_matrix(table: list[dict[str, float]]):
    """With one column a name, NaN where absent, and a mask that says so."""
    cells = [pack_metrics(metrics, NAMES) for metrics in table]
    numbers, absent = split_absent(unpack_metrics(cells, len(NAMES)))
    assert numbers.shape == absent.shape == (len(table), len(NAMES))
    for i, metrics in enumerate(table):
        for j, name in enumerate(NAMES):
            assert absent[i, j] == (name not in metrics)
            assert same(float(numbers[i, j]), metrics.get(name, math.nan))


def test_a_shorter_row_lacks_the_later_metrics():
    """A cell written when fewer metrics were known needs no rewriting."""
    old, new = pack_metrics({"a": 1.0}, NAMES[:1]), pack_metrics({"c": 3.0}, NAMES)
    numbers, absent = split_absent(unpack_metrics([old, new, b""], 3))
    np.testing.assert_array_equal(numbers[:2], [[1.0, np.nan, np.nan], [np.nan, np.nan, 3.0]])
    assert absent.tolist() == [[False, True, True], [True, True, False], [True, True, True]]
    assert ABSENT_BITS not in numbers.view("<u8")
    assert read_metrics(old, NAMES) == {"a": 1.0}
    assert read_metrics(b"", NAMES) == {}


def test_a_reported_nan_never_passes_for_absent():
    """Not even the one whose bits mean absent."""
    assert math.isnan(IMPOSTOR)
    assert set(read_metrics(pack_metrics({"a": IMPOSTOR}, NAMES), NAMES)) == {"a"}
    cell = pack_curve(Curve((1,), {"a": (IMPOSTOR,)}), NAMES)[1]
    assert not split_absent(unpack_curves([cell], np.array([1]), 0))[1].any()


def test_the_bytes_of_absent_across_two_numbers_are_no_absent_metric():
    """Absence is looked for word by word, not anywhere in the cell."""
    bits = struct.pack("<Q", ABSENT_BITS)
    straddling = struct.unpack("<2d", b"\x00" * 4 + bits + b"\x00" * 4)
    back = read_metrics(pack_metrics(dict(zip("ab", straddling, strict=True)), "ab"), "ab")
    assert (back["a"], back["b"]) == straddling


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(NAMES), st.tuples(*[st.none() | st.floats(width=32)] * 3), max_size=3
        ),
        max_size=3,
    )
)
def test_curves_come_back(table: list[dict[str, tuple[float | None, ...]]]):
    """Every value of every step, None where nothing was reported."""
    curves = [Curve((1, 2, 5), metrics) for metrics in table]
    cells = [pack_curve(curve, NAMES) for curve in curves]
    assert unpack_steps([steps for steps, _ in cells]).tolist() == [1, 2, 5] * len(table)
    lengths = np.full(len(table), 3, np.int64)
    for i_name, name in enumerate(NAMES):
        words = unpack_curves([packed for _, packed in cells], lengths, i_name)
        numbers, absent = split_absent(words)
        expected = [value for metrics in table for value in metrics.get(name, (None,) * 3)]
        assert absent.tolist() == [value is None for value in expected]
        for number, value in zip(numbers.tolist(), expected, strict=True):
            assert same(number, math.nan if value is None else value)


@settings(max_examples=40)
@given(st.dictionaries(st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]*", fullmatch=True), values))
def test_a_configuration_comes_back(configuration: dict[str, object]):
    """With the types of its values, all the way down."""
    (back,) = unpack_configurations([pack_configuration(configuration)])
    assert repr(back) == repr(configuration)


def test_json_is_plain_ascii():
    """A lone surrogate, as in an odd file name, does not trouble the database."""
    assert to_json({"file": "é\udc80"}) == '{"file":"\\u00e9\\udc80"}'


def test_what_is_no_configuration_is_not_stored():
    """A value that would come back as something else is an error of ours, not a row."""
    with pytest.raises(TypeError, match="not JSON serializable"):
        pack_configuration({"C": np.int64(1)})
