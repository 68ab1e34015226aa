"""Where text goes, and what becomes of it when nobody reads any more."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from typing import IO


class PatientConsole(Console):
    """A console that falls silent when nobody reads it any more, instead of ending the process."""

    def on_broken_pipe(self) -> None:
        """Write nothing from here on."""
        self.quiet = True
        abandon(self.file)


def abandon(stream: IO[str]) -> None:
    """Let a stream that nobody reads end in nothing.

    Python writes out what is left in it when the process ends, and would fail once more.

    Args:
        stream: Standard output or standard error; one without a file of its own is left alone.
    """
    with suppress(OSError, io.UnsupportedOperation):
        descriptor = stream.fileno()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, descriptor)
        os.close(nothing)
