"""Keeps the tail of what a run prints, however much it prints."""

from __future__ import annotations

import contextlib
import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEPT_CHARS = 4000


class Tail(io.TextIOBase):
    """A text stream that remembers its last characters.

    Args:
        on_write: Called after each write, for who must know before the process may die.
    """

    def __init__(self, on_write: Callable[[], None] | None = None) -> None:
        self._chunks: list[str] = []
        self._n_chars = 0
        self._on_write = on_write

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, text: str) -> int:
        """Take text; forget what is too old."""
        self._chunks.append(text[-KEPT_CHARS:])
        self._n_chars += len(self._chunks[-1])
        if self._n_chars > 8 * KEPT_CHARS:
            self._chunks = [self.text()]
            self._n_chars = len(self._chunks[0])
        if self._on_write is not None:
            self._on_write()
        return len(text)

    def text(self) -> str:
        """Give the last `KEPT_CHARS` characters."""
        return "".join(self._chunks)[-KEPT_CHARS:]


@contextlib.contextmanager
def captured(tail: Tail) -> Iterator[None]:
    """Send what Python code prints to `tail`."""
    stdout, stderr = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = tail
    try:
        yield
    finally:
        sys.stdout, sys.stderr = stdout, stderr
