"""Is this machine fit to run sweeps?"""

from __future__ import annotations

import os
import shutil
import sys
from importlib import metadata
from typing import TYPE_CHECKING

from sweeps.engine.checkup.check import Check, bad, good

if TYPE_CHECKING:
    from pathlib import Path

OWN_DISTRIBUTION = "seed-sweeps"
MINIMUM_PYTHON = (3, 11)
MINIMUM_FREE_GIB = 1.0
MINIMUM_OPEN_FILES = 1024


def python() -> Check:
    """See whether this Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    is_ok = sys.version_info[:2] >= MINIMUM_PYTHON
    return Check("Python", is_ok, found, "" if is_ok else "Install Python 3.11 or newer.")


def import_name() -> Check:
    """See whether another distribution installs the same import name (W&B's old engine does)."""
    owners = set(metadata.packages_distributions().get("sweeps", ())) - {OWN_DISTRIBUTION}
    if not owners:
        return good("import name", "`sweeps` is ours")
    names = ", ".join(sorted(owners))
    remedy = f"Run:  pip uninstall {names}   and install {OWN_DISTRIBUTION} again."
    return bad("import name", f"`sweeps` is also installed by {names}", remedy)


def open_files() -> Check:
    """See whether enough files may be open at a time: each process of Ray takes a few."""
    import resource  # noqa: PLC0415 - not on every platform that can read results

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    is_ok = limit == resource.RLIM_INFINITY or limit >= MINIMUM_OPEN_FILES
    found = "unlimited" if limit == resource.RLIM_INFINITY else str(limit)
    remedy = "" if is_ok else f"Run:  ulimit -n {MINIMUM_OPEN_FILES}"
    return Check("open files", is_ok, found, remedy)


def disk(name: str, folder: Path) -> Check:
    """See whether a folder can be written and has room."""
    free_gib = shutil.disk_usage(folder).free / 2**30
    is_writable = os.access(folder, os.W_OK)
    is_ok = is_writable and free_gib >= MINIMUM_FREE_GIB
    remedy = "" if is_ok else f"Free {MINIMUM_FREE_GIB:g} GiB there, or set TMPDIR to another disk."
    found = f"{folder}: {free_gib:.1f} GiB free" + ("" if is_writable else ", not writable")
    return Check(name, is_ok, found, remedy)
