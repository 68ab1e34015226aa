"""All that can be wrong with a submission on this side, and the request that comes of it."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import sweeps
from sweeps.cluster.attaching import STORE
from sweeps.cluster.folder import EXCLUDES, Cargo, cargo_of
from sweeps.cluster.naming import JobName
from sweeps.cluster.request import SETTINGS, JobRequest
from sweeps.engine.entry import read
from sweeps.engine.submission.travelling import (
    check_checkpoints,
    check_definition,
    check_objective,
    store_for,
    warnings_about,
)
from sweeps.errors import ClusterError
from sweeps.store import redacted
from sweeps.store.url import STORE_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.spec import Sweep

_OWN = (STORE_VARIABLE, *SETTINGS)
_MAY_CHANGE = ("RAY_JOB_STOP_WAIT_TIME_S",)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sweep that is fit to travel.

    Attributes:
        sweep: The sweep.
        cargo: The files that travel.
        entrypoint: What the cluster is to execute, without secrets.
        store: Address of the store, with its password; not shown by `repr`.
        variables: Environment variables of the user's own; not shown by `repr`.
        warnings: What the user should know, a sentence each.
        is_fresh: Whether it is to start from nothing.
    """

    sweep: Sweep
    cargo: Cargo
    entrypoint: str
    store: str = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)
    warnings: tuple[str, ...] = ()
    is_fresh: bool = False

    @property
    def first(self) -> JobName:
        """Name of the first job of this sweep."""
        return JobName.first(self.sweep.name, self.sweep.identity_hash)

    @property
    def metadata(self) -> dict[str, str]:
        """What is noted about the job, so that another submission can compare."""
        definition = {**self.sweep.document(), "store": None}
        text = json.dumps(definition, separators=(",", ":"))
        return {
            "sweeps_name": self.sweep.name,
            "sweeps_definition": hashlib.sha256(text.encode()).hexdigest(),
            "sweeps_source": self.sweep.objective.code_hash,
            STORE: redacted(self.store),
            "sweeps_version": sweeps.__version__,
        }

    def request(self, name: JobName) -> JobRequest:
        """Give what is asked of the cluster for a job of that name."""
        return JobRequest(
            submission_id=str(name),
            entrypoint=self.entrypoint,
            working_dir=self.cargo.folder,
            excludes=EXCLUDES,
            env={**SETTINGS, **self.variables, STORE_VARIABLE: self.store},
            metadata=self.metadata,
        )


def prepare(
    file: Path,
    *,
    overrides: Sequence[str] = (),
    store: str | None = None,
    working_dir: Path | None = None,
    variables: Sequence[str] = (),
    fresh: bool = False,
    accept_code_change: bool = False,
) -> Prepared:
    """Read a definition and see that it can travel; asks no cluster.

    Args:
        file: The definition.
        overrides: Changes of it, such as `search.configs=5`.
        store: Address of the store; by default the definition's, else `SWEEPS_STORE`.
        working_dir: Folder that travels; by default the current one where the definition lies in
            it, else the definition's.
        variables: Environment variables for the job, `NAME=VALUE`, or `NAME` for the value here.
        fresh: Whether to start from nothing.
        accept_code_change: Whether to go on though code or data changed.

    Raises:
        SpecError: The definition is wrong; all problems are listed.
        ClusterError: Something of it cannot travel; the message says what to do.
    """
    sweep = read(file, overrides=overrides)
    url = store_for(sweep, store, os.environ)
    check_checkpoints(sweep)
    own = variables_of(variables, os.environ)
    path = file.resolve()
    cargo = cargo_of(_folder(path, working_dir))
    check_definition(path, cargo)
    check_objective(sweep, path, cargo)
    kept = [text for text in overrides if not _sets_store(text)]
    options = [word for text in kept for word in ("--set", text)]
    if sweep.store is not None or len(kept) < len(overrides):
        options += ["--set", "store=null"]  # the job has it from its environment
    options += ["--fresh"] if fresh else []
    options += ["--accept-code-change"] if accept_code_change else []
    inside = path.relative_to(cargo.folder).as_posix()
    command = ["python", "-m", "sweeps", "run", inside, "--address", "auto", *options]
    return Prepared(
        sweep,
        cargo,
        shlex.join(command),
        url,
        own,
        tuple(warnings_about(path, url)),
        is_fresh=fresh,
    )


def _folder(file: Path, given: Path | None) -> Path:
    if given is None:
        here = Path.cwd().resolve()
        return here if file.is_relative_to(here) else file.parent
    if not given.is_dir():
        message = f"the working directory must be a folder, got {str(given)!r}."
        raise ClusterError(f"{message} Give one that holds the definition and the objective.")
    return given.resolve()


def _sets_store(override: str) -> bool:
    return override.partition("=")[0].strip() == "store"


def variables_of(given: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Read what the user asks to hand on.

    Args:
        given: `NAME=VALUE`, or `NAME` for the value in the environment.
        environment: The environment variables.

    Raises:
        ClusterError: A name is none, is one that `sweeps` sets itself, or has no value.

    Example:
        >>> variables_of(["EPOCHS=3", "HOME"], {"HOME": "/root"})
        {'EPOCHS': '3', 'HOME': '/root'}
    """
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if name == STORE_VARIABLE:
            raise ClusterError(f"{name} has an option of its own. Write `--store URL`.")
        if not name.isidentifier() or (name in _OWN and name not in _MAY_CHANGE):
            message = (
                f"--env must name an environment variable that is the user's own, got {name!r}. "
                "Write `--env NAME` or `--env NAME=VALUE`."
            )
            raise ClusterError(message)
        if not equals and name not in environment:
            message = (
                f"the environment variable {name} is not set here. Write `--env {name}=VALUE`."
            )
            raise ClusterError(message)
        found[name] = value if equals else environment[name]
    return found
