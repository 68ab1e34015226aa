"""Is this machine fit to run sweeps? Each check really tries what it is about."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from sweeps.errors import StoreMissingError, SweepError
from sweeps.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN_DISTRIBUTION = "seed-sweeps"
MINIMUM_PYTHON = (3, 11)
MINIMUM_FREE_GIB = 1.0
MINIMUM_OPEN_FILES = 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What was looked at.
        is_ok: Whether it is as it should be.
        found: What was found.
        remedy: What to do, empty where all is well.
    """

    name: str
    is_ok: bool
    found: str
    remedy: str = ""


def checkup(store: str | None = None, address: str | None = None) -> Iterator[Check]:
    """Look at one thing after the other; starts a Ray of its own for a few seconds.

    Args:
        store: Address of the store, as in a definition.
        address: Address of a Ray cluster to look at instead of this machine.
    """
    yield _python()
    yield _import_name()
    yield _open_files()
    yield _disk("temporary folder", Path(tempfile.gettempdir()))
    yield _store(store)
    yield from _ray(address)


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    is_ok = sys.version_info[:2] >= MINIMUM_PYTHON
    return Check("Python", is_ok, found, "" if is_ok else "Install Python 3.11 or newer.")


def _import_name() -> Check:
    """See whether another distribution installs the same import name (W&B's old engine does)."""
    owners = set(metadata.packages_distributions().get("sweeps", ())) - {OWN_DISTRIBUTION}
    if not owners:
        return Check("import name", is_ok=True, found="`sweeps` is ours")
    names = ", ".join(sorted(owners))
    remedy = f"Run:  pip uninstall {names}   and install {OWN_DISTRIBUTION} again."
    return Check("import name", False, f"`sweeps` is also installed by {names}", remedy)  # noqa: FBT003


def _open_files() -> Check:
    import resource  # noqa: PLC0415 - not on every platform that can read results

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    is_ok = limit == resource.RLIM_INFINITY or limit >= MINIMUM_OPEN_FILES
    found = "unlimited" if limit == resource.RLIM_INFINITY else str(limit)
    remedy = "" if is_ok else f"Run:  ulimit -n {MINIMUM_OPEN_FILES}"
    return Check("open files", is_ok, found, remedy)


def _disk(name: str, folder: Path) -> Check:
    free_gib = shutil.disk_usage(folder).free / 2**30
    is_writable = os.access(folder, os.W_OK)
    is_ok = is_writable and free_gib >= MINIMUM_FREE_GIB
    remedy = "" if is_ok else f"Free {MINIMUM_FREE_GIB:g} GiB there, or set TMPDIR to another disk."
    found = f"{folder}: {free_gib:.1f} GiB free" + ("" if is_writable else ", not writable")
    return Check(name, is_ok, found, remedy)


def _store(url: str | None) -> Check:
    try:
        store = open_store(url, create=False)
    except StoreMissingError:
        return Check("store", is_ok=True, found="none yet; the first sweep makes it")
    except SweepError as error:
        return Check("store", False, str(error), "Mend that, or name another store.")  # noqa: FBT003
    with store:
        n_sweeps = len(store.sweeps())
    found = f"{store.url} with {n_sweeps} sweep{'s' if n_sweeps != 1 else ''}"
    return Check("store", is_ok=True, found=found)


def _ray(address: str | None) -> Iterator[Check]:
    from sweeps.tune.checkup import ray_facts  # noqa: PLC0415 - Ray takes over a second

    try:
        facts = ray_facts(address)
    except SweepError as error:
        remedy = "See the message; `ray.init()` alone should work in this Python."
        yield Check("Ray", False, str(error), remedy)  # noqa: FBT003
        return
    yield Check("Ray", is_ok=True, found=f"{facts.version}, {facts.resources}")
    if facts.open_addresses is None:
        return
    remedy = "" if not facts.open_addresses else "Other machines can reach it: use a firewall."
    found = ", ".join(facts.open_addresses) or "on loopback only"
    yield Check("Ray listens", not facts.open_addresses, found, remedy)
