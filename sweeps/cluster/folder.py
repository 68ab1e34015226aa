"""The folder that travels with a job: what of it, and whether the cluster takes so much.

What stays at home follows Ray's own rules: `.gitignore` and `.rayignore`, in every folder.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.errors import ClusterError

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_BYTES = 100 * 2**20
"""The most that the Jobs API of Ray takes in one piece; it packs without compressing."""
N_LARGEST = 5
EXCLUDES = (
    ".git",
    ".venv",
    "venv",
    "__pycache__",
    "node_modules",
    "*.db",
    "*.db-journal",
    "*.db-shm",
    "*.db-wal",
    "*.cache",
    "sweeps-checkpoints",
    "*.egg-info",
    ".cache",
    ".hypothesis",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    "/build",
    "/dist",
)
"""What never travels: version control, environments, caches, stores and what is built."""
# in the place of Ray's, which tells of every folder with a `.gitignore`
_SILENT = logging.getLogger(__name__)
_SILENT.disabled = True


@dataclass(frozen=True, slots=True)
class Cargo:
    """What of a folder travels.

    Attributes:
        folder: The folder, absolute.
        files: Files by path relative to the folder, with their sizes in bytes.
    """

    folder: Path
    files: dict[Path, int]

    @property
    def n_bytes(self) -> int:
        """Size of all files in bytes."""
        return sum(self.files.values())

    def holds(self, file: Path) -> bool:
        """Tell whether a file of the folder travels."""
        return file.is_relative_to(self.folder) and file.relative_to(self.folder) in self.files

    def largest(self) -> list[tuple[str, int]]:
        """Give what is largest in the folder itself, with its size in bytes."""
        sizes = Counter[str]()
        for path, size in self.files.items():
            sizes[path.parts[0] + ("/" if len(path.parts) > 1 else "")] += size
        return sizes.most_common(N_LARGEST)


def cargo_of(folder: Path, excludes: tuple[str, ...] = EXCLUDES) -> Cargo:
    """Find out what of a folder travels.

    Args:
        folder: The folder.
        excludes: Patterns of what stays, as in `.gitignore`.

    Raises:
        ClusterError: It is more than the cluster takes.
    """
    # the very code by which Ray packs; it takes a second to import
    from ray._private.ray_constants import get_runtime_env_default_excludes  # noqa: PLC0415
    from ray._private.runtime_env import packaging  # noqa: PLC0415

    folder = folder.resolve()
    files: dict[Path, int] = {}

    def take(path: Path) -> None:
        if path.is_file():
            files[path.relative_to(folder)] = path.stat().st_size

    patterns = [*get_runtime_env_default_excludes(), *excludes]
    try:
        packaging._dir_travel(  # noqa: SLF001 - has no public name
            folder,
            [packaging._get_excludes(folder, patterns)],  # noqa: SLF001 - as above
            take,
            include_gitignore=os.environ.get("RAY_RUNTIME_ENV_IGNORE_GITIGNORE", "0") != "1",
            logger=_SILENT,
        )
    except OSError as error:
        message = (
            f"what travels to the cluster cannot be read: {error}. "
            "Name it in a file `.rayignore`, or give another folder with --working-dir."
        )
        raise ClusterError(message) from error
    cargo = Cargo(folder, files)
    if cargo.n_bytes + _wrapping(cargo) > LIMIT_BYTES:
        raise ClusterError(_too_large(cargo))
    return cargo


def _wrapping(cargo: Cargo) -> int:
    """Give the bytes that packing adds: a zip archive names each file twice."""
    return sum(2 * len(str(path).encode()) + 120 for path in cargo.files)


def _too_large(cargo: Cargo) -> str:
    largest = ", ".join(f"{name} ({mib(size)})" for name, size in cargo.largest())
    return (
        f"what travels to the cluster may have at most {mib(LIMIT_BYTES)}, {cargo.folder} has "
        f"{mib(cargo.n_bytes)}. The largest: {largest}. Name what is not needed there in a file "
        "`.rayignore` (as in `.gitignore`), give a smaller folder with --working-dir, or let the "
        "objective read its data from a place that every machine reaches."
    )


def mib(n_bytes: float) -> str:
    """Give a size in MiB, a small one in KiB.

    Example:
        >>> mib(1536 * 1024), mib(700)
        ('1.5 MiB', '0.7 KiB')
    """
    small = n_bytes < 0.1 * 2**20
    return f"{n_bytes / 2**10:.1f} KiB" if small else f"{n_bytes / 2**20:,.1f} MiB"
