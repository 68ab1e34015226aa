"""How values become cells: metrics and curves as packed numbers, configurations as JSON.

Neither SQLite (a NaN becomes NULL) nor JSON keeps NaN, infinity and "not reported" apart, so
metrics are little-endian float64 words in the order of the sweep's list of metric names. A metric
that was not reported is one quiet NaN of our own, told from a diverged one by its bits. The list
only grows: a row written when it was shorter has fewer words, and the missing ones read as absent.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sweeps.planner.event import Curve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

ABSENT_BITS = 0x7FF8_0000_0000_AB5E  # a quiet NaN whose payload no arithmetic produces
_ABSENT = struct.pack("<Q", ABSENT_BITS)
_NAN = struct.pack("<d", float("nan"))
_pack_float = struct.Struct("<d").pack
# No hyperparameter can be called so, hence no configuration looks like a tuple.
_TUPLE = "()"


def pack_metrics(metrics: Mapping[str, float], names: Sequence[str]) -> bytes:
    """Give one word for each name.

    Args:
        metrics: What was reported.
        names: The sweep's metric names in their order, those of `metrics` among them.
    """
    return b"".join([_word(metrics.get(name)) for name in names])


def unpack_metrics(cells: Sequence[bytes], n_names: int) -> Floats:
    """Give the words of many rows, absent ones included; see `split_absent`.

    Returns:
        Shape `(len(cells), n_names)`.
    """
    width = 8 * n_names
    if any(len(cell) != width for cell in cells):
        cells = [cell + _ABSENT * (n_names - len(cell) // 8) for cell in cells]
    return np.frombuffer(b"".join(cells), "<f8").reshape(len(cells), n_names)


def split_absent(words: Floats) -> tuple[Floats, Flags]:
    """Give values, NaN where absent, and which ones are absent."""
    absent = words.view("<u8") == ABSENT_BITS
    return np.where(absent, np.nan, words), absent


def read_metrics(cell: bytes, names: Sequence[str]) -> dict[str, float]:
    """Give the metrics that one row reported, by name."""
    words = struct.unpack(f"<{len(cell) // 8}d", cell)
    reported = dict(zip(names, words, strict=False))
    if _ABSENT in cell:
        for i, name in enumerate(names[: len(words)]):
            if cell[8 * i : 8 * i + 8] == _ABSENT:
                del reported[name]
    return reported


def pack_curve(curve: Curve, names: Sequence[str]) -> tuple[bytes, bytes]:
    """Give the cells `steps` (int64) and `metrics`: all steps of the first metric, and so on."""
    n_steps = len(curve.steps)
    columns = [
        _pack_column(curve.metrics[name]) if name in curve.metrics else _ABSENT * n_steps
        for name in names
    ]
    return np.array(curve.steps, "<i8").tobytes(), b"".join(columns)


def unpack_curve(steps: bytes, metrics: bytes, names: Sequence[str]) -> Curve:
    """Give back what `pack_curve` was given; a metric that no step reported is left out."""
    n_bytes = len(steps)
    reported = {}
    for i, name in enumerate(names):
        words = np.frombuffer(metrics[n_bytes * i : n_bytes * (i + 1)], "<f8")
        absent = words.view("<u8") == ABSENT_BITS
        if len(words) and not absent.all():
            pairs = zip(words.tolist(), absent.tolist(), strict=True)
            reported[name] = tuple(None if is_absent else word for word, is_absent in pairs)
    return Curve(tuple(np.frombuffer(steps, "<i8").tolist()), reported)


def unpack_steps(cells: Sequence[bytes]) -> Ints:
    """Give the step numbers of many curves, one curve after the other."""
    return np.frombuffer(b"".join(cells), "<i8")


def unpack_curves(cells: Sequence[bytes], lengths: Ints, i_name: int) -> Floats:
    """Give one metric of many curves, one curve after the other, absent words included.

    Args:
        cells: The cells `metrics`.
        lengths: Number of steps of each curve.
        i_name: Position of the metric in the sweep's list of names.
    """
    columns = [
        cell[8 * n_steps * i_name : 8 * n_steps * (i_name + 1)] or _ABSENT * n_steps
        for cell, n_steps in zip(cells, lengths.tolist(), strict=True)
    ]
    return np.frombuffer(b"".join(columns), "<f8")


def to_json(value: object) -> str:
    """Give `value` as JSON in plain ASCII, so that no odd character troubles a database."""
    return json.dumps(value, separators=(",", ":"))


def pack_configuration(values: Mapping[str, object]) -> str:
    """Give a configuration as JSON; tuples come back as tuples, lists as lists."""
    return to_json({name: _without_tuples(value) for name, value in values.items()})


def unpack_configurations(texts: Sequence[str]) -> list[dict[str, object]]:
    """Give back what `pack_configuration` was given, in a third of the time of one by one.

    Example:
        >>> unpack_configurations([pack_configuration({"layers": (64, 64), "C": 1 / 3})])
        [{'layers': (64, 64), 'C': 0.3333333333333333}]
    """
    values: list[dict[str, object]] = json.loads(f"[{','.join(texts)}]", object_hook=_with_tuples)
    return values


def clean_text(text: str | None) -> str | None:
    r"""Write out what databases refuse: lone surrogates, which UTF-8 lacks, and the zero byte.

    Example:
        >>> clean_text("a\x00b\udc80")
        'a\\x00b\\udc80'
    """
    if text is None:
        return None
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")


def _word(value: float | None) -> bytes:
    if value is None:
        return _ABSENT
    # Any NaN that was reported becomes the common one: none can pass for absent.
    return _pack_float(value) if value == value else _NAN  # noqa: PLR0124 - the test for NaN


def _pack_column(values: Sequence[float | None]) -> bytes:
    words = np.array(values, "<f8")
    words[np.isnan(words)] = np.nan
    if None in values:
        words.view("<u8")[[value is None for value in values]] = ABSENT_BITS
    return words.tobytes()


def _without_tuples(value: object) -> object:
    if isinstance(value, tuple):
        return {_TUPLE: [_without_tuples(item) for item in value]}
    if isinstance(value, list):
        return [_without_tuples(item) for item in value]
    return value


def _with_tuples(mapping: dict[str, Any]) -> object:
    return tuple(mapping[_TUPLE]) if mapping.keys() == {_TUPLE} else mapping
