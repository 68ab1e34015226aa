"""Do all machines see the same place for checkpoints? Driver and nodes each leave a file there."""

from __future__ import annotations

import contextlib
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sweeps.cluster.probe_scout import filesystem_of, first_line, is_there, write
from sweeps.engine.checkup.check import Check, bad, good, grouped, within
from sweeps.engine.checkup.nodes import every
from sweeps.spec.secret import without_password

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sweeps.cluster.probe import Said

JOB_COPY = "/runtime_resources/working_dir_files/"
"""In the path of the copy of a working directory that Ray makes for a job, and removes."""

WAYS_OUT = (
    "Name a place that all machines reach, such as `checkpoint: {path: s3://bucket/folder}` or a "
    "folder that they share, or do without: `checkpoint: {save: false}`."
)


def checkpoints(
    place: str, ask: Callable[[str, str], Mapping[str, Said]], *, limit_s: float, may_grow: bool
) -> Check:
    """Try the place that runs save themselves to; nothing is left behind.

    Args:
        place: A folder in it that is not there yet.
        ask: Lets every node look for a file of the driver's in a place, and leave one there.
        limit_s: Seconds that the driver may take to write, read, and remove.
        may_grow: Whether nodes may join that cannot be asked now.
    """
    shown = without_password(place.rpartition("/")[0])
    if JOB_COPY in place:
        found = f"{shown} is in the copy of your files that Ray removes after the job"
        return bad("checkpoints", found, WAYS_OUT)
    try:
        with _tried(place, limit_s) as (filesystem, root):
            within(limit_s, lambda: write(filesystem, f"{root}/driver"))
            said = ask(place, "driver")
            troubles = within(limit_s, lambda: _troubles(said, filesystem, root))
    except Exception as error:  # noqa: BLE001 - whatever a disk or an object store says
        return bad("checkpoints", f"{shown} cannot be written here: {first_line(error)}", WAYS_OUT)
    if troubles:
        return bad("checkpoints", f"{shown}: {grouped(troubles)}", WAYS_OUT)
    found = f"{shown} is written and seen by {every(said)}"
    is_local = may_grow and "://" not in place
    return good("checkpoints", found, "Nodes that join later must see it, too." if is_local else "")


def _troubles(said: Mapping[str, Said], filesystem: Any, root: str) -> dict[str, str]:
    troubles = {}
    for name, answer in said.items():
        if answer.error:
            troubles[name] = answer.error
        elif not answer.value["is_seen"]:
            troubles[name] = "cannot see what the driver writes there"
        elif answer.value["error"]:
            troubles[name] = f"cannot write there ({answer.value['error']})"
        elif not is_there(filesystem, f"{root}/{answer.value['left']}"):
            troubles[name] = "the driver cannot see what is written there"
    return troubles


@contextmanager
def _tried(place: str, limit_s: float) -> Iterator[tuple[Any, str]]:
    """Make a folder, and remove it with all that was made for it."""
    made = _missing(place)
    filesystem, root = within(limit_s, lambda: filesystem_of(place))
    try:
        within(limit_s, lambda: filesystem.create_dir(root, recursive=True))
        yield filesystem, root
    finally:
        with contextlib.suppress(OSError, TimeoutError):
            within(limit_s, lambda: filesystem.delete_dir(root))
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _missing(place: str) -> list[Path]:
    """List the folders that have to be made for a folder, innermost first."""
    if "://" in place:
        return []
    path = Path(place)
    return [folder for folder in (path, *path.parents) if not folder.exists()]


def own_name() -> str:
    """Name a folder so that nobody else's is meant."""
    return f"check-up-{os.urandom(6).hex()}"
