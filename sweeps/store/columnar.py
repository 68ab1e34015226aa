"""Tables of columns in files: written whole or not at all, and known to be whole when read.

A file is a mark, a checksum, and a batch in Arrow's stream format, whose words are numbered and
whose buffers are compressed. Nothing in it is executed when it is read.
"""

from __future__ import annotations

import os
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sweeps.store.table import Columns

MARK = b"sweeps-columns-1"
_KEY = b"sweeps"
_N_CHECKSUM = 4


def write_columns(path: Path, columns: Columns, key: str, *, mode: int = 0o600) -> None:
    """Write a table, replacing the one that was there in one step.

    Args:
        path: Where to; its folder exists.
        columns: Arrays of equal length: numbers, truth values, or words with None among them.
        key: What a reader has to name to get it back.
        mode: Who may read and write it, as in `chmod`.

    Raises:
        OSError: The file cannot be written; the one that was there is as it was.
        ValueError: A name or a word is no text that UTF-8 can write.
    """
    import pyarrow as pa  # noqa: PLC0415 - takes 0.2 s

    arrays = [_encoded(column) for column in columns.values()]
    batch = pa.RecordBatch.from_arrays(arrays, list(columns))
    batch = batch.replace_schema_metadata({_KEY: key.encode()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(
        sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")
    ) as stream:
        stream.write_batch(batch)
    body = sink.getvalue()
    number, name = tempfile.mkstemp(prefix=f"{path.stem}-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(MARK + _checksum(body))
            file.write(body)
        Path(name).chmod(mode & 0o666)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_columns(path: Path, key: str) -> Columns | None:
    """Give back the table that was written with this key.

    Returns:
        None where there is no file, where it is damaged, and where it has another key.
    """
    import pyarrow as pa  # noqa: PLC0415 - as above

    try:
        content = memoryview(path.read_bytes())
    except OSError:
        return None
    start = len(MARK) + _N_CHECKSUM
    body = content[start:]
    if bytes(content[:start]) != MARK + _checksum(body):
        return None
    batch = pa.ipc.open_stream(pa.py_buffer(body)).read_next_batch()
    if batch.schema.metadata.get(_KEY) != key.encode():
        return None
    return {name: _decoded(batch.column(name)) for name in batch.schema.names}


def _checksum(body: Any) -> bytes:
    return zlib.crc32(body).to_bytes(_N_CHECKSUM, "big")


def _encoded(column: np.ndarray) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - as above

    if column.dtype != np.object_:
        return pa.array(column)
    # Large: the errors of a million runs may be more than the 2 GiB of a `string` column.
    return pa.array(column, pa.large_string()).dictionary_encode()


def _decoded(array: Any) -> np.ndarray:
    if not hasattr(array, "dictionary"):
        return np.asarray(array.to_numpy(zero_copy_only=False))
    words = np.array([*array.dictionary.to_pylist(), None], np.object_)
    found: np.ndarray = words[
        array.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    ]
    return found
