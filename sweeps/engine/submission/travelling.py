"""Can this sweep run on other machines? Store, checkpoints and objective must be reached there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sweeps.errors import ClusterError
from sweeps.spec.secret import without_password
from sweeps.store import is_server, redacted
from sweeps.store.url import STORE_VARIABLE, server_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.cluster.folder import Cargo
    from sweeps.spec import Sweep

_LOOPBACK = ("localhost", "::1")


def store_for(sweep: Sweep, option: str | None, environment: Mapping[str, str]) -> str:
    """Give the address of the store that a job is to write to, with its password.

    Args:
        sweep: The sweep, with the store of its definition.
        option: What was given for this submission alone.
        environment: The environment variables.

    Raises:
        ClusterError: It is a file, which is on this machine alone.
    """
    url = option or sweep.store or environment.get(STORE_VARIABLE)
    if url and is_server(url):
        return url
    got = f"got {redacted(url)!r}" if url else "none is named"
    message = (
        f"a sweep on a cluster must be stored in a PostgreSQL database, {got}: its driver runs on "
        "the cluster, and a file there goes with its machine. Name one that the cluster and this "
        f"machine reach:  export {STORE_VARIABLE}=postgresql://USER:PASSWORD@HOST/DATABASE"
    )
    raise ClusterError(message)


def check_checkpoints(sweep: Sweep) -> None:
    """See that runs which save themselves do so where every machine finds it.

    Raises:
        ClusterError: They would save to a folder of a single machine.
    """
    path = sweep.checkpoint.path
    if not sweep.saves_runs:
        return
    if path is not None and ("://" in path or Path(path).is_absolute()):
        return
    got = f"got {path!r}, which is relative" if path else "none is named"
    message = (
        "runs of this objective save themselves, so `checkpoint.path` must name a place that all "
        f"machines reach, {got}. Write `checkpoint: {{path: s3://BUCKET/FOLDER}}`, the absolute "
        "path of a folder that they share, or `checkpoint: {save: false}`."
    )
    raise ClusterError(message)


def check_objective(sweep: Sweep, file: Path, cargo: Cargo) -> None:
    """See that the objective travels and is found on the other side.

    Args:
        sweep: The sweep.
        file: Its definition, absolute.
        cargo: What travels.

    Raises:
        ClusterError: It stays here.
    """
    target = sweep.objective.reference.partition(":")[0]
    if not target.endswith(".py"):
        _check_module(target, file, cargo)
        return
    here = _first_of(target, file.parent, Path.cwd())
    there = _first_of(target, file.parent, cargo.folder)
    if Path(target).is_absolute() or here is None or here != there:
        message = (
            f"the objective `{target}` is not found on the cluster, where paths start from the "
            f"definition's folder or from the working directory, {cargo.folder}. "
            "Write its path relative to one of them, or name another --working-dir."
        )
        raise ClusterError(message)
    _check_travels(f"the objective `{target}`", here, cargo)


def check_definition(file: Path, cargo: Cargo) -> None:
    """See that the definition itself travels.

    Raises:
        ClusterError: It stays here.
    """
    _check_travels("the definition", file, cargo)


def warnings_about(file: Path, store: str) -> list[str]:
    """Say what is allowed, and hardly meant.

    Args:
        file: The definition.
        store: Address of the store that the job is to write to.
    """
    warnings = []
    lines = file.read_text(encoding="utf-8").splitlines()
    if any(line.startswith("store:") and without_password(line) != line for line in lines):
        warnings.append(
            f"{file.name} holds the password of its store, and travels to the cluster. "
            f"Better leave `store` out there, and set {STORE_VARIABLE} instead."
        )
    host = server_place(store)[0]
    if not host or host in _LOOPBACK or host.startswith("127."):
        warnings.append(
            f"the store's host is {host or 'this machine'}, which is another machine on the "
            "cluster: its head. Give the name by which the cluster reaches the server."
        )
    return warnings


def _first_of(target: str, *folders: Path) -> Path | None:
    candidates = ((folder / target).resolve() for folder in folders)
    return next((path for path in candidates if path.is_file()), None)


def _check_module(name: str, file: Path, cargo: Cargo) -> None:
    """See that a module travels where it lies loose in a folder; others must be installed there."""
    source = getattr(sys.modules.get(name), "__file__", None)
    if source is None:
        return
    path = Path(source).resolve()
    is_installed = "site-packages" in path.parts
    if is_installed or not any(map(path.is_relative_to, (cargo.folder, file.parent, Path.cwd()))):
        return
    _check_travels(f"the objective `{name}`", path, cargo)


def _check_travels(what: str, path: Path, cargo: Cargo) -> None:
    if not path.is_relative_to(cargo.folder):
        message = (
            f"{what} must lie in the working directory, which travels to the cluster: {path} is "
            f"not in {cargo.folder}. Name a folder that holds it:  --working-dir DIR"
        )
        raise ClusterError(message)
    if not cargo.holds(path):
        message = (
            f"{what} would stay here: {path} is left out by a `.gitignore` or `.rayignore`, or by "
            "what never travels, such as `build`. Move it, or let it travel (`!NAME` there)."
        )
        raise ClusterError(message)
