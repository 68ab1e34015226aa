"""Stamps: what changes with every write to the file of a store, whoever makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from pathlib import Path


def stamp_of(file: Path, inode: int | None) -> str | None:
    """Give number, size and times of a store's file and of its log.

    A revision tells what `sweeps` wrote itself. This tells when another program changed a cell,
    and at worst it changes without need, as when the log is merged into the file. The time at
    which the system last touched the entry is part of it, since a restored copy may bring the
    time of its last write along.

    Args:
        file: The file.
        inode: Number of the file that is being read.

    Returns:
        Words without spaces; None where another file has taken the place of the one being read.
    """
    try:
        found = file.stat()
    except OSError:
        return None
    if found.st_ino != inode:
        return None
    try:
        log = _stamp(log_of(file).stat())
    except OSError:
        log = _NONE
    return f"{_stamp(found)}/{log}"


def log_of(file: Path) -> Path:
    """Give the log of a store; it lies beside the file itself, not beside a link to it."""
    real = file.resolve()
    return real.with_name(f"{real.name}-wal")


_NONE = "none"


def _stamp(found: os.stat_result) -> str:
    """Give one file's part; a log without content counts as none, since opening makes one."""
    if not found.st_size:
        return _NONE
    return f"{found.st_ino}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"
