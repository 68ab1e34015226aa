"""Columns in files: they come back bit for bit, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.store.columnar import read_columns, write_columns

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a file is to be."""
    return tmp_path_factory.mktemp("columns") / "one.arrow"


@given(
    rows=st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1),
            st.floats(),
            st.booleans(),
            st.none() | st.text(st.characters(codec="utf-8")),
        )
    )
)
def test_columns_come_back_bit_for_bit(path: Path, rows: list[tuple[int, float, bool, str | None]]):
    """NaN, infinities, empty words and missing ones included, also where there are no rows."""
    dtypes = {"number": np.int64, "score": np.float64, "flag": np.bool_, "word": np.object_}
    cells = list(zip(*rows, strict=True)) or [()] * len(dtypes)
    columns: dict[str, Any] = {
        name: np.array(column, dtype)
        for (name, dtype), column in zip(dtypes.items(), cells, strict=True)
    }
    write_columns(path, columns, "now")
    found = read_columns(path, "now")
    assert found is not None
    assert list(found) == list(columns)
    for name, column in columns.items():
        assert found[name].dtype == column.dtype
        np.testing.assert_array_equal(found[name], column)


def test_a_change_of_any_byte_and_a_cut_anywhere_is_found_out(path: Path):
    """No damage passes for a number."""
    write_columns(path, {"number": np.arange(3), "word": np.array(["a", None, "b"])}, "now")
    whole = path.read_bytes()
    for i, byte in enumerate(whole):
        for damaged in (whole[:i], whole[:i] + bytes([byte ^ 1 << i % 8]) + whole[i + 1 :]):
            path.write_bytes(damaged)
            assert read_columns(path, "now") is None
    path.write_bytes(whole)
    assert read_columns(path, "now") is not None


def test_another_key_finds_nothing(path: Path):
    """A copy answers only for the state that it was made of."""
    write_columns(path, {"number": np.arange(3)}, "then")
    assert read_columns(path, "now") is None
    assert read_columns(path.with_name("none.arrow"), "then") is None


def test_a_write_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nobody meets half a file, and no rest of it stays behind."""
    write_columns(path, {"number": np.arange(3)}, "then")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.replace", full)
        with pytest.raises(OSError, match="No space left"):
            write_columns(path, {"number": np.arange(4)}, "now")
    assert read_columns(path, "then") is not None
    assert list(path.parent.iterdir()) == [path]
