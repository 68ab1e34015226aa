"""What looks around on one node for the check-up: a process of Ray's there, without CPUs.

The class travels by value, since a node may lack `sweeps` or have another one. So the top of this
file needs the standard library alone, and answers are plain data.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import platform
import time
from typing import Any

SEEN_WITHIN_S = 2.0
"""How long a file that was just written may take to be seen on another machine."""


class Scout:
    """Answers questions about the machine that it is on."""

    def facts(self) -> dict[str, str]:
        """Give the versions of what a run needs; `error` says why there is no `sweeps`."""
        import ray  # noqa: PLC0415 - the node's own

        facts = {"python": platform.python_version(), "ray": str(ray.__version__)}
        try:
            version = str(importlib.import_module("sweeps").__version__)
        except Exception as error:  # noqa: BLE001 - whatever keeps it from being imported
            return {**facts, "sweeps": "", "error": first_line(error)}
        return {**facts, "sweeps": version, "error": ""}

    def load(self, pickled: bytes) -> str:
        """Load the objective as a run does; give the first line of the error, else nothing."""
        try:
            import cloudpickle  # noqa: PLC0415 - comes with `sweeps`

            cloudpickle.loads(pickled).load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's own code
            return first_line(error)
        return ""

    def clock(self) -> float:
        """Give the time in seconds since the epoch."""
        return time.time()

    def meet(self, place: str, theirs: str) -> dict[str, Any]:
        """Look for the driver's file, and leave one beside it where it is seen.

        Args:
            place: Folder, or address in an object store.
            theirs: Name of the driver's file.

        Returns:
            `is_seen`; `left`, the name of the file that was left; and the first line of the
            `error` if there was one.
        """
        own = f"node-{os.urandom(6).hex()}"
        try:
            filesystem, root = filesystem_of(place)
            if not is_there(filesystem, f"{root}/{theirs}"):
                return {"is_seen": False, "left": "", "error": ""}
            write(filesystem, f"{root}/{own}")
        except Exception as error:  # noqa: BLE001 - whatever a disk or an object store says
            return {"is_seen": True, "left": "", "error": first_line(error)}
        return {"is_seen": True, "left": own, "error": ""}


def first_line(error: BaseException) -> str:
    r"""Give an error in one line.

    Example:
        >>> first_line(ValueError("too steep\nby far"))
        'ValueError: too steep'
    """
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0]}" if text else type(error).__name__


def filesystem_of(place: str) -> tuple[Any, str]:
    """Give the file system of a folder or of an address, and the path there."""
    from pyarrow import fs  # noqa: PLC0415 - comes with `sweeps`

    return fs.FileSystem.from_uri(place) if "://" in place else (fs.LocalFileSystem(), place)


def write(filesystem: Any, path: str) -> None:
    """Write a small file."""
    with filesystem.open_output_stream(path) as stream:
        stream.write(f"{platform.node()} {os.getpid()}\n".encode())


def is_there(filesystem: Any, path: str) -> bool:
    """Tell whether a file is seen from here, now or in a moment."""
    from pyarrow import fs  # noqa: PLC0415 - as above

    deadline = time.monotonic() + SEEN_WITHIN_S
    while True:
        with contextlib.suppress(PermissionError):
            if filesystem.get_file_info(path).type == fs.FileType.File:
                return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
